"""Keeps the SHA-256 of every file a document had; those of before are in the event log."""

from django.db import migrations


def take_issued(apps, schema_editor):
    """One row for each file a document has, and for each that was kept according to the log."""
    alias = schema_editor.connection.alias
    issued = apps.get_model("reports", "IssuedFile").objects.using(alias)
    documents = apps.get_model("reports", "Document").objects.using(alias)
    present = {str(document.pk): document for document in documents.exclude(sha256="")}
    found = {
        (document.pk, document.sha256): document.rendered_at
        for document in present.values()
        if document.rendered_at is not None
    }
    events = apps.get_model("audit", "Event").objects.using(alias)
    kept = events.filter(action="reports.keep_document")
    for key, at, after in kept.values_list("target_id", "at", "after").iterator():
        if key in present and after.get("sha256"):
            found[present[key].pk, after["sha256"]] = at
    issued.bulk_create(
        (
            issued.model(document_id=document, sha256=sha256, issued_at=at)
            for (document, sha256), at in found.items()
        ),
        batch_size=500,
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("audit", "0004_operation"), ("reports", "0005_issued_documents")]

    operations = [migrations.RunPython(take_issued, migrations.RunPython.noop)]
