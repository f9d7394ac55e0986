from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("jobs", "0002_announced")]

    operations = [
        migrations.AddField(
            model_name="job",
            name="losses",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
    ]
