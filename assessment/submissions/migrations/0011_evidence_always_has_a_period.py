from django.db import migrations, models


class Migration(migrations.Migration):
    """Apart from the filling of the columns: PostgreSQL alters no table with waiting triggers."""

    dependencies = [("submissions", "0010_collect_once")]

    operations = [
        migrations.AlterField(
            model_name="evidence",
            name="period_from",
            field=models.DateField(verbose_name="proves from"),
        ),
        migrations.AlterField(
            model_name="evidence",
            name="period_to",
            field=models.DateField(verbose_name="proves until"),
        ),
        migrations.AddConstraint(
            model_name="evidence",
            constraint=models.CheckConstraint(
                condition=models.Q(period_from__lte=models.F("period_to")),
                name="submissions_evidence_period_in_order",
            ),
        ),
    ]
