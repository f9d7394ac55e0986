"""The words every form of the product has in common: what is missing, what cannot be chosen."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.text import join_items

if TYPE_CHECKING:
    _BaseForm = forms.BaseForm
else:  # mixed into a form class, which brings the base
    _BaseForm = object

_DJANGO_REQUIRED = forms.Field.default_error_messages["required"]
_DJANGO_EMPTY = "---------"
_TOO_LONG = gettext_lazy(
    "Found %(show_value)d characters; expected at most %(limit_value)d characters. "
    "Shorten the text."
)
# What Django calls a choice that is not on the list; its own sentences repeat what was sent.
_NOT_OFFERED = frozenset({"invalid_choice", "invalid_list", "invalid_pk_value"})


class FormWords(_BaseForm):
    """Says which field is missing, what an empty choice means and what is not on offer.

    A field with words of its own (``error_messages``, ``empty_label``) keeps them.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            _word_empty_choice(field)
            _tell_length(field)

    def add_error(self, field: str | None, error: Any) -> None:
        """As Django's, with the missing field named, and the one whose choice is not offered."""
        if field is not None:
            code = getattr(error, "code", None)
            if _is_unworded(error, self.fields[field]):
                error = ValidationError(missing_text(self[field]), code=code)
            elif code in _NOT_OFFERED:
                error = ValidationError(not_offered_text(self[field]), code=code)
        super().add_error(field, error)


class Form(FormWords, forms.Form):
    """The base of every form that stands for no single row."""


def missing_text(field: forms.BoundField) -> str:
    """What to do about a field left empty, by the kind of its control."""
    widget = field.field.widget
    if isinstance(widget, forms.FileInput):
        return _("Choose a file.")
    if isinstance(field.field, forms.ChoiceField | forms.ModelChoiceField):
        return _("Choose an entry for “%(label)s”.") % {"label": field.label}
    return _("Fill in “%(label)s”.") % {"label": field.label}


def not_offered_text(field: forms.BoundField) -> str:
    """That the list has no such entry, or none any more; what was sent is not repeated."""
    text = _("What was chosen for “%(label)s” is not, or no longer, on offer. Choose again.")
    return text % {"label": field.label}


def _is_unworded(error: Any, field: forms.Field) -> bool:
    return (
        isinstance(error, ValidationError)
        and getattr(error, "code", None) == "required"
        and field.error_messages["required"] == _DJANGO_REQUIRED
    )


def _tell_length(field: forms.Field) -> None:
    """A long text is refused with what was typed in place: a browser would cut it silently."""
    if not isinstance(field.widget, forms.Textarea):
        return
    field.widget.attrs.pop("maxlength", None)
    field.validators = [
        MaxLengthValidator(each.limit_value, _TOO_LONG)
        if isinstance(each, MaxLengthValidator)
        else each
        for each in field.validators
    ]


def _word_empty_choice(field: forms.Field) -> None:
    """Replace Django's row of dashes where a list offers it."""
    words = _("Please choose") if field.required else _("None")
    if isinstance(field, forms.ModelChoiceField):
        if field.empty_label == _DJANGO_EMPTY:
            field.empty_label = words
    elif isinstance(field, forms.ChoiceField):
        offered: Any = field.choices
        field.choices = [
            (code, words if not code and label == _DJANGO_EMPTY else label)
            for code, label in offered
        ]


def typed_texts(form: forms.BaseForm) -> list[tuple[str, str]]:
    """Label and text of every visible field somebody changed, as it was sent.

    For the page that says why a form cannot be carried out any more: nothing typed is lost.
    """
    found = []
    for field in form.visible_fields():
        sent = field.data if isinstance(field.data, list) else [field.data]
        texts = [text.strip() for text in sent if isinstance(text, str) and text.strip()]
        is_typed = texts and not isinstance(field.field, forms.BooleanField)
        if is_typed and field.name in form.changed_data:
            # A choice of rows counts them by number, not by text; nested ones are indented.
            choices = {str(code): label for code, label in getattr(field.field, "choices", ())}
            words = [str(choices.get(text, text)).strip() for text in texts]
            found.append((str(field.label), join_items(words)))
    return found
