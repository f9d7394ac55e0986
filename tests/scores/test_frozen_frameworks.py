"""A framework frozen before a check was made is shown for ever, and scored no more."""

import pytest

from assessment.cycles.models import Cycle
from assessment.scores.models import ScoreRun
from assessment.scores.services import ScoringProblem, run_scores
from tests.cast import Cast
from tests.factories import NOW
from tests.flushing import past_triggers
from tests.scores.test_services import computed


def test_a_frozen_framework_that_would_be_refused_today_is_shown_and_not_scored(
    cast: Cast,
) -> None:
    run = computed(cast)
    version = cast.cycle.framework_version
    limit = {
        "id": "R1", "type": "cap", "node": "index", "limit": 1000,
        "article": "1", "text": {"zh-Hans": "上限", "en": "Limit"},
    }  # fmt: skip
    version.document = version.document | {"rules": [limit]}
    with past_triggers():
        version.save()
        ScoreRun.objects.filter(pk=run.pk).update(framework=version.document)
    cycle = Cycle.objects.get(pk=cast.cycle.pk)
    shown = ScoreRun.objects.get(pk=run.pk)
    assert [rule.id for rule in shown.parsed.rules] == ["R1"]
    assert cycle.framework_version.parsed.rules == shown.parsed.rules
    with pytest.raises(ScoringProblem) as caught:
        run_scores(cycle=cycle, by=cast.coordinator, at=NOW)
    assert [problem.code for problem in caught.value.problems] == ["rule_off_scale"]
