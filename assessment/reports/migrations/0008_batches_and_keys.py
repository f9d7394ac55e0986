"""Batches of reports, and what each file was made of."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from assessment.audit.write_once import allow, changes, refuse

OPERATIONS = ("UPDATE", "DELETE", "TRUNCATE")
ABOUT = {
    "reports_report": ("publication_id", "locality_id", "language"),
    "reports_document": (
        *("kind", "publication_id", "version_id", "language"),
        *("submission_id", "framework_version_id"),
    ),
}
MESSAGE = "what was issued is never changed or deleted"


def make_triggers(apps, schema_editor):
    """SQLite loses them with the old tables."""
    for table, columns in ABOUT.items():
        allow(schema_editor, table, OPERATIONS)
        refuse(schema_editor, table, ["UPDATE"], MESSAGE, when=changes(columns))
        refuse(schema_editor, table, ["DELETE", "TRUNCATE"], MESSAGE, when="OLD.sha256 <> ''")


def drop_triggers(apps, schema_editor):
    """So that the tables can be rebuilt."""
    for table in ABOUT:
        allow(schema_editor, table, OPERATIONS)


class Migration(migrations.Migration):
    dependencies = [
        ("jobs", "0003_losses"),
        ("publication", "0006_analysis"),
        ("reports", "0007_blank_forms"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(drop_triggers, make_triggers),
        migrations.AddField(
            model_name="report",
            name="inputs_key",
            field=models.CharField(blank=True, default="", max_length=64),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="report",
            name="content_key",
            field=models.CharField(blank=True, default="", max_length=64),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="document",
            name="content_key",
            field=models.CharField(blank=True, default="", max_length=64),
            preserve_default=False,
        ),
        migrations.RunPython(make_triggers, drop_triggers),
        migrations.CreateModel(
            name="Batch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("asked_at", models.DateTimeField(verbose_name="asked for at")),
                (
                    "ended_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="ended at"),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "jobs",
                    models.ManyToManyField(related_name="+", to="jobs.job", verbose_name="jobs"),
                ),
                (
                    "publication",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="batches",
                        to="publication.publication",
                    ),
                ),
            ],
            options={
                "verbose_name": "batch of reports",
                "verbose_name_plural": "batches of reports",
                "ordering": ["-asked_at", "-pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=["asked_at"],
                        name="reports_batches_under_way",
                    )
                ],
            },
        ),
    ]
