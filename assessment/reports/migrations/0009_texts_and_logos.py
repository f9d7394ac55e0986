"""What an office words itself in its documents, and the logo of its letterhead, in versions."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import assessment.reports.models
from assessment.audit.write_once import allow, refuse

TABLES = ("reports_textversion", "reports_logo")
OPERATIONS = ("UPDATE", "DELETE", "TRUNCATE")
MESSAGE = "a version is never changed or deleted"


def make_triggers(apps, schema_editor):
    """Refuse it from now on."""
    for table in TABLES:
        refuse(schema_editor, table, OPERATIONS, MESSAGE)


def drop_triggers(apps, schema_editor):
    """Take the triggers away again."""
    for table in TABLES:
        allow(schema_editor, table, OPERATIONS)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_email_of_notices"),
        ("reports", "0008_batches_and_keys"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Logo",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="number")),
                ("written_at", models.DateTimeField(verbose_name="written at")),
                (
                    "file",
                    models.FileField(
                        blank=True,
                        upload_to=assessment.reports.models.logo_path,
                        verbose_name="file",
                    ),
                ),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("width", models.PositiveIntegerField(default=0, verbose_name="width in pixels")),
                ("height", models.PositiveIntegerField(default=0, verbose_name="height in pixels")),
                (
                    "region",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="accounts.region",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "logo",
                "verbose_name_plural": "logos",
                "ordering": ["region", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("region", "number"), name="logo_version_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="TextVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="number")),
                ("written_at", models.DateTimeField(verbose_name="written at")),
                ("key", models.CharField(max_length=60, verbose_name="text")),
                (
                    "text_zh",
                    models.TextField(blank=True, max_length=5000, verbose_name="text (Chinese)"),
                ),
                (
                    "text_en",
                    models.TextField(blank=True, max_length=5000, verbose_name="text (English)"),
                ),
                (
                    "region",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="accounts.region",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "text of documents",
                "verbose_name_plural": "texts of documents",
                "ordering": ["region", "key", "number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("region", "key", "number"), name="text_version_once"
                    )
                ],
            },
        ),
        migrations.RunPython(make_triggers, drop_triggers),
    ]
