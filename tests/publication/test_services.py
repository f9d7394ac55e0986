"""Publishing: preconditions in words, verified bundles, stages, what the public sees."""

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.utils import translation

from assessment.audit.models import Event
from assessment.cycles.models import Cycle
from assessment.cycles.workflow import NotAllowedNow, Stage
from assessment.engine.texts import LocalizedText
from assessment.engine.verification import verify
from assessment.engine.version import ENGINE_VERSION
from assessment.observations.models import Observation
from assessment.publication import queries
from assessment.publication.models import Publication
from assessment.publication.queries import confirmation_of
from assessment.publication.services import (
    finalise,
    publish,
    publish_preliminary,
    reopen_preliminary,
    withdraw_preliminary,
)
from assessment.scores.models import Result, ScoreRun
from assessment.scores.services import run_scores
from assessment.submissions.models import Submission
from assessment.submissions.workflow import SubmissionState
from tests.cast import Cast
from tests.factories import NOW, CycleFactory
from tests.flushing import past_triggers, triggers_off
from tests.observations.scene import at_stage, fill, record
from tests.publishing import said

LATER = NOW + timedelta(days=90)


@pytest.fixture
def run(cast: Cast) -> ScoreRun:
    at_stage(cast.cycle, Stage.REVIEWING)
    fill(cast.cycle)
    return run_scores(cycle=cast.cycle, by=cast.coordinator, at=NOW)


def preliminary(cast: Cast, run: ScoreRun) -> Publication:
    return publish_preliminary(cycle=cast.cycle, run=run, by=cast.coordinator, at=NOW)


def bundle_of(publication: Publication) -> bytes:
    with publication.bundle.storage.open(publication.bundle.name or "") as file:
        return bytes(file.read())


@pytest.mark.parametrize("failing", ["move_stage", "record_event"])
def test_a_bundle_goes_with_the_publication_that_was_rolled_back(
    cast: Cast, run: ScoreRun, failing: str, tmp_path: Path, settings: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    with (
        patch(f"assessment.publication.services.{failing}", side_effect=DatabaseError),
        pytest.raises(DatabaseError),
        transaction.atomic(),
    ):
        preliminary(cast, run)
    assert not Publication.objects.exists()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def refusal(cast: Cast, run: ScoreRun) -> list[str]:
    with pytest.raises(ValidationError) as caught, translation.override("en"):
        preliminary(cast, run)
    assert not Publication.objects.exists()
    assert Cycle.objects.get(pk=cast.cycle.pk).stage == Stage.REVIEWING
    return list(caught.value.message_dict["run"])


def test_from_review_to_publication(cast: Cast, run: ScoreRun) -> None:
    first = preliminary(cast, run)
    assert (first.number, first.kind, cast.cycle.stage) == (1, "preliminary", "preliminary")
    assert queries.latest() == first
    second = finalise(cycle=cast.cycle, run=run, by=cast.coordinator, at=LATER)
    assert (second.number, second.published_at, cast.cycle.stage) == (2, None, "final")
    assert queries.latest() == first
    final = publish(cycle=cast.cycle, by=cast.coordinator, at=LATER + timedelta(days=1))
    assert (final, cast.cycle.stage) == (second, "published")
    assert list(queries.public_publications()) == [final]
    assert queries.of_cycle(cast.cycle.code) == final
    assert queries.of_cycle("nowhere") is None
    actions = Event.objects.filter(action__startswith="publication.").order_by("sequence")
    assert [event.action for event in actions] == [
        "publication.publish_preliminary",
        "publication.finalise",
        "publication.publish",
    ]
    assert actions[1].after["objections_closed"] is True


def test_ranking_of_a_publication_is_the_frozen_run(cast: Cast, run: ScoreRun) -> None:
    publication = preliminary(cast, run)
    record(cast.cycle, cast.locality, {"S1": "1"})
    run_scores(cycle=cast.cycle, by=cast.coordinator, at=NOW)
    assert [str(row.published) for row in queries.ranking(publication)] == ["90.00", "80.00"]


def test_bundle_holds_the_run_and_verifies(cast: Cast, run: ScoreRun, tmp_path: Path) -> None:
    publication = preliminary(cast, run)
    content = bundle_of(publication)
    assert hashlib.sha256(content).hexdigest() == publication.bundle_sha256
    assert len(content) == publication.bundle_bytes
    assert verify(content).is_ok
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        rows = archive.read("results.csv").decode().splitlines()
    assert manifest["cycle"]["code"] == cast.cycle.code
    assert (manifest["kind"], manifest["number"], manifest["notice"]) == ("preliminary", 1, None)
    assert f"{cast.locality.code},index,90.0,90.00,1,excellent" in rows
    path = tmp_path / "bundle.zip"
    path.write_bytes(content)
    command = [sys.executable, "-m", "assessment.engine", "verify", str(path)]
    assert subprocess.run(command, check=False, capture_output=True).returncode == 0


def changed(content: bytes, old: bytes, new: bytes) -> bytes:
    """The same zip with one text replaced in results.csv and the manifest put right."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert old in files["results.csv"]
    files["results.csv"] = files["results.csv"].replace(old, new, 1)
    manifest = json.loads(files["manifest.json"])
    for item in manifest["files"]:
        if item["path"] == "results.csv":
            item["sha256"] = hashlib.sha256(files["results.csv"]).hexdigest()
    files["manifest.json"] = json.dumps(manifest).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, part in files.items():
            archive.writestr(name, part)
    return out.getvalue()


def test_one_digit_changed_does_not_verify(cast: Cast, run: ScoreRun) -> None:
    content = bundle_of(preliminary(cast, run))
    old = f"{cast.neighbour.code},S3,80.0,80.00".encode()
    report = verify(changed(content, old, old[:-1] + b"1"))
    assert report.exit_status == 1
    (problem,) = report.problems
    assert (problem.locality, problem.node) == (cast.neighbour.code, "S3")
    assert verify(changed(content, old, old)).is_ok


def test_demonstration_is_marked_in_the_bundle(cast: Cast, run: ScoreRun) -> None:
    Cycle.objects.filter(pk=cast.cycle.pk).update(is_demonstration=True)
    with zipfile.ZipFile(io.BytesIO(bundle_of(preliminary(cast, run)))) as archive:
        notice = json.loads(archive.read("manifest.json"))["notice"]
    assert notice == {"zh-Hans": "演示数据", "en": "Demonstration data"}


def test_run_on_old_observations_is_refused(cast: Cast, run: ScoreRun) -> None:
    record(cast.cycle, cast.locality, {"S1": "1"})
    assert refusal(cast, run) == ["Changed since run 1: observations. Compute the scores again."]


def test_forms_not_accepted_are_listed(cast: Cast, run: ScoreRun) -> None:
    for place, state in (
        (cast.locality, SubmissionState.ACCEPTED),
        (cast.neighbour, SubmissionState.RETURNED),
    ):
        Submission.objects.create(
            cycle=cast.cycle, locality=place, state=state, created_at=NOW, updated_at=NOW
        )
    assert refusal(cast, run) == [f"1 form is not accepted: {cast.neighbour.name_en} (Returned)"]


def test_run_of_another_cycle_is_refused(cast: Cast, run: ScoreRun) -> None:
    other = CycleFactory(region=cast.region)
    at_stage(other, Stage.REVIEWING)
    with pytest.raises(ValidationError):
        publish_preliminary(cycle=other, run=run, by=cast.coordinator, at=NOW)


def test_run_that_ranks_nobody_is_refused(cast: Cast, run: ScoreRun) -> None:
    Observation.objects.filter(cycle=cast.cycle, indicator="PM25_CHANGE").delete()
    empty = run_scores(cycle=cast.cycle, by=cast.coordinator, at=NOW)
    assert refusal(cast, empty) == ["Run 2 ranks no locality."]


def test_a_run_of_another_engine_is_computed_again(cast: Cast, run: ScoreRun) -> None:
    with past_triggers():
        ScoreRun.objects.filter(pk=run.pk).update(engine_version="1.2.0")
    run.refresh_from_db()
    assert refusal(cast, run) == [
        f"Run 1 was made by engine 1.2.0; this is engine {ENGINE_VERSION}. "
        "Compute the scores again."
    ]


def forge(run: ScoreRun, cast: Cast) -> None:
    """Change a stored result as the owner of the database could."""
    with connection.cursor() as cursor, triggers_off(cursor):
        Result.objects.filter(run=run, locality=cast.locality, node="S1").update(score=89.0)


def test_results_the_engine_does_not_give_are_refused(cast: Cast, run: ScoreRun) -> None:
    forge(run, cast)
    (sentence,) = refusal(cast, run)
    assert f"first difference: {cast.locality.code} S1" in sentence


def test_bundle_that_does_not_verify_is_refused(
    cast: Cast, run: ScoreRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    from assessment.publication import bundles

    real = bundles.build_bundle
    old, new = b",90.00,1,excellent", b",99.00,1,excellent"
    monkeypatch.setattr(bundles, "build_bundle", lambda parts: changed(real(parts), old, new))
    (sentence,) = refusal(cast, run)
    assert sentence.startswith("The bundle does not verify:")


def test_results_forged_after_the_final_bundle_are_not_published(cast: Cast, run: ScoreRun) -> None:
    preliminary(cast, run)
    finalise(cycle=cast.cycle, run=run, by=cast.coordinator, at=LATER)
    forge(run, cast)
    with pytest.raises(ValidationError, match=f"{cast.locality.code} S1"):
        publish(cycle=cast.cycle, by=cast.coordinator, at=LATER)
    assert Cycle.objects.get(pk=cast.cycle.pk).stage == Stage.FINAL


def test_final_bundle_touched_in_the_store_is_not_published(cast: Cast, run: ScoreRun) -> None:
    preliminary(cast, run)
    final = finalise(cycle=cast.cycle, run=run, by=cast.coordinator, at=LATER)
    path = Path(final.bundle.path)
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(ValidationError), translation.override("en"):
        publish(cycle=cast.cycle, by=cast.coordinator, at=LATER)
    assert Cycle.objects.get(pk=cast.cycle.pk).stage == Stage.FINAL
    assert Publication.objects.get(pk=final.pk).published_at is None


def test_last_places_of_a_score_from_another_machine_do_not_hold_up_the_publication(
    cast: Cast, run: ScoreRun
) -> None:
    preliminary(cast, run)
    finalise(cycle=cast.cycle, run=run, by=cast.coordinator, at=LATER)
    row = Result.objects.filter(run=run, score__gt=0)[0]
    with past_triggers():
        Result.objects.filter(pk=row.pk).update(score=row.score * (1 + 1e-14))
    assert publish(cycle=cast.cycle, by=cast.coordinator, at=LATER).published_at == LATER


def test_final_results_not_yet_public_are_taken_back_and_fixed_anew(
    cast: Cast, run: ScoreRun
) -> None:
    first = preliminary(cast, run)
    final = finalise(cycle=cast.cycle, run=run, by=cast.coordinator, at=LATER)
    back = reopen_preliminary(
        cycle=cast.cycle, reason=said("Other digits."), by=cast.coordinator, at=LATER
    )
    assert (back, cast.cycle.stage) == (final, Stage.PRELIMINARY)
    assert list(queries.public_publications()) == [first]
    # The public never knew of it.
    assert not queries.withdrawn_publications().exists()
    step = Event.objects.get(action="cycles.reopen_preliminary")
    assert step.after["reason_en"] == "Other digits."
    again = run_scores(cycle=cast.cycle, by=cast.coordinator, at=LATER)
    fixed = finalise(cycle=cast.cycle, run=again, by=cast.coordinator, at=LATER)
    publish(cycle=cast.cycle, by=cast.coordinator, at=LATER)
    assert (fixed.number, list(queries.public_publications())) == (3, [fixed])


def test_withdrawn_stays_on_record_and_the_next_one_counts_on(cast: Cast, run: ScoreRun) -> None:
    first = preliminary(cast, run)
    withdrawn = withdraw_preliminary(
        cycle=cast.cycle, reason=said(" A form was wrong. "), by=cast.coordinator, at=LATER
    )
    assert withdrawn.withdrawal_reason_en == "A form was wrong."
    assert cast.cycle.stage == Stage.REVIEWING
    assert queries.latest() is None
    second = preliminary(cast, run)
    assert (second.number, queries.latest()) == (2, second)
    assert list(queries.history_of(cast.cycle)) == [second, first]
    event = Event.objects.get(action="publication.withdraw_preliminary")
    assert event.after == {
        "withdrawn": True,
        "reason_zh": "A form was wrong. （中文）",
        "reason_en": "A form was wrong.",
    }


def test_withdrawal_needs_a_reason(cast: Cast, run: ScoreRun) -> None:
    preliminary(cast, run)
    with pytest.raises(ValidationError) as caught:
        withdraw_preliminary(
            cycle=cast.cycle, reason=LocalizedText("有误", " "), by=cast.coordinator, at=LATER
        )
    assert set(caught.value.message_dict) == {"reason_en"}
    assert queries.latest() is not None


def call(name: str, cast: Cast, run: ScoreRun, by: Any) -> Publication:
    if name == "publish_preliminary":
        return publish_preliminary(cycle=cast.cycle, run=run, by=by, at=NOW)
    if name == "finalise":
        given = confirmation_of(cast.cycle, run, "final", NOW, said("r"))
        return finalise(cycle=cast.cycle, run=run, by=by, at=NOW, confirmation=given)
    if name == "withdraw_preliminary":
        return withdraw_preliminary(cycle=cast.cycle, reason=said("r"), by=by, at=NOW)
    if name == "reopen_preliminary":
        return reopen_preliminary(cycle=cast.cycle, reason=said("r"), by=by, at=NOW)
    return publish(cycle=cast.cycle, by=by, at=NOW)


STEPS = {
    "publish_preliminary": Stage.REVIEWING,
    "withdraw_preliminary": Stage.PRELIMINARY,
    "finalise": Stage.PRELIMINARY,
    "publish": Stage.FINAL,
    "reopen_preliminary": Stage.FINAL,
}


# The right stage of each step is walked through in test_from_review_to_publication.
WRONG_STAGES = [(name, stage) for name, right in STEPS.items() for stage in Stage if stage != right]


@pytest.mark.parametrize(("name", "stage"), WRONG_STAGES)
def test_every_step_in_every_other_stage(
    cast: Cast, run: ScoreRun, name: str, stage: Stage
) -> None:
    at_stage(cast.cycle, stage)
    with pytest.raises(NotAllowedNow):
        call(name, cast, run, cast.coordinator)
    assert not Publication.objects.exists()


@pytest.mark.parametrize("name", STEPS)
@pytest.mark.parametrize("person", ["auditor", "reviewer", "other_coordinator", "approver"])
def test_others_do_not_publish(cast: Cast, run: ScoreRun, name: str, person: str) -> None:
    at_stage(cast.cycle, STEPS[name])
    with pytest.raises(PermissionDenied):
        call(name, cast, run, getattr(cast, person))
