"""All forms of a cycle as one workbook to read, written row by row.

Whatever the number of localities, memory holds the row that is written and one batch of forms.
"""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import IO

import xlsxwriter  # type: ignore[import-untyped]
from django.db.models import Prefetch
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from accounts.moments import time_text
from assessment.cycles.demonstration import notice_of
from assessment.cycles.models import Cycle
from assessment.engine.document import FrameworkDocument, Node
from assessment.engine.figures import unit_text, word_for
from assessment.engine.tables import guard_text
from assessment.observations.statuses import Status
from assessment.submissions.answers import NOT_YET, reported_nodes
from assessment.submissions.completeness import section_of
from assessment.submissions.models import Answer, Submission
from assessment.submissions.models.submission import STATE_LABELS
from assessment.submissions.wording import read, status_label
from assessment.submissions.workbooks.cells import figure_format, fits_cell
from assessment.submissions.workbooks.layout import carried, sheet_names
from assessment.submissions.workbooks.styles import Styles, set_up_pages

BATCH = 200
# Excel ends a sheet at 1 048 576 rows: the list of answers goes on in a further sheet.
MAX_ROWS = 1_000_000
_HEADS = 3
# So many answers asked for are written in about a second: whoever wants them waits for the file.
# More are a job.
AT_ONCE = 5_000


def is_made_at_once(cycle: Cycle) -> bool:
    """Whether the workbook is small enough to be made while somebody waits; one query."""
    asked = len(reported_nodes(cycle.framework_version.parsed))
    return cycle.submissions.count() * asked <= AT_ONCE


def region_workbook(
    cycle: Cycle, *, at: datetime, told: Callable[[int], None] | None = None
) -> IO[bytes]:
    """The workbook as an open file, read from its beginning; closing it removes it.

    An overview, one sheet per dimension with a row per locality, and every answer with its
    words in one list. ``told`` hears, batch by batch, how many forms are written; what it
    raises ends the work.
    """
    out = tempfile.TemporaryFile()  # noqa: SIM115 — handed to the caller open
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    try:
        with xlsxwriter.Workbook(out, options) as workbook:
            book = _Book(workbook, cycle, at)
            for number, submission in enumerate(_forms(cycle)):
                if told is not None and number % BATCH == 0:
                    told(number)
                book.add(submission)
        out.seek(0)
    except BaseException:
        out.close()
        raise
    return out


def _forms(cycle: Cycle) -> Iterator[Submission]:
    answers = Prefetch("answers", Answer.objects.select_related("updated_by"))
    forms = cycle.submissions.select_related("locality").order_by("locality__code")
    return forms.prefetch_related(answers).iterator(chunk_size=BATCH)


class _Book:
    """The sheets with the next row of each."""

    def __init__(self, workbook: xlsxwriter.Workbook, cycle: Cycle, at: datetime) -> None:
        self._workbook, self._cycle = workbook, cycle
        self._styles = Styles(workbook)
        self._language = get_language() or "zh-hans"
        document = cycle.framework_version.parsed
        self._parts = _nodes_by_part(document)
        self._titles = {code: carried(read(document.node(code).title)) for code in self._parts}
        self._words = {
            node.code: (self._titles[code], carried(read(node.title)), self._unit(node))
            for code, nodes in self._parts.items()
            for node in nodes
        }
        overview, answers = _("Overview"), _("Answers")
        names = sheet_names(self._titles.values(), [overview, answers])
        self._overview = self._sheet(overview, self._overview_heads(at))
        self._sheets = {
            code: self._sheet(name, self._matrix_heads(code))
            for code, name in zip(self._parts, names, strict=True)
        }
        self._answers_name, self._answer_sheets = answers, 1
        self._answers = self._sheet(answers, self._answer_heads())
        self._row, self._answer_row = _HEADS, _HEADS

    def add(self, submission: Submission) -> None:
        """One row in the overview and in each dimension, and one for each answer."""
        answers = {answer.indicator: answer for answer in submission.answers.all()}
        locality = submission.locality
        answered = sum(answer.status != NOT_YET for answer in answers.values())
        place = [locality.code, carried(locality.name)]
        asked = sum(len(nodes) for nodes in self._parts.values())
        state = str(STATE_LABELS[submission.state])  # type: ignore[index]
        days = [submission.end_date.isoformat(), time_text(submission.updated_at)]
        self._write(self._overview, self._row, [*place, state, answered, asked, *days])
        for code, nodes in self._parts.items():
            sheet = self._sheets[code]
            self._write(sheet, self._row, place)
            for column, node in enumerate(nodes, start=len(place)):
                self._write_answer(sheet, self._row, column, node, answers.get(node.code))
        self._row += 1
        for nodes in self._parts.values():
            for node in nodes:
                if node.code in answers:
                    self._add_answer(place, node, answers[node.code])

    def _add_answer(self, place: Sequence[str], node: Node, answer: Answer) -> None:
        if self._answer_row >= MAX_ROWS:
            self._answer_sheets += 1
            name = f"{self._answers_name} {self._answer_sheets}"
            self._answers, self._answer_row = self._sheet(name, self._answer_heads()), _HEADS
        part, title, unit = self._words[node.code]
        before = [*place, part, node.code, title, status_label(answer.status)]
        row, column = self._answer_row, len(before)
        self._write(self._answers, row, before)
        if answer.status == Status.VALUE:
            self._write_answer(self._answers, row, column, node, answer)
        after = [
            unit,
            carried(answer.reason),
            carried(answer.note),
            carried(str(answer.updated_by or "")),
            time_text(answer.updated_at),
        ]
        self._write(self._answers, row, after, first=column + 1)
        self._answer_row += 1

    def _write_answer(
        self, sheet: Worksheet, row: int, column: int, node: Node, answer: Answer | None
    ) -> None:
        style = self._styles.text
        if answer is None or answer.status == NOT_YET:
            sheet.write_blank(row, column, None, style)
        elif answer.value is None:
            sheet.write_string(row, column, status_label(answer.status), style)
        else:
            word = word_for(node, answer.value, self._language)
            if word:
                sheet.write_string(row, column, guard_text(carried(word)), style)
            elif fits_cell(answer.value):
                figure = self._styles.read_figure(figure_format(node))
                sheet.write_number(row, column, float(answer.value), figure)
            else:
                sheet.write_string(row, column, f"{answer.value:f}", style)

    def _write(
        self, sheet: Worksheet, row: int, cells: Sequence[str | int], first: int = 0
    ) -> None:
        for column, cell in enumerate(cells, start=first):
            if isinstance(cell, int):
                sheet.write_number(row, column, cell, self._styles.text)
            elif cell:
                sheet.write_string(row, column, guard_text(cell), self._styles.text)
            else:
                sheet.write_blank(row, column, None, self._styles.text)

    def _sheet(self, name: str, heads: Sequence[tuple[str, str, int]]) -> Worksheet:
        """A sheet with its title and heads: (name, small print above it, width)."""
        sheet = self._workbook.add_worksheet(name)
        for column, (_head, _code, width) in enumerate(heads):
            sheet.set_column(column, column, width)
        notice = notice_of(self._cycle)
        said = f"{self._cycle.name} · {name}" + (f" · {notice}" if notice else "")
        sheet.set_row(0, 26)
        sheet.write_string(0, 0, carried(said), self._styles.title)
        # A row once left is written away: from the top down, row by row.
        for column, (_head, code, _width) in enumerate(heads):
            if code:
                sheet.write_string(1, column, code, self._styles.labels["code"])
        for column, (head, _code, _width) in enumerate(heads):
            sheet.write_string(2, column, guard_text(head), self._styles.head)
        sheet.freeze_panes(_HEADS, 2)
        set_up_pages(sheet, self._cycle, self._cycle.name, landscape=True)
        sheet.repeat_rows(_HEADS - 1)
        return sheet

    def _overview_heads(self, at: datetime) -> list[tuple[str, str, int]]:
        as_of = _("As of %(time)s") % {"time": time_text(at)}
        return [
            *self._place_heads(as_of),
            (_("State"), "", 14),
            (_("Answered"), "", 12),
            (_("Asked"), "", 12),
            (_("Last day"), "", 14),
            (_("Last change"), "", 18),
        ]

    def _matrix_heads(self, part: str) -> list[tuple[str, str, int]]:
        heads = self._place_heads("")
        for node in self._parts[part]:
            _part, title, unit = self._words[node.code]
            heads.append((f"{title} ({unit})" if unit else title, node.code, 20))
        return heads

    def _answer_heads(self) -> list[tuple[str, str, int]]:
        return [
            *self._place_heads(""),
            (_("Dimension"), "", 20),
            (_("Code"), "", 20),
            (_("Indicator"), "", 32),
            (_("Kind of answer"), "", 16),
            (_("Value"), "", 16),
            (_("Unit"), "", 8),
            (_("Reason"), "", 32),
            (_("Note"), "", 32),
            (_("Last edited by"), "", 16),
            (_("Last change"), "", 18),
        ]

    def _unit(self, node: Node) -> str:
        return carried(unit_text(node, self._language))

    def _place_heads(self, note: str) -> list[tuple[str, str, int]]:
        return [(_("Locality code"), note, 16), (_("Locality"), "", 22)]


def _nodes_by_part(document: FrameworkDocument) -> dict[str, list[Node]]:
    found: dict[str, list[Node]] = {}
    for node in reported_nodes(document).values():
        found.setdefault(section_of(document, node).code, []).append(node)
    return found
