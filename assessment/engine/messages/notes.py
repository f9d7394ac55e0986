"""What the trace remarks about a node: code → (Chinese, English)."""

from __future__ import annotations

NOTES = {
    "note_missing": (
        "未取得观测值。",
        "No value was observed.",
    ),
    "note_not_applicable": (
        "不适用，按规定由同级分担权重。",
        "Not applicable: the weight goes to the siblings, as the framework states.",
    ),
    "note_not_applicable_lowest": (
        "不适用，按规定计最低分。",
        "Not applicable: counts as the lowest score, as the framework states.",
    ),
    "note_excluded": (
        "经协调办剔除，按规定由同级分担权重。",
        "Excluded by the coordinator: the weight goes to the siblings, as the framework states.",
    ),
    "note_excluded_lowest": (
        "经协调办剔除，按规定计最低分。",
        "Excluded by the coordinator: counts as the lowest score, as the framework states.",
    ),
    "note_inapplicable_filled": (
        "“{child}”不适用或已剔除，按最低分计。",
        "“{child}” does not apply or was excluded, and counts as the lowest score.",
    ),
    "note_nothing_to_report": (
        "无此事项，按规定得 {score} 分。",
        "Nothing to report: scored {score} as the framework states.",
    ),
    "note_nothing_to_report_missing": (
        "无此事项，未规定得分，按缺失处理。",
        "Nothing to report, without a stated score: treated as missing.",
    ),
    "note_zero_filled": (
        "“{child}”缺失，按最低分计。",
        "“{child}” is missing and counts as the lowest score.",
    ),
    "note_redistributed": (
        "“{child}”无得分，权重由同级分担。",
        "“{child}” has no score; its weight goes to the siblings.",
    ),
    "note_unavailable": (
        "可用权重占 {share}，低于要求的 {required}，不计分。",
        "Only {share} of the weight is available, {required} is required: no score.",
    ),
    "note_unavailable_without": (
        "{titles}没有得分，可用权重占 {share}，低于要求的 {required}，不计分。",
        "No score for {titles}: only {share} of the weight is available, {required} is required.",
    ),
    "note_clamped": (
        "超出分值范围，按 {score} 计。",
        "Beyond the scale: kept at {score}.",
    ),
    "note_open_editions": (
        "未给出日期，采用现行规则和参数。",
        "No date was given: the open-ended rules and parameters apply.",
    ),
    "note_screened": (
        "数据可得性不足或经指定，已筛除，不计分。",
        "Screened out for want of data or by name: no score.",
    ),
    "note_indicator_screened": (
        "该指标数据可得性不足或经指定，已筛除，权重由同级指标分担。",
        "The indicator is screened out: its weight goes to the siblings.",
    ),
    "note_screened_late": (
        "填补缺失值后数据可得性仍不足，或经指定，已筛除，不计分。",
        "Screened out for want of data after gaps were filled, or by name: no score.",
    ),
    "note_indicator_screened_late": (
        "填补缺失值后该指标数据可得性仍不足，或经指定，已筛除，权重由同级指标分担。",
        "The indicator is screened out after gaps were filled: its weight goes to the siblings.",
    ),
    "note_without_denominator": (
        "没有分母“{column}”，按缺失处理。",
        "Without the denominator “{column}” the value is missing.",
    ),
    "note_imputed": (
        "缺失，以{method} {value} 插补。",
        "The missing value is imputed as {value} ({method}).",
    ),
    "note_winsorised": (
        "离群值缩至 {value}。",
        "An outlier, winsorised to {value}.",
    ),
    "note_limited": (
        "超出界限，按 {value} 计。",
        "Beyond the limits: counted as {value}.",
    ),
    "note_logged": (
        "该指标取对数，变为 {value}。",
        "The indicator is logged; this value becomes {value}.",
    ),
    "note_box_cox": (
        "该指标作 Box-Cox 变换，变为 {value}。",
        "The indicator is transformed (Box-Cox); this value becomes {value}.",
    ),
    "rule_fired": (
        "已触发，{indicator}为 {value}。",
        "Applied ({indicator}: {value}).",
    ),
    "rule_fired_always": (
        "适用。",
        "Applied.",
    ),
    "rule_not_fired": (
        "未触发，{indicator}为 {value}。",
        "Not applied ({indicator}: {value}).",
    ),
    "rule_not_fired_always": (
        "未改变得分。",
        "Changed nothing.",
    ),
    "rule_not_judged": (
        "“{indicator}”没有观测值，无法判断。",
        "Could not be judged: {indicator} has no value.",
    ),
    "rule_not_judged_fired": (
        "“{indicator}”没有观测值，无法判断，按已触发处理。",
        "Applied as if it had fired: {indicator} has no value to judge by.",
    ),
    "rule_not_judged_no_score": (
        "“{indicator}”没有观测值，无法判断，不予计分。",
        "No score: {indicator} has no value to judge by.",
    ),
    "rule_substituted": (
        "已触发，{indicator}为 {value}，以“{by}”的得分替代。",
        "Applied ({indicator}: {value}): the score of {by} takes the place.",
    ),
    "rule_substituted_absent": (
        "本项没有得分，以“{by}”的得分替代。",
        "No score of its own: the score of {by} takes the place.",
    ),
    "rule_not_substituted": (
        "本项有得分，未替代。",
        "Not applied: there is a score of its own.",
    ),
    "rule_substitute_missing": (
        "“{by}”没有得分，无从替代。",
        "Nothing takes the place: {by} has no score either.",
    ),
    "rule_node_missing": (
        "本项没有得分，规则不适用。",
        "There is no score for the rule to act on.",
    ),
}
