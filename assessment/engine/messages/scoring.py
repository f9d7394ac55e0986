"""Why the arithmetic has no answer: code → (Chinese, English)."""

from __future__ import annotations

SCORING = {
    "no_edition": (
        "日期 {on} 没有适用的参数版本。",
        "No edition of the parameters covers {on}.",
    ),
    "date_needed": (
        "参数分版本适用，须给出考核期最后一日。",
        "The parameters have editions: state the period's last day.",
    ),
    "constant_indicator": (
        "所有地区的值都是 {value}，没有差异，无法归一化。",
        "All localities have the value {value}: there is no range to scale by.",
    ),
    "non_positive": (
        "下级 {child} 的得分 {value} 不为正，无法求{method}平均。",
        "The child {child} scores {value}: a {method} mean needs positive scores.",
    ),
    "child_missing": (
        "下级 {child} 没有得分，指标体系规定此时不得计分。",
        "The child {child} has no score and the framework does not allow that.",
    ),
    "child_not_applicable": (
        "下级 {child} 不适用或已剔除，指标体系规定此时不得计分。",
        "The child {child} does not apply or was excluded, and the framework does not allow that.",
    ),
    "child_not_applicable_unstated": (
        "下级 {child} 不适用或已剔除，指标体系未规定此时如何处理。",
        "The child {child} does not apply or was excluded, and the framework does not say what "
        "follows.",
    ),
    "module_needed": (
        "按最优权重法（benefit of the doubt）计分需要 SciPy，本机未安装（{module}）。",
        "Benefit of the doubt needs SciPy, which is not installed here ({module}).",
    ),
    "overflow": (
        "计算溢出：结果不是有限数。",
        "The arithmetic overflowed: the result is not finite.",
    ),
    "negative_score": (
        "下级 {child} 的得分 {value} 为负，此法不适用。",
        "The child {child} scores {value}: this method needs scores that are not negative.",
    ),
    "column_missing": (
        "地区表没有“{column}”这一列。",
        "The localities have no column “{column}”.",
    ),
    "bad_denominator": (
        "分母“{column}”为“{value}”，应为大于零的数。",
        "The denominator “{column}” is “{value}”; a number above zero is needed.",
    ),
    "forced_locality_unknown": (
        "筛选时指定的地区 {locality} 不在地区表中。",
        "The screen names {locality}, which is not among the localities.",
    ),
    "history_needed": (
        "该指标按其他时期的值插补，须提供这些值（history.csv）。",
        "The indicator is imputed from other periods: give their values (history.csv).",
    ),
    "period_needed": (
        "该指标按其他时期的值插补，须给出考核期最后一日。",
        "The indicator is imputed from other periods: state the period's last day.",
    ),
    "nothing_to_impute_from": (
        "没有任何地区有值，无法插补。",
        "No locality has a value to impute from.",
    ),
    "group_without_values": (
        "分组“{group}”中没有值，无法插补。",
        "The group “{group}” has no value to impute from.",
    ),
    "box_cox_not_positive": (
        "最小值 {value} 不为正，不能作 Box-Cox 变换。",
        "The lowest value is {value}: a Box-Cox transformation needs positive values.",
    ),
    "reference_not_better": (
        "参照值 {reference} 并不优于最差值 {worst}，无法计算距离。",
        "The reference {reference} is not better than the worst value {worst}.",
    ),
    "reference_without_value": (
        "参照地区没有值。",
        "The reference locality has no value.",
    ),
    "cannot_freeze": (
        "“{method}”方法随数据而变，不能固定为上下限。",
        "The method {method} cannot be written down as fixed goalposts.",
    ),
    "too_few_complete": (
        "下级得分齐全的地区不足三个，无法由数据求权重。",
        "Fewer than three localities have all children's scores: no weights can be found.",
    ),
    "no_spread": (
        "各地区得分没有差异（下级 {child}），无法计算。",
        "The localities do not differ (child {child}): there is nothing to compute from.",
    ),
    "nothing_to_compare": (
        "该地区有得分的各下级，所有地区得分都相同，无从比较。",
        "On every child this locality has a score for, all localities score the same.",
    ),
    "negative_loading": (
        "下级 {child} 在第一主成分上的载荷为负。",
        "The child {child} has a negative loading on the first principal component.",
    ),
    "no_first_component": (
        "各下级得分彼此不相关，有几个同样大的主成分，第一主成分不能确定。",
        "Several principal components explain as much: there is no first one to take weights from.",
    ),
    "no_weights_drawn": (
        "抽取的同级权重全部为零：集中度过小。",
        "All siblings drew a weight of zero: the concentration is too small.",
    ),
    "negative_for_entropy": (
        "下级 {child} 有负分，不能求熵权。",
        "The child {child} has negative scores: entropy needs none below zero.",
    ),
    "no_benefit_weights": (
        "没有满足占比限制的权重。",
        "No weights keep the shares asked for.",
    ),
}
