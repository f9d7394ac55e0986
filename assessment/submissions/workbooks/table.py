"""The form as CSV: the columns of the workbook, with codes instead of labels."""

import csv
import io
from collections.abc import Iterator

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.downloads import csv_text
from accounts.typed_numbers import fold_signs
from assessment.cycles.demonstration import notice_of
from assessment.engine.figures import unit_text
from assessment.engine.tables import restore_text
from assessment.observations.numbers import expected_value
from assessment.observations.validity import Fault
from assessment.submissions.models import Submission
from assessment.submissions.wording import read
from assessment.submissions.workbooks.container import FileError, no_rows
from assessment.submissions.workbooks.layout import (
    CSV_COLUMNS,
    ENTRY_KEYS,
    Identity,
    carried,
    exported_texts,
    mark_of,
)
from assessment.submissions.workbooks.reading import FileRow, ReadFile
from assessment.submissions.workbooks.writing import form_parts, guidance_text


def form_table(submission: Submission) -> str:
    """The form as CSV with a byte order mark, every text safe for spreadsheets."""
    notice = notice_of(submission.cycle) or None
    return csv_text(CSV_COLUMNS, _lines(submission), notice=notice)


def _lines(submission: Submission) -> Iterator[list[object]]:
    language = get_language() or "zh-hans"
    for part in form_parts(submission):
        for line in part.lines:
            node, texts = line.node, exported_texts(line.state)
            cells: dict[str, object] = {
                "form": str(Identity.of(submission)),
                "section": carried(part.title),
                "indicator": node.code,
                "mark": str(mark_of(line.state, line.revision)),
                "title": carried(read(node.title)),
                "unit": carried(unit_text(node, language)),
                "expected": expected_value(node),
                "guidance": guidance_text(node),
                "taken": carried(line.taken),
                **texts,
                "value": _Figure(texts["value"]),
            }
            yield [cells[name] for name in CSV_COLUMNS]


_READ = frozenset({"form", "indicator", "mark", *ENTRY_KEYS})


class _Figure:
    """A number in digits, which needs no guard: −5 stays a number for spreadsheets."""

    def __init__(self, digits: str) -> None:
        self._digits = digits

    def __str__(self) -> str:
        return self._digits


def read_table(name: str, content: bytes) -> ReadFile:
    """The rows of a CSV file; ``FileError`` for one that is no table of a form.

    UTF-8 with or without a byte order mark, or GB18030 as Chinese Excel saves it; commas,
    semicolons or tabs between the cells.
    """
    text = _decoded(name, content)
    header_line = text.partition("\n")[0]
    delimiter = max(",;\t", key=header_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[FileRow] = []
    identity = Identity()
    columns: dict[str, int] = {}
    try:
        # Counted as a spreadsheet counts: a text of several lines is one row.
        for number, cells in enumerate(reader, start=1):
            if not any(cell.strip() for cell in cells):
                continue
            if not columns:
                columns = _columns_in(name, cells)
                continue
            named = {
                key: restore_text(cells[column])
                for key, column in columns.items()
                if column < len(cells)
            }
            identity = identity if identity.cycle else Identity.read(named.get("form", ""))
            if named.get("indicator", "").strip():
                rows.append(_row(number, named))
    except csv.Error as error:
        fault = Fault(
            _("row %(row)d: %(error)s") % {"row": reader.line_num, "error": error},
            _("cells separated by commas"),
            _("Check the quotation marks of this row."),
        )
        raise FileError(fault) from None
    return ReadFile(identity, rows)


def _columns_in(name: str, cells: list[str]) -> dict[str, int]:
    header = [fold_signs(cell).lower() for cell in cells]
    if not {"indicator", "value"} <= set(header):
        raise no_rows(name)
    # The first column of a name counts; columns of others are no concern of ours.
    return {key: header.index(key) for key in _READ if key in header}


def _row(number: int, named: dict[str, str]) -> FileRow:
    place = _("row %(row)d") % {"row": number}
    texts = {key: carried(named[key]) for key in ENTRY_KEYS if key in named}
    return FileRow(
        code=named["indicator"].strip(),
        mark=named.get("mark", ""),
        place=place,
        texts=texts,
        places={key: _("%(row)s, %(column)s") % {"row": place, "column": key} for key in texts},
    )


def _decoded(name: str, content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise no_rows(name)
