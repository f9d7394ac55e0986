"""Words for codes that other rooms own: they register them when they start."""

from collections.abc import Mapping

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.utils.functional import Promise

Label = str | Promise
_words: dict[str, dict[str, Label]] = {}


def register_words(name: str, labels: Mapping[str, Label]) -> None:
    """Make the words of a set of codes known; call it from ``AppConfig.ready``.

    ``name`` is what ``fields.Field.words`` calls the set; more codes may come in later calls.
    """
    _words.setdefault(name, {}).update({str(code): label for code, label in labels.items()})


def word_for(name: str, code: object) -> str:
    """The code's word in the reader's language; the code itself where none is known.

    ``name`` is a registered set, or ``app.model.field`` for the choices of a model's field.
    """
    known = _words.get(name)
    if known is None and name.count(".") == 2:
        known = _choices(name)
    return str((known or {}).get(str(code), code))


def _choices(name: str) -> dict[str, Label]:
    model, _dot, field = name.rpartition(".")
    try:
        choices = apps.get_model(model)._meta.get_field(field).flatchoices
    except (LookupError, FieldDoesNotExist):
        return {}
    return {str(code): label for code, label in choices}
