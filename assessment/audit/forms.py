"""What a reader of the log looks for."""

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from accounts.form_words import Form
from accounts.local_dates import LocalDateField
from assessment.audit.actions import ACTIONS
from assessment.audit.wording import action_label


class DayField(LocalDateField):
    """A local day within the years a log can reach."""

    default_validators = [
        MinValueValidator(date(2000, 1, 1), _("Enter a day from 2000-01-01 on.")),
        MaxValueValidator(date(2199, 12, 31), _("Enter a day up to 2199-12-31.")),
    ]

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, **options)


class EventFilter(Form):
    """Person, action, thing, days and one operation; everything may stay empty."""

    person = forms.CharField(label=_("Person"), required=False, max_length=200)
    action = forms.ChoiceField(label=_("Action"), required=False)
    thing = forms.CharField(label=_("Thing"), required=False, max_length=300)
    from_date = DayField(label=_("From day"))
    to_date = DayField(label=_("To day"))
    operation = forms.CharField(required=False, max_length=32, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # All there are: to look which occur would read the whole log for each page of it.
        known = sorted((action_label(action), action) for action in ACTIONS)
        self.fields["action"].choices = [  # type: ignore[attr-defined]
            ("", _("All actions")),
            *((action, label) for label, action in known),
        ]

    def clean(self) -> dict[str, Any]:
        """The last day is not before the first."""
        cleaned = super().clean() or {}
        first, last = cleaned.get("from_date"), cleaned.get("to_date")
        if first and last and last < first:
            self.add_error("to_date", _("This day is before the first day."))
        return cleaned
