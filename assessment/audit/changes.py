"""What an event changed, one line for each value that is another than before."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.text import join_items, labelled
from assessment.audit.actions import ACTIONS
from assessment.audit.fields import FIELDS, KEYED, KEYED_VALUES, Field, field_of
from assessment.audit.models import Event
from assessment.audit.targets import Things
from assessment.audit.values import Names, Reading, read_key, read_value, references_in

# Items of one list that are written out; a region has 28 localities, a country some 3,000.
MOST_ITEMS = 40
_ORDER = {
    name: place
    for place, name in enumerate(dict.fromkeys(each.rpartition(".")[2] for each in FIELDS))
}
_EMPTY: tuple[Any, ...] = (None, "", [], {})


@dataclass(frozen=True)
class Leaf:
    """One value before and after; a list of plain values is one value.

    ``path`` are the names that lead to it, the items of lists counted from 1.
    """

    path: tuple[str, ...]
    old: Any
    new: Any


@dataclass(frozen=True)
class Change:
    """One line: what, its old and its new value in words; empty where there was or is none."""

    label: str
    old: str
    new: str
    is_digest: bool = False
    is_told: bool = False

    @property
    def value(self) -> str:
        """The one value there is, where nothing came in another's place."""
        return self.new or self.old

    @property
    def is_added(self) -> bool:
        """Whether there was nothing before."""
        return not self.old

    @property
    def is_removed(self) -> bool:
        """Whether there is nothing now."""
        return not self.new

    def __str__(self) -> str:
        if self.is_told:
            return labelled(self.label, self.value)
        if self.is_added:
            return _("%(label)s: %(new)s (added)") % {"label": self.label, "new": self.new}
        if self.is_removed:
            return _("%(label)s: %(old)s (removed)") % {"label": self.label, "old": self.old}
        return _("%(label)s: %(old)s → %(new)s") % {
            "label": self.label,
            "old": self.old,
            "new": self.new,
        }


@dataclass(frozen=True)
class _Row:
    """A leaf taken apart: the thing in front where names are things, names and fields behind it.

    ``fields`` has one entry for each name that is no number of a list item.
    """

    leaf: Leaf
    key: str
    names: tuple[str, ...]
    fields: tuple[Field | None, ...]

    @property
    def meant(self) -> Field | None:
        """How the value is read."""
        return self.fields[-1] if self.fields else None


def leaves_of(event: Event) -> list[Leaf]:
    """Everything that is another after than before, in the order of the names.

    What was absent before and is empty after is no change: nothing was deleted.
    """
    return list(_leaves((), event.before, event.after))


def unlabelled(event: Event) -> list[str]:
    """Recorded names without a label, as dotted paths; none for actions nobody knows."""
    if event.action not in ACTIONS:
        return []
    return [".".join(row.leaf.path) for row in _rows(event) if None in row.fields]


def changes_of(events: Sequence[Event]) -> dict[int, list[Change]]:
    """The lines of each event by its number; a constant number of queries for all of them."""
    things = Things(events, with_titles=True)
    rows = {event.sequence: _rows(event) for event in events}
    names = Names(
        reference
        for event in events
        for row in rows[event.sequence]
        for reference in _references(event, row)
    )
    return {
        event.sequence: [
            line
            for row in rows[event.sequence]
            for line in _lines(row, Reading(event, things, names, row.key.rpartition(" ")[2]))
        ]
        for event in events
    }


def _leaves(path: tuple[str, ...], old: Any, new: Any) -> Iterator[Leaf]:
    if old == new or (old in _EMPTY and new in _EMPTY):
        return
    before, after = _parts(old), _parts(new)
    if before is None and after is None:
        yield Leaf(path, old, new)
        return
    if before is None and old not in _EMPTY:
        yield Leaf(path, old, None)
    for name in sorted({*(before or {}), *(after or {})}, key=_place):
        yield from _leaves((*path, name), (before or {}).get(name), (after or {}).get(name))
    if after is None and new not in _EMPTY:
        yield Leaf(path, None, new)


def _parts(value: Any) -> Mapping[str, Any] | None:
    """The parts of a mapping or of a list that holds more than plain values."""
    if isinstance(value, Mapping):
        return value
    if isinstance(value, list) and any(isinstance(item, dict | list) for item in value):
        return {str(number): item for number, item in enumerate(value, start=1)}
    return None


def _place(name: str) -> tuple[int, str]:
    """Items of lists by their number, fields in the order of their table, then by name.

    The databases do not keep the order in which a service wrote them.
    """
    return (int(name), "") if name.isdecimal() else (_ORDER.get(name, len(_ORDER)), name)


def _rows(event: Event) -> list[_Row]:
    room, is_keyed = event.action.partition(".")[0], event.action in KEYED
    return [
        _row(event.action, room, leaf, int(is_keyed and f"{room}.{leaf.path[0]}" not in FIELDS))
        for leaf in leaves_of(event)
    ]


def _row(action: str, room: str, leaf: Leaf, keys: int) -> _Row:
    names = leaf.path[keys:]
    fields = tuple(
        field_of(room, names[: depth + 1])
        for depth, name in enumerate(names)
        if not name.isdecimal()
    )
    if keys and not names:
        fields = (KEYED_VALUES.get(action),)
    return _Row(leaf, leaf.path[0] if keys else "", names, fields)


def _references(event: Event, row: _Row) -> Iterable[tuple[str, Any]]:
    if row.key:
        yield from references_in(Field("", reads=KEYED[event.action]), row.key)
    if row.meant is not None:
        for value in (row.leaf.old, row.leaf.new):
            yield from references_in(row.meant, value)


def _lines(row: _Row, reading: Reading) -> Iterator[Change]:
    label = _label(row, reading)
    leaf, meant = row.leaf, row.meant
    is_digest = meant is not None and meant.reads == "digest"
    is_told = meant is not None and meant.is_told and not (leaf.old and leaf.new)
    if not isinstance(leaf.old, list) and not isinstance(leaf.new, list):
        old, new = (read_value(meant, value, reading) for value in (leaf.old, leaf.new))
        if old != new:
            yield Change(label, old, new, is_digest, is_told)
        return
    before, after = _items(leaf.old), _items(leaf.new)
    gone = [item for item in before if item not in after]
    came = [item for item in after if item not in before]
    if not gone and not came:  # the same in another order
        yield Change(label, _listed(before, meant, reading), _listed(after, meant, reading))
    if gone:
        yield Change(label, _listed(gone, meant, reading), "", is_told=is_told)
    if came:
        yield Change(label, "", _listed(came, meant, reading), is_told=is_told)


def _items(value: Any) -> list[Any]:
    if value in _EMPTY:
        return []
    return value if isinstance(value, list) else [value]


def _listed(items: Sequence[Any], meant: Field | None, reading: Reading) -> str:
    """The items one after the other; of a long list the first and how many there are more."""
    shown = [read_value(meant, item, reading) for item in items[:MOST_ITEMS]]
    text = join_items(shown)
    more = len(items) - len(shown)
    if not more:
        return text
    sentence = ngettext("%(items)s and %(count)s more", "%(items)s and %(count)s more", more)
    return sentence % {"items": text, "count": more}


def _label(row: _Row, reading: Reading) -> str:
    """The labels of the path; an item of a list has its number behind, a thing its name first."""
    words = []
    if row.key:
        words.append(read_key(KEYED[reading.event.action], row.key, reading))
    known = iter(row.fields)
    for name in row.names:
        if name.isdecimal() and words:
            words[-1] = f"{words[-1]} {name}"
            continue
        meant = next(known, None)
        words.append(str(meant.label) if meant is not None else name.replace("_", " "))
    return " · ".join(words)
