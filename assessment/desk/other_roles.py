"""Work that waits for the reader in the roles they do not work in now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from accounts.models import Membership, User
from accounts.queries import memberships_of
from assessment.desk.tasks_to_do import to_do


@dataclass(frozen=True)
class RoleChoice:
    """A role of the reader with the number of lines its start page has."""

    pk: int
    label: str
    is_active: bool
    waiting: int


def role_choices(user: User, active: Membership, today: date) -> list[RoleChoice]:
    """Every role of the user; a constant number of queries for each of them."""
    return [
        RoleChoice(
            pk=membership.pk,
            label=membership.label,
            is_active=membership.pk == active.pk,
            waiting=len(to_do(user, membership, today)),
        )
        for membership in memberships_of(user)
    ]


def waiting_elsewhere(choices: Iterable[RoleChoice]) -> list[RoleChoice]:
    """The other roles in which something waits."""
    return [choice for choice in choices if choice.waiting and not choice.is_active]
