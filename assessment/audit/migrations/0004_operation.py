"""Says which events belong to one request, job or command.

The column may be null, so that SQLite adds it without rebuilding the table, which would take the
triggers with it; and events from before keep the hash they were sealed with.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_refuse_deletion")]

    operations = [
        migrations.AddField(
            model_name="event",
            name="operation",
            field=models.CharField(max_length=32, null=True, verbose_name="operation"),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["operation"], name="audit_event_operation"),
        ),
    ]
