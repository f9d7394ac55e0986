"""Reads of who holds what; the memberships of a user are read once per request."""

from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from accounts.compiled import CompiledQuery
from accounts.models import ApiToken, Locality, Membership, Region, User
from accounts.roles import SYSTEM_ROLES, Role

_HELD = CompiledQuery(
    lambda user: Membership.objects.filter(user_id=user, ended_at__isnull=True).select_related(
        "region", "locality", "department"
    )
)


def memberships_of(user: User | AnonymousUser) -> list[Membership]:
    """Every current membership of the user, places included; one query per user object."""
    if not isinstance(user, User) or not user.is_active:
        return []
    cached: list[Membership] | None = getattr(user, "_memberships", None)
    if cached is None:
        cached = _HELD(user.pk)
        user._memberships = cached  # type: ignore[attr-defined]
    return cached


def forget_memberships(user: User) -> None:
    """Let the next question about this user object read the memberships again."""
    user.__dict__.pop("_memberships", None)


def act_only_as(user: User, membership: Membership) -> None:
    """Let this user object hold this one role, whatever others the account has."""
    user._memberships = [membership]  # type: ignore[attr-defined]


def coordinators_of(region: Region) -> list[User]:
    """The people who coordinate the region now, by name."""
    return _holders(Membership.objects.filter(region=region, role=Role.COORDINATOR))


def approvers_of(locality: Locality) -> list[User]:
    """The people who may sign off for the locality now, by name."""
    return _holders(Membership.objects.filter(locality=locality, role=Role.APPROVER))


def _holders(roles: QuerySet[Membership]) -> list[User]:
    held = roles.filter(ended_at__isnull=True, user__is_active=True).select_related("user")
    return [m.user for m in held.order_by("user__full_name", "user")]


def integrators() -> QuerySet[Membership]:
    """Every role a system holds now, with account and place."""
    held = Membership.objects.filter(
        role__in=SYSTEM_ROLES, ended_at__isnull=True, user__is_active=True
    )
    return held.select_related("user", "region", "locality").order_by("user__full_name", "pk")


def tokens_visible_to(user: User | AnonymousUser) -> QuerySet[ApiToken]:
    """Tokens with system and place: all for the security administrator, else those of the
    localities one signs for and the regions one coordinates."""
    tokens = ApiToken.objects.select_related(
        "membership__user", "membership__region", "membership__locality", "revoked_by"
    )
    if has_role(user, Role.SECURITY_ADMINISTRATOR):
        return tokens
    return tokens.filter(
        Q(membership__locality__in=locality_ids(user, {Role.APPROVER}))
        | Q(membership__region__in=region_ids(user, {Role.COORDINATOR}))
    )


def has_role(
    user: User | AnonymousUser,
    *roles: Role,
    region_id: int | None = None,
    locality_id: int | None = None,
) -> bool:
    """Whether the user holds one of the roles, in the place named where one is named."""
    return any(
        m.role in roles
        and (region_id is None or m.region_id == region_id)
        and (locality_id is None or m.locality_id == locality_id)
        for m in memberships_of(user)
    )


def region_ids(user: User | AnonymousUser, roles: Iterable[Role]) -> set[int]:
    """Regions in which the user holds one of the roles."""
    wanted = set(roles)
    return {
        m.region_id for m in memberships_of(user) if m.role in wanted and m.region_id is not None
    }


def locality_ids(user: User | AnonymousUser, roles: Iterable[Role]) -> set[int]:
    """Localities in which the user holds one of the roles."""
    wanted = set(roles)
    return {
        m.locality_id
        for m in memberships_of(user)
        if m.role in wanted and m.locality_id is not None
    }


def active_membership(user: User | AnonymousUser, chosen: object) -> Membership | None:
    """The membership the user works in: the chosen one, else the first."""
    held = memberships_of(user)
    for membership in held:
        if membership.pk == chosen:
            return membership
    return held[0] if held else None
