"""Lets the database itself refuse changes of rows that are written once; for migrations.

Django rebuilds a table of SQLite when it alters it, and triggers go with the old table: a
later migration that alters a table written once must end with ``refuse`` again.

The owner of a database can take the triggers away again: they stop mistakes and injected
statements, not the owner. What the owner does is found by ``verify_audit``.
"""

from collections.abc import Iterable

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_SQLITE = """
CREATE TRIGGER {table}_no_{name} BEFORE {operation} ON {table}
{when}
BEGIN SELECT RAISE(ABORT, '{message}'); END
"""
_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION '%', TG_ARGV[0]; END
$$ LANGUAGE plpgsql;
"""
_POSTGRESQL = """
CREATE TRIGGER {table}_no_{name} BEFORE {operation} ON {table}
FOR EACH {level} {when} EXECUTE FUNCTION refuse_change('{message}');
"""


def refuse(
    schema_editor: BaseDatabaseSchemaEditor,
    table: str,
    operations: Iterable[str],
    message: str,
    *,
    when: str = "",
) -> None:
    """Refuse ``operations`` (UPDATE, DELETE, TRUNCATE) on the table with ``message``.

    With ``when``, an SQL condition on ``OLD`` and ``NEW`` that both databases understand, only
    the rows it is true for are refused; a TRUNCATE, which looks at no row, always is. SQLite
    has no TRUNCATE and needs no trigger against it.
    """
    vendor = schema_editor.connection.vendor
    if vendor == "postgresql":
        schema_editor.execute(_FUNCTION, params=None)
    pattern = {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}[vendor]
    for operation in _known(vendor, operations):
        is_by_row = bool(when) and operation != "TRUNCATE"
        sql = pattern.format(
            table=table,
            name=operation.lower(),
            operation=operation,
            message=message,
            level="ROW" if is_by_row else "STATEMENT",
            when=f"WHEN ({when})" if is_by_row else "",
        )
        schema_editor.execute(sql, params=None)


def allow(schema_editor: BaseDatabaseSchemaEditor, table: str, operations: Iterable[str]) -> None:
    """Take back what ``refuse`` did."""
    vendor = schema_editor.connection.vendor
    on = f" ON {table}" if vendor == "postgresql" else ""
    for operation in _known(vendor, operations):
        name = f"{table}_no_{operation.lower()}"
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {name}{on}", params=None)


def changes(columns: Iterable[str]) -> str:
    """The condition that an UPDATE changes one of the columns."""
    return " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in columns)


def _known(vendor: str, operations: Iterable[str]) -> list[str]:
    return [each for each in operations if vendor == "postgresql" or each != "TRUNCATE"]
