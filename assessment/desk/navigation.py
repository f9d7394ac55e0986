"""The side navigation, by the role the reader works in."""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Membership, User
from accounts.roles import ADMINISTRATOR_ROLES, Role


@dataclass(frozen=True)
class NavigationItem:
    """One link of the side navigation."""

    label: str
    url: str
    icon: str
    is_current: bool = False


def navigation_for(
    user: User | AnonymousUser, active: Membership | None, path: str
) -> list[NavigationItem]:
    """The links of the active role; the longest address that fits the path is current."""
    if active is None:
        return []
    entries = [(_("Start"), reverse("desk:start"), "home"), *_entries(active)]
    start = reverse("desk:start")
    fitting = [
        url
        for _label, url, _icon in entries
        if path == url or (path.startswith(url) and url != start)
    ]
    current = max(fitting, key=len, default="")
    if not current and path.startswith(reverse("submissions:list")):
        # Who has no forms of their own comes to one from its cycle.
        current = reverse("cycles:list")
    return [NavigationItem(label, url, icon, url == current) for label, url, icon in entries]


def _entries(active: Membership) -> list[tuple[str, str, str]]:
    role = Role(active.role)
    cycles = (_("Cycles"), reverse("cycles:list"), "cycle")
    frameworks = (_("Frameworks"), reverse("frameworks:list"), "tree")
    audit = (_("Audit log"), reverse("audit:list"), "log")
    tokens = (_("API tokens"), reverse("accounts:tokens"), "key")
    if role == Role.CONTRIBUTOR:
        return [(_("Our forms"), reverse("submissions:list"), "form"), cycles]
    if role == Role.APPROVER:
        return [(_("Our forms"), reverse("submissions:list"), "form"), cycles]
    if role == Role.COORDINATOR:
        jobs = (_("Jobs"), reverse("jobs:list"), "jobs")
        return [cycles, frameworks, *_texts(active), jobs, tokens]
    if role == Role.REVIEWER:
        return [(_("My reviews"), reverse("reviews:mine"), "star"), cycles]
    if role == Role.AUDITOR:
        return [cycles, frameworks, *_texts(active), audit]
    entries = []
    if role == Role.AUDIT_ADMINISTRATOR:
        entries.append(audit)
    if role == Role.SECURITY_ADMINISTRATOR:
        entries.append(tokens)
    if role in ADMINISTRATOR_ROLES:
        entries.append((_("Administration"), reverse("admin:index"), "gear"))
    return entries


def _texts(active: Membership) -> list[tuple[str, str, str]]:
    """The texts of the documents of the region the role is held in."""
    if active.region is None:
        return []
    return [(_("Texts of documents"), reverse("reports:texts", args=[active.region.code]), "edit")]
