"""What a service refuses, put at the field it is about."""

from collections.abc import Mapping

from django import forms
from django.core.exceptions import ValidationError


def add_service_errors(
    form: forms.Form, error: ValidationError, names: Mapping[str, str] | None = None
) -> None:
    """Add the messages to the fields; those of no field stand at the top of the form.

    ``names`` translates the service's part into the form's field where they differ.
    """
    for part, messages in error.message_dict.items():
        name = (names or {}).get(part, part)
        for message in messages:
            form.add_error(name if name in form.fields else None, message)
