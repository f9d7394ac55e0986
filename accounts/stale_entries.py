"""Refuses to save over what somebody else saved while a form of the administration was open."""

from copy import copy
from typing import TYPE_CHECKING, Any

from django.forms import BooleanField, ChoiceField, Field, ModelChoiceField, MultipleHiddenInput
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

if TYPE_CHECKING:
    from django.forms import BoundField, ModelForm


def refusing_stale(form: "type[ModelForm[Any]]") -> "type[ModelForm[Any]]":
    """The form class whose forms are invalid where a changed field was changed meanwhile.

    The form carries what it showed of each field (``show_hidden_initial``). An entry that
    replaces something never shown is refused at its field, with what stands there now and
    with the entry kept; saved again, it replaces what has then been seen. Fields that only
    the other person changed are not sent back and need no refusal.
    """

    def clean(self: "ModelForm[Any]") -> None:
        _refuse_stale(self)
        form._post_clean(self)  # type: ignore[attr-defined]

    return type(form.__name__, (form,), {"_post_clean": clean})


def _refuse_stale(form: "ModelForm[Any]") -> None:
    if not any(form[name].html_initial_name in form.data for name in form.fields):
        return  # not sent from the page, which shows what it compares with
    stale = [form[name] for name in form.changed_data if _is_stale(form, form[name])]
    for entry in stale:
        message = _(
            "Somebody else changed this to “%(value)s” after you opened the page. "
            "Your entry is kept: save again to replace theirs."
        )
        form.add_error(entry.name, message % {"value": _shown_text(entry)})
    if stale:
        form.data = _with_initials(form, stale)


def _is_stale(form: "ModelForm[Any]", entry: "BoundField") -> bool:
    """Whether the stored value is neither what the page showed nor what was entered."""
    field, stored, hidden = entry.field, form.initial.get(entry.name), entry.field.hidden_widget()
    was_sent = entry.html_initial_name in form.data
    # A list that was shown empty sends nothing at all.
    if not was_sent and not isinstance(hidden, MultipleHiddenInput):
        return False
    shown = hidden.value_from_datadict(form.data, form.files, entry.html_initial_name)
    return field.has_changed(stored, shown) and field.has_changed(stored, entry.data)


def _with_initials(form: "ModelForm[Any]", entries: "list[BoundField]") -> Any:
    """What was sent, as if the page had shown what is stored now."""
    data: Any = copy(form.data)  # of a request's data: one that can be changed
    for entry in entries:
        value = entry.field.prepare_value(form.initial.get(entry.name))
        if isinstance(entry.field.hidden_widget(), MultipleHiddenInput):
            data.setlist(entry.html_initial_name, [str(item) for item in value or []])
        else:
            data[entry.html_initial_name] = "" if value is None else str(value)
    return data


def _shown_text(entry: "BoundField") -> str:
    """The stored value as a person reads it."""
    field, value = entry.field, entry.form.initial.get(entry.name)
    if isinstance(field, BooleanField):
        return _("yes") if value else _("no")
    if value in (None, "", []):
        return pgettext("value of a field", "nothing")
    return _choice_text(field, value)


def _choice_text(field: Field, value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    if isinstance(field, ModelChoiceField) and field.queryset is not None:
        return str(field.queryset.filter(pk=value).first() or value)
    if isinstance(field, ChoiceField):
        return str(dict(field.choices).get(value, value))  # type: ignore[arg-type]
    return str(value)
