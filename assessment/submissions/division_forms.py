"""What is chosen on the page that divides a form, and what is written to colleagues."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.form_words import Form
from accounts.models import Department, Membership, User
from accounts.text import MAX_REASON, join_items
from assessment.submissions.models import Assignment
from assessment.submissions.services import PartInput


class DivisionForm(Form):
    """A department and a person for each part, and who leads; ``seen`` was looked at."""

    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        codes: Iterable[str],
        stored: Mapping[str, Assignment],
        contributors: Iterable[Membership],
        departments: Iterable[Department],
        lead: User | None,
        may_name_lead: bool,
        seen: str,
    ) -> None:
        self.people = {str(m.user_id): m.user for m in contributors}
        self.departments = {str(each.pk): each for each in departments}
        self.codes = list(codes)
        self.lead = lead
        super().__init__(data, initial={"seen": seen})
        people = [("", _("Nobody in particular")), *self._people(contributors)]
        places = [("", _("No department")), *((k, d.name) for k, d in self.departments.items())]
        for code in self.codes:
            assigned = stored.get(code)
            self.fields[f"{code}-department"] = _choice(
                _("Department"), places, assigned.department_id if assigned else None
            )
            self.fields[f"{code}-person"] = _choice(
                _("Named person"), people, assigned.person_id if assigned else None
            )
        if may_name_lead:
            self.fields["lead"] = _choice(
                _("Leads the filling"),
                [("", _("The approver alone")), *people[1:]],
                lead.pk if lead else None,
            )
            self.fields["lead"].help_text = _("May divide the work beside the approver.")

    def _people(self, contributors: Iterable[Membership]) -> list[tuple[str, str]]:
        """Each once, however many departments the person fills in for."""
        departments: dict[User, list[str]] = {}
        for each in contributors:
            named = departments.setdefault(each.user, [])
            if each.department is not None:
                named.append(str(each.department))
        return [
            (str(user.pk), " · ".join(filter(None, [str(user), join_items(named)])))
            for user, named in departments.items()
        ]

    @property
    def parts(self) -> dict[str, PartInput]:
        """Who is to answer for each part, as the service takes it."""
        return {
            code: PartInput(
                department=self.departments.get(self.cleaned_data[f"{code}-department"]),
                person=self.people.get(self.cleaned_data[f"{code}-person"]),
            )
            for code in self.codes
        }

    @property
    def chosen_lead(self) -> User | None:
        """Who is to lead; as before for those who do not name the lead."""
        if "lead" not in self.fields:
            return self.lead
        return self.people.get(self.cleaned_data["lead"])


class CommentForm(Form):
    """A comment and whom it is for."""

    text = forms.CharField(
        label=gettext_lazy("Internal comment"),
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": gettext_lazy("Write the comment first.")},
    )
    mentions = forms.MultipleChoiceField(
        label=gettext_lazy("Notify"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Or write @ and the name in the comment."),
    )

    def __init__(self, data: Mapping[str, Any] | None, *, people: Iterable[User]) -> None:
        self.people = {str(person.pk): person for person in people}
        super().__init__(data)
        self.fields["mentions"].choices = [(k, str(p)) for k, p in self.people.items()]  # type: ignore[attr-defined]
        if not self.people:
            del self.fields["mentions"]

    @property
    def mentioned(self) -> list[User]:
        """Who is chosen."""
        return [self.people[key] for key in self.cleaned_data.get("mentions", [])]


def _choice(label: str, choices: list[tuple[str, str]], initial: int | None) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=choices,
        required=False,
        initial="" if initial is None else initial,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
