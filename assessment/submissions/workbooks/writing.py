"""A locality's form as an Excel workbook to fill in."""

import io
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import xlsxwriter  # type: ignore[import-untyped]
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from xlsxwriter.format import Format  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from accounts.moments import time_text
from accounts.text import labelled
from assessment.cycles.demonstration import notice_of
from assessment.engine.document import Node
from assessment.engine.figures import unit_text
from assessment.engine.tables import guard_text
from assessment.observations.numbers import expected_value
from assessment.observations.statuses import Status
from assessment.submissions.answers import AnswerState, reported_nodes, state_of
from assessment.submissions.completeness import section_of
from assessment.submissions.models import Submission
from assessment.submissions.prefill_words import taken_words
from assessment.submissions.queries import document_of
from assessment.submissions.wording import read, whom_to_ask
from assessment.submissions.workbooks.cells import figure_format, fits_cell
from assessment.submissions.workbooks.layout import (
    FORMAT,
    IDENTITY_SHEET,
    KEYS,
    LISTS_SHEET,
    Identity,
    carried,
    column_labels,
    exported_texts,
    mark_of,
    sheet_names,
    status_choices,
    value_choices,
)
from assessment.submissions.workbooks.styles import (
    WIDTHS,
    Styles,
    height_of,
    lines_of,
    set_up_print,
)

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEAD_ROW = 2  # counted from 0: hidden names, the dimension, the heads
FIRST_ROW = HEAD_ROW + 1
_COLUMN = {key: number for number, key in enumerate(KEYS)}
_MOST_PROMPT, _MOST_PROMPT_TITLE = 255, 32


@dataclass(frozen=True)
class Line:
    """One indicator as a row: what is asked, what is answered, where that was taken over from."""

    node: Node
    state: AnswerState
    revision: int
    taken: str = ""


@dataclass(frozen=True)
class Part:
    """One dimension with its indicators."""

    title: str
    lines: Sequence[Line]


def form_parts(submission: Submission) -> list[Part]:
    """Every indicator of the form by dimension, in document order; one query."""
    document = document_of(submission)
    answers = {answer.indicator: answer for answer in submission.answers.all()}
    found: dict[str, list[Line]] = {}
    for code, node in reported_nodes(document).items():
        answer = answers.get(code)
        state, taken = state_of(answer), answer.prefilled if answer else None
        words = taken_words(node, taken, state)
        line = Line(node, state, answer.revision if answer else 0, words)
        found.setdefault(section_of(document, node).code, []).append(line)
    return [Part(read(document.node(code).title), lines) for code, lines in found.items()]


def form_workbook(submission: Submission, *, fillable: Collection[str], at: datetime) -> bytes:
    """The form as .xlsx in the reader's language, with what it says now.

    Everything is protected but the cells to fill in of the indicators that ``fillable`` names.
    """
    out = io.BytesIO()
    # Texts are written as texts, whatever they begin with.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as workbook:
        styles = Styles(workbook)
        parts = form_parts(submission)
        guide = _("Instructions")
        names = sheet_names([part.title for part in parts], [guide, IDENTITY_SHEET, LISTS_SHEET])
        _write_guide(
            workbook.add_worksheet(guide), styles, submission, is_open=bool(fillable), at=at
        )
        sheets = [workbook.add_worksheet(name) for name in names]
        lists = _Lists(workbook.add_worksheet(LISTS_SHEET))
        for sheet, part in zip(sheets, parts, strict=True):
            _write_part(sheet, styles, part, lists, submission, fillable)
        _write_identity(workbook.add_worksheet(IDENTITY_SHEET), submission)
        workbook.set_properties({"title": str(submission), "comments": notice_of(submission.cycle)})
    return out.getvalue()


class _Lists:
    """The hidden sheet that drop-downs take their entries from; each list is written once."""

    def __init__(self, sheet: Worksheet) -> None:
        self._sheet, self._ranges = sheet, {}
        sheet.very_hidden()

    def range_of(self, entries: Sequence[str]) -> str:
        key = tuple(entries)
        if key not in self._ranges:
            column = len(self._ranges)
            for row, entry in enumerate(key):
                self._sheet.write_string(row, column, entry)
            letter = xlsxwriter.utility.xl_col_to_name(column, col_abs=True)
            self._ranges[key] = f"={LISTS_SHEET}!{letter}$1:{letter}${len(key)}"
        return self._ranges[key]

    _ranges: dict[tuple[str, ...], str]


def _write_guide(
    sheet: Worksheet, styles: Styles, submission: Submission, *, is_open: bool, at: datetime
) -> None:
    cycle = submission.cycle
    facts = [
        (_("Locality"), submission.locality.name),
        (_("Cycle"), cycle.name),
        (_("Last day"), submission.end_date.isoformat()),
        (_("Downloaded"), time_text(at)),
        (_("Contact"), whom_to_ask(submission)),
    ]
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 88)
    sheet.merge_range(
        0, 0, 0, 1, carried(f"{submission.locality.name} · {cycle.name}"), styles.title
    )
    sheet.set_row(0, 30)
    # By this its reader knows the sheet from one that somebody added.
    sheet.write_string(0, 2, FORMAT)
    sheet.set_column(2, 2, None, None, {"hidden": True})
    row = 1
    if notice_of(cycle):
        sheet.merge_range(row, 0, row, 1, notice_of(cycle), styles.warning)
        row += 1
    for label, text in facts:
        sheet.write_string(row, 0, label, styles.label)
        sheet.write_string(row, 1, carried(text), styles.text)
        row += 1
    row += 1
    for number, sentence in enumerate(_guidance(is_open=is_open), start=1):
        sheet.write_number(row, 0, number, styles.step)
        sheet.write_string(row, 1, sentence, styles.text)
        sheet.set_row(row, height_of(lines_of(sentence, 84)))
        row += 1
    sheet.protect()
    set_up_print(sheet, submission, landscape=False)


def _guidance(*, is_open: bool) -> list[str]:
    if not is_open:
        return [_("The form is locked: this workbook is for reading, it cannot be uploaded.")]
    return [
        _("Each sheet is one dimension. Fill in the yellow cells; everything else is protected."),
        _("Write figures without their unit. What a figure may be stands under “What to enter”."),
        _(
            "“Kind of answer” is only asked where the framework takes more than a value. "
            "“Not applicable” needs a reason."
        ),
        _(
            "An answer not filled in stays “not answered yet”. "
            "To take an answer back, empty its cells."
        ),
        _(
            "Save as .xlsx and upload the workbook on the page “Excel” of the form. You see each "
            "change before anything is saved, and choose which to take over."
        ),
        _("If somebody changed an answer meanwhile, yours does not replace it unless you say so."),
        _("A formula counts as the figure it shows. Links to other files are not followed."),
        _("Evidence files are attached on the page of the form, not here."),
    ]


def _write_part(
    sheet: Worksheet,
    styles: Styles,
    part: Part,
    lists: _Lists,
    submission: Submission,
    fillable: Collection[str],
) -> None:
    heads = column_labels()
    for key, column in _COLUMN.items():
        is_hidden = {"hidden": key not in heads}
        sheet.set_column(column, column, WIDTHS[key], None, is_hidden)
        sheet.write_string(0, column, key)
        sheet.write_string(HEAD_ROW, column, heads.get(key, ""), styles.head)
    sheet.set_row(0, None, None, {"hidden": True})
    sheet.write_string(1, _COLUMN["code"], carried(part.title), styles.title)
    sheet.set_row(1, 28)
    sheet.set_row(HEAD_ROW, 24)
    for row, line in enumerate(part.lines, start=FIRST_ROW):
        is_open = line.node.code in fillable
        _write_line(sheet, styles, row, line, lists, is_open=is_open)
    last = FIRST_ROW + len(part.lines) - 1
    sheet.ignore_errors({"number_stored_as_text": f"A1:L{last + 1}"})
    sheet.freeze_panes(FIRST_ROW, _COLUMN["unit"])
    sheet.protect(
        "",
        {"format_columns": True, "format_rows": True, "select_locked_cells": True},
    )
    set_up_print(sheet, submission, landscape=True)
    sheet.repeat_rows(HEAD_ROW)
    sheet.print_area(0, 0, last, len(KEYS) - 1)


def _write_line(
    sheet: Worksheet, styles: Styles, row: int, line: Line, lists: _Lists, *, is_open: bool
) -> None:
    node, language = line.node, get_language() or "zh-hans"
    labels = {
        "indicator": node.code,
        "mark": str(mark_of(line.state, line.revision)),
        "code": node.code,
        "title": carried(read(node.title)),
        "unit": carried(unit_text(node, language)),
        "expected": expected_value(node),
        "guidance": guidance_text(node),
        "taken": carried(line.taken),
    }
    for key, text in labels.items():
        sheet.write_string(row, _COLUMN[key], guard_text(text), styles.labels.get(key, styles.text))
    texts = exported_texts(line.state)
    for key in ("reason", "note"):
        locked = not is_open or (key == "reason" and not status_choices(node))
        sheet.write_string(row, _COLUMN[key], guard_text(texts[key]), styles.words(locked=locked))
    _write_status(sheet, styles, row, node, line.state, lists, is_open=is_open)
    _write_value(sheet, styles, row, node, line.state, lists, is_open=is_open)
    widest = max(
        lines_of(text, WIDTHS[key] - 2)
        for key, text in {**labels, **texts}.items()
        if key in WIDTHS
    )
    sheet.set_row(row, min(height_of(max(widest, 2)), 400))


def _write_status(
    sheet: Worksheet,
    styles: Styles,
    row: int,
    node: Node,
    state: AnswerState,
    lists: _Lists,
    *,
    is_open: bool,
) -> None:
    column, choices = _COLUMN["status"], status_choices(node)
    label = str(Status(state.status).label) if state.status else ""
    sheet.write_string(row, column, label, styles.words(locked=not (choices and is_open)))
    if choices:
        source = lists.range_of([label for _code, label in choices])
        sheet.data_validation(
            row,
            column,
            row,
            column,
            {
                "validate": "list",
                "source": source,
                "error_title": _("Kind of answer"),
                "error_message": _("Choose one of the entries offered."),
            },
        )


def _write_value(
    sheet: Worksheet,
    styles: Styles,
    row: int,
    node: Node,
    state: AnswerState,
    lists: _Lists,
    *,
    is_open: bool,
) -> None:
    column, choices = _COLUMN["value"], value_choices(node, get_language() or "zh-hans")
    style = styles.figure(None if choices else figure_format(node), locked=not is_open)
    if state.value is None:
        sheet.write_blank(row, column, None, style)
    elif choices:
        chosen = dict(choices).get(exported_texts(state)["value"], exported_texts(state)["value"])
        sheet.write_string(row, column, guard_text(chosen), style)
    else:
        _write_figure(sheet, row, column, state.value, style)
    sheet.data_validation(row, column, row, column, _value_rule(node, choices, lists))


def _write_figure(sheet: Worksheet, row: int, column: int, value: Decimal, style: Format) -> None:
    """A number where the cell gives every digit back, else the digits as text."""
    if fits_cell(value):
        sheet.write_number(row, column, float(value), style)
    else:
        sheet.write_string(row, column, f"{value:f}", style)


def _value_rule(
    node: Node, choices: Sequence[tuple[str, str]], lists: _Lists
) -> Mapping[str, object]:
    """A drop-down, or a word on what is expected: the upload judges, not the spreadsheet."""
    if choices:
        return {
            "validate": "list",
            "source": lists.range_of([label for _number, label in choices]),
            "error_title": _("Value"),
            "error_message": _("Choose one of the entries offered."),
        }
    return {
        "validate": "any",
        "input_title": _("What to enter")[:_MOST_PROMPT_TITLE],
        "input_message": expected_value(node)[:_MOST_PROMPT],
    }


def guidance_text(node: Node) -> str:
    """What the page says of the indicator: definition, formula, guidance, evidence, article."""
    facts = [
        ("", node.definition),
        (_("Formula"), node.formula),
        (_("Guidance"), node.guidance),
        (_("Evidence"), node.evidence.text if node.evidence else None),
        (_("Legal basis"), node.article),
    ]
    lines = [labelled(name, read(text)) if name else read(text) for name, text in facts if text]
    return carried("\n".join(lines))


def _write_identity(sheet: Worksheet, submission: Submission) -> None:
    """Whose form it is; a sheet nobody sees keeps it through every spreadsheet program."""
    sheet.write_string(0, 0, str(Identity.of(submission)))
    sheet.write_string(1, 0, notice_of(submission.cycle))
    sheet.very_hidden()
