"""Codes of framework documents in words, for readers of the event log."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assessment.frameworks import wording
from assessment.frameworks.step_wording import (
    AGGREGATION_LABELS,
    IMPUTATION_LABELS,
    WEIGHTING_LABELS,
    Label,
)

_NONE = pgettext_lazy("method", "None")
# By the name of the set in ``audit.fields``.
RECORDED_WORDS: Mapping[str, Mapping[str, Label]] = {
    "node kind": wording.KIND_LABELS,
    "source": wording.SOURCE_LABELS,
    "direction": wording.DIRECTION_LABELS,
    "previous answer": wording.PREVIOUS_LABELS,
    "measured value": wording.MEASURED_LABELS,
    "missing": wording.MISSING_LABELS,
    "not applicable": wording.NOT_APPLICABLE_LABELS,
    "scoring method": wording.METHOD_LABELS,
    "value type": wording.VALUE_TYPE_LABELS,
    "aggregation": AGGREGATION_LABELS,
    "weighting": WEIGHTING_LABELS,
    "imputation": {
        **IMPUTATION_LABELS,
        "none": _NONE,
        "constant": pgettext_lazy("imputation", "a stated value"),
    },
    "screening": {
        "before_imputation": _("Before missing values are imputed"),
        "after_imputation": _("After missing values are imputed"),
    },
    "treatment": {
        "none": _NONE,
        "winsorise": _("Outliers set to the next value"),
        "limits": _("Values limited"),
        "log": _("Values logged"),
        "box_cox": _("Box-Cox transformation"),
    },
    "document part": {
        "format": _("Format"),
        "title": _("Title"),
        "description": _("Description"),
        "notice": _("Notice"),
        "basis": _("Legal basis"),
        "groups": _("Groups that ranks are taken in"),
        "scale": _("Scale"),
        "decimals": _("Decimals"),
        "grades": _("Grades"),
        "rules": _("Rules"),
        "node order": _("Order of the nodes"),
    },
}
