"""Published cycles of any size in an empty database, for benches."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from assessment.cycles.workflow import Stage
from assessment.engine import load_framework
from assessment.engine.document import Node
from assessment.observations.services import ObservationInput, record_observations
from assessment.publication.models import Publication
from assessment.publication.services import publish
from assessment.scores.services import run_scores
from tests.factories import NOW, CycleFactory, participants
from tests.observations.scene import at_stage
from tests.publishing import finalise, publish_preliminary

LIBRARY = Path(__file__).resolve().parents[2] / "assessment/frameworks/library"


def library_framework() -> dict[str, Any]:
    """The product's own framework of 20 indicators."""
    found: dict[str, Any] = json.loads((LIBRARY / "regional-cooperation.json").read_text())
    return found


def published_cycle(localities: int, framework: dict[str, Any]) -> Publication:
    """The final results of a new cycle in which every value is present."""
    cycle = CycleFactory(framework_version__document=framework)
    places = participants(cycle, localities)
    cycle = at_stage(cycle, Stage.REVIEWING)
    for n, place in enumerate(places):
        rows = [
            ObservationInput(place.pk, node.code, "value", _value(node, n, k), {"version": 1})
            for k, node in enumerate(load_framework(framework).observed)
        ]
        record_observations(cycle=cycle, rows=rows, source="submissions", by=None, at=NOW)
    run = run_scores(cycle=cycle, by=None, at=NOW)
    publish_preliminary(cycle=cycle, run=run, by=None, at=NOW)
    finalise(cycle=cycle, run=run, by=None, at=NOW)
    return publish(cycle=cycle, by=None, at=NOW)


def _value(node: Node, n: int, k: int) -> Decimal:
    if node.value is not None and node.value.levels:
        return Decimal(2)
    return Decimal(1 + (n * 7 + k * 3) % 20)
