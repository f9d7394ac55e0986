"""Reads OBSERVATIONS.csv as people send it, and lists every problem with its row."""

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Locality
from accounts.typed_numbers import fold_signs
from assessment.engine.document import Node
from assessment.observations.numbers import NotANumberError, parse_value
from assessment.observations.statuses import Status
from assessment.observations.validity import MAX_DECIMALS, Fault, find_fault

MAX_BYTES = 2 * 1024 * 1024
# Nobody corrects more at once. A file that is no table at all has a problem in every line, and
# a million of them would cost a gigabyte: reading ends here.
MAX_PROBLEMS = 200
_MAX_SHOWN = 200
COLUMNS = ("locality", "indicator", "value", "status")
# Changes of annual means are computed and kept with more decimals than anybody writes.
_COMPUTED = "airquality"
_SIGNATURES = {
    b"PK\x03\x04": gettext_lazy("an Excel workbook or zip archive"),
    b"\xd0\xcf\x11\xe0": gettext_lazy("an old Excel workbook"),
    b"%PDF": gettext_lazy("a PDF"),
}


@dataclass(frozen=True)
class RowProblem:
    """What is wrong in one row (0: the whole file) and column."""

    row: int
    column: str
    found: str
    expected: str
    remedy: str


@dataclass(frozen=True)
class ImportRow:
    """One row in order."""

    row: int
    locality: Locality
    node: Node
    status: str
    value: Decimal | None


@dataclass(frozen=True)
class ReadImport:
    """A file as read: its rows if there is no problem at all, else the first problems.

    With ``MAX_PROBLEMS`` problems the file was read no further.
    """

    sha256: str
    rows: list[ImportRow] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)


def read_import(
    content: bytes, localities: Mapping[str, Locality], nodes: Mapping[str, Node]
) -> ReadImport:
    """Read the bytes of a file against the participants and observed nodes, by code.

    UTF-8 with or without a byte order mark, or GB18030 as Chinese Excel saves it; what
    stands for a number is read as in the form (``numbers.parse_value``).
    """
    sha256 = hashlib.sha256(content).hexdigest()
    text = _decode(content)
    if isinstance(text, RowProblem):
        return ReadImport(sha256, problems=[text])
    rows: list[ImportRow] = []
    problems: list[RowProblem] = []
    first: dict[tuple[str, str], int] = {}
    for line in _lines(text):
        if isinstance(line, RowProblem):
            problems.append(line)
            continue
        outcome = _read_row(*line, localities, nodes, first)
        if isinstance(outcome, ImportRow):
            rows.append(outcome)
        else:
            problems.extend(outcome)
        if len(problems) >= MAX_PROBLEMS:
            break
    return ReadImport(sha256, [] if problems else rows, problems[:MAX_PROBLEMS])


def _whole_file(found: str, expected: str, remedy: str) -> RowProblem:
    return RowProblem(0, "", found, expected, remedy)


def _decode(content: bytes) -> str | RowProblem:
    if len(content) > MAX_BYTES:
        return _whole_file(
            _("%(size)s MB") % {"size": round(len(content) / 1024 / 1024, 1)},
            _("at most %(size)s MB") % {"size": MAX_BYTES // 1024 // 1024},
            _("Split the file by locality."),
        )
    for signature, kind in _SIGNATURES.items():
        if content.startswith(signature):
            return _whole_file(str(kind), _("a CSV file"), _("Save the sheet as CSV (UTF-8)."))
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    return _whole_file(
        _("bytes that are not text"), _("text in UTF-8"), _("Save the sheet as CSV (UTF-8).")
    )


def _lines(text: str) -> Iterator[tuple[int, dict[str, str]] | RowProblem]:
    """Each row below the header by column, or what keeps the file from being read further."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    filled = ((reader.line_num, cells) for cells in reader if any(c.strip() for c in cells))
    try:
        number, head = next(filled, (0, []))
        header = [fold_signs(cell).lower() for cell in head]
        fault = _header_problem(number, header)
        if fault is not None:
            yield fault
            return
        row = 0
        for row, cells in filled:
            yield row, _named(header, cells)
        if row == 0:
            yield _whole_file(_("only a header"), _("rows"), _("Add the values below the header."))
    except csv.Error as error:
        yield RowProblem(
            reader.line_num,
            "",
            str(error),
            _("cells separated by commas"),
            _("Check the quotation marks of this row."),
        )


def _header_problem(number: int, header: list[str]) -> RowProblem | None:
    if not header:
        return _whole_file(_("an empty file"), _("rows"), _("Choose the file again."))
    absent = [name for name in COLUMNS if name not in header]
    repeated = [name for name in COLUMNS if header.count(name) > 1]
    if not (absent or repeated):
        return None
    return RowProblem(
        number,
        ", ".join(absent or repeated),
        ", ".join(header)[:_MAX_SHOWN],
        ", ".join(COLUMNS),
        _("Name each of these columns once in the first row."),
    )


def _named(header: list[str], cells: list[str]) -> dict[str, str]:
    named = dict(zip(header, map(fold_signs, cells), strict=False))
    if len(cells) != len(header):
        named["#"] = str(len(cells))
        named["##"] = str(len(header))
    return named


def _read_row(
    number: int,
    cells: Mapping[str, str],
    localities: Mapping[str, Locality],
    nodes: Mapping[str, Node],
    first: dict[tuple[str, str], int],
) -> ImportRow | list[RowProblem]:
    if "#" in cells:
        return [_cell_count(number, int(cells["#"]), int(cells["##"]))]
    problems = [*_code_problems(number, cells, localities, nodes)]
    key = (cells["locality"], cells["indicator"])
    if not problems and key in first:
        problems.append(_duplicate(number, key, first[key]))
    first.setdefault(key, number)
    node = nodes.get(cells["indicator"])
    value = _number(cells["value"], node)
    status = cells["status"].lower()
    if isinstance(value, Fault):
        problems.append(RowProblem(number, "value", value.found, value.expected, value.remedy))
    elif node and (fault := find_fault(node, status, value)):
        column = "value" if status == Status.VALUE else "status"
        problems.append(RowProblem(number, column, fault.found, fault.expected, fault.remedy))
    if problems or isinstance(value, Fault):
        return problems
    return ImportRow(number, localities[key[0]], nodes[key[1]], status, value)


def _cell_count(number: int, actual: int, expected: int) -> RowProblem:
    return RowProblem(
        number,
        "",
        ngettext("%(count)s cell", "%(count)s cells", actual) % {"count": actual},
        ngettext("%(count)s cell", "%(count)s cells", expected) % {"count": expected},
        _("Put a comma between cells; numbers with a thousands comma need quotation marks."),
    )


def _duplicate(number: int, key: tuple[str, str], first: int) -> RowProblem:
    return RowProblem(
        number,
        "locality, indicator",
        " ".join(key),
        _("each locality and indicator once"),
        _("Row %(row)s says the same: delete one of them.") % {"row": first},
    )


def _code_problems(
    number: int,
    cells: Mapping[str, str],
    localities: Mapping[str, Locality],
    nodes: Mapping[str, Node],
) -> Iterable[RowProblem]:
    if cells["locality"] not in localities:
        yield RowProblem(
            number,
            "locality",
            cells["locality"] or _("nothing"),
            _("the code of a locality of this cycle"),
            _("Correct the code, or delete the row if the locality does not take part."),
        )
    if cells["indicator"] not in nodes:
        yield RowProblem(
            number,
            "indicator",
            cells["indicator"] or _("nothing"),
            _("the code of an indicator of the framework"),
            _("Correct the code: the matrix shows all codes."),
        )


def _number(text: str, node: Node | None) -> Decimal | Fault | None:
    """What the cell says; nothing where it is empty or nobody knows of what."""
    if not text or node is None:
        return None
    try:
        return parse_value(text, node, decimals=MAX_DECIMALS if node.source == _COMPUTED else None)
    except NotANumberError as error:
        return error.fault
