"""Which roles fit which places, and which exclude each other (三员; who decides never reports)."""

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import Department, Locality, Membership, Region, User
from accounts.roles import ADMINISTRATOR_ROLES, LOCALITY_ROLES, REGION_ROLES, SYSTEM_ROLES, Role

Problems = dict[str, str | Promise]
# Within one region: who judges what localities report, and who reports it.
_JUDGING = frozenset({Role.COORDINATOR, Role.REVIEWER})


def membership_problems(
    *,
    user: User,
    role: Role | str,
    region: Region | None,
    locality: Locality | None,
    department: Department | None,
) -> Problems:
    """What stands against giving the user the role there; empty where nothing does."""
    if role not in Role.values:
        return {"role": _("This role does not exist. Choose one of the list.")}
    role = Role(role)
    if not user.is_active:
        return {"user": _("This account is switched off. Switch it on before giving a role.")}
    return _place_problems(role, region, locality, department) or _held_problems(
        user, role, region, locality
    )


def _place_problems(
    role: Role, region: Region | None, locality: Locality | None, department: Department | None
) -> Problems:
    problems: Problems = {}
    if role in SYSTEM_ROLES:
        return _system_place_problems(region, locality, department)
    if role in REGION_ROLES:
        if region is None:
            problems["region"] = _("This role is held in a region. Choose the region.")
    elif region is not None:
        problems["region"] = _("This role is not held in a region. Leave the region empty.")
    if role in LOCALITY_ROLES:
        if locality is None:
            problems["locality"] = _("This role is held in a locality. Choose the locality.")
        elif department is not None and department.locality_id != locality.pk:
            problems["department"] = _("This department belongs to another locality.")
        return problems
    if locality is not None:
        problems["locality"] = _("This role is not held in a locality. Leave the locality empty.")
    if department is not None:
        problems["department"] = _("This role has no department. Leave the department empty.")
    return problems


def _system_place_problems(
    region: Region | None, locality: Locality | None, department: Department | None
) -> Problems:
    if (region is None) == (locality is None):
        message = _("A system acts for a locality or for a region. Choose one of the two.")
        return {"locality": message}
    if department is not None and (locality is None or department.locality_id != locality.pk):
        return {"department": _("This department belongs to another locality.")}
    return {}


def _held_problems(
    user: User, role: Role, region: Region | None, locality: Locality | None
) -> Problems:
    held = (
        Membership.objects.filter(user=user, ended_at__isnull=True)
        .select_related("region", "locality")
        .prefetch_related("locality__regions")
    )
    here = _regions_of(region, locality)
    for membership in held:
        is_same = membership.role == role
        if is_same and (membership.region, membership.locality) == (region, locality):
            return {"role": _("This person holds the role there already.")}
        if (role in SYSTEM_ROLES) != (membership.role in SYSTEM_ROLES):
            return {
                "role": format_lazy(
                    _(
                        "A system has an account of its own and no other role."
                        " Held now: {held}. End it first."
                    ),
                    held=membership.label,
                )
            }
        if role in ADMINISTRATOR_ROLES or membership.role in ADMINISTRATOR_ROLES:
            return {
                "role": format_lazy(
                    _("An administrator may hold no other role. Held now: {held}. End it first."),
                    held=membership.label,
                )
            }
        if _exclude(role, Role(membership.role)) and here & _regions_of(
            membership.region, membership.locality
        ):
            return {
                "role": format_lazy(
                    _(
                        "In one region nobody both reports and judges, and an auditor does neither."
                        " Held now: {held}. End it first."
                    ),
                    held=membership.label,
                )
            }
    return {}


def _exclude(one: Role, other: Role) -> bool:
    """Whether the two may not meet within a region."""
    if Role.AUDITOR in {one, other}:
        return one != other
    return (one in _JUDGING and other in LOCALITY_ROLES) or (
        other in _JUDGING and one in LOCALITY_ROLES
    )


def _regions_of(region: Region | None, locality: Locality | None) -> set[int]:
    """The regions a role in that place acts in."""
    if region is not None:
        return {region.pk}
    return {each.pk for each in locality.regions.all()} if locality is not None else set()


def joining_problems(region: Region, joining: Iterable[Locality]) -> Problems:
    """What stands against localities joining a region: people who would report and judge there."""
    running = Membership.objects.filter(ended_at__isnull=True).select_related(
        "user", "region", "locality"
    )
    over = {membership.user_id: membership for membership in running.filter(region=region)}
    # Every role of a region excludes those of its localities.
    meeting = running.filter(locality__in=list(joining), user__in=over).order_by("pk").first()
    if meeting is None:
        return {}
    return {
        "localities": format_lazy(
            _(
                "{person} holds “{one}” and “{other}”, which may not meet in one region."
                " Let a security administrator end one of them first."
            ),
            person=str(meeting.user),
            one=over[meeting.user_id].label,
            other=meeting.label,
        )
    }
