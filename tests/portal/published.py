"""Published cycles to read, and their results as the bundle tells them."""

import csv
import io
import json
import zipfile
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from assessment.cycles.models import Cycle
from assessment.cycles.workflow import Stage
from assessment.observations.services import ObservationInput, record_observations
from assessment.publication.models import Publication
from assessment.publication.services import publish
from assessment.scores.services import run_scores
from tests.factories import NOW, participants
from tests.publishing import finalise, publish_preliminary

INDICATORS = ("S1", "S2", "PM25_CHANGE", "S3")


def fill(
    cycle: Cycle, start: int = 50, without: Mapping[str, tuple[str, ...]] | None = None
) -> None:
    """Give each locality values of its own; ``without`` names values that are missing."""
    absent = without or {}
    rows = [
        ObservationInput(p.locality_id, code, "missing", None)
        if code in absent.get(p.locality.code, ())
        else ObservationInput(p.locality_id, code, "value", Decimal(f"{start + n * 7 + k}.3"))
        for n, p in enumerate(cycle.participants.select_related("locality"))
        for k, code in enumerate(INDICATORS)
    ]
    record_observations(cycle=cycle, rows=rows, source="submissions", by=None, at=NOW)


def preliminary(cycle: Cycle, **values: Any) -> Publication:
    """Fill, score and publish the cycle as preliminary."""
    Cycle.objects.filter(pk=cycle.pk).update(stage=Stage.REVIEWING)
    cycle.refresh_from_db()
    fill(cycle, **values)
    run = run_scores(cycle=cycle, by=None, at=NOW)
    return publish_preliminary(cycle=cycle, run=run, by=None, at=NOW)


def final(cycle: Cycle, **values: Any) -> Publication:
    """Publish the cycle's final results."""
    first = preliminary(cycle, **values)
    finalise(cycle=cycle, run=first.run, by=None, at=NOW + timedelta(days=90))
    return publish(cycle=cycle, by=None, at=NOW + timedelta(days=91))


def add_localities(cycle: Cycle, count: int = 2) -> None:
    """More localities for a cycle that is not yet published."""
    participants(cycle, count)


def bundle_files(publication: Publication) -> dict[str, bytes]:
    """The files of the stored bundle."""
    with publication.bundle.open("rb") as file:
        content = file.read()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def bundle_results(publication: Publication) -> dict[tuple[str, str], dict[str, str]]:
    """``results.csv`` of the bundle by locality and node, read without the product."""
    text = bundle_files(publication)["results.csv"].decode()
    return {(row["locality"], row["node"]): row for row in csv.DictReader(io.StringIO(text))}


def tampered(publication: Publication) -> bytes:
    """The bundle with one digit of one published score changed."""
    files = bundle_files(publication)
    lines = files["results.csv"].decode().splitlines()
    cells = lines[1].split(",")
    cells[3] = cells[3][:-1] + ("1" if cells[3][-1] != "1" else "2")
    files["results.csv"] = ("\n".join([lines[0], ",".join(cells), *lines[2:]]) + "\n").encode()
    manifest = json.loads(files["manifest.json"])
    files["manifest.json"] = json.dumps(manifest).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()
