"""The evidence of one form as a list: search, filters, order, file."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _

from accounts.lists import (
    Choice,
    Column,
    Filter,
    ListPage,
    Search,
    list_csv,
    read_computed,
    value_choices,
)
from accounts.moments import time_text
from assessment.cycles.demonstration import notice_of
from assessment.engine.document import Node
from assessment.submissions.models import Evidence, Submission
from assessment.submissions.wording import read


@dataclass(frozen=True)
class EvidenceRow:
    """One file with the indicator it proves; ``place`` is the indicator's in the form."""

    evidence: Evidence
    title: str
    place: int


CSV: Mapping[str, Callable[[EvidenceRow], object]] = {
    "indicator": lambda row: row.evidence.indicator,
    "title": lambda row: row.title,
    "file": lambda row: row.evidence.name,
    "bytes": lambda row: row.evidence.size,
    "sha256": lambda row: row.evidence.sha256,
    "proves_from": lambda row: row.evidence.period_from.isoformat(),
    "proves_until": lambda row: row.evidence.period_to.isoformat(),
    "linked_from": lambda row: str(row.evidence.linked_from_id or ""),
    "uploaded_by": lambda row: str(row.evidence.uploaded_by or ""),
    "uploaded_at": lambda row: time_text(row.evidence.uploaded_at),
    "removed_by": lambda row: str(row.evidence.removed_by or ""),
    "removed_at": lambda row: _moment(row.evidence),
}


def evidence_rows(files: Iterable[Evidence], nodes: Mapping[str, Node]) -> list[EvidenceRow]:
    """The files in the order of the form, those of one indicator by time."""
    order = {code: number for number, code in enumerate(nodes)}
    rows = [
        EvidenceRow(
            item,
            read(nodes[item.indicator].title) if item.indicator in nodes else "",
            order.get(item.indicator, -1),
        )
        for item in files
    ]
    return sorted(rows, key=lambda row: (row.place, row.evidence.uploaded_at, row.evidence.name))


def read_evidence(rows: Sequence[EvidenceRow], chosen: QueryDict) -> ListPage[EvidenceRow]:
    """In the order of the form; attached or removed ones, those of one indicator."""
    titles = {row.evidence.indicator: row.title or row.evidence.indicator for row in rows}
    return read_computed(
        rows,
        chosen,
        columns=[
            Column(_("File"), "file", value=lambda row: row.evidence.name),
            Column(_("Indicator"), "indicator", value=lambda row: row.place),
            Column(_("Proves"), "proves", value=lambda row: str(row.evidence.proves)),
            Column(
                _("Size"),
                "size",
                value=lambda row: row.evidence.size,
                is_numeric=True,
                descending_first=True,
            ),
            Column(
                _("Uploaded"),
                "uploaded",
                value=lambda row: row.evidence.uploaded_at,
                descending_first=True,
            ),
            Column(
                _("Removed"),
                "removed",
                value=lambda row: row.evidence.removed_at,
                descending_first=True,
            ),
        ],
        sort="indicator",
        search=Search(_("Search files"), texts=_texts),
        filters=[
            Filter(
                "state",
                _("State"),
                [
                    Choice(
                        "attached",
                        _("Attached"),
                        fits=lambda row: row.evidence.removed_at is None,
                    ),
                    Choice("linked", _("Linked"), fits=lambda row: row.evidence.is_linked),
                    Choice(
                        "removed",
                        _("Removed"),
                        fits=lambda row: row.evidence.removed_at is not None,
                    ),
                ],
            ),
            Filter(
                "indicator",
                _("Indicator"),
                value_choices(lambda row: row.evidence.indicator, titles.items()),
            ),
        ],
    )


def evidence_csv(submission: Submission, listed: ListPage[EvidenceRow]) -> HttpResponse:
    """The files found as a table; not the files themselves."""
    name = f"{submission.cycle.code}-{submission.locality.code}-evidence.csv"
    return list_csv(name, listed.rows, CSV, notice=notice_of(submission.cycle))


def _texts(row: EvidenceRow) -> Iterable[str]:
    item = row.evidence
    return (item.name, item.indicator, row.title, item.sha256, str(item.uploaded_by or ""))


def _moment(item: Evidence) -> str:
    return time_text(item.removed_at) if item.removed_at is not None else ""
