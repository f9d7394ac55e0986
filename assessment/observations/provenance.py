"""Where a value comes from, in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from assessment.frameworks.wording import SOURCE_LABELS as INDICATOR_SOURCES

# What a framework calls the source of an indicator, and the one way in that it does not know.
SOURCE_LABELS = {**INDICATOR_SOURCES, "import": gettext_lazy("Imported file")}
_KEYS = {
    "submission": gettext_lazy("Form"),
    "version": gettext_lazy("Signed version"),
    "sha256": "SHA-256",
    "file": gettext_lazy("File"),
    "row": gettext_lazy("Row"),
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


def source_label(source: str) -> str:
    """The source's name; the code where the product has none."""
    return str(SOURCE_LABELS.get(source, source))


def provenance_facts(provenance: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Label and text of everything the provenance says; nested parts stand in one text."""
    return [(_label(key), _text(value)) for key, value in sorted(provenance.items())]


def _label(key: str) -> str:
    return str(_KEYS.get(key, key))


def _text(value: object) -> str:
    if value is None or value == "":
        return _("Not available")
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, Mapping):
        return " · ".join(
            _("%(label)s: %(value)s") % {"label": _label(key), "value": _text(part)}
            for key, part in sorted(value.items())
        )
    if isinstance(value, list):
        return pgettext("list separator", ", ").join(_text(item) for item in value)
    return str(value)
