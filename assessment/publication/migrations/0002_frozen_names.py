"""Publications keep the names of cycle, region and coordinating body they were made under."""

from django.db import migrations, models

FIELDS = {
    "cycle_name_zh": "name of the cycle (Chinese)",
    "cycle_name_en": "name of the cycle (English)",
    "region_name_zh": "name of the region (Chinese)",
    "region_name_en": "name of the region (English)",
    "body_name_zh": "coordinating body (Chinese)",
    "body_name_en": "coordinating body (English)",
}


def take_names(apps, schema_editor):
    """Give earlier publications the names of today, the only ones that are known."""
    model = apps.get_model("publication", "Publication")
    for publication in model.objects.select_related("cycle__region").defer("run"):
        cycle = publication.cycle
        publication.cycle_name_zh = cycle.name_zh
        publication.cycle_name_en = cycle.name_en
        publication.region_name_zh = cycle.region.name_zh
        publication.region_name_en = cycle.region.name_en
        publication.body_name_zh = cycle.region.body_name_zh
        publication.body_name_en = cycle.region.body_name_en
        publication.save(update_fields=list(FIELDS))


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("cycles", "0001_initial"),
        ("publication", "0001_initial"),
    ]

    operations = [
        *(
            migrations.AddField(
                model_name="publication",
                name=name,
                field=models.CharField(default="", max_length=200, verbose_name=label),
                preserve_default=False,
            )
            for name, label in FIELDS.items()
        ),
        migrations.RunPython(take_names, migrations.RunPython.noop),
    ]
