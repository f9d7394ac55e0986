"""The reports of a publication as a list of localities, and as a file."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _

from accounts.lists import (
    Choice,
    Column,
    Filter,
    ListPage,
    Search,
    Switch,
    list_csv,
    read_computed,
)
from accounts.moments import time_text
from accounts.searching import place_texts
from assessment.cycles.demonstration import notice_of
from assessment.publication.models import Publication
from assessment.reports.listing import ReportCell, ReportRow
from assessment.reports.queries import LANGUAGES
from assessment.reports.wording import language_label

_Line = tuple[ReportRow, ReportCell]
CSV: Mapping[str, Callable[[_Line], object]] = {
    "locality": lambda line: line[0].locality.code,
    "name_zh": lambda line: line[0].locality.name_zh,
    "name_en": lambda line: line[0].locality.name_en,
    "language": lambda line: line[1].language,
    "state": lambda line: line[1].state or ("ready" if line[1].is_ready else ""),
    "bytes": lambda line: line[1].report.size if line[1].report and line[1].is_ready else None,
    "sha256": lambda line: line[1].report.sha256 if line[1].report else "",
    "made_at": lambda line: (
        time_text(line[1].report.rendered_at)
        if line[1].report and line[1].report.rendered_at
        else None
    ),
}


def read_reports(
    rows: Sequence[ReportRow],
    chosen: QueryDict,
    publications: Sequence[Publication],
    current: Publication,
) -> ListPage[ReportRow]:
    """By locality; filtered by what can be downloaded; ``publication`` chooses another one."""
    return read_computed(
        rows,
        chosen,
        columns=[
            Column(_("Locality"), "locality", value=lambda row: row.locality.code),
            *(Column(language_label(code), code, value=_made_at(code)) for code in LANGUAGES),
        ],
        sort="locality",
        search=Search(_("Search localities"), texts=lambda row: place_texts(row.locality)),
        filters=[Filter("report", _("Reports"), _choices(), hides_empty=True)],
        switches=[_switch(publications, current)] if len(publications) > 1 else [],
    )


def reports_csv(publication: Publication, rows: Iterable[ReportRow]) -> HttpResponse:
    """One line per locality and language."""
    cycle = publication.cycle
    lines = [(row, cell) for row in rows for cell in row.cells]
    name = f"{cycle.code}-reports-{publication.number}.csv"
    return list_csv(name, lines, CSV, notice=notice_of(cycle))


def _choices() -> list[Choice[ReportRow]]:
    return [
        Choice("ready", _("Complete"), fits=lambda row: all(c.is_ready for c in row.cells)),
        Choice("missing", _("Missing"), fits=lambda row: not all(c.is_ready for c in row.cells)),
        Choice("busy", _("Being made"), fits=lambda row: any(c.is_busy for c in row.cells)),
        Choice("failed", _("Failed"), fits=lambda row: any(c.has_failed for c in row.cells)),
        Choice(
            "cancelled", _("Cancelled"), fits=lambda row: any(c.was_cancelled for c in row.cells)
        ),
    ]


def _switch(publications: Sequence[Publication], current: Publication) -> Switch:
    options = [
        (
            str(each.number),
            _("%(number)s · %(kind)s") % {"number": each.number, "kind": each.get_kind_display()},
        )
        for each in publications
    ]
    return Switch("publication", _("Publication"), options, str(current.number))


def _made_at(language: str) -> Callable[[ReportRow], object]:
    """By the time of making; the missing last."""
    return lambda row: next(
        (
            cell.report.rendered_at
            for cell in row.cells
            if cell.language == language and cell.report is not None and cell.is_ready
        ),
        None,
    )
