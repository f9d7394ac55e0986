"""Texts typed in both languages: two fields make one part of a node."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

PART_LABELS: dict[str, Promise] = {
    "title": gettext_lazy("Title"),
    "description": gettext_lazy("Description"),
    "definition": gettext_lazy("Definition"),
    "unit": gettext_lazy("Unit"),
    "formula": gettext_lazy("Formula"),
    "guidance": gettext_lazy("Guidance"),
    "article": gettext_lazy("Article"),
    "evidence": gettext_lazy("Evidence asked for"),
    "weight": gettext_lazy("Weight"),
    "direction": gettext_lazy("Direction"),
    "source": gettext_lazy("Source"),
    "value": gettext_lazy("Value"),
    "normalisation": gettext_lazy("Scoring"),
    "aggregation": gettext_lazy("Aggregation"),
    "missing": gettext_lazy("Missing values"),
}
_SHORT = frozenset({"title", "unit"})
SIDES = (("zh", "zh-Hans"), ("en", "en"))


def add_text_fields(form: forms.Form, parts: Iterable[str], required: Iterable[str]) -> None:
    """Give the form a Chinese and an English field for each part."""
    needed = set(required)
    for part in parts:
        for side, language in SIDES:
            attrs = {"lang": language} if part in _SHORT else {"lang": language, "rows": "3"}
            widget = forms.TextInput if part in _SHORT else forms.Textarea
            form.fields[f"{part}_{side}"] = forms.CharField(
                label=_side_label(part, side),
                required=part in needed,
                max_length=4000,
                widget=widget(attrs=attrs),
            )


def _side_label(part: str, side: str) -> str:
    words = _("%(part)s (Chinese)") if side == "zh" else _("%(part)s (English)")
    return words % {"part": PART_LABELS[part]}


def text_initial(node: Mapping[str, Any], parts: Iterable[str]) -> dict[str, str]:
    """What the fields show of a node; a plain text stands on both sides."""
    initial = {}
    for part in parts:
        value = node.get(part)
        for side, language in SIDES:
            text = value.get(language, "") if isinstance(value, Mapping) else value or ""
            initial[f"{part}_{side}"] = str(text)
    return initial


def typed_text(cleaned: Mapping[str, Any], part: str) -> dict[str, str] | None:
    """The part as FRAMEWORK.json writes it; ``None`` where both sides are empty."""
    texts = {language: cleaned.get(f"{part}_{side}", "") for side, language in SIDES}
    return texts if any(texts.values()) else None


def complain_of_one_sided(form: forms.Form, parts: Iterable[str]) -> None:
    """A text in one language alone is an error at the empty side."""
    for part in parts:
        given = {side: form.cleaned_data.get(f"{part}_{side}") for side, _language in SIDES}
        for side, text in given.items():
            name = f"{part}_{side}"
            if text == "" and any(given.values()) and name not in form.errors:
                form.add_error(name, _("Write this text in both languages, or in neither."))
