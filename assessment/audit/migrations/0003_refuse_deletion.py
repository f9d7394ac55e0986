"""Lets every database refuse that events are deleted, not PostgreSQL alone, and emptied."""

from django.db import migrations

from assessment.audit.write_once import allow, refuse

OPERATIONS = ("DELETE", "TRUNCATE")


def make_triggers(apps, schema_editor):
    """Refuse it from now on."""
    refuse(schema_editor, "audit_event", OPERATIONS, "events are never changed or deleted")


def drop_triggers(apps, schema_editor):
    """Take the triggers away again."""
    allow(schema_editor, "audit_event", OPERATIONS)


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_append_only")]

    operations = [migrations.RunPython(make_triggers, drop_triggers)]
