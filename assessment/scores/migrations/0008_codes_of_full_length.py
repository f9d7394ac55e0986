"""Codes and grades as long as a framework may write them."""

from importlib import import_module

from django.db import migrations, models

updates = import_module("assessment.scores.migrations.0002_written_once")
deletions = import_module("assessment.scores.migrations.0004_refuse_deletion")


def make_triggers(apps, schema_editor):
    """The refusals, which SQLite loses with the altered table."""
    updates.make_triggers(apps, schema_editor)
    deletions.make_triggers(apps, schema_editor)


def drop_triggers(apps, schema_editor):
    """Take the triggers away while the tables are altered."""
    updates.drop_triggers(apps, schema_editor)
    deletions.drop_triggers(apps, schema_editor)


class Migration(migrations.Migration):
    dependencies = [
        ("scores", "0007_origins_of_runs_made_before"),
    ]

    operations = [
        migrations.RunPython(drop_triggers, make_triggers),
        migrations.AlterField(
            model_name="adjustment",
            name="node",
            field=models.CharField(max_length=64, verbose_name="node"),
        ),
        migrations.AlterField(
            model_name="result",
            name="grade",
            field=models.CharField(blank=True, max_length=64, verbose_name="grade"),
        ),
        migrations.AlterField(
            model_name="result",
            name="node",
            field=models.CharField(max_length=64, verbose_name="node"),
        ),
        migrations.RunPython(make_triggers, drop_triggers),
    ]
