"""The serial number of a commendation, in versions."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from assessment.audit.write_once import allow, refuse

TABLE = "reports_documentnumber"
OPERATIONS = ("UPDATE", "DELETE", "TRUNCATE")
MESSAGE = "a version is never changed or deleted"


def make_triggers(apps, schema_editor):
    """Refuse it from now on."""
    refuse(schema_editor, TABLE, OPERATIONS, MESSAGE)


def drop_triggers(apps, schema_editor):
    """Take the triggers away again."""
    allow(schema_editor, TABLE, OPERATIONS)


class Migration(migrations.Migration):
    dependencies = [
        ("publication", "0006_analysis"),
        ("reports", "0009_texts_and_logos"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DocumentNumber",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(null=True, verbose_name="number")),
                ("written_at", models.DateTimeField(verbose_name="written at")),
                (
                    "publication",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="numbers",
                        to="publication.publication",
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
                "verbose_name": "document number",
                "verbose_name_plural": "document numbers",
                "ordering": ["publication", "pk"],
            },
        ),
        migrations.RunPython(make_triggers, drop_triggers),
    ]
