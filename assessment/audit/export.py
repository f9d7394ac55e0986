"""The log as CSV, one line at a time, safe to open in a spreadsheet."""

import csv
import json
from collections.abc import Iterable, Iterator

from django.utils.timezone import localtime

from assessment.audit.models import Event

HEAD = (
    "number",
    "time",
    "person",
    "user_id",
    "channel",
    "address",
    "action",
    "kind",
    "identifier",
    "thing",
    "region",
    "locality",
    "before",
    "after",
    "previous_hash",
    "hash",
)
# A cell that begins so is run as a formula by spreadsheet programs.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, line: str) -> str:
        return line


def csv_lines(events: Iterable[Event]) -> Iterator[str]:
    """The head and one line per event, UTF-8 with the mark that spreadsheets look for."""
    writer = csv.writer(_Echo())
    yield "\ufeff"
    yield writer.writerow(HEAD)
    for event in events:
        yield writer.writerow([harmless(cell) for cell in _cells(event)])


def harmless(cell: str) -> str:
    """The text, with an apostrophe before what a spreadsheet would take for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell


def _cells(event: Event) -> tuple[str, ...]:
    return (
        str(event.sequence),
        localtime(event.at).isoformat(),
        event.actor_name,
        str(event.actor_id or ""),
        event.channel,
        event.address,
        event.action,
        event.target_type,
        event.target_id,
        event.target_label,
        event.region.code if event.region else "",
        event.locality.code if event.locality else "",
        json.dumps(event.before, ensure_ascii=False, sort_keys=True),
        json.dumps(event.after, ensure_ascii=False, sort_keys=True),
        event.previous_hash,
        event.hash,
    )
