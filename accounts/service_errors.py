"""What a service refuses, put at the fields of the form it was asked through."""

from collections.abc import Mapping

from django import forms
from django.core.exceptions import ValidationError


def add_service_errors(
    form: forms.BaseForm, error: ValidationError, names: Mapping[str, str] | None = None
) -> None:
    """Add the messages to the fields; those of no field stand at the top of the form.

    ``names`` translates the service's part into the form's field where they differ.
    """
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for part, messages in error.message_dict.items():
        name = (names or {}).get(part, part)
        for message in messages:
            form.add_error(name if name in form.fields else None, message)
