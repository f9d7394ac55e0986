"""Lets the database refuse that publications are deleted or what they say is changed."""

from django.db import migrations

from assessment.audit.write_once import allow, changes, refuse

TABLE = "publication_publication"
FROZEN = (
    "cycle_id",
    "run_id",
    "kind",
    "number",
    "bundle",
    "bundle_sha256",
    "bundle_bytes",
    "made_by_id",
    "made_at",
    "cycle_name_zh",
    "cycle_name_en",
    "region_name_zh",
    "region_name_en",
    "body_name_zh",
    "body_name_en",
)
PUBLISHED = ("published_at",)
WITHDRAWN = ("withdrawn_by_id", "withdrawn_at", "withdrawal_reason")
MESSAGE = "publications are never changed or deleted"


def make_triggers(apps, schema_editor):
    """Refuse it from now on; a publication is published once, and withdrawn once."""
    once = (
        changes(FROZEN),
        f"OLD.published_at IS NOT NULL AND ({changes(PUBLISHED)})",
        f"OLD.withdrawn_at IS NOT NULL AND ({changes(WITHDRAWN)})",
    )
    condition = " OR ".join(f"({one})" for one in once)
    refuse(schema_editor, TABLE, ["UPDATE"], MESSAGE, when=condition)
    refuse(schema_editor, TABLE, ["DELETE", "TRUNCATE"], MESSAGE)


def drop_triggers(apps, schema_editor):
    """Take the triggers away again."""
    allow(schema_editor, TABLE, ["UPDATE", "DELETE", "TRUNCATE"])


class Migration(migrations.Migration):
    dependencies = [("publication", "0002_frozen_names"), ("audit", "0003_refuse_deletion")]

    operations = [migrations.RunPython(make_triggers, drop_triggers)]
