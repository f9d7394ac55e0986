"""Lets the database itself refuse changes of events, and makes the head of the chain.

PostgreSQL refuses UPDATE and DELETE row by row; TRUNCATE, with which Django empties
tables between tests, stays possible for the owner of the table. SQLite refuses UPDATE
alone: there Django's test flush is a plain DELETE, which a trigger would break. What is
deleted all the same is found by ``verify_audit``.

Django rebuilds a table of SQLite when it alters it, and triggers go with the old table:
a later migration that alters ``audit_event`` must end with ``make_triggers`` again.
"""

from django.db import migrations

SQLITE = """
CREATE TRIGGER audit_event_no_update BEFORE UPDATE ON audit_event
BEGIN SELECT RAISE(ABORT, 'events are never changed'); END
"""
POSTGRESQL = """
CREATE OR REPLACE FUNCTION audit_event_refuse() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION 'events are never changed or deleted'; END
$$ LANGUAGE plpgsql;
CREATE TRIGGER audit_event_append_only BEFORE UPDATE OR DELETE ON audit_event
FOR EACH ROW EXECUTE FUNCTION audit_event_refuse();
"""
DROP = {
    "sqlite": "DROP TRIGGER IF EXISTS audit_event_no_update",
    "postgresql": """
        DROP TRIGGER IF EXISTS audit_event_append_only ON audit_event;
        DROP FUNCTION IF EXISTS audit_event_refuse();
    """,
}


def make_triggers(apps, schema_editor):
    """Create the trigger of the database in use."""
    sql = {"sqlite": SQLITE, "postgresql": POSTGRESQL}[schema_editor.connection.vendor]
    schema_editor.execute(sql, params=None)


def drop_triggers(apps, schema_editor):
    """Take the trigger away again."""
    schema_editor.execute(DROP[schema_editor.connection.vendor], params=None)


def make_head(apps, schema_editor):
    """The head before the first event; two first writers must not both make it."""
    apps.get_model("audit", "ChainHead").objects.get_or_create(pk=1)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.RunPython(make_triggers, drop_triggers),
        migrations.RunPython(make_head, migrations.RunPython.noop),
    ]
