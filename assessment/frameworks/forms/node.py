"""The form of a node on a draft: its texts, weight, value and scoring."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.form_words import Form
from assessment.frameworks import wording
from assessment.frameworks.forms.fields import NumberField, TableField, choices
from assessment.frameworks.forms.texts import (
    add_text_fields,
    complain_of_one_sided,
    text_initial,
    typed_text,
)
from assessment.frameworks.step_wording import AGGREGATION_LABELS, PLAIN_AGGREGATIONS

Raw = Mapping[str, Any]

_BRANCH_TEXTS = ("title", "description", "guidance", "article")
_LEAF_TEXTS = ("title", "definition", "unit", "formula", "guidance", "article", "evidence")
_STATUSES: dict[str, Promise] = {
    "nothing_to_report": gettext_lazy("Nothing to report"),
    "not_applicable": gettext_lazy("Not applicable"),
}


def _number(label: str, **options: Any) -> NumberField:
    return NumberField(label=label, required=options.pop("required", False), **options)


# The numbers of each method; a method with dated editions is changed in the file.
_PARAMETERS: dict[str, Callable[[], dict[str, forms.Field]]] = {
    "goalposts": lambda: {
        "lower": _number(_("Lower goalpost"), required=True),
        "upper": _number(_("Upper goalpost"), required=True),
        "truncate": forms.BooleanField(
            label=_("Keep scores between the lowest and the highest"), required=False
        ),
    },
    "target_attainment": lambda: {
        "required": _number(_("Required value"), required=True),
        "target": _number(_("Target"), required=True),
        "base": _number(_("Score at the required value")),
        "span": _number(_("Points from there to the target")),
        "floor": _number(_("Lowest score")),
        "cap": _number(_("Highest score")),
    },
    "bands": lambda: {
        "bands": TableField(
            key="from",
            label=_("Bands"),
            help_text=_("One per line: the value it begins at and its score; the first with “-”."),
        )
    },
    "piecewise_linear": lambda: {
        "points": TableField(
            key="value",
            label=_("Break points"),
            help_text=_("One per line: a value and its score."),
        )
    },
}


class NodeForm(Form):
    """Edits one node; ``changes`` gives what ``update_node`` takes."""

    def __init__(self, node: Raw, typed: Mapping[str, Any] | None = None) -> None:
        self.node = node
        self.is_leaf = node["kind"] in ("indicator", "flag")
        self.texts = _LEAF_TEXTS if self.is_leaf else _BRANCH_TEXTS
        super().__init__(typed, initial=_initial(node, self.texts))
        needed = ("title", "definition") if self.is_leaf else ("title",)
        add_text_fields(self, self.texts, needed)
        if node["kind"] != "flag":
            self.fields["weight"] = NumberField(
                label=_("Weight"), least=0, most=10**6, help_text=_("In points.")
            )
        if self.is_leaf:
            self._add_leaf_fields()
        else:
            self._add_branch_fields()

    def _add_branch_fields(self) -> None:
        self.fields["aggregation"] = forms.ChoiceField(
            label=_("Aggregation"), choices=choices(AGGREGATION_LABELS, self._aggregations())
        )
        self.fields["missing_policy"] = forms.ChoiceField(
            label=_("Missing values"), choices=choices(wording.MISSING_LABELS)
        )
        self.fields["not_applicable_policy"] = forms.ChoiceField(
            label=_("Not applicable or excluded"),
            choices=[*self._undecided(), *choices(wording.NOT_APPLICABLE_LABELS)],
        )
        self.fields["availability"] = _number(
            _("Least share of the weight that must be there"),
            least=0,
            most=1,
            help_text=_("From 0 to 1. Below it the node has no score."),
        )

    def _undecided(self) -> list[tuple[str, Any]]:
        """The empty choice, which cannot be saved, where an older document left it open."""
        stated = "not_applicable" in (self.node.get("missing") or {})
        return [] if stated else [("", _("Choose what follows"))]

    def _aggregations(self) -> list[str]:
        """Those that need no numbers, and the node's own."""
        own = str((self.node.get("aggregation") or {}).get("method", "arithmetic"))
        return list(dict.fromkeys([*PLAIN_AGGREGATIONS, own]))

    def _add_leaf_fields(self) -> None:
        self.fields["source"] = forms.ChoiceField(
            label=_("Source"), choices=choices(wording.SOURCE_LABELS)
        )
        self.fields["direction"] = forms.ChoiceField(
            label=_("Direction"), choices=choices(wording.DIRECTION_LABELS)
        )
        self.fields["evidence_required"] = forms.BooleanField(
            label=_("Evidence must be attached"), required=False
        )
        self.fields["value_min"] = _number(_("Lowest value accepted"))
        self.fields["value_max"] = _number(_("Highest value accepted"))
        self.fields["value_decimals"] = _number(
            _("Decimals asked for"), least=0, most=10, is_whole=True
        )
        self.fields["allow"] = forms.MultipleChoiceField(
            label=_("Answers allowed instead of a value"),
            required=False,
            choices=choices(_STATUSES),
            widget=forms.CheckboxSelectMultiple,
        )
        self.fields["nothing_to_report_score"] = _number(_("Score when there is nothing to report"))
        self.fields["prefill_previous"] = forms.ChoiceField(
            label=_("Answer of the last period"),
            choices=choices(wording.PREVIOUS_LABELS),
            required=False,
            help_text=_("Results of one period are compared; what lasts may be proposed."),
        )
        self.fields["prefill_measured"] = forms.ChoiceField(
            label=_("Measured value proposed"),
            choices=[("", _("None")), *choices(wording.MEASURED_LABELS)],
            required=False,
        )
        for name, field in self._parameter_fields().items():
            self.fields[f"scoring_{name}"] = field

    def _parameter_fields(self) -> dict[str, forms.Field]:
        stated = self.node.get("normalisation") or {}
        if stated.get("editions"):
            return {}
        make = _PARAMETERS.get(stated.get("method", ""))
        return make() if make else {}

    @property
    def text_fields(self) -> list[forms.BoundField]:
        """The fields of texts: Chinese and English in turn."""
        return [self[name] for name in self._text_names()]

    @property
    def other_fields(self) -> list[forms.BoundField]:
        """Weight, value and scoring."""
        texts = set(self._text_names())
        return [field for field in self if field.name not in texts]

    def fields_of(self, part: str) -> list[str]:
        """The names of the fields that make up a part of the node."""
        if part in self.texts:
            names = [f"{part}_zh", f"{part}_en"]
            return [*names, "evidence_required"] if part == "evidence" else names
        if part == "missing":
            return ["missing_policy", "not_applicable_policy", "availability"]
        if part == "value":
            extra = ("allow", "nothing_to_report_score")
            return [n for n in self.fields if n.startswith("value_") or n in extra]
        if part == "prefill":
            return [name for name in self.fields if name.startswith("prefill_")]
        if part == "normalisation":
            return [name for name in self.fields if name.startswith("scoring_")]
        return [part] if part in self.fields else []

    def _text_names(self) -> list[str]:
        return [f"{part}_{side}" for part in self.texts for side in ("zh", "en")]

    @property
    def is_scoring_in_file(self) -> bool:
        """Whether the scoring can only be changed in the exported file."""
        return self.node["kind"] == "indicator" and not self._parameter_fields()

    def clean(self) -> dict[str, Any]:
        """Texts come in both languages; evidence that must be attached is described."""
        cleaned = super().clean() or self.cleaned_data
        complain_of_one_sided(self, self.texts)
        if cleaned.get("evidence_required") and not typed_text(cleaned, "evidence"):
            self.add_error("evidence_zh", _("Say which evidence must be attached."))
        low, high = cleaned.get("value_min"), cleaned.get("value_max")
        if low is not None and high is not None and low > high:
            self.add_error("value_max", _("The highest value is below the lowest one."))
        return cleaned

    def changes(self) -> dict[str, Any]:
        """The parts of the node as the form now has them; ``None`` takes a part out."""
        cleaned = self.cleaned_data
        parts: dict[str, Any] = {
            part: self._kept_text(part) for part in self.texts if part != "evidence"
        }
        if "weight" in cleaned:
            parts["weight"] = cleaned["weight"]
        if not self.is_leaf:
            own = self.node["aggregation"]
            is_kept = own["method"] == cleaned["aggregation"]
            parts["aggregation"] = own if is_kept else {"method": cleaned["aggregation"]}
            parts["missing"] = self._missing()
            return parts
        parts["source"] = cleaned["source"]
        if self.node["kind"] == "indicator" or "direction" in self.node:
            parts["direction"] = cleaned["direction"]
        evidence = typed_text(cleaned, "evidence")
        is_required = cleaned["evidence_required"]
        parts["evidence"] = {"required": is_required, "text": evidence} if evidence else None
        parts["value"] = self._value()
        parts["prefill"] = self._prefill()
        if self.node["kind"] == "indicator":
            parts["normalisation"] = self._normalisation()
        return parts

    def _kept_text(self, part: str) -> Any:
        """A plain text that both sides still show stays a plain text."""
        typed = typed_text(self.cleaned_data, part)
        current = self.node.get(part)
        if isinstance(current, str) and typed and set(typed.values()) == {current}:
            return current
        return typed

    def _value(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        value = {
            **self.node["value"],
            "min": cleaned["value_min"],
            "max": cleaned["value_max"],
            "decimals": cleaned["value_decimals"],
            "allow": cleaned["allow"] or None,
            "nothing_to_report_score": cleaned["nothing_to_report_score"],
        }
        if not cleaned["allow"] and self.node["value"].get("allow") == []:
            value["allow"] = []
        return _without_none(value)

    def _prefill(self) -> dict[str, Any] | None:
        """What is offered to the locality; nothing where only what holds anyway was chosen."""
        previous = self.cleaned_data["prefill_previous"] or "compare"
        measured = self.cleaned_data["prefill_measured"]
        stated = self.node.get("prefill")
        if not measured and previous == "compare" and not stated:
            return None
        found = {"previous": previous, "measured": measured or None}
        if previous == "compare" and "previous" not in (stated or {}):
            del found["previous"]
        return _without_none(found)

    def _missing(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        missing = {
            "policy": cleaned["missing_policy"],
            "availability": cleaned["availability"],
            "not_applicable": cleaned["not_applicable_policy"],
        }
        return _without_none({**self.node["missing"], **missing})

    def _normalisation(self) -> dict[str, Any]:
        typed = {
            name.removeprefix("scoring_"): value
            for name, value in self.cleaned_data.items()
            if name.startswith("scoring_")
        }
        stated = self.node["normalisation"]
        if typed.get("truncate") and "truncate" not in stated:
            del typed["truncate"]  # what is not stated holds already
        return _without_none({**stated, **typed})


def _without_none(part: Raw) -> dict[str, Any]:
    return {key: value for key, value in part.items() if value is not None}


def _initial(node: Raw, texts: tuple[str, ...]) -> dict[str, Any]:
    evidence = node.get("evidence") or {}
    value = node.get("value") or {}
    stated = node.get("normalisation") or {}
    prefill = node.get("prefill") or {}
    return {
        **text_initial({**node, "evidence": evidence.get("text")}, texts),
        "weight": node.get("weight"),
        "source": node.get("source"),
        "direction": node.get("direction", "positive"),
        "evidence_required": evidence.get("required", False),
        "value_min": value.get("min"),
        "value_max": value.get("max"),
        "value_decimals": value.get("decimals"),
        "allow": value.get("allow", []),
        "nothing_to_report_score": value.get("nothing_to_report_score"),
        "prefill_previous": prefill.get("previous", "compare"),
        "prefill_measured": prefill.get("measured", ""),
        "aggregation": (node.get("aggregation") or {}).get("method"),
        "missing_policy": (node.get("missing") or {}).get("policy"),
        "not_applicable_policy": (node.get("missing") or {}).get("not_applicable"),
        "availability": (node.get("missing") or {}).get("availability"),
        "scoring_truncate": True,
        **{f"scoring_{key}": stated[key] for key in stated},
    }
