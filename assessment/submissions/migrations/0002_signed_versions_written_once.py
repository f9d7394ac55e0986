"""Lets the database refuse that signed versions are changed or deleted."""

from django.db import migrations

from assessment.audit.write_once import allow, refuse

TABLE = "submissions_version"
OPERATIONS = ("UPDATE", "DELETE", "TRUNCATE")


def make_triggers(apps, schema_editor):
    """Refuse it from now on."""
    refuse(schema_editor, TABLE, OPERATIONS, "signed versions are never changed or deleted")


def drop_triggers(apps, schema_editor):
    """Take the triggers away again."""
    allow(schema_editor, TABLE, OPERATIONS)


class Migration(migrations.Migration):
    dependencies = [("submissions", "0001_initial"), ("audit", "0003_refuse_deletion")]

    operations = [migrations.RunPython(make_triggers, drop_triggers)]
