"""The one way to ask for a day."""

import unicodedata
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class LocalDateField(forms.DateField):
    """A day, chosen where the browser offers it, which sends 2016-12-31.

    Where it is typed, full-width digits, other separators and 2016年12月31日 are read, too.
    """

    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "autocomplete": "off"})

    def __init__(self, **options: Any) -> None:
        formats = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日"]
        super().__init__(input_formats=formats, **options)

    def to_python(self, value: Any) -> date | None:
        """The day; a text that is none is quoted back."""
        if isinstance(value, str):
            value = unicodedata.normalize("NFKC", value).replace("−", "-").strip()
        try:
            return super().to_python(value)
        except ValidationError:
            message = _("“%(text)s” is not a date. Write year, month and day, as in 2016-12-31.")
            raise ValidationError(message % {"text": str(value)[:40]}) from None
