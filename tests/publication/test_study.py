"""The study of a publication: of all that need it, one computes it, and nobody waits for ever."""

from typing import Any

import pytest
from django.core.cache import cache

from assessment.cycles.workflow import Stage
from assessment.publication import services
from assessment.publication.models import Analysis, Publication
from assessment.publication.services import keep_analysis
from assessment.scores.services import run_scores
from tests.cast import Cast
from tests.factories import NOW
from tests.observations.scene import at_stage, fill
from tests.publishing import publish_preliminary

FOUND = {"uncertainty": {"draws": 1000, "seed": 1}, "comparison": None}


@pytest.fixture
def studied(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The runs that were studied; nothing is computed, and nobody sleeps."""
    runs: list[int] = []

    def study(run: Any, _before: Any) -> dict[str, Any]:
        runs.append(run.pk)
        return dict(FOUND)

    monkeypatch.setattr(services, "analysed", study)
    monkeypatch.setattr(services, "LOOKS_AGAIN_SECONDS", 0)
    return runs


@pytest.fixture
def publication(cast: Cast) -> Publication:
    """Preliminary results."""
    cycle = at_stage(cast.cycle, Stage.REVIEWING)
    fill(cycle)
    run = run_scores(cycle=cycle, by=cast.coordinator, at=NOW)
    return publish_preliminary(cycle=cycle, run=run, by=cast.coordinator, at=NOW)


@pytest.fixture
def other(publication: Publication) -> str:
    """Another process is at the study: the key of its lease."""
    key = f"lease-study-{publication.pk}"
    cache.set(key, True, 60)
    return key


def test_whoever_comes_second_waits_for_the_first(
    publication: Publication, studied: list[int], other: str
) -> None:
    looked: list[int] = []

    def waiting() -> None:
        looked.append(1)
        if len(looked) == 3:
            Analysis.objects.create(
                publication=publication, document=FOUND, engine_version="1", made_at=NOW
            )

    kept = keep_analysis(publication=publication, at=NOW, waiting=waiting)
    cache.delete(other)
    assert (kept.document, len(looked), studied) == (FOUND, 3, [])


def test_a_first_one_that_was_killed_is_succeeded(
    publication: Publication, studied: list[int], other: str
) -> None:
    keep_analysis(publication=publication, at=NOW, waiting=lambda: cache.delete(other))
    keep_analysis(publication=publication, at=NOW)
    assert studied == [publication.run_id]
    assert cache.get(other) is None


def test_a_study_that_fails_leaves_it_to_the_next(
    publication: Publication, studied: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_runs: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(services, "analysed", fail)
        with pytest.raises(ZeroDivisionError):
            keep_analysis(publication=publication, at=NOW)
    keep_analysis(publication=publication, at=NOW)
    assert studied == [publication.run_id]
