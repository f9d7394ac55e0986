"""Annual means as they were when a publication was made, kept for good."""

import django.db.models.deletion
from django.db import migrations, models

from assessment.audit.write_once import allow, refuse

TABLE = "publication_publishedmeans"
OPERATIONS = ("UPDATE", "DELETE", "TRUNCATE")


def make_triggers(apps, schema_editor):
    """Refuse changes from now on."""
    refuse(schema_editor, TABLE, OPERATIONS, "the means of a publication are never changed")


def drop_triggers(apps, schema_editor):
    """Take the triggers away again."""
    allow(schema_editor, TABLE, OPERATIONS)


class Migration(migrations.Migration):
    dependencies = [
        ("publication", "0006_analysis"),
        ("audit", "0003_refuse_deletion"),
    ]

    operations = [
        migrations.CreateModel(
            name="PublishedMeans",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("document", models.JSONField(verbose_name="annual means")),
                ("made_at", models.DateTimeField(verbose_name="made at")),
                (
                    "publication",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="means",
                        to="publication.publication",
                    ),
                ),
            ],
            options={
                "verbose_name": "annual means of a publication",
                "verbose_name_plural": "annual means of publications",
                "ordering": ["publication"],
            },
        ),
        migrations.RunPython(make_triggers, drop_triggers),
    ]
