"""Lets the database itself refuse changes of runs and of their results.

UPDATE alone is refused: Django's test flush on SQLite is a plain DELETE, which a trigger
would break. What is deleted all the same is found when a run is computed again.

Django rebuilds a table of SQLite when it alters it, and triggers go with the old table:
a later migration that alters one of the tables must end with ``make_triggers`` again.
"""

from django.db import migrations

TABLES = ("scores_scorerun", "scores_result")
SQLITE = """
CREATE TRIGGER {table}_written_once BEFORE UPDATE ON {table}
BEGIN SELECT RAISE(ABORT, 'score runs and their results are never changed'); END
"""
POSTGRESQL = """
CREATE TRIGGER {table}_written_once BEFORE UPDATE ON {table}
FOR EACH ROW EXECUTE FUNCTION scores_refuse_update();
"""
FUNCTION = """
CREATE OR REPLACE FUNCTION scores_refuse_update() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION 'score runs and their results are never changed'; END
$$ LANGUAGE plpgsql;
"""


def make_triggers(apps, schema_editor):
    """Create the triggers of the database in use."""
    vendor = schema_editor.connection.vendor
    if vendor == "postgresql":
        schema_editor.execute(FUNCTION, params=None)
    trigger = {"sqlite": SQLITE, "postgresql": POSTGRESQL}[vendor]
    for table in TABLES:
        schema_editor.execute(trigger.format(table=table), params=None)


def drop_triggers(apps, schema_editor):
    """Take the triggers away again."""
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    for table in TABLES:
        on = f" ON {table}" if is_postgresql else ""
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_written_once{on}", params=None)
    if is_postgresql:
        schema_editor.execute("DROP FUNCTION IF EXISTS scores_refuse_update()", params=None)


class Migration(migrations.Migration):
    dependencies = [("scores", "0001_initial")]

    operations = [migrations.RunPython(make_triggers, drop_triggers)]
