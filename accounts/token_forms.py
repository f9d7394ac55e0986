"""What is asked of a new token."""

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.form_words import Form
from accounts.local_dates import LocalDateField
from accounts.models import Membership
from accounts.queries import integrators

if TYPE_CHECKING:
    MembershipChoices = forms.ModelChoiceField[Membership]
else:
    MembershipChoices = forms.ModelChoiceField

_USUAL = timedelta(days=180)


class SystemField(MembershipChoices):
    """Systems with the place they act for."""

    def label_from_instance(self, obj: Membership) -> str:
        """Name, user name and place."""
        return f"{obj.user} · {obj.user.username} · {obj.place_name}"


class TokenForm(Form):
    """For which system, under which name, until when."""

    membership = SystemField(
        Membership.objects.none(),
        label=_("System"),
        help_text=_("An account that holds the role of integrator."),
    )
    name = forms.CharField(
        label=_("Name of the token"),
        max_length=100,
        help_text=_("What it is used for, so that it is known again in this list."),
    )
    last_day = LocalDateField(
        label=_("Last day"), help_text=_("That day counts; within a year from today.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["membership"].queryset = integrators()  # type: ignore[attr-defined]
        self.fields["last_day"].initial = timezone.localdate() + _USUAL

    @property
    def expires_at(self) -> datetime:
        """Midnight at the end of the last day."""
        day: date = self.cleaned_data["last_day"]
        return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
