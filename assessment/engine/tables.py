"""Comma-separated text: strict reading with row numbers, and writing safe for spreadsheets."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from assessment.engine.problems import InputError, Problem

# A cell that a spreadsheet would take for a formula, behind any white space or apostrophes.
_FORMULA = re.compile(r"['\s]*[=+\-@＝＋－＠]|'*[\t\r\n]")
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_CODE = re.compile(r"\w[\w.\-]*")
MAX_CODE_LENGTH = 64


@dataclass(frozen=True, slots=True)
class Table:
    """A header and its rows; ``rows`` pairs the line's number in the file with its cells."""

    columns: tuple[str, ...]
    rows: tuple[tuple[int, dict[str, str]], ...]


Source = str | bytes | Path | Table


def read_table(source: Source, *, file: str, required: Sequence[str]) -> Table:
    """Read a table with a header row; blank lines are passed over.

    ``source`` is a path, bytes, text (a string with a line break), or a table read before.
    UTF-8 with or without a byte order mark, any line ends. Raises InputError with every faulty
    row; its ``sound`` is the table of the others.
    """
    if isinstance(source, Table):
        problems = _header_problems(source.columns, file, required)
        if problems:
            raise InputError(problems)
        return source
    lines: list[tuple[int, list[str]]] = []
    broken: list[Problem] = []
    try:
        for line in _lines(source, file):
            lines.append(line)  # noqa: PERF402 - what comes before a broken row is kept
    except InputError as error:
        if not lines:
            raise
        broken += error.problems
    if not lines:
        raise InputError([Problem("empty_file", params={"file": file})])
    columns = tuple(cell.strip() for cell in lines[0][1])
    problems = _header_problems(columns, file, required)
    is_headed = not problems
    problems += [
        _miscounted(columns, row, cells, file)
        for row, cells in lines[1:]
        if len(cells) != len(columns)
    ]
    problems += broken
    rows = tuple(
        (row, dict(zip(columns, cells, strict=True)))
        for row, cells in lines[1:]
        if len(cells) == len(columns)
    )
    table = Table(columns, rows)
    if problems:
        raise InputError(problems, table if is_headed else None)
    return table


def sound_rows(
    source: Source, problems: list[Problem], *, file: str, required: Sequence[str]
) -> Table:
    """Read a table as ``read_table``, but add its faulty rows to ``problems`` and go on.

    Raises InputError where there are no rows to go on with.
    """
    try:
        return read_table(source, file=file, required=required)
    except InputError as error:
        if not isinstance(error.sound, Table):
            raise
        problems += error.problems
        return error.sound


def each_row(
    source: bytes, *, file: str, required: Sequence[str]
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the rows of a large table of the ``required`` columns alone; see ``read_table``.

    Raises InputError at the first faulty row, when it comes to it.
    """
    lines = _lines(source, file)
    _row, header = next(lines, (0, []))
    columns = tuple(cell.strip() for cell in header)
    problems = _header_problems(columns, file, required) if columns else []
    if not columns:
        problems = [Problem("empty_file", params={"file": file})]
    others = [name for name in columns if name not in required]
    if others and not problems:
        named = {"file": file, "columns": ", ".join(others)[:200]}
        problems = [Problem("unexpected_columns", params=named)]
    if problems:
        raise InputError(problems)
    for row, cells in lines:
        if len(cells) != len(columns):
            raise InputError([_miscounted(columns, row, cells, file)])
        yield row, dict(zip(columns, cells, strict=True))


def _lines(source: str | bytes | Path, file: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(_text(source, file), newline=""), strict=True)
    try:
        yield from ((reader.line_num, cells) for cells in reader if any(cells))
    except csv.Error as error:
        params = {"file": file, "row": reader.line_num, "reason": str(error)}
        raise InputError([Problem("broken_csv", params=params)]) from error


def _miscounted(columns: Sequence[str], row: int, cells: Sequence[str], file: str) -> Problem:
    """The fault of a row that has too few or too many cells, with the place that it names."""
    named = {name: cell.strip() for name, cell in zip(columns, cells, strict=False)}
    place = {name: cell for name, cell in named.items() if is_code(cell)}
    return Problem(
        "wrong_cell_count",
        place.get("indicator", place.get("node")),
        place.get("locality"),
        {"file": file, "row": row, "actual": len(cells), "expected": len(columns)},
    )


def _header_problems(columns: tuple[str, ...], file: str, required: Sequence[str]) -> list[Problem]:
    problems = []
    missing = [name for name in required if name not in columns]
    if missing:
        params = {"file": file, "columns": ", ".join(missing)}
        problems.append(Problem("missing_columns", params=params))
    repeated = [name for name, count in Counter(columns).items() if count > 1]
    if repeated:
        params = {"file": file, "columns": ", ".join(repeated)}
        problems.append(Problem("duplicate_columns", params=params))
    return problems


def _text(source: str | bytes | Path, file: str) -> str:
    try:
        if isinstance(source, bytes):
            return source.decode("utf-8-sig")
        if isinstance(source, str) and ("\n" in source or "\r" in source or not source):
            return source.lstrip("\ufeff")
        return Path(source).read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        params = {"file": file, "position": error.start}
        raise InputError([Problem("table_not_utf8", params=params)]) from error
    except OSError as error:
        params = {"path": str(source), "reason": error.strerror or type(error).__name__}
        raise InputError([Problem("unreadable_file", params=params)]) from error


def write_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return CSV text with ``\\n`` line ends; the same rows always give the same bytes."""
    out = io.StringIO(newline="")
    put_table(out, columns, rows)
    return out.getvalue()


def put_table(file: TextIO, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write the same text to an open file, row by row."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)


def guard_text(text: str) -> str:
    """Put an apostrophe before free text that a spreadsheet would run as a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def restore_text(text: str) -> str:
    """Undo ``guard_text`` exactly."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def is_number(text: str) -> bool:
    """Tell whether a cell is a plain decimal number in ASCII digits."""
    return _NUMBER.fullmatch(text) is not None


def vanishes(cell: object, value: float) -> bool:
    """Tell whether a number other than zero was read as zero: floats end at 5e-324."""
    if value != 0:
        return False
    if isinstance(cell, str):
        return any(digit in "123456789" for digit in cell.lower().partition("e")[0])
    return cell != 0


def is_code(text: str) -> bool:
    """Tell whether a cell can name a locality."""
    return len(text) <= MAX_CODE_LENGTH and _CODE.fullmatch(text) is not None


def number_text(value: float | None) -> str:
    """Return the shortest text that reads back as the same float; nothing for no value."""
    return "" if value is None else repr(float(value)).removesuffix(".0")
