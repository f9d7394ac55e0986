"""Keeps the SHA-256 of every file a report had; those of before are in the event log."""

import django.db.models.deletion
from django.db import migrations, models


def take_issued(apps, schema_editor):
    """One row for each file a report has, and for each that was kept according to the log."""
    alias = schema_editor.connection.alias
    issued = apps.get_model("reports", "IssuedFile").objects.using(alias)
    reports = apps.get_model("reports", "Report").objects.using(alias)
    present = {str(report.pk): report for report in reports.exclude(sha256="")}
    found = {
        (report.pk, report.sha256): report.rendered_at
        for report in present.values()
        if report.rendered_at is not None
    }
    events = apps.get_model("audit", "Event").objects.using(alias).filter(action="reports.keep")
    for key, at, after in events.values_list("target_id", "at", "after").iterator():
        if key in present and after.get("sha256"):
            found[present[key].pk, after["sha256"]] = at
    issued.bulk_create(
        (
            issued.model(report_id=report, sha256=sha256, issued_at=at)
            for (report, sha256), at in found.items()
        ),
        batch_size=500,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0004_operation"),
        ("reports", "0002_facts_are_protected"),
    ]

    operations = [
        migrations.CreateModel(
            name="IssuedFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sha256", models.CharField(db_index=True, max_length=64)),
                ("issued_at", models.DateTimeField(verbose_name="issued at")),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="issued",
                        to="reports.report",
                    ),
                ),
            ],
            options={
                "verbose_name": "file of a report",
                "verbose_name_plural": "files of reports",
                "ordering": ["report", "issued_at"],
                "constraints": [
                    models.UniqueConstraint(fields=("report", "sha256"), name="reports_issued_once")
                ],
            },
        ),
        migrations.RunPython(take_issued, migrations.RunPython.noop),
    ]
