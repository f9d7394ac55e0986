"""What is remarkable before computing but forbids nothing: code → (Chinese, English)."""

from __future__ import annotations

CHECKS = {
    "constant_values": (
        "所有地区的值都是 {value}，该指标不影响排名。",
        "All localities have the value {value}: the indicator does not tell them apart.",
    ),
    "locality_without_data": (
        "该地区没有任何值。",
        "The locality has no value at all.",
    ),
    "indicator_without_data": (
        "没有任何地区有值。",
        "No locality has a value.",
    ),
    "not_applicable_unstated": (
        "未规定下级不适用或被剔除时如何处理。",
        "It is not stated what follows where a child does not apply or is excluded.",
    ),
    "availability_low": (
        "可用权重占 {share}，低于要求的 {required}，将不计分。",
        "Only {share} of the weight is available, {required} is required: there will be no score.",
    ),
    "history_unused": (
        "history.csv 有该指标其他时期的值，但该指标不按其他时期的值插补，这些值不起作用。",
        "history.csv has values of other periods, but the indicator is not imputed from them: "
        "they have no effect.",
    ),
    "all_in_order": (
        "未发现问题。",
        "No problems were found.",
    ),
}
