"""Answers say what they were taken over from; evidence has the period it proves and may be linked."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def prove_the_period_of_the_cycle(apps, schema_editor):
    """Until now a file proved the period its form was about."""
    evidence = apps.get_model("submissions", "Evidence")
    cycle = apps.get_model("cycles", "Cycle").objects.filter(submissions=OuterRef("submission"))
    evidence.objects.update(
        period_from=Subquery(cycle.values("period_start_date")[:1]),
        period_to=Subquery(cycle.values("period_end_date")[:1]),
    )


class Migration(migrations.Migration):
    dependencies = [("submissions", "0009_remarks_on_answers")]

    operations = [
        migrations.AddField(
            model_name="answer",
            name="prefilled",
            field=models.JSONField(blank=True, null=True, verbose_name="taken over from"),
        ),
        migrations.AddField(
            model_name="evidence",
            name="linked_from",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="links",
                to="submissions.evidence",
            ),
        ),
        migrations.AddField(
            model_name="evidence",
            name="period_from",
            field=models.DateField(null=True, verbose_name="proves from"),
        ),
        migrations.AddField(
            model_name="evidence",
            name="period_to",
            field=models.DateField(null=True, verbose_name="proves until"),
        ),
        migrations.RunPython(prove_the_period_of_the_cycle, migrations.RunPython.noop),
    ]
