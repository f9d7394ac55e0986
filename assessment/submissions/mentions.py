"""Finds who a comment mentions: ``@`` and a name or user name of the locality's people."""

from collections.abc import Iterable, Mapping

from accounts.models import Locality, Membership, User
from accounts.roles import LOCALITY_ROLES

SIGNS = "@＠"


def people_of(locality: Locality) -> list[User]:
    """Everybody who holds a role in the locality now, by name; one query."""
    held = Membership.objects.filter(
        locality=locality, role__in=LOCALITY_ROLES, ended_at__isnull=True, user__is_active=True
    )
    found = {m.user_id: m.user for m in held.select_related("user").order_by("user__full_name")}
    return list(found.values())


def mentioned_in(text: str, people: Iterable[User]) -> list[User]:
    """The people whose name follows an ``@`` in the text, each once, in the text's order.

    Chinese is written without spaces, so a name ends where it ends; of two that begin alike
    the longer counts. A Latin name must not go on: ``@ann`` is not in ``@anna``.
    """
    names = _names(people)
    found: dict[int, User] = {}
    for start, sign in enumerate(text):
        if sign not in SIGNS:
            continue
        rest = text[start + 1 :].casefold()
        fitting = [name for name in names if rest.startswith(name) and _ends(rest, len(name))]
        if fitting:
            person = names[max(fitting, key=len)]
            found.setdefault(person.pk, person)
    return list(found.values())


def _names(people: Iterable[User]) -> Mapping[str, User]:
    everybody = list(people)
    names = {p.full_name.casefold(): p for p in everybody if p.full_name}
    return names | {p.username.casefold(): p for p in everybody}


def _ends(text: str, length: int) -> bool:
    """Whether a name of that length is not the beginning of a longer Latin word."""
    if length >= len(text) or not text[length - 1].isascii():
        return True
    following = text[length]
    return not (following.isascii() and (following.isalnum() or following in "_-"))
