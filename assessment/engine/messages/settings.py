"""What can be wrong with the settings of a study: code → (Chinese, English)."""

from __future__ import annotations

SETTINGS = {
    "draws_out_of_range": (
        "抽样次数应在 1 至 {limit} 之间（{localities} 个地区），不能为 {draws}。",
        "The number of draws must lie between 1 and {limit} ({localities} localities), "
        "not be {draws}.",
    ),
    "base_not_power_of_two": (
        "样本基数 base 应为 2 至 {limit} 之间的 2 的幂，不能为 {base}。",
        "The base must be a power of two between 2 and {limit}, not {base}.",
    ),
    "seed_negative": (
        "随机种子 seed 不能为负数。",
        "The seed cannot be negative.",
    ),
    "weight_range_out_of_bounds": (
        "权重变动幅度 weight_range 应不小于 0 且小于 1。",
        "The weight_range must be at least 0 and below 1.",
    ),
    "concentration_out_of_bounds": (
        "集中参数 concentration 应为有限正数。",
        "The concentration must be positive and finite.",
    ),
    "measurement_error_out_of_bounds": (
        "测量误差 measurement_error 应为有限数，且不能为负。",
        "The measurement error must be finite and cannot be negative.",
    ),
    "choice_unknown": (
        "{name} 应从 {known} 中选取，至少一项。",
        "{name} must be one or more of {known}.",
    ),
    "choice_without_effect": (
        "{name} 的选项“{choice}”对任何节点都不起作用。",
        "The choice “{choice}” of {name} changes no node.",
    ),
    "choice_in_part": (
        "{name} 的选项“{choice}”对 {count} 个节点不起作用，其按原规定：{codes}。",
        "The choice “{choice}” of {name} does not apply to these, which stay as stated ({count}): "
        "{codes}.",
    ),
    "weights_do_not_vary": (
        "权重不变动：没有任何上级节点有两个以上按权重合成的下级。",
        "No weight varies: no branch has several children whose weights count.",
    ),
    "nothing_varies": (
        "没有任何因素变动，各次抽样结果都相同。",
        "Nothing varies: all draws are the same.",
    ),
    "error_without_factor": (
        "敏感性分析不含测量误差：它不属于任何因素。",
        "A sensitivity analysis takes no error of measurement: it belongs to no factor.",
    ),
}
