"""What the rules find, as a workbook to read: the list of the page, in the reader's language."""

import io
from collections.abc import Callable, Iterable

import xlsxwriter  # type: ignore[import-untyped]
from django.utils.translation import gettext as _

from accounts.moments import time_text
from assessment.cycles.demonstration import notice_of
from assessment.cycles.models import Cycle
from assessment.engine.tables import guard_text
from assessment.engine.validation import words
from assessment.submissions.checks_list import FindingRow
from assessment.submissions.workbooks.layout import carried
from assessment.submissions.workbooks.styles import Styles, set_up_pages

_HEAD_ROW = 1


def findings_workbook(cycle: Cycle, rows: Iterable[FindingRow], *, language: str) -> bytes:
    """One sheet, a row per finding; the words in ``language``, which must be active."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as workbook:
        styles = Styles(workbook)
        sheet = workbook.add_worksheet(_("Checks"))
        notice = notice_of(cycle)
        said = f"{cycle.name} · {_('Checks')}" + (f" · {notice}" if notice else "")
        sheet.write_string(0, 0, carried(said), styles.title)
        columns = _columns(language)
        for column, (head, width, _cell) in enumerate(columns):
            sheet.set_column(column, column, width)
            sheet.write_string(_HEAD_ROW, column, guard_text(head), styles.head)
        for number, row in enumerate(rows, start=_HEAD_ROW + 1):
            for column, (_head, _width, cell) in enumerate(columns):
                sheet.write_string(number, column, guard_text(carried(cell(row))), styles.text)
        sheet.freeze_panes(_HEAD_ROW + 1, 0)
        set_up_pages(sheet, cycle, cycle.name, landscape=True)
        sheet.repeat_rows(_HEAD_ROW)
    return out.getvalue()


def _columns(language: str) -> list[tuple[str, int, Callable[[FindingRow], str]]]:
    """Head, width and cell."""
    return [
        (_("Locality code"), 14, lambda row: row.submission.locality.code),
        (_("Locality"), 14, lambda row: row.submission.locality.name),
        (_("Dimension"), 20, lambda row: row.section_title),
        (_("Code"), 24, lambda row: row.found.indicator),
        (_("Indicator"), 30, lambda row: row.title),
        (_("State"), 14, lambda row: row.state_label),
        (_("Kind of rule"), 18, lambda row: row.kind),
        (_("Found"), 34, lambda row: words(row.found.finding, language).found),
        (_("Expected"), 34, lambda row: words(row.found.finding, language).expected),
        (_("What to do"), 40, lambda row: words(row.found.finding, language).remedy),
        (_("Explanation"), 40, _explanation),
    ]


def _explanation(row: FindingRow) -> str:
    said = row.found.explanation
    if said is None:
        return ""
    return f"{said.text} · {said.by or ''} · {time_text(said.at)}"
