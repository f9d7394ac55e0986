"""Reasons in both languages, the day announced and the region's code; final results come back.

What was written once stands in both languages. A final publication that never was public can
be withdrawn, so the constraint against it goes.
"""

from importlib import import_module

from django.db import migrations, models
from django.db.models import F, OuterRef, Q, Subquery

from assessment.audit.write_once import changes, refuse

before = import_module("assessment.publication.migrations.0003_written_once")
between = import_module("assessment.publication.migrations.0004_caveats")
FROZEN = (
    *before.FROZEN,
    "region_code",
    "objection_end_date",
    "caveats",
    "caveats_reason_zh",
    "caveats_reason_en",
)
WITHDRAWN = ("withdrawn_by_id", "withdrawn_at", "withdrawal_reason_zh", "withdrawal_reason_en")
HAS_REASON = "publication_withdrawal_has_reason"
WAS_PUBLISHED = "publication_withdrawn_was_published"
TEXTS = {
    "caveats_reason": "reason of publishing in spite of them",
    "withdrawal_reason": "reason of the withdrawal",
}


def fill(apps, schema_editor):
    """The one text there was is the English one, too; day and code are those of today."""
    alias = schema_editor.connection.alias
    cycles = apps.get_model("cycles", "Cycle").objects.using(alias).filter(pk=OuterRef("cycle"))
    apps.get_model("publication", "Publication").objects.using(alias).update(
        caveats_reason_en=F("caveats_reason_zh"),
        withdrawal_reason_en=F("withdrawal_reason_zh"),
        objection_end_date=Subquery(cycles.values("objection_end_date")[:1]),
        region_code=Subquery(cycles.values("region__code")[:1]),
    )


def make_triggers(apps, schema_editor):
    """The refusals of 0004, which SQLite loses with the altered table, over the new columns."""
    once = (
        changes(FROZEN),
        f"OLD.published_at IS NOT NULL AND ({changes(before.PUBLISHED)})",
        f"OLD.withdrawn_at IS NOT NULL AND ({changes(WITHDRAWN)})",
    )
    condition = " OR ".join(f"({one})" for one in once)
    refuse(schema_editor, before.TABLE, ["UPDATE"], before.MESSAGE, when=condition)
    refuse(schema_editor, before.TABLE, ["DELETE", "TRUNCATE"], before.MESSAGE)


class Migration(migrations.Migration):
    dependencies = [("publication", "0004_caveats")]

    operations = [
        migrations.RunPython(between.drop_triggers, between.make_triggers),
        migrations.RemoveConstraint("publication", WAS_PUBLISHED),
        migrations.RemoveConstraint("publication", HAS_REASON),
        *(migrations.RenameField("publication", name, f"{name}_zh") for name in TEXTS),
        *(
            migrations.AlterField(
                "publication",
                f"{name}_zh",
                models.TextField(blank=True, verbose_name=f"{label} (Chinese)"),
            )
            for name, label in TEXTS.items()
        ),
        *(
            migrations.AddField(
                "publication",
                f"{name}_en",
                models.TextField(blank=True, default="", verbose_name=f"{label} (English)"),
                preserve_default=False,
            )
            for name, label in TEXTS.items()
        ),
        migrations.AddField(
            "publication",
            "region_code",
            models.CharField(default="", max_length=40, verbose_name="code of the region"),
            preserve_default=False,
        ),
        migrations.AddField(
            "publication",
            "objection_end_date",
            models.DateField(default="2000-01-01", verbose_name="last day to object"),
            preserve_default=False,
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddConstraint(
            "publication",
            models.CheckConstraint(
                name=HAS_REASON,
                condition=Q(
                    withdrawn_at__isnull=True, withdrawal_reason_zh="", withdrawal_reason_en=""
                )
                | (
                    Q(withdrawn_at__isnull=False)
                    & ~Q(withdrawal_reason_zh="")
                    & ~Q(withdrawal_reason_en="")
                ),
            ),
        ),
        migrations.RunPython(make_triggers, between.drop_triggers),
    ]
