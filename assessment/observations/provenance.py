"""Where a value comes from, in the reader's words.

What is stored are codes and parameters; the sentences are written here, at the moment of
reading, so that each reader has them in their own language.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.text import join_items, labelled
from assessment.engine.figures import fixed_number
from assessment.frameworks.wording import SOURCE_LABELS as INDICATOR_SOURCES

# What a framework calls the source of an indicator, and the one way in that it does not know.
SOURCE_LABELS = {**INDICATOR_SOURCES, "import": gettext_lazy("Imported file")}
FORMULAS = {
    "relative_fall": gettext_lazy("100 × (base year − year assessed) / base year"),
}
METHODS = {"lower_median": gettext_lazy("Lower median of the experts’ levels")}
# Collections of data the product brings along; others are named by whoever imports them.
DATA_SOURCES = {
    "aqistudy": gettext_lazy(
        "Derived from the daily city means of the national monitoring network, as republished "
        "by aqistudy.cn (github.com/ShuyaoHong/aqistudy, commit 1ba11cae)"
    ),
}
MEAN_DECIMALS = 1
# In the order they are told.
_KEYS = {
    "submission": gettext_lazy("Form"),
    "version": gettext_lazy("Signed version"),
    "file": gettext_lazy("File"),
    "row": gettext_lazy("Row"),
    "sha256": "SHA-256",
    "method": gettext_lazy("Method"),
    "formula": gettext_lazy("Formula"),
    "base": gettext_lazy("Base year"),
    "now": gettext_lazy("Year assessed"),
    "year": gettext_lazy("Year"),
    "mean": gettext_lazy("Annual mean (µg/m³)"),
    "days": gettext_lazy("Valid days"),
    "source": gettext_lazy("Source"),
    "levels": gettext_lazy("Levels given"),
    "median": gettext_lazy("Median"),
    "reviewers": gettext_lazy("Experts"),
    "abstentions": gettext_lazy("Abstentions"),
    "generated": gettext_lazy("Generated"),
    "seed": gettext_lazy("Seed"),
    "note": gettext_lazy("Note"),
    "reason": gettext_lazy("Reason"),
}
_ORDER = {key: place for place, key in enumerate(_KEYS)}
# Keys whose values are codes; what is no code of ours stands as it was written.
_WORDS = {"formula": FORMULAS, "method": METHODS, "source": DATA_SOURCES}


def source_label(source: str) -> str:
    """The source's name; the code where the product has none."""
    return str(SOURCE_LABELS.get(source, source))


def data_source(source: str) -> str:
    """Where data come from, by code; the text itself where somebody named it in words."""
    return str(DATA_SOURCES.get(source, source))


def mean_text(mean: str | float) -> str:
    """An annual mean with its one decimal, half-even (GB/T 8170)."""
    return fixed_number(Decimal(str(mean)), MEAN_DECIMALS)


def provenance_facts(provenance: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Label and text of everything the provenance says; nested parts stand in one text."""
    return [(_label(key), _text(key, provenance[key])) for key in _ordered(provenance)]


def _ordered(part: Mapping[str, Any]) -> list[str]:
    """Known keys in the order they are told, others after them: alike on every database."""
    return sorted(part, key=lambda key: (_ORDER.get(key, len(_ORDER)), key))


def _label(key: str) -> str:
    return str(_KEYS.get(key, key))


def _text(key: str, value: object) -> str:
    if value is None or value == "":
        return _("Not available")
    if key == "mean":
        return mean_text(str(value))
    if isinstance(value, str) and key in _WORDS:
        return str(_WORDS[key].get(value, value))
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, Mapping):
        return " · ".join(
            labelled(_label(inner), _text(inner, value[inner])) for inner in _ordered(value)
        )
    if isinstance(value, list):
        return join_items(_text(key, item) for item in value)
    return str(value)
