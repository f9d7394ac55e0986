"""Publishing: preconditions, bundles, stages, what the public sees."""

from datetime import timedelta
from decimal import Decimal

import pytest

from assessment.cycles.models import Cycle
from assessment.cycles.workflow import Stage
from assessment.engine.verification import verify
from assessment.observations.services import ObservationInput, record_observations
from assessment.publication.services import finalise, publish, publish_preliminary
from assessment.publication import queries
from assessment.scores.services import run_scores
from tests.cast import Cast
from tests.factories import NOW


def fill(cycle: Cycle) -> None:
    rows = [
        ObservationInput(p.locality_id, code, "value", Decimal(50 + n * 10))
        for n, p in enumerate(cycle.participants.all())
        for code in ("S1", "S2", "PM25_CHANGE", "S3")
    ]
    record_observations(cycle=cycle, rows=rows, source="submissions", by=None, at=NOW)


def test_story(cast: Cast) -> None:
    cycle = cast.cycle
    Cycle.objects.filter(pk=cycle.pk).update(stage=Stage.REVIEWING)
    cycle.refresh_from_db()
    fill(cycle)
    run = run_scores(cycle=cycle, by=cast.coordinator, at=NOW)
    preliminary = publish_preliminary(cycle=cycle, run=run, by=cast.coordinator, at=NOW)
    assert cycle.stage == Stage.PRELIMINARY
    assert queries.latest() == preliminary
    finalise(cycle=cycle, run=run, by=cast.coordinator, at=NOW + timedelta(days=90))
    assert queries.latest() == preliminary
    final = publish(cycle=cycle, by=cast.coordinator, at=NOW + timedelta(days=91))
    assert queries.latest() == final
    assert verify(final.bundle.read()).is_ok
    assert [row.rank for row in queries.ranking(final)] == [1, 2]
