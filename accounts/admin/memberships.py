"""Roles, granted and ended by the security administrator."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.administration import RoleAdmin, choice_label
from accounts.membership_rules import membership_problems
from accounts.models import Department, Locality, Membership, Region, User
from accounts.permissions import is_security_administrator
from accounts.services import end_membership, grant_membership
from accounts.text import join_sentences

if TYPE_CHECKING:
    ChoiceField = forms.ModelChoiceField[Any]
    MembershipModelForm = forms.ModelForm[Membership]
else:
    ChoiceField = forms.ModelChoiceField
    MembershipModelForm = forms.ModelForm


class PersonField(ChoiceField):
    """People with their user names and the address where links to sign in go."""

    def label_from_instance(self, obj: User) -> str:
        """Name, user name and e-mail: who reads that mail will hold the role."""
        return choice_label(obj, obj.username, obj.email)


class CodedField(ChoiceField):
    """Places with their codes."""

    def label_from_instance(self, obj: Any) -> str:
        """Name and code; a department with its locality."""
        place = [obj.locality.name] if isinstance(obj, Department) else []
        return choice_label(obj, *place, obj.code)


class MembershipForm(MembershipModelForm):
    """Who, which role, where; asks the same rules as the service."""

    user = PersonField(
        User.objects.filter(is_active=True).order_by("username"),
        label=capfirst(gettext_lazy("person")),
    )
    region = CodedField(
        Region.objects.all(), required=False, label=capfirst(gettext_lazy("region"))
    )
    locality = CodedField(
        Locality.objects.all(), required=False, label=capfirst(gettext_lazy("locality"))
    )
    department = CodedField(
        Department.objects.select_related("locality"),
        required=False,
        label=capfirst(gettext_lazy("department")),
    )

    class Meta:
        model = Membership
        fields = ("user", "role", "region", "locality", "department")

    def _post_clean(self) -> None:
        """Ask the rules of the service instead of the database's constraints.

        The constraints hold too, but their words are not meant for people.
        """
        if self.errors:
            return
        problems = membership_problems(
            **{name: self.cleaned_data[name] for name in self.Meta.fields}
        )
        for field, problem in problems.items():
            self.add_error(field, str(problem))


class MembershipAdmin(RoleAdmin):
    """Who holds which role where; a role is never changed, only ended and granted anew."""

    opens_to = is_security_administrator
    list_display = ("person", "role", "place", "bureau", "created_at", "ended_at")
    list_select_related = ("user", "region", "locality", "department")
    list_filter = ("role", ("ended_at", admin.EmptyFieldListFilter))
    search_fields = (
        "user__username",
        "user__full_name",
        "locality__code",
        "locality__name_zh",
        "locality__name_en",
        "region__name_zh",
        "region__name_en",
    )
    actions = ("end_memberships",)

    @admin.display(description=gettext_lazy("person"), ordering="user__username")
    def person(self, membership: Membership) -> str:
        """Who holds the role."""
        return str(membership.user)

    @admin.display(description=gettext_lazy("place"))
    def place(self, membership: Membership) -> str:
        """Where, empty for the installation."""
        return membership.place_name

    @admin.display(description=gettext_lazy("department"), empty_value="-")
    def bureau(self, membership: Membership) -> Department | None:
        """The department, where it is known."""
        return membership.department

    def get_form(
        self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> "type[forms.ModelForm[Any]]":
        """The form of a new grant; an existing one is only shown."""
        if obj is None:
            kwargs["form"] = MembershipForm
        return super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What a grant says, and of an existing one its time."""
        asked = list(MembershipForm.Meta.fields)
        return asked if obj is None else [*asked, "created_at", "ended_at"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The list takes the ending of roles; a single one is only shown."""
        return obj is None and self.is_open(request)

    def create(self, values: Mapping[str, Any], *, by: User, at: datetime) -> Membership:
        """Grant the role."""
        return grant_membership(**values, by=by, at=at)

    @admin.action(description=gettext_lazy("End the chosen roles"), permissions=["change"])
    def end_memberships(self, request: HttpRequest, queryset: QuerySet[Membership]) -> None:
        """End every chosen role that still runs; one's own is refused in words."""
        by = request.user
        if not isinstance(by, User):
            return
        ended = 0
        for membership in queryset.filter(ended_at__isnull=True).select_related("user"):
            try:
                end_membership(membership=membership, by=by, at=timezone.now())
            except ValidationError as refusal:
                messages.error(request, join_sentences(refusal.messages))
            else:
                ended += 1
        messages.info(
            request,
            ngettext("%(count)s role has ended.", "%(count)s roles have ended.", ended)
            % {"count": ended}
            if ended
            else _("No role has ended."),
        )
