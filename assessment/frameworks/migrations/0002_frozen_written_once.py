"""Lets the database refuse that frozen versions are changed or deleted."""

from django.db import migrations

from assessment.audit.write_once import allow, refuse

TABLE = "frameworks_frameworkversion"
OPERATIONS = ("UPDATE", "DELETE", "TRUNCATE")


def make_triggers(apps, schema_editor):
    """Refuse it from now on; drafts are edited as before."""
    refuse(
        schema_editor,
        TABLE,
        OPERATIONS,
        "frozen framework versions are never changed or deleted",
        when="OLD.state = 'frozen'",
    )


def drop_triggers(apps, schema_editor):
    """Take the triggers away again."""
    allow(schema_editor, TABLE, OPERATIONS)


class Migration(migrations.Migration):
    dependencies = [("frameworks", "0001_initial"), ("audit", "0003_refuse_deletion")]

    operations = [migrations.RunPython(make_triggers, drop_triggers)]
