"""Issued files of documents beside those of reports; the database keeps what they rest on."""

import django.db.models.deletion
from django.db import migrations, models

from assessment.audit.write_once import allow, changes, refuse

ISSUED = "reports_issuedfile"
OPERATIONS = ("UPDATE", "DELETE", "TRUNCATE")
# What a file is of never changes, and what had a file is never deleted.
ABOUT = {
    "reports_report": ("publication_id", "locality_id", "language"),
    "reports_document": ("kind", "publication_id", "version_id", "language"),
}
MESSAGE = "what was issued is never changed or deleted"


def make_triggers(apps, schema_editor):
    """Refuse it from now on; the file that is offered may still be made anew."""
    refuse(schema_editor, ISSUED, OPERATIONS, MESSAGE)
    for table, columns in ABOUT.items():
        refuse(schema_editor, table, ["UPDATE"], MESSAGE, when=changes(columns))
        refuse(schema_editor, table, ["DELETE", "TRUNCATE"], MESSAGE, when="OLD.sha256 <> ''")


def drop_triggers(apps, schema_editor):
    """Take the triggers away again."""
    for table in (ISSUED, *ABOUT):
        allow(schema_editor, table, OPERATIONS)


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0004_documents"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="issuedfile",
            options={
                "ordering": ["issued_at", "pk"],
                "verbose_name": "issued file",
                "verbose_name_plural": "issued files",
            },
        ),
        migrations.AddField(
            model_name="issuedfile",
            name="document",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="issued",
                to="reports.document",
            ),
        ),
        migrations.AlterField(
            model_name="issuedfile",
            name="report",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="issued",
                to="reports.report",
            ),
        ),
        migrations.AddConstraint(
            model_name="issuedfile",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("document__isnull", True), ("report__isnull", False)),
                    models.Q(("document__isnull", False), ("report__isnull", True)),
                    _connector="OR",
                ),
                name="issued_for_one_thing",
            ),
        ),
        migrations.AddConstraint(
            model_name="issuedfile",
            constraint=models.UniqueConstraint(
                fields=("document", "sha256"), name="documents_issued_once"
            ),
        ),
        migrations.RunPython(make_triggers, drop_triggers),
    ]
