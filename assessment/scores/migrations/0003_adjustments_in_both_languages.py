"""Article and reason of an adjustment in both languages: what was written once stands in both."""

from django.db import migrations, models
from django.db.models import F

HAS_REASON = "scores_adjustment_has_reason"


def say_in_both(apps, schema_editor):
    """The one text there was is the English one, too, until somebody writes another."""
    adjustments = apps.get_model("scores", "Adjustment").objects.using(
        schema_editor.connection.alias
    )
    adjustments.update(article_en=F("article_zh"), reason_en=F("reason_zh"))


class Migration(migrations.Migration):
    dependencies = [("scores", "0002_written_once")]

    operations = [
        migrations.RemoveConstraint(model_name="adjustment", name=HAS_REASON),
        migrations.RenameField("adjustment", "article", "article_zh"),
        migrations.RenameField("adjustment", "reason", "reason_zh"),
        migrations.AlterField(
            "adjustment",
            "article_zh",
            models.CharField(max_length=300, verbose_name="article (Chinese)"),
        ),
        migrations.AlterField(
            "adjustment",
            "reason_zh",
            models.TextField(max_length=2000, verbose_name="reason (Chinese)"),
        ),
        migrations.AddField(
            "adjustment",
            "article_en",
            models.CharField(default="", max_length=300, verbose_name="article (English)"),
            preserve_default=False,
        ),
        migrations.AddField(
            "adjustment",
            "reason_en",
            models.TextField(default="", max_length=2000, verbose_name="reason (English)"),
            preserve_default=False,
        ),
        migrations.RunPython(say_in_both, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="adjustment",
            constraint=models.CheckConstraint(
                name=HAS_REASON,
                condition=models.Q(("reason_zh", ""), _negated=True)
                & models.Q(("reason_en", ""), _negated=True)
                & models.Q(("article_zh", ""), _negated=True)
                & models.Q(("article_en", ""), _negated=True),
            ),
        ),
    ]
