"""What a search finds, the same in every list: all words typed, however they are written.

Case and width do not matter: ``ＢＪ`` finds ``bj``. The database folds as ``folded`` does,
through the lookup ``folded`` (``name_zh__folded__contains``).
"""

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.models import CharField, Q, TextField, Transform
from django.db.models.sql.compiler import SQLCompiler

# Longer texts are no search; what follows is not looked at.
MAX_LENGTH = 200
_SQLITE_FUNCTION = "lianping_fold"


class NamedPlace(Protocol):
    """A locality or province, of today or as a run knew it."""

    @property
    def code(self) -> str:
        """Its code."""

    @property
    def name_zh(self) -> str:
        """Its Chinese name."""

    @property
    def name_en(self) -> str:
        """Its English name."""


def place_texts(place: NamedPlace) -> tuple[str, str, str]:
    """What a search for a place looks in."""
    return place.code, place.name_zh, place.name_en


def folded(text: str) -> str:
    """The text without differences of case and of full and half width."""
    return unicodedata.normalize("NFKC", text).casefold()


def words_of(typed: str) -> list[str]:
    """The words to look for, folded; no database takes the NUL character."""
    return folded(typed[:MAX_LENGTH].replace("\0", "")).split()


def fits(texts: Iterable[str], words: Sequence[str]) -> bool:
    """Whether every word occurs in one of the texts."""
    looked_in = [folded(text) for text in texts]
    return all(any(word in text for text in looked_in) for word in words)


def search_condition(fields: Iterable[str], words: Sequence[str]) -> Q:
    """``fits`` as a condition on text fields of the database."""
    looked_in = tuple(fields)
    condition = Q()
    for word in words:
        found = Q()
        for field in looked_in:
            found |= Q(**{f"{field}__folded__contains": word})
        condition &= found
    return condition


class Folded(Transform):
    """``folded`` in the database."""

    lookup_name = "folded"
    function = _SQLITE_FUNCTION

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> tuple[str, Any]:
        """PostgreSQL knows the form by itself."""
        template = "LOWER(NORMALIZE(%(expressions)s, NFKC))"
        return self.as_sql(compiler, connection, template=template, **context)


def connect_search() -> None:
    """Make the lookup known, and its function to each connection of SQLite."""
    CharField.register_lookup(Folded)
    TextField.register_lookup(Folded)
    connection_created.connect(_teach_sqlite, dispatch_uid="accounts.searching")


def _teach_sqlite(connection: BaseDatabaseWrapper, **_sender: Any) -> None:
    if connection.vendor == "sqlite":
        connection.connection.create_function(_SQLITE_FUNCTION, 1, _fold_cell, deterministic=True)


def _fold_cell(text: str | None) -> str | None:
    return None if text is None else folded(text)
