"""Reads of who holds what; the memberships of a user are read once per request."""

from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser

from accounts.models import Membership, User
from accounts.roles import Role


def memberships_of(user: User | AnonymousUser) -> list[Membership]:
    """Every current membership of the user, places included; one query per user object."""
    if not isinstance(user, User) or not user.is_active:
        return []
    cached: list[Membership] | None = getattr(user, "_memberships", None)
    if cached is None:
        cached = list(
            Membership.objects.filter(user=user, ended_at__isnull=True).select_related(
                "region", "locality", "department"
            )
        )
        user._memberships = cached  # type: ignore[attr-defined]
    return cached


def forget_memberships(user: User) -> None:
    """Let the next question about this user object read the memberships again."""
    user.__dict__.pop("_memberships", None)


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
