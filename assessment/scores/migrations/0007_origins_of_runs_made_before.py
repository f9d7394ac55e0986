"""Gives runs made before origins were kept what is still known of them.

An observation recorded since the run has another origin than the value the run read: of such
a value nothing is kept, and a report says so, as it did before.
"""

from collections import defaultdict

from django.db import migrations


def fill(apps, schema_editor):
    """One row for each locality of each run that has none yet."""
    runs = apps.get_model("scores", "ScoreRun").objects.filter(origins__isnull=True)
    for run in runs.only("pk", "cycle_id", "made_at").order_by("pk"):
        _fill_run(apps, run)


def keep(apps, schema_editor):
    """Going back drops the table itself."""


def _fill_run(apps, run):
    versions = apps.get_model("submissions", "Version").objects
    signed = {
        (form, number): content.get("evidence", {})
        for form, number, content in versions.filter(submission__cycle=run.cycle_id).values_list(
            "submission_id", "number", "content"
        )
    }
    observations = apps.get_model("observations", "Observation").objects
    known = observations.filter(cycle=run.cycle_id, recorded_at__lte=run.made_at)
    entries = defaultdict(dict)
    for each in known.select_related("recorded_by").order_by("locality_id", "indicator"):
        entries[each.locality_id][each.indicator] = _entry(each, signed)
    origins = apps.get_model("scores", "Origins")
    origins.objects.bulk_create(
        origins(run_id=run.pk, locality_id=locality, entries=found)
        for locality, found in entries.items()
    )


def _entry(observation, signed):
    said = observation.provenance
    files = {}
    if observation.source == "submissions":
        files = signed.get((said.get("submission"), said.get("version")), {})
    person = observation.recorded_by
    return {
        "source": observation.source,
        "record": observation.pk,
        "provenance": said,
        "recorded_by": (person.full_name or person.username) if person else "",
        "recorded_at": observation.recorded_at.isoformat(),
        "evidence": len(files.get(observation.indicator, [])),
    }


class Migration(migrations.Migration):
    dependencies = [
        ("scores", "0006_origins"),
        ("observations", "0003_facts_are_protected"),
        ("submissions", "0003_facts_are_protected"),
    ]

    operations = [migrations.RunPython(fill, keep)]
