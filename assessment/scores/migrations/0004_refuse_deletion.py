"""Lets the database refuse that runs and their results are deleted, as it refuses changes."""

from django.db import migrations

from assessment.audit.write_once import allow, refuse

TABLES = ("scores_scorerun", "scores_result")
OPERATIONS = ("DELETE", "TRUNCATE")


def make_triggers(apps, schema_editor):
    """Refuse it from now on."""
    for table in TABLES:
        refuse(schema_editor, table, OPERATIONS, "score runs and their results are never deleted")


def drop_triggers(apps, schema_editor):
    """Take the triggers away again."""
    for table in TABLES:
        allow(schema_editor, table, OPERATIONS)


class Migration(migrations.Migration):
    dependencies = [
        ("scores", "0003_adjustments_in_both_languages"),
        ("audit", "0003_refuse_deletion"),
    ]

    operations = [migrations.RunPython(make_triggers, drop_triggers)]
