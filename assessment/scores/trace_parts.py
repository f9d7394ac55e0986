"""Parts of a run's trace, cut out by the database: the whole is too large to be read per page."""

from typing import Any

from django.db.models import F, Func, JSONField, Value
from django.db.models.sql.compiler import SQLCompiler

Compiled = tuple[str, Any]


class LocalityPart(Func):
    """``trace["localities"][code]``; null where the run has no such locality.

    Django's own key lookups take a key of digits for the index of an array on SQLite.
    """

    output_field = JSONField()

    def __init__(self, code: str) -> None:
        super().__init__(F("trace"), Value(code))

    def as_sqlite(self, compiler: SQLCompiler, connection: Any, **context: Any) -> Compiled:
        """With the code quoted in the path."""
        template = "json_extract(%(expressions)s || '\"')"
        joined = " , '$.localities.\"' || "
        return self.as_sql(compiler, connection, template=template, arg_joiner=joined, **context)

    def as_postgresql(self, compiler: SQLCompiler, connection: Any, **context: Any) -> Compiled:
        """One step of the path after the other."""
        template = "(%(expressions)s)"
        joined = " -> 'localities' -> "
        return self.as_sql(compiler, connection, template=template, arg_joiner=joined, **context)


class NodePart(Func):
    """The part of one node, or of one flag, of every locality, by the locality's code."""

    output_field = JSONField()

    def __init__(self, code: str, *, is_flag: bool) -> None:
        self._kind = "flags" if is_flag else "nodes"
        super().__init__(Value(code), F("trace"))

    def as_sqlite(self, compiler: SQLCompiler, connection: Any, **context: Any) -> Compiled:
        """An object of the extracted parts."""
        template = (
            "(SELECT json_group_object(place.key, json_extract(place.value, "
            f"'$.{self._kind}.\"' || %(expressions)s, '$.localities') AS place)"
        )
        joined = " || '\"')) FROM json_each("
        return self.as_sql(compiler, connection, template=template, arg_joiner=joined, **context)

    def as_postgresql(self, compiler: SQLCompiler, connection: Any, **context: Any) -> Compiled:
        """An object of the extracted parts."""
        template = (
            "(SELECT jsonb_object_agg(place.key, place.value -> "
            f"'{self._kind}' -> %(expressions)s -> 'localities') AS place)"
        )
        joined = ") FROM jsonb_each("
        return self.as_sql(compiler, connection, template=template, arg_joiner=joined, **context)
