"""What happens to values before they are scored, and where weights come from, in words."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from assessment.engine.figures import plain_number

Label = str | Promise
Raw = Mapping[str, Any]

AGGREGATION_LABELS: dict[str, Label] = {
    "arithmetic": gettext_lazy("Weighted mean"),
    "geometric": gettext_lazy("Weighted geometric mean"),
    "harmonic": gettext_lazy("Weighted harmonic mean"),
    "minimum": gettext_lazy("Lowest of the branches"),
    "maximum": gettext_lazy("Highest of the branches"),
    "generalised": gettext_lazy("Weighted power mean"),
    "owa": gettext_lazy("Ordered weighted average"),
    "copeland": gettext_lazy("Comparison in pairs (Copeland)"),
    "outranking": gettext_lazy("Comparison in pairs (outranking)"),
    "topsis": gettext_lazy("Closeness to the ideal (TOPSIS)"),
}
# Those that need no numbers of their own, so that a form can offer them.
PLAIN_AGGREGATIONS = tuple(
    code for code in AGGREGATION_LABELS if code not in ("generalised", "owa")
)

WEIGHTING_LABELS: dict[str, Label] = {
    "given": gettext_lazy("Weights as given"),
    "equal": gettext_lazy("Equal weights"),
    "pca": gettext_lazy("Weights by principal component"),
    "entropy": gettext_lazy("Weights by entropy"),
    "critic": gettext_lazy("Weights by CRITIC"),
    "ahp": gettext_lazy("Weights by pairwise comparison (AHP)"),
    "budget": gettext_lazy("Weights from the experts' points"),
    "benefit_of_doubt": gettext_lazy("Each locality's most favourable weights"),
}
IMPUTATION_LABELS: dict[str, Label] = {
    "mean": pgettext_lazy("imputation", "the mean"),
    "median": pgettext_lazy("imputation", "the median"),
    "group_mean": pgettext_lazy("imputation", "the group's mean"),
    "group_median": pgettext_lazy("imputation", "the group's median"),
    "previous": pgettext_lazy("imputation", "the locality's value of the period before"),
    "linear": pgettext_lazy("imputation", "the line through the locality's other periods"),
}


def aggregation_label(method: str, weighting: str = "given") -> Label:
    """How children become their parent's score, with the weights where they are computed."""
    label = AGGREGATION_LABELS.get(method, method)
    if weighting == "given":
        return label
    return format_lazy("{} · {}", label, WEIGHTING_LABELS.get(weighting, weighting))


def step_sentences(node: Raw) -> Iterator[str]:
    """The steps an indicator's value takes before it is scored, one sentence each."""
    denominate, impute, treat = (node.get(key) or {} for key in ("denominate", "impute", "treat"))
    if denominate:
        yield _("Divided by the column %(column)s, times %(factor)s.") % {
            "column": denominate.get("column", ""),
            "factor": plain_number(denominate.get("factor", 1)),
        }
    screen = node.get("screen") or {}
    is_late = screen.get("when") == "after_imputation"
    if screen and not is_late:
        yield _("Left out when too few localities have a value.")
    if impute.get("method") == "constant":
        value = plain_number(impute.get("value", 0))
        yield _("A missing value counts as %(value)s.") % {"value": value}
    elif impute.get("method") in IMPUTATION_LABELS:
        stand_in = IMPUTATION_LABELS[impute["method"]]
        yield _("A missing value is replaced by %(stand_in)s.") % {"stand_in": stand_in}
    if is_late:
        yield _("Left out when too few localities then have a value.")
    yield from _treatment(treat)


def _treatment(treat: Raw) -> Iterator[str]:
    match treat.get("method"):
        case "winsorise":
            count = treat.get("max_points", 5)
            yield _("Up to %(count)s outliers are set to the next value.") % {"count": count}
            if treat.get("fallback", "log") == "log":
                yield _("Where that is not enough, all values are logged instead.")
        case "limits":
            yield _("Values beyond the stated limits are set to them.")
        case "log":
            yield _("Values are logged.")
        case "box_cox":
            yield _("Values are transformed (Box-Cox).")
