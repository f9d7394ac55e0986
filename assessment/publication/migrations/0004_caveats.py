"""Keeps with a publication the gaps it was made in spite of, and why; never changed either."""

from importlib import import_module

from django.db import migrations, models

from assessment.audit.write_once import allow, changes, refuse

before = import_module("assessment.publication.migrations.0003_written_once")
FROZEN = (*before.FROZEN, "caveats", "caveats_reason")


def make_triggers(apps, schema_editor):
    """The refusals of 0003, which SQLite loses with the altered table, and the new columns."""
    once = (
        changes(FROZEN),
        f"OLD.published_at IS NOT NULL AND ({changes(before.PUBLISHED)})",
        f"OLD.withdrawn_at IS NOT NULL AND ({changes(before.WITHDRAWN)})",
    )
    condition = " OR ".join(f"({one})" for one in once)
    refuse(schema_editor, before.TABLE, ["UPDATE"], before.MESSAGE, when=condition)
    refuse(schema_editor, before.TABLE, ["DELETE", "TRUNCATE"], before.MESSAGE)


def drop_triggers(apps, schema_editor):
    """Take the triggers away while the table is altered."""
    allow(schema_editor, before.TABLE, ["UPDATE", "DELETE", "TRUNCATE"])


class Migration(migrations.Migration):
    dependencies = [("publication", "0003_written_once")]

    operations = [
        migrations.RunPython(drop_triggers, before.make_triggers),
        migrations.AddField(
            model_name="publication",
            name="caveats",
            field=models.JSONField(blank=True, default=list, verbose_name="gaps confirmed"),
        ),
        migrations.AddField(
            model_name="publication",
            name="caveats_reason",
            field=models.TextField(
                blank=True, verbose_name="reason of publishing in spite of them"
            ),
        ),
        migrations.RunPython(make_triggers, drop_triggers),
    ]
