"""Forms of a cycle: what is assessed, when, and who takes part."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.form_words import Form
from accounts.local_dates import LocalDateField
from accounts.models import Locality, Region
from assessment.cycles.models import Cycle
from assessment.cycles.queries import offered_versions
from assessment.cycles.timetable import DATES, TIMETABLE_DATES, date_faults
from assessment.frameworks.models import FrameworkVersion
from assessment.frameworks.workflow import VersionState

if TYPE_CHECKING:
    _VersionField = forms.ModelChoiceField[FrameworkVersion]
else:  # generic for the type checker alone
    _VersionField = forms.ModelChoiceField

_HELP = {
    "collection_end_date": gettext_lazy("Forms can be submitted until the end of this day."),
}


class TimetableForm(Form):
    """The dates that can change while a cycle runs."""

    dates: tuple[str, ...] = tuple(name for name in DATES if name in TIMETABLE_DATES)

    def __init__(self, cycle: Cycle | None = None, typed: Mapping[str, Any] | None = None) -> None:
        self.cycle = cycle
        super().__init__(typed, initial=self.shown(cycle) if cycle else {})
        for name in self.dates:
            self.fields[name] = LocalDateField(label=DATES[name], help_text=_HELP.get(name, ""))

    def shown(self, cycle: Cycle) -> dict[str, Any]:
        """What the fields show of a cycle."""
        return {name: getattr(cycle, name) for name in self.dates}

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
        return cleaned

    def date_fields(self) -> list[forms.BoundField]:
        """The fields of dates in their order."""
        return [self[name] for name in self.dates]

    def changes(self) -> dict[str, Any]:
        """What ``update_cycle`` takes."""
        return {name: self.cleaned_data[name] for name in self.dates}


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


class VersionChoiceField(_VersionField):
    """Framework versions; a draft says that it will be frozen."""

    def label_from_instance(self, version: FrameworkVersion) -> str:
        """Name, number, code and, for a draft, what happens to it."""
        named = f"{version} · {version.framework.code}"
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
