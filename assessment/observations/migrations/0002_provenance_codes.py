"""Provenance keeps codes in place of sentences that held both languages."""

from django.db import migrations

SENTENCES = {
    "100 × (base − now) / base": "relative_fall",
    "lower median of the experts' levels": "lower_median",
    "由国家监测网城市日均值推算，aqistudy.cn 转载 / "
    "Derived from daily city means of the national monitoring network as republished by "
    "aqistudy.cn (github.com/ShuyaoHong/aqistudy, commit 1ba11cae)": "aqistudy",
}


def coded(part):
    """The provenance with codes for the sentences; the note of generated values is dropped."""
    if not isinstance(part, dict):
        return SENTENCES.get(part, part) if isinstance(part, str) else part
    is_generated = bool(part.get("generated"))
    return {
        key: coded(value) for key, value in part.items() if not (is_generated and key == "note")
    }


def write_codes(apps, schema_editor):
    """Rewrite what the product itself had written; texts of others stay."""
    model = apps.get_model("observations", "Observation")
    rows = model.objects.filter(source__in=["airquality", "reviews", "surveys"])
    changed = []
    for row in rows.only("pk", "provenance").iterator(chunk_size=500):
        now = coded(row.provenance)
        if now != row.provenance:
            row.provenance = now
            changed.append(row)
    model.objects.bulk_update(changed, ["provenance"], batch_size=200)


class Migration(migrations.Migration):
    dependencies = [("observations", "0001_initial")]

    operations = [migrations.RunPython(write_codes, migrations.RunPython.noop)]
