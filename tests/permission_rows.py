"""The permission grid and the URL configuration as values to test with."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLResolver, get_resolver

from tests.permission_grid import GRID, ROLES


@dataclass(frozen=True)
class Address:
    """One entry of the URL configuration."""

    key: str
    parameters: frozenset[str]


@dataclass(frozen=True)
class Row:
    """One line of the grid."""

    key: str
    method: str
    expected: dict[str, int]

    @property
    def name(self) -> str:
        """The address without its variant."""
        return self.key.partition("@")[0]


def addresses(
    resolver: URLResolver, spaces: tuple[str, ...] = (), path: str = ""
) -> Iterator[Address]:
    """Every address below a resolver; the unnamed under their own text."""
    for entry in resolver.url_patterns:
        below = path + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inside = (*spaces, entry.namespace) if entry.namespace else spaces
            yield from addresses(entry, inside, below)
            continue
        key = ":".join([*spaces, entry.name]) if entry.name else below
        pattern: Any = entry.pattern
        names = set(pattern.converters) | set(pattern.regex.groupindex)
        yield Address(key, frozenset(names))


def rows() -> list[Row]:
    """The lines of the grid."""
    head, *lines = [line for line in GRID.splitlines() if line.strip() and line[0] != "#"]
    assert head.split() == list(ROLES)
    found = []
    for line in lines:
        key, method, *statuses = line.split()
        found.append(Row(key, method, dict(zip(ROLES, map(int, statuses), strict=True))))
    return found


ADDRESSES = {address.key: address for address in addresses(get_resolver())}
ROWS = rows()
