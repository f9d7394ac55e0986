"""Localities: who is assessed, the groups they are ranked in, the sizes they are divided by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from assessment.engine.problems import InputError, Problem
from assessment.engine.tables import (
    Table,
    guard_text,
    is_code,
    is_number,
    restore_text,
    sound_rows,
    write_table,
)

FILE: Final = "localities.csv"


@dataclass(frozen=True, slots=True)
class Locality:
    """One locality: its code and its cells by column name."""

    code: str
    cells: Mapping[str, str]

    @property
    def name(self) -> str:
        """The name, or the code where none is given."""
        return self.cells.get("name") or self.code

    def name_in(self, language: str) -> str:
        """Return the name from ``name_en`` for English where there is one, else ``name``."""
        english = "" if language.lower().startswith("zh") else self.cells.get("name_en", "")
        return english or self.name


@dataclass(frozen=True)
class Localities:
    """The localities of a run in their order, with the columns beside code and names."""

    items: tuple[Locality, ...]
    columns: tuple[str, ...] = ("name",)

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """All codes in order."""
        return tuple(item.code for item in self.items)

    @property
    def denominator_columns(self) -> tuple[str, ...]:
        """Columns in which every filled cell is a number."""
        return tuple(name for name in self._others if self._is_numeric(name))

    @property
    def group_columns(self) -> tuple[str, ...]:
        """Columns of text, such as a province or a size class."""
        return tuple(name for name in self._others if not self._is_numeric(name))

    @property
    def _others(self) -> tuple[str, ...]:
        # ``name`` and its translations (``name_en``) label a locality and group nothing.
        return tuple(name for name in self.columns if name.split("_")[0] != "name")

    def _is_numeric(self, column: str) -> bool:
        cells = [item.cells.get(column, "") for item in self.items]
        return any(cells) and all(is_number(cell) for cell in cells if cell)

    def as_csv(self) -> str:
        """Return the table ``locality,name,…`` with free text guarded for spreadsheets."""
        numeric = set(self.denominator_columns)
        rows = (
            [item.code]
            + [
                item.cells.get(name, "")
                if name in numeric
                else guard_text(item.cells.get(name, ""))
                for name in self.columns
            ]
            for item in self.items
        )
        return write_table(("locality", *self.columns), rows)


LocalitySource = str | bytes | Path | Table | Iterable[Mapping[str, object]] | Localities


def load_localities(source: LocalitySource) -> Localities:
    """Read localities from a path, CSV text, bytes or mappings with the key ``locality``.

    Raises InputError with every faulty row.
    """
    if isinstance(source, Localities):
        return source
    problems: list[Problem] = []
    if isinstance(source, (str, bytes, Path, Table)):
        table = sound_rows(source, problems, file=FILE, required=("locality", "name"))
        columns = table.columns
        rows = tuple(
            (row, {name: restore_text(cell) for name, cell in cells.items()})
            for row, cells in table.rows
        )
    else:
        given = [
            {key: "" if cell is None else str(cell) for key, cell in item.items()}
            for item in source
        ]
        columns = tuple(dict.fromkeys(key for item in given for key in item))
        rows = tuple(enumerate(given, start=1))
    return _checked(rows, tuple(name for name in columns if name != "locality"), problems)


def _checked(
    rows: tuple[tuple[int, dict[str, str]], ...],
    columns: tuple[str, ...],
    problems: list[Problem],
) -> Localities:
    items: dict[str, Locality] = {}
    for row, cells in rows:
        code = cells.get("locality", "").strip()
        if not is_code(code):
            problems.append(Problem("bad_code", params={"file": FILE, "row": row, "value": code}))
        elif code in items:
            problems.append(Problem("duplicate_locality", None, code, {"file": FILE, "row": row}))
        else:
            texts = {name: cells.get(name, "").strip() for name in columns}
            items[code] = Locality(code, texts)
    found = Localities(tuple(items.values()), columns)
    if problems:
        raise InputError(problems, found)
    return found


def localities_of(codes: Iterable[str]) -> Localities:
    """Return bare localities for codes, in order of first appearance."""
    unique = dict.fromkeys(codes)
    return Localities(tuple(Locality(code, {"name": code}) for code in unique))
