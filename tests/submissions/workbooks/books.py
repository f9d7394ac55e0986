"""Workbooks of a form as people edit them: by the code of the indicator and the column."""

import io
from collections.abc import Callable
from datetime import datetime
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell

from accounts.models import User
from assessment.submissions.answers import reported_nodes
from assessment.submissions.models import Submission
from assessment.submissions.queries import document_of
from assessment.submissions.workbooks.comparison import DryRun, hold_against, read_file
from assessment.submissions.workbooks.writing import form_workbook
from tests.factories import NOW


def fresh(submission: Submission) -> Submission:
    """The form as the next request sees it."""
    return Submission.objects.select_related("cycle__framework_version", "locality").get(
        pk=submission.pk
    )


def exported(submission: Submission, at: datetime = NOW) -> bytes:
    """The form's workbook, with every indicator to fill in."""
    form = fresh(submission)
    return form_workbook(form, fillable=reported_nodes(document_of(form)), at=at)


def edited(content: bytes, edit: Callable[[Workbook], object]) -> bytes:
    """The workbook after an edit by openpyxl."""
    book = load_workbook(io.BytesIO(content))
    edit(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def typed(content: bytes, **cells: Any) -> bytes:
    """The workbook with values typed: ``S1__value=80``."""

    def type_in(book: Workbook) -> None:
        for name, value in cells.items():
            code, _, column = name.partition("__")
            cell(book, code, column).value = value

    return edited(content, type_in)


def cell(book: Workbook, code: str, column: str) -> Cell:
    """The cell of an indicator in a column, by their names in the hidden row and column."""
    for sheet in book.worksheets:
        columns = {head.value: head.column for head in sheet[1]}
        if column not in columns or "indicator" not in columns:
            continue
        for row in range(2, sheet.max_row + 1):
            if sheet.cell(row, columns["indicator"]).value == code:
                found: Cell = sheet.cell(row, columns[column])
                return found
    raise KeyError(code, column)


def dry_run(
    submission: Submission, content: bytes, by: User, *, name: str = "form.xlsx", at: datetime = NOW
) -> DryRun:
    """What the file would change now."""
    form = fresh(submission)
    return hold_against(form, read_file(form, name, content), by=by, at=at)


def said(run: DryRun) -> dict[str, list[tuple[str, str, str]]]:
    """The cells a file would change, by indicator: (place, old, new)."""
    return {
        each.code: [(cell.label.partition(" · ")[2], cell.old, cell.new) for cell in each.cells]
        for each in run.proposals
    }
