"""Two people at one draft: who saved what, and how it differs from what was typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.text import join_items
from assessment.audit.staleness import Told, told
from assessment.frameworks.forms.node import NodeForm
from assessment.frameworks.models import FrameworkVersion
from assessment.frameworks.queries import changes_since


@dataclass(frozen=True)
class TypedDifference:
    """A field whose typed text is not what is saved now."""

    label: str | Promise
    old: str
    new: str
    code: str = ""
    unit: str = ""


def saves_since(version: FrameworkVersion, revision: int) -> list[Told]:
    """The saves after the revision the reader saw, oldest first."""
    return told(changes_since(version, revision))


def kept_and_taken_over(
    form: NodeForm, version: FrameworkVersion, revision: int, current: Mapping[str, Any]
) -> NodeForm:
    """The form with what was typed, and with others' changes where nothing was typed.

    The events say what each part was before the first save the reader did not see; a part
    still sent like that was not touched.
    """
    base: dict[str, Any] = {}
    for event in changes_since(version, revision):
        if event.action == "frameworks.update_node" and event.after.get("node") == current["code"]:
            base = {**event.before, **base}
    typed = form.changes()
    untouched = [part for part, was in base.items() if part in typed and typed[part] == was]
    saved = NodeForm(current)
    sent = {name: form[name].value() for name in form.fields}
    for part in untouched:
        for name in saved.fields_of(part):
            sent[name] = saved.fields[name].prepare_value(saved[name].value())
    return NodeForm(current, {name: value for name, value in sent.items() if value is not False})


def typed_differences(form: NodeForm, current: Mapping[str, Any]) -> list[TypedDifference]:
    """What saving the form now would change, field by field."""
    saved = NodeForm(current)
    differences = []
    for name, field in form.fields.items():
        if name not in saved.fields:
            continue
        was = _shown(field, saved[name].value())
        typed = _shown(field, form[name].value())
        if was != typed:
            label = field.label or name
            differences.append(TypedDifference(label=label, old=was, new=typed))
    return differences


def _shown(field: forms.Field, value: object) -> str:
    value = field.prepare_value(value)
    if isinstance(field, forms.BooleanField):
        return _("yes") if field.to_python(value) else _("no")
    if isinstance(field, forms.ChoiceField):
        chosen = [str(code) for code in value] if isinstance(value, list) else [str(value)]
        labels = dict(cast("list[tuple[str, object]]", list(cast(Any, field.choices))))
        return join_items(labels.get(code, code) for code in chosen)
    return str(value or "").replace("\r\n", "\n")
