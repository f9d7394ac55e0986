"""What to do about a problem: (Chinese, English) → the codes it helps with.

The sentences of the problems say what is wrong; these say what mends it. Where several problems
are mended in one way they share the text.
"""

from __future__ import annotations

_BY_TEXT: dict[tuple[str, str], tuple[str, ...]] = {
    (
        "请将文件另存为 UTF-8 编码。",
        "Save the file in UTF-8.",
    ): ("not_utf8", "table_not_utf8"),
    (
        "请更正该处的 JSON 语法，或从系统重新导出。",
        "Correct the JSON there, or export the document again.",
    ): ("not_json", "unreadable_json", "not_an_object", "duplicate_key"),
    (
        "请检查路径和读取权限。",
        "Check the path and the permission to read it.",
    ): ("unreadable_file",),
    (
        "请改为普通的有限数。",
        "Give an ordinary finite number.",
    ): ("not_finite", "infinite_value", "vanishing_value", "not_a_number"),
    (
        "请按 framework.schema.json 更正此处。",
        "Correct this part as framework.schema.json asks.",
    ): (
        *("schema_required", "schema_type", "schema_enum", "schema_const", "schema_pattern"),
        *("schema_format", "schema_minimum", "schema_above", "schema_maximum"),
        *("schema_min_items", "schema_blank", "schema_unique", "schema_unexpected"),
    ),
    (
        "请缩短或拆分。",
        "Shorten or divide it.",
    ): ("schema_max_items", "schema_max_length", "document_too_large"),
    (
        "请改为填报单位填报的指标编码，或删除该校验规则。",
        "Name indicators that localities report, or remove the validation rule.",
    ): ("validation_unknown_indicator", "validation_not_reported"),
    (
        "请更正该校验规则的界限或各项。",
        "Correct the limits or terms of the validation rule.",
    ): ("validation_no_limit", "validation_bounds_crossed", "validation_repeated_term"),
    (
        "编码须唯一，请改名或删除重复项。",
        "Codes are unique: rename or remove the others.",
    ): (
        *("duplicate_code", "duplicate_rule", "duplicate_grade", "duplicate_level"),
        "validation_duplicate",
    ),
    (
        "请保留且只保留一个没有上级的总指数节点。",
        "Keep exactly one index node, without a parent.",
    ): ("no_index", "several_indexes", "index_with_parent"),
    (
        "请将 parent 改为已有的总指数或维度的编码。",
        "Name an existing index or dimension as the parent.",
    ): ("no_parent", "unknown_parent", "parent_is_leaf", "flag_below_index"),
    (
        "请更改其中一个节点的上级，使各节点都能上溯到总指数。",
        "Change the parent of one of them so that each leads up to the index.",
    ): ("cycle",),
    (
        "请添加下级指标，或删除该节点。",
        "Add children or remove the node.",
    ): ("no_children",),
    (
        "请至少为一个下级赋予正的权重。",
        "Give at least one child a positive weight.",
    ): ("weights_all_zero", "expert_without_points"),
    (
        "请调整下级权重，使其合计等于本节点的权重。",
        "Change the children's weights so that they sum to the node's.",
    ): ("weights_do_not_sum",),
    (
        "请将各分支的权重设为上级的权重。",
        "Give each branch the weight of its parent.",
    ): ("branch_weight",),
    (
        "请对调或更正两个界限。",
        "Exchange or correct the two limits.",
    ): ("scale_empty", "bounds_crossed", "goalposts_crossed", "min_max_crossed"),
    (
        "请由高到低排列等次，最低等次从分值下限起。",
        "List grades from the best down, the last from the bottom of the scale.",
    ): ("grades_not_descending", "grades_leave_gap"),
    (
        "请在 allow 中加入该状态，或删去其得分。",
        "Add the status to “allow”, or remove its score.",
    ): ("nothing_to_report_not_allowed",),
    (
        "请列出等级及其得分。",
        "List the levels with their scores.",
    ): ("levels_missing",),
    (
        "请将得分改到分值范围之内。",
        "Bring the score within the scale.",
    ): ("score_off_scale",),
    (
        "请改用其他归一化方法，或更改值的类型。",
        "Choose another normalisation or another type of value.",
    ): ("levels_need_level_type", "step_needs_measure"),
    (
        "请补充该参数。",
        "State the parameter.",
    ): ("parameter_missing", "treat_without_limit", "rule_points_unclear"),
    (
        "请更正起止日期，使各版本首尾相接、互不重叠。",
        "Correct the dates so that editions follow each other without overlap.",
    ): ("dates_crossed", "editions_overlap", "rule_dates_crossed"),
    (
        "请更正目标值、要求值或指标方向。",
        "Correct the target, the requirement or the direction.",
    ): ("zero_reference", "target_not_beyond_required", "reference_not_better"),
    (
        "请由小到大填写分档表，第一档起点留空，得分与方向一致。",
        "Let the table ascend, its first band start at null, its scores follow the direction.",
    ): ("first_band_open", "table_not_ascending", "table_against_direction"),
    (
        "请在规则中填写已有的编码。",
        "Name a code that exists in the rule.",
    ): ("rule_unknown_node", "rule_unknown_indicator", "rule_unknown_grade"),
    (
        "请将规则移到维度或总指数。",
        "Move the rule to a dimension or the index.",
    ): ("veto_on_indicator",),
    (
        "请改为分值范围内的数。",
        "Give a number within the scale.",
    ): ("rule_off_scale",),
    (
        "请同时填写指标和条件，或都不填。",
        "State both the indicator and the condition, or neither.",
    ): ("rule_condition_incomplete",),
    (
        "请改用不依赖被替代节点的节点。",
        "Name a node whose score does not rest on the one replaced.",
    ): ("substitution_circle",),
    (
        "请改用该指标的值，或在上级的 missing 中为“不适用”另定办法。",
        "Give a value, or state another not_applicable policy on the parent.",
    ): ("child_not_applicable",),
    (
        "请在该节点的 missing 中写明 not_applicable。",
        "State not_applicable in the missing policy of the node.",
    ): ("not_applicable_unstated", "child_not_applicable_unstated"),
    (
        "请在两个名单中只保留一处。",
        "Keep it in one of the two lists.",
    ): ("forced_both_ways",),
    (
        "请改用 given 赋权，或改用加权汇总。",
        "Use given weights, or an aggregation that weighs.",
    ): ("weighting_without_weights", "benefit_needs_sum"),
    (
        "请使个数与下级指标一致，顺序相同。",
        "Give one number for each child, in the children's order.",
    ): ("wrong_number_of_weights", "wrong_number_of_comparisons"),
    (
        "请复核两两比较；若确认接受不一致，请在 accepted_because 说明理由。",
        "Review the comparisons; to keep them inconsistent, say why in accepted_because.",
    ): ("comparisons_not_reciprocal", "comparisons_inconsistent"),
    (
        "请放宽最低、最高占比。",
        "Widen the least and largest shares.",
    ): ("shares_impossible", "no_benefit_weights"),
    (
        "请补充表头和数据后重试。",
        "Fill in the header and the rows.",
    ): ("empty_file", "missing_columns", "no_localities"),
    (
        "请删除该列。",
        "Remove the column.",
    ): ("unexpected_columns",),
    (
        "请删除重复的列。",
        "Remove the repeated column.",
    ): ("duplicate_columns",),
    (
        "请检查该行的逗号和引号。",
        "Check the commas and quotation marks of the row.",
    ): ("wrong_cell_count", "broken_csv"),
    (
        "编码只含字母、数字、下划线、点和连字符，不超过 64 个字符。",
        "Use letters, digits, underscore, full stop and hyphen, at most 64 characters.",
    ): ("bad_code", "bad_period"),
    (
        "请删除重复的行。",
        "Remove the repeated row.",
    ): ("duplicate_locality", "duplicate_observation"),
    (
        "状态应为 value、nothing_to_report、not_applicable、missing 或 excluded。",
        "Use value, nothing_to_report, not_applicable, missing or excluded.",
    ): ("unknown_status",),
    (
        "请填写值，或将状态改为 missing。",
        "Give the value, or state the status missing.",
    ): ("value_missing",),
    (
        "请删除值，或将状态改为 value。",
        "Remove the value, or state the status value.",
    ): ("value_with_status",),
    (
        "请更正编码，或将其加入指标体系、地区表或观测值。",
        "Correct the code, or add it to the framework, the localities or the observations.",
    ): (
        *("unknown_indicator", "unknown_locality", "unknown_node", "unknown_period"),
        *("forced_locality_unknown", "column_missing"),
    ),
    (
        "请写成“2016=文件.csv”。",
        "Write 2016=file.csv, for instance.",
    ): ("bad_period_file",),
    (
        "请写成年份（2015）或期末日期（2015-12-31）。",
        "Write a year (2015) or the period's last day (2015-12-31).",
    ): ("bad_past_period",),
    (
        "请提供往期数据和考核期最后一日，或改用其他插补方法。",
        "Give the values of other periods and the period's last day, or impute otherwise.",
    ): ("history_needed", "period_needed"),
    (
        "请删去这些值，或为该指标设置 previous 或 linear 插补。",
        "Leave the values out, or impute the indicator by previous or linear.",
    ): ("history_unused",),
    (
        "请更改该设置后重新运行。",
        "Change the setting and run again.",
    ): (
        *("draws_out_of_range", "base_not_power_of_two", "seed_negative"),
        *("weight_range_out_of_bounds", "concentration_out_of_bounds"),
        *("measurement_error_out_of_bounds", "choice_unknown", "error_without_factor"),
        *("choice_without_effect", "choice_in_part", "weights_do_not_vary", "nothing_varies"),
    ),
    (
        "请与填报地区核实该值；若值无误，请更改指标的取值要求。",
        "Check the value with the locality; if it is right, change what the indicator admits.",
    ): (
        *("not_an_integer", "not_a_level", "not_a_boolean"),
        *("below_minimum", "above_maximum"),
    ),
    (
        "请改填 missing，或在指标中允许“不适用”。",
        "State missing, or let the indicator allow not applicable.",
    ): ("not_applicable_not_allowed",),
    (
        "请给出考核期最后一日，并补充适用于该日的参数版本。",
        "State the period's last day and an edition that covers it.",
    ): ("no_edition", "date_needed"),
    (
        "请改用 goalposts 等固定上下限的方法，或去掉该指标。",
        "Use a method with fixed limits, such as goalposts, or leave the indicator out.",
    ): ("constant_indicator", "constant_values"),
    (
        "请改用算术平均，或避免得分为零或负。",
        "Use the arithmetic mean, or keep scores above zero.",
    ): ("non_positive", "negative_score", "negative_for_entropy", "box_cox_not_positive"),
    (
        "请补充数据，或将缺失处理设为 zero 或 redistribute，或予以插补。",
        "Supply the data, impute them, or state zero or redistribute as the missing policy.",
    ): (
        *("child_missing", "nothing_to_impute_from", "group_without_values"),
        *("reference_without_value", "availability_low"),
        *("locality_without_data", "indicator_without_data"),
    ),
    (
        "请安装：pip install scipy。",
        "Install it: pip install scipy.",
    ): ("module_needed",),
    (
        "请更换单位，使数值小一些。",
        "Use a larger unit so that the numbers are smaller.",
    ): ("overflow",),
    (
        "请补齐该地区缺少的下级，或改用其他合成方法。",
        "Give the locality the children it lacks, or choose another aggregation.",
    ): ("nothing_to_compare",),
    (
        "请填写大于零的数。",
        "Fill in a number above zero.",
    ): ("bad_denominator",),
    (
        "请改用 given 或 equal 赋权。",
        "Use given or equal weights.",
    ): ("too_few_complete", "no_spread", "negative_loading", "no_first_component"),
    (
        "请改用 global 或 per-period，或改用可写成上下限的方法。",
        "Use global or per-period, or a method that goalposts can express.",
    ): ("cannot_freeze",),
    (
        "请使用较大的集中度。",
        "Use a larger concentration.",
    ): ("no_weights_drawn",),
}

REMEDIES = {code: text for text, codes in _BY_TEXT.items() for code in codes}
