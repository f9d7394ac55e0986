"""What a run keeps of where each of its values came from."""

from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction

from accounts.models import User
from assessment.cycles.services import move_stage
from assessment.cycles.workflow import Stage, StageAction
from assessment.scores.models import Origins, ScoreRun
from assessment.scores.queries import origins_of
from assessment.scores.services import run_scores
from assessment.submissions.models import Submission
from assessment.submissions.services import (
    AnswerInput,
    accept_submission,
    attach_evidence,
    open_collection,
    save_answers,
    submit_submission,
)
from tests.cast import Cast
from tests.factories import NOW, participants
from tests.flushing import past_triggers
from tests.observations.scene import at_stage, fill, record
from tests.queries import assert_same_queries
from tests.submissions.files import PDF

FILL = import_module("assessment.scores.migrations.0007_origins_of_runs_made_before")


def accepted(cast: Cast) -> Submission:
    """The form of the cast's locality, signed with one file on S1 and accepted."""
    open_collection(cycle=cast.cycle, by=cast.coordinator, at=NOW)
    form = Submission.objects.get(cycle=cast.cycle, locality=cast.locality)
    by: User = cast.contributor
    answers = {
        code: AnswerInput(status="value", value=value)
        for code, value in (("S1", "90"), ("S2", "80"), ("S3", "70"))
    }
    save_answers(submission=form, answers=answers, by=by, at=NOW)
    upload = SimpleUploadedFile("ledger.pdf", PDF)
    attach_evidence(submission=form, indicator="S1", upload=upload, by=by, at=NOW)
    form.refresh_from_db()
    submit_submission(
        submission=form, revision=form.revision, statement="True.", by=cast.approver, at=NOW
    )
    accept_submission(submission=form, by=cast.coordinator, at=NOW)
    form.refresh_from_db()
    return form


def run_of(cast: Cast, **more: Any) -> ScoreRun:
    return run_scores(cycle=cast.cycle, by=cast.coordinator, **{"at": NOW, **more})


def test_a_run_keeps_form_version_moment_person_and_number_of_files(cast: Cast) -> None:
    form = accepted(cast)
    move_stage(cycle=cast.cycle, action=StageAction.START_REVIEW, by=cast.coordinator, at=NOW)
    record(cast.cycle, cast.neighbour, {"S1": "50", "S2": "60", "S3": "70"})
    record(cast.cycle, cast.locality, {"PM25_CHANGE": "5"})
    record(cast.cycle, cast.neighbour, {"PM25_CHANGE": "6"})
    origins = origins_of(run_of(cast), cast.locality)
    version = form.versions.get()
    first = origins["S1"]
    assert first.source == "submissions"
    assert first.provenance == {
        "submission": form.pk,
        "version": 1,
        "sha256": version.sha256,
    }
    assert first.record == cast.cycle.observations.get(locality=cast.locality, indicator="S1").pk
    assert (first.recorded_by, first.recorded_at) == (str(cast.coordinator), NOW.isoformat())
    assert (first.evidence, origins["S2"].evidence) == (1, 0)


@pytest.fixture
def run(cast: Cast) -> ScoreRun:
    at_stage(cast.cycle, Stage.REVIEWING)
    fill(cast.cycle)
    return run_of(cast)


def test_what_is_recorded_later_changes_no_origin(cast: Cast, run: ScoreRun) -> None:
    before = origins_of(run, cast.locality)
    record(cast.cycle, cast.locality, {"S1": "12.5"})
    assert origins_of(run, cast.locality) == before


@pytest.mark.django_db
def test_the_database_refuses_to_change_origins(run: ScoreRun) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        Origins.objects.filter(run=run).update(entries={})
    with pytest.raises(DatabaseError), transaction.atomic():
        Origins.objects.filter(run=run)._raw_delete(using="default")
    with pytest.raises(TypeError):
        Origins.objects.filter(run=run)[0].save()


def test_a_run_asks_equally_often_for_two_and_four_localities(cast: Cast) -> None:
    at_stage(cast.cycle, Stage.REVIEWING)
    fill(cast.cycle)

    def more() -> None:
        participants(cast.cycle, 2)
        fill(cast.cycle)

    assert_same_queries(lambda: run_of(cast), more)


def test_runs_made_before_are_given_what_is_still_known(cast: Cast, run: ScoreRun) -> None:
    kept = {row.locality_id: row.entries for row in run.origins.all()}
    with past_triggers():
        run.origins.all()._raw_delete(using="default")
    observation = cast.cycle.observations.get(locality=cast.locality, indicator="S1")
    later = NOW + timedelta(days=1)
    type(observation).objects.filter(pk=observation.pk).update(recorded_at=later)
    FILL.fill(apps, None)
    FILL.fill(apps, None)
    del kept[cast.locality.pk]["S1"]
    assert {row.locality_id: row.entries for row in run.origins.all()} == kept
