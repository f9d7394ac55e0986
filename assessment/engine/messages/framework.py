"""What can be wrong with a framework document: code → (Chinese, English)."""

from __future__ import annotations

DOCUMENT = {
    "not_utf8": (
        "指标体系文件不是 UTF-8 编码（第 {position} 字节）。",
        "The framework document is not UTF-8 (byte {position}).",
    ),
    "not_json": (
        "指标体系文件不是有效的 JSON（第 {line} 行第 {column} 列）。",
        "The framework document is not valid JSON (line {line}, column {column}).",
    ),
    "unreadable_json": (
        "指标体系文件嵌套过深或数字过长，无法读取。",
        "The framework document is nested too deeply or holds an overlong number.",
    ),
    "not_an_object": (
        "指标体系文件应是一个 JSON 对象。",
        "A framework document is one JSON object.",
    ),
    "unreadable_file": (
        "无法读取文件 {path}：{reason}。",
        "The file {path} cannot be read: {reason}.",
    ),
    "duplicate_key": (
        "键“{key}”重复出现。",
        "The key “{key}” appears twice.",
    ),
    "not_finite": (
        "{path} 的数值 {value} 不是有限数。",
        "The number {value} at {path} is not finite.",
    ),
    "schema_required": (
        "{path} 缺少：{expected}。",
        "{path} lacks: {expected}.",
    ),
    "schema_type": (
        "{path} 的类型应为 {expected}。",
        "{path} should be of type {expected}.",
    ),
    "schema_enum": (
        "{path} 只能取：{expected}。",
        "{path} should be one of: {expected}.",
    ),
    "schema_const": (
        "{path} 应为 {expected}。",
        "{path} should be {expected}.",
    ),
    "schema_pattern": (
        "{path} 的写法不符合 {expected}。",
        "{path} does not match {expected}.",
    ),
    "schema_format": (
        "{path} 不是有效日期。",
        "{path} is not a valid {expected}.",
    ),
    "schema_minimum": (
        "{path} 不能小于 {expected}。",
        "{path} should not be below {expected}.",
    ),
    "schema_above": (
        "{path} 应大于 {expected}。",
        "{path} should be above {expected}.",
    ),
    "schema_maximum": (
        "{path} 不能大于 {expected}。",
        "{path} should not be above {expected}.",
    ),
    "schema_min_items": (
        "{path} 至少需要 {expected} 项。",
        "{path} needs at least {expected} items.",
    ),
    "schema_max_items": (
        "{path} 最多 {expected} 项。",
        "{path} takes at most {expected} items.",
    ),
    "schema_blank": (
        "{path} 不能为空。",
        "{path} should not be empty.",
    ),
    "schema_max_length": (
        "{path} 最多 {expected} 个字符。",
        "{path} takes at most {expected} characters.",
    ),
    "schema_unique": (
        "{path} 有重复项。",
        "{path} has repeated items.",
    ),
    "schema_unexpected": (
        "{path} 含有未定义的内容：{expected}。",
        "{path} has unknown parts: {expected}.",
    ),
    "duplicate_code": (
        "编码出现了 {count} 次。",
        "This code is used {count} times.",
    ),
    "no_index": (
        "没有总指数节点（kind 为 index）。",
        "There is no index node (kind index).",
    ),
    "several_indexes": (
        "总指数节点只能有一个。",
        "There can be only one index node.",
    ),
    "index_with_parent": (
        "总指数节点不能有上级（现为 {parent}）。",
        "The index has no parent (here {parent}).",
    ),
    "no_parent": (
        "缺少上级节点。",
        "The node has no parent.",
    ),
    "unknown_parent": (
        "上级节点 {parent} 不存在。",
        "The parent {parent} does not exist.",
    ),
    "parent_is_leaf": (
        "上级节点 {parent} 是指标，不能有下级。",
        "The parent {parent} is observed and cannot have children.",
    ),
    "flag_below_index": (
        "标记项应直接放在总指数下（现在 {parent} 下）。",
        "A flag belongs directly under the index (here {parent}).",
    ),
    "cycle": (
        "上下级关系成环：{path}。",
        "The tree has a cycle: {path}.",
    ),
    "no_children": (
        "节点没有下级指标。",
        "The node has no children.",
    ),
    "weights_all_zero": (
        "下级权重全部为零。",
        "All weights of the children are zero.",
    ),
    "weights_do_not_sum": (
        "下级权重之和为 {actual}，应为 {expected}。",
        "The children's weights sum to {actual}, not {expected}.",
    ),
    "branch_weight": (
        "取低（取高）的分支权重应等于上级 {parent} 的权重 {expected}。",
        "A branch of {parent} carries its full weight, {expected}.",
    ),
    "scale_empty": (
        "分值范围无效：{min} 至 {max}。",
        "The scale from {min} to {max} is empty.",
    ),
    "duplicate_grade": (
        "等次 {grade} 重复。",
        "The grade {grade} is given twice.",
    ),
    "grades_not_descending": (
        "等次 {grade} 的分数线应低于 {above}。",
        "The grade {grade} should start below {above}.",
    ),
    "grades_leave_gap": (
        "最低等次 {grade} 的分数线应为 {min}。",
        "The last grade {grade} should start at {min}.",
    ),
    "min_max_crossed": (
        "最差值得分 {low} 不低于最优值得分 {high}（未写明的取分值范围的两端）。",
        "The worst value earns {low}, no less than the best, {high}"
        " (an end that is not stated is the scale's).",
    ),
    "bounds_crossed": (
        "最小值大于最大值。",
        "The lowest value is above the highest.",
    ),
    "nothing_to_report_not_allowed": (
        "规定了“无此事项”的得分，却不允许这样填报。",
        "A score for nothing to report is stated but the answer is not allowed.",
    ),
    "levels_missing": (
        "等级型指标没有列出等级。",
        "A level indicator needs its levels.",
    ),
    "duplicate_level": (
        "等级值重复。",
        "Two levels have the same value.",
    ),
    "score_off_scale": (
        "得分 {score} 超出分值范围。",
        "The score {score} is off the scale.",
    ),
    "levels_need_level_type": (
        "“levels”方法只用于等级型或是非型指标（现为 {type}）。",
        "The levels method needs a level or boolean value (here {type}).",
    ),
    "parameter_missing": (
        "归一化缺少参数 {parameter}。",
        "The normalisation lacks the parameter {parameter}.",
    ),
    "dates_crossed": (
        "参数版本的起始日期晚于终止日期。",
        "An edition starts after it ends.",
    ),
    "editions_overlap": (
        "参数版本的日期重叠。",
        "Two editions overlap in time.",
    ),
    "goalposts_crossed": (
        "下限值应小于上限值。",
        "The lower goalpost should be below the upper.",
    ),
    "zero_reference": (
        "时序要求值应大于零：未达要求时，得分按与要求值的比例计算。",
        "The required value should be above zero: short of it the score is a ratio to it.",
    ),
    "target_not_beyond_required": (
        "目标值应优于时序要求值。",
        "The target should be better than the required value.",
    ),
    "first_band_open": (
        "第一档的起点应为空（null），其余各档应有起点。",
        "The first band starts at null, all others at a number.",
    ),
    "table_not_ascending": (
        "分档表的取值应由小到大。",
        "The table's values should ascend.",
    ),
    "table_against_direction": (
        "分档表的得分与指标方向（{to}）相反。",
        "The table's scores run against the direction ({to}).",
    ),
    "duplicate_rule": (
        "规则编号 {rule} 重复。",
        "The rule id {rule} is used twice.",
    ),
    "rule_unknown_node": (
        "规则 {rule} 作用的节点 {code} 不存在或不计分。",
        "Rule {rule} acts on {code}, which is not a scored node.",
    ),
    "rule_unknown_indicator": (
        "规则 {rule} 引用的指标 {code} 不存在。",
        "Rule {rule} refers to {code}, which is not observed.",
    ),
    "rule_dates_crossed": (
        "规则 {rule} 的起始日期晚于终止日期。",
        "Rule {rule} starts after it ends.",
    ),
    "rule_unknown_grade": (
        "规则 {rule} 引用的等次 {grade} 不存在。",
        "Rule {rule} names the unknown grade {grade}.",
    ),
    "veto_on_indicator": (
        "规则 {rule} 限定等次，不能作用于指标。",
        "Rule {rule} limits a grade, and indicators have none.",
    ),
    "rule_points_unclear": (
        "规则 {rule} 须写明固定分值及条件，或每单位分值，二者取一。",
        "Rule {rule} needs either fixed points with a condition, or points per unit.",
    ),
    "rule_off_scale": (
        "规则 {rule} 的 {name} 为 {value}，超出分值范围 {low} 至 {high}。",
        "Rule {rule}: {name} is {value}, off the scale from {low} to {high}.",
    ),
    "substitution_circle": (
        "规则 {rule} 以 {code} 替代，而 {code} 的得分又取决于被替代的节点。",
        "Rule {rule} puts {code} in place of a node that the score of {code} rests on.",
    ),
    "rule_condition_incomplete": (
        "规则 {rule} 的指标和条件须同时给出。",
        "Rule {rule} needs both an indicator and a condition, or neither.",
    ),
    "step_needs_measure": (
        "步骤 {step} 只用于数值型指标。",
        "The step {step} needs a value that is a number.",
    ),
    "treat_without_limit": (
        "按界限处理离群值时，至少要有一个界限。",
        "Treating by limits needs a lower or an upper limit.",
    ),
    "forced_both_ways": (
        "地区 {locality} 既指定保留又指定剔除。",
        "The locality {locality} is forced both in and out.",
    ),
    "weighting_without_weights": (
        "取低、取高不用权重，不能另行赋权。",
        "A minimum or maximum uses no weights, so none can be computed.",
    ),
    "wrong_number_of_weights": (
        "给出了 {actual} 个数，应与下级数目 {expected} 相同。",
        "There are {actual} numbers for {expected} children.",
    ),
    "wrong_number_of_comparisons": (
        "比较矩阵应为 {expected} 行 {expected} 列（现有 {actual} 行）。",
        "The matrix of comparisons has {actual} rows; {expected} rows and columns are needed.",
    ),
    "comparisons_not_reciprocal": (
        "比较矩阵不是互反矩阵：对角线应为 1，对称位置应互为倒数。",
        "The comparisons are not reciprocal: ones on the diagonal, 1/a opposite a.",
    ),
    "comparisons_inconsistent": (
        "一致性比率 {ratio} 超过 {limit}。",
        "The consistency ratio {ratio} is above {limit}.",
    ),
    "expert_without_points": (
        "有专家没有分配任何分数。",
        "An expert gave no points at all.",
    ),
    "benefit_needs_sum": (
        "最优赋权（BoD）只用于算术平均（现为 {method}）。",
        "Benefit of the doubt goes with the arithmetic mean (here {method}).",
    ),
    "validation_duplicate": (
        "校验规则编号 {rule} 重复。",
        "The validation rule id {rule} is used twice.",
    ),
    "validation_unknown_indicator": (
        "校验规则 {rule} 引用的指标 {code} 不存在。",
        "Validation rule {rule} refers to {code}, which is not observed.",
    ),
    "validation_not_reported": (
        "校验规则 {rule} 引用的指标 {code} 不由填报单位填报，规则不会生效。",
        "Validation rule {rule} refers to {code}, which localities do not report: "
        "it would never be judged.",
    ),
    "validation_no_limit": (
        "校验规则 {rule} 没有规定任何界限（{parameters}）。",
        "Validation rule {rule} states no limit ({parameters}).",
    ),
    "validation_bounds_crossed": (
        "校验规则 {rule} 的最小值大于最大值。",
        "The lowest value of validation rule {rule} is above its highest.",
    ),
    "validation_repeated_term": (
        "校验规则 {rule} 中指标 {code} 出现多次。",
        "Validation rule {rule} names {code} more than once.",
    ),
    "shares_impossible": (
        "{count} 个下级无法同时满足最低、最高占比。",
        "{count} children cannot keep these least and largest shares.",
    ),
}
