"""Findings about published results, kept for good."""

import django.db.models.deletion
from django.db import migrations, models

from assessment.audit.write_once import allow, refuse

TABLE = "publication_analysis"
OPERATIONS = ("UPDATE", "DELETE", "TRUNCATE")


def make_triggers(apps, schema_editor):
    """Refuse changes from now on."""
    refuse(schema_editor, TABLE, OPERATIONS, "the analysis of a publication is never changed")


def drop_triggers(apps, schema_editor):
    """Take the triggers away again."""
    allow(schema_editor, TABLE, OPERATIONS)


class Migration(migrations.Migration):
    dependencies = [
        ("publication", "0005_both_languages_and_announced_day"),
        ("audit", "0003_refuse_deletion"),
    ]

    operations = [
        migrations.CreateModel(
            name="Analysis",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("document", models.JSONField(verbose_name="findings")),
                ("engine_version", models.CharField(max_length=20)),
                ("made_at", models.DateTimeField(verbose_name="made at")),
                (
                    "previous",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="publication.publication",
                    ),
                ),
                (
                    "publication",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="analysis",
                        to="publication.publication",
                    ),
                ),
            ],
            options={
                "verbose_name": "analysis of a publication",
                "verbose_name_plural": "analyses of publications",
                "ordering": ["publication"],
            },
        ),
        migrations.RunPython(make_triggers, drop_triggers),
    ]
