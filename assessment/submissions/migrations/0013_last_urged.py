"""When a locality was last urged; the days of an extension stand on a line of their own."""

import re
from typing import Any

from django.db import migrations, models

_DAYS = re.compile(r"(\d{4}-\d\d-\d\d → \d{4}-\d\d-\d\d): ")


def set_days_apart(apps: Any, schema_editor: Any) -> None:
    """A colon is written otherwise in each language; a new line is not."""
    steps = apps.get_model("submissions", "Step")
    for step in steps.objects.filter(action__in=["extend", "unlock"], reason__contains=" → "):
        reason = _DAYS.sub(r"\1\n", step.reason, count=1)
        steps.objects.filter(pk=step.pk).update(reason=reason)


class Migration(migrations.Migration):
    dependencies = [("submissions", "0012_explanations_of_warnings")]

    operations = [
        migrations.AddField(
            model_name="submission",
            name="urged_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="last urged"),
        ),
        migrations.RunPython(set_days_apart, migrations.RunPython.noop, elidable=True),
    ]
