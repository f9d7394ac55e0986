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
        "所有地区的值都是 {value}，无法按极差归一化。",
        "All localities have the value {value}: min-max scaling has no range.",
    ),
    "non_positive": (
        "下级 {child} 的得分 {value} 不为正，无法求{method}平均。",
        "The child {child} scores {value}: a {method} mean needs positive scores.",
    ),
    "child_missing": (
        "下级 {child} 没有得分，指标体系规定此时不得计分。",
        "The child {child} has no score and the framework does not allow that.",
    ),
    "overflow": (
        "计算溢出：结果不是有限数。",
        "The arithmetic overflowed: the result is not finite.",
    ),
}
