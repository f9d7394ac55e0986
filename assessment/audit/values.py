"""Recorded values as people read them: words for codes, names for references."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.apps import apps
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.moments import time_text
from assessment.audit.fields import Field
from assessment.audit.models import Event
from assessment.audit.targets import Things
from assessment.audit.vocabulary import word_for
from assessment.engine.figures import plain_number, signed_number, typographic, value_text

# A value or a status with its source, and the same of what stands left out behind it.
_OBSERVATION = re.compile(
    r"(?P<said>\S+) \((?P<source>\w+)\)(?: \[(?P<kept>\S+) \((?P<kept_source>\w+)\)\])?"
)
# Where a reference by code leads, and the field that holds the code.
_REFERENCES = {
    "locality": ("accounts.locality", "code"),
    "region": ("accounts.region", "code"),
    "department": ("accounts.department", "code"),
    "user": ("accounts.user", "username"),
    "framework": ("frameworks.framework", "code"),
    "cycle": ("cycles.cycle", "code"),
}


class Names:
    """The things that recorded values refer to by code or key; one query per kind of them."""

    def __init__(self, wanted: Iterable[tuple[str, Any]]) -> None:
        asked: dict[str, set[Any]] = defaultdict(set)
        for reader, value in wanted:
            asked[reader].add(value)
        self._found: dict[tuple[str, Any], list[Any]] = defaultdict(list)
        for reader in sorted(asked):
            model, field = _REFERENCES[reader]
            for name in {"pk" if isinstance(value, int) else field for value in asked[reader]}:
                values = [v for v in asked[reader] if isinstance(v, int) == (name == "pk")]
                for thing in apps.get_model(model).objects.filter(**{f"{name}__in": values}):
                    self._found[reader, getattr(thing, name)].append(thing)

    def text(self, reader: str, value: Any, event: Event) -> str:
        """Name and code; what was recorded where nothing is called so any more.

        The code of a department is its locality's own.
        """
        found = self._found.get((reader, value), [])
        if reader == "department":
            found = [one for one in found if one.locality_id == event.locality_id]
        if not found:
            return str(value)
        code = getattr(found[0], _REFERENCES[reader][1])
        return f"{found[0]} {code}"


@dataclass(frozen=True)
class Reading:
    """What it takes to read the values of one event."""

    event: Event
    things: Things
    names: Names
    # The indicator or node whose value is read, where the event names one.
    node: str = ""


def references_in(field: Field, value: Any) -> Iterable[tuple[str, Any]]:
    """What must be looked up to read the value: readers with codes or keys."""
    for item in value if isinstance(value, list) else [value]:
        if item in (None, "") or isinstance(item, dict | list):
            continue
        if field.reads in _REFERENCES:
            yield field.reads, item
        elif field.reads in ("report", "place_and_node"):
            yield "locality", str(item).partition(" ")[0]


def read_value(field: Field | None, value: Any, reading: Reading) -> str:
    """A single value, no list or mapping, as text; empty where there is none."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool) or (field is not None and field.reads == "boolean"):
        return _("yes") if value else _("no")
    if field is None:
        return str(value)
    if field.words:
        return word_for(field.words, value)
    return READERS[field.reads](value, reading) if field.reads in READERS else _text(value)


def read_key(reader: str, key: str, reading: Reading) -> str:
    """The thing a recorded name stands for, where names are things and no fields."""
    return READERS[reader](key, reading)


def _text(value: Any) -> str:
    if isinstance(value, int | float):
        return typographic(plain_number(value))
    return str(value)


def _moment(value: Any, reading: Reading) -> str:
    at = parse_datetime(str(value))
    return str(value) if at is None else time_text(at)


def _node(value: Any, reading: Reading) -> str:
    title = reading.things.titles(reading.event).get(str(value))
    return f"{title} {value}" if title else str(value)


def _place_and_node(value: Any, reading: Reading) -> str:
    place, _space, node = str(value).partition(" ")
    named = reading.names.text("locality", place, reading.event)
    return f"{named} · {_node(node, reading)}"


def _report(value: Any, reading: Reading) -> str:
    place, _space, language = str(value).partition(" ")
    named = reading.names.text("locality", place, reading.event)
    return f"{named} · {word_for('accounts.user.language', language)}"


def _measured(value: Any, reading: Reading) -> str:
    """A number as the indicator writes it: a level's title, yes or no, its decimals."""
    node = reading.things.node(reading.event, reading.node)
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    return value_text(node, number, get_language() or "zh-hans") if node else _text(value)


def _level(value: Any, reading: Reading) -> str:
    indicator = reading.things.indicator_of(reading.event)
    return _measured(value, Reading(reading.event, reading.things, reading.names, indicator))


def _observation(value: Any, reading: Reading) -> str:
    parts = _OBSERVATION.fullmatch(str(value))
    if parts is None:
        return str(value)
    said = _observed(parts["said"], parts["source"], reading)
    if parts["kept"] is None:
        return said
    kept = _observed(parts["kept"], parts["kept_source"], reading)
    return _("%(said)s (left out: %(kept)s)") % {"said": said, "kept": kept}


def _observed(said: str, source: str, reading: Reading) -> str:
    status = word_for("observations.observation.status", said)
    text = _measured(said, reading) if status == said else status
    return f"{text} · {word_for('source', source)}"


def _points(value: Any, reading: Reading) -> str:
    try:
        return signed_number(Decimal(str(value)))
    except InvalidOperation:
        return str(value)


def _reference(reader: str) -> Callable[[Any, Reading], str]:
    return lambda value, reading: reading.names.text(reader, value, reading.event)


READERS: Mapping[str, Callable[[Any, Reading], str]] = {
    **{reader: _reference(reader) for reader in _REFERENCES},
    "moment": _moment,
    "node": _node,
    "place_and_node": _place_and_node,
    "report": _report,
    "answer": _measured,
    "level": _level,
    "observation": _observation,
    "points": _points,
}
