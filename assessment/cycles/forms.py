"""Forms of a cycle: what is assessed, when, and who takes part."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.form_words import Form
from accounts.local_dates import LocalDateField
from accounts.models import Locality, Region
from assessment.cycles.holidays import LONGEST_SOURCE, read_days
from assessment.cycles.models import Cycle
from assessment.cycles.queries import offered_versions, working_calendar
from assessment.cycles.timetable import (
    DATES,
    DUE_DATES,
    EARLIEST,
    LATEST,
    MOST_DAYS_BEFORE,
    REMINDERS,
    TIMETABLE_DATES,
    date_faults,
    reminder_faults,
)
from assessment.cycles.wording import day_note
from assessment.frameworks.models import FrameworkVersion
from assessment.frameworks.queries import unusable_versions
from assessment.frameworks.workflow import VersionState

if TYPE_CHECKING:
    _VersionField = forms.ModelChoiceField[FrameworkVersion]
else:  # generic for the type checker alone
    _VersionField = forms.ModelChoiceField

_HELP = {
    "collection_end_date": gettext_lazy("Forms can be submitted until the end of this day."),
}


class WorkingDaysField(forms.CharField):
    """Numbers of working days, in any order and with any separator; a list, greatest first."""

    default_error_messages: ClassVar = {
        "invalid": gettext_lazy("“%(text)s” is no whole number. Write, for example, 7, 3, 1, 0.")
    }

    def prepare_value(self, value: Any) -> Any:
        """The list as it is typed."""
        return ", ".join(map(str, value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        """The numbers; what is none is quoted back."""
        typed = unicodedata.normalize("NFKC", value or "").replace("、", ",").replace(";", ",")
        found = typed.replace(",", " ").split()
        for text in found:
            if not (text.isascii() and text.isdigit() and len(text) < 4):
                message = self.error_messages["invalid"]
                raise forms.ValidationError(message, "invalid", {"text": text[:40]})
        return sorted({int(text) for text in found}, reverse=True)


@dataclass(frozen=True)
class DayNote:
    """What to know of a due date: that it is a day off, and the working days around it."""

    name: str
    label: str
    text: str
    offered: list[str]


class TimetableForm(Form):
    """The dates and reminders that can change while a cycle runs.

    ``set_<date>`` beside the fields, the value of a button, goes before what the field says.
    """

    dates: tuple[str, ...] = tuple(name for name in DATES if name in TIMETABLE_DATES)

    def __init__(self, cycle: Cycle | None = None, typed: Mapping[str, Any] | None = None) -> None:
        self.cycle = cycle
        usual = {name: getattr(Cycle(), name) for name in REMINDERS}
        super().__init__(
            self._with_days_chosen(typed), initial=self.shown(cycle) if cycle else usual
        )
        for name in self.dates:
            self.fields[name] = LocalDateField(label=DATES[name], help_text=_HELP.get(name, ""))
        self.fields["reminders_before"] = WorkingDaysField(
            label=_("Reminders before the last day to submit"),
            required=False,
            help_text=_("So many working days before; 0 is the day itself. Empty: none."),
        )
        self.fields["reminder_interval"] = forms.IntegerField(
            label=_("Reminders after the last day to submit"),
            required=False,
            min_value=0,
            max_value=MOST_DAYS_BEFORE,
            help_text=_("Every so many working days; 0: none."),
        )

    def _with_days_chosen(self, typed: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
        if typed is None:
            return None
        chosen = {name: typed.get(f"set_{name}") for name in self.dates}
        if not any(chosen.values()):
            return typed
        whole = typed.copy() if isinstance(typed, QueryDict) else dict(typed)
        for name, day in chosen.items():
            if day:
                whole[name] = day
        return whole

    def shown(self, cycle: Cycle) -> dict[str, Any]:
        """What the fields show of a cycle."""
        return {name: getattr(cycle, name) for name in (*self.dates, *REMINDERS)}

    def clean(self) -> dict[str, Any]:
        """Dates in order, each fault at the date to correct, even if others are unreadable."""
        cleaned = super().clean() or self.cleaned_data
        known = {name: cleaned[name] for name in self.dates if cleaned.get(name)}
        if self.cycle is not None:
            fixed = {name: getattr(self.cycle, name) for name in DATES if name not in self.dates}
            known = {**fixed, **known}
        for name, texts in date_faults(known).items():
            for text in texts:
                self.add_error(name if name in self.fields else None, str(text))
        for name in REMINDERS:
            if name not in self.data:  # a page that does not ask for it leaves it as it is
                cleaned[name] = getattr(self.cycle or Cycle(), name)
        before, interval = (cleaned.get(name) for name in REMINDERS)
        cleaned["reminder_interval"] = interval or 0
        for name, texts in reminder_faults(before or [], interval or 0).items():
            self.add_error(name, [str(text) for text in texts])
        return cleaned

    def date_fields(self) -> list[forms.BoundField]:
        """The fields of dates in their order."""
        return [self[name] for name in self.dates]

    def reminder_fields(self) -> list[forms.BoundField]:
        """When people are reminded: before, then after the last day."""
        return [self[name] for name in REMINDERS]

    def day_notes(self) -> list[DayNote]:
        """Of the due dates as they stand in the fields, those worth a word; one query."""
        calendar = working_calendar()
        notes = []
        for name in (each for each in DUE_DATES if each in self.dates):
            try:
                day = self.fields[name].clean(self[name].value())
            except forms.ValidationError:
                continue
            text = day_note(day, calendar) if EARLIEST <= day <= LATEST else ""
            if text:
                around = (calendar.working_day_before(day), calendar.working_day_after(day))
                offered = [] if calendar.is_working(day) else [one.isoformat() for one in around]
                notes.append(DayNote(name, str(DATES[name]), text, offered))
        return notes

    def changes(self) -> dict[str, Any]:
        """What ``update_cycle`` takes."""
        return {name: self.cleaned_data[name] for name in (*self.dates, *REMINDERS)}


@dataclass(frozen=True)
class LocalityChoice:
    """One locality to tick."""

    code: str
    name: str
    other_name: str
    is_chosen: bool


@dataclass(frozen=True)
class LocalityGroup:
    """The localities of one province, or those without one."""

    title: str
    code: str
    choices: list[LocalityChoice]


class VersionSelect(forms.Select):
    """Framework versions, of which those to be corrected first can be seen but not chosen."""

    unusable: frozenset[int] = frozenset()

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """As Django's; an unusable version is switched off."""
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)
        if getattr(value, "value", None) in self.unusable:
            option["attrs"]["disabled"] = True
        return option


class VersionChoiceField(_VersionField):
    """Framework versions; a draft says that it will be frozen, or that it cannot be yet."""

    widget = VersionSelect

    def label_from_instance(self, version: FrameworkVersion) -> str:
        """Name, number, code and, for a draft, what happens to it."""
        named = f"{version} · {version.framework.code}"
        if version.pk in self.widget.unusable:
            return _("%(version)s (draft, to be corrected first)") % {"version": named}
        if version.state == VersionState.DRAFT:
            return _("%(version)s (draft, will be frozen)") % {"version": named}
        return named


class CycleForm(TimetableForm):
    """Everything of a cycle in preparation."""

    dates = tuple(DATES)

    framework_version = VersionChoiceField(
        FrameworkVersion.objects.none(),
        label=gettext_lazy("Framework"),
        empty_label=gettext_lazy("Choose a framework"),
        help_text=gettext_lazy("A cycle freezes the version it uses."),
    )
    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=60,
        help_text=gettext_lazy("Part of the address: small letters, digits, hyphens."),
    )
    name_zh = forms.CharField(label=gettext_lazy("Chinese name"), max_length=200)
    name_en = forms.CharField(label=gettext_lazy("English name"), max_length=200)
    previous = forms.ModelChoiceField(
        Cycle.objects.none(),
        label=gettext_lazy("Previous cycle"),
        required=False,
        empty_label=gettext_lazy("None"),
        help_text=gettext_lazy("Answers and results are compared with it."),
    )
    localities = forms.ModelMultipleChoiceField(
        Locality.objects.none(),
        label=gettext_lazy("Localities"),
        to_field_name="code",
        error_messages={"required": gettext_lazy("Choose at least one locality.")},
    )

    def __init__(
        self,
        region: Region,
        cycle: Cycle | None = None,
        typed: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(cycle, typed)
        self.region = region
        self.fields["framework_version"].queryset = offered_versions(region)  # type: ignore[attr-defined]
        self.fields["framework_version"].widget.unusable = unusable_versions(region)
        earlier = Cycle.objects.filter(region=region)
        if cycle is not None:
            earlier = earlier.exclude(pk=cycle.pk)
        self.fields["previous"].queryset = earlier  # type: ignore[attr-defined]
        localities = region.localities.select_related("parent").order_by("code")
        self.fields["localities"].queryset = localities  # type: ignore[attr-defined]

    def shown(self, cycle: Cycle) -> dict[str, Any]:
        """What the fields show of a cycle."""
        return {
            **super().shown(cycle),
            "framework_version": cycle.framework_version_id,
            "code": cycle.code,
            "name_zh": cycle.name_zh,
            "name_en": cycle.name_en,
            "previous": cycle.previous_id,
            "localities": [
                one.locality.code for one in cycle.participants.select_related("locality")
            ],
        }

    def clean_code(self) -> str:
        """Full-width and capital letters are read as the plain ones."""
        return unicodedata.normalize("NFKC", self.cleaned_data["code"]).lower()

    def locality_groups(self) -> list[LocalityGroup]:
        """The region's localities by province, with what is ticked."""
        chosen = {str(code) for code in self["localities"].value() or []}
        groups: dict[str, LocalityGroup] = {}
        for one in self.fields["localities"].queryset:  # type: ignore[attr-defined]
            parent = one.parent
            title = parent.name if parent else _("Provinces and municipalities")
            code = parent.code if parent else "000000"
            group = groups.setdefault(code, LocalityGroup(title, code, []))
            other = one.name_en if one.name == one.name_zh else one.name_zh
            group.choices.append(LocalityChoice(one.code, one.name, other, one.code in chosen))
        return [groups[code] for code in sorted(groups)]

    def changes(self) -> dict[str, Any]:
        """What ``update_cycle`` takes; the localities go to ``set_participants``."""
        names = ("framework_version", "code", "name_zh", "name_en", "previous")
        return {**super().changes(), **{name: self.cleaned_data[name] for name in names}}


class DaysField(forms.CharField):
    """Days and spans of days, however they are separated."""

    widget = forms.Textarea(attrs={"rows": 4})

    def to_python(self, value: Any) -> Any:
        """The days; what is none is quoted back."""
        try:
            return read_days(value or "")
        except ValueError as error:
            text = _("“%(text)s” is not a date. Write year, month and day, as in 2016-12-31.")
            raise forms.ValidationError(text % {"text": error}) from None


class HolidayForm(Form):
    """The holidays of one year as its notice arranges them."""

    year = forms.IntegerField(label=gettext_lazy("Year"))
    source = forms.CharField(
        label=gettext_lazy("State Council notice"),
        max_length=LONGEST_SOURCE,
        help_text=gettext_lazy("Its number, as the General Office of the State Council gives it."),
    )
    rest_days = DaysField(
        label=gettext_lazy("Days off"),
        help_text=gettext_lazy("Days or spans, for example 2026-10-01 to 2026-10-07."),
    )
    working_days = DaysField(
        label=gettext_lazy("Days worked instead"),
        required=False,
        help_text=gettext_lazy("The Saturdays and Sundays that are worked."),
    )

    def entered(self) -> dict[str, Any]:
        """What ``enter_holidays`` takes."""
        cleaned = self.cleaned_data
        return {
            "year": cleaned["year"],
            "source": cleaned["source"],
            "rest": cleaned["rest_days"],
            "work": cleaned["working_days"],
        }
