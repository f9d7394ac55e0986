"""The form that adds a dimension or an indicator to a draft."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.form_words import Form
from assessment.engine.document import CODE_LENGTH
from assessment.frameworks import wording
from assessment.frameworks.forms.fields import NumberField, choices
from assessment.frameworks.forms.texts import (
    add_text_fields,
    complain_of_one_sided,
    typed_text,
)

_METHODS = ("goalposts", "target_attainment", "bands", "piecewise_linear", "min_max", "identity")
_VALUE_TYPES = ("percent", "number", "integer")
_CODE = RegexValidator(
    rf"^[A-Za-z][A-Za-z0-9_.-]{{0,{CODE_LENGTH - 1}}}\Z",
    gettext_lazy("Use letters, digits, dots, hyphens and underscores; begin with a letter."),
)


class AddNodeForm(Form):
    """``node`` gives a whole node of FRAMEWORK.json, with first values to be refined."""

    parent = forms.ChoiceField(label=gettext_lazy("Below"))
    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=CODE_LENGTH,
        validators=[_CODE],
        help_text=gettext_lazy("Stays for good: files and observations refer to it."),
    )

    def __init__(
        self,
        kind: str,
        parents: list[tuple[str, str]],
        scale: Mapping[str, Any],
        *args: Any,
        **kw: Any,
    ) -> None:
        super().__init__(*args, **kw)
        self.kind, self.scale = kind, scale
        self.fields["parent"].choices = parents  # type: ignore[attr-defined]
        texts = ("title", "definition", "unit") if kind == "indicator" else ("title",)
        self.texts = texts
        add_text_fields(self, texts, ("title", "definition"))
        self.fields["weight"] = NumberField(
            label=_("Weight"), least=0, most=10**6, help_text=_("In points.")
        )
        if kind == "indicator":
            self._add_indicator_fields()

    def _add_indicator_fields(self) -> None:
        for name, label, labels, only in (
            ("source", _("Source"), wording.SOURCE_LABELS, None),
            ("direction", _("Direction"), wording.DIRECTION_LABELS, None),
            ("value_type", _("Value"), wording.VALUE_TYPE_LABELS, _VALUE_TYPES),
            ("method", _("Scoring"), wording.METHOD_LABELS, _METHODS),
        ):
            self.fields[name] = forms.ChoiceField(label=label, choices=choices(labels, only))

    def clean(self) -> dict[str, Any]:
        """Texts come in both languages."""
        cleaned = super().clean() or self.cleaned_data
        complain_of_one_sided(self, self.texts)
        return cleaned

    def node(self) -> dict[str, Any]:
        """The node, its scoring with first numbers over the whole scale."""
        cleaned = self.cleaned_data
        node: dict[str, Any] = {
            "code": cleaned["code"],
            "parent": cleaned["parent"],
            "kind": self.kind,
            "weight": cleaned["weight"],
        }
        for part in self.texts:
            text = typed_text(cleaned, part)
            if text:
                node[part] = text
        if self.kind == "dimension":
            return {
                **node,
                "aggregation": {"method": "arithmetic"},
                "missing": {"policy": "error", "not_applicable": "redistribute"},
            }
        return {
            **node,
            "source": cleaned["source"],
            "value": {"type": cleaned["value_type"]},
            "direction": cleaned["direction"],
            "normalisation": self._normalisation(),
        }

    def _normalisation(self) -> dict[str, Any]:
        method = self.cleaned_data["method"]
        low, high = self.scale["min"], self.scale["max"]
        is_positive = self.cleaned_data["direction"] == "positive"
        worst, best = (low, high) if is_positive else (high, low)
        if method == "goalposts":
            return {"method": method, "lower": 0, "upper": 100, "truncate": True}
        if method == "target_attainment":
            required, target = (60, 100) if is_positive else (100, 60)
            return {"method": method, "required": required, "target": target}
        if method == "bands":
            bands = [{"from": None, "score": worst}, {"from": 60, "score": best}]
            return {"method": method, "bands": bands}
        if method == "piecewise_linear":
            points = [{"value": 0, "score": worst}, {"value": 100, "score": best}]
            return {"method": method, "points": points}
        return {"method": method}
