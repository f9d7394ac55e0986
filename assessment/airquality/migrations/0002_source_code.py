"""The means the product brings along name their source by code, not in two languages at once."""

from django.db import migrations

SENTENCE = (
    "由国家监测网城市日均值推算，aqistudy.cn 转载 / "
    "Derived from daily city means of the national monitoring network as republished by "
    "aqistudy.cn (github.com/ShuyaoHong/aqistudy, commit 1ba11cae)"
)


def write_code(apps, schema_editor):
    """Replace the one sentence; what others named in words stays."""
    means = apps.get_model("airquality", "AnnualMean").objects
    means.filter(source=SENTENCE).update(source="aqistudy")


class Migration(migrations.Migration):
    dependencies = [("airquality", "0001_initial")]

    operations = [migrations.RunPython(write_code, migrations.RunPython.noop)]
