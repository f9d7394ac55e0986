"""One save of the form: answers, files and a removal belong together."""

from pathlib import Path
from typing import Any
from weakref import ReferenceType, ref

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError
from django.urls import reverse

from assessment.audit.models import Event
from assessment.cycles.workflow import NotAllowedNow
from assessment.submissions.answers import AnswerInput
from assessment.submissions.evidence_files import inspect_upload
from assessment.submissions.evidence_intake import Intake, take_in
from assessment.submissions.models import Evidence, Submission
from assessment.submissions.queries import current_evidence
from assessment.submissions.services import attach_evidence, save_form
from tests.cast import Cast
from tests.factories import NOW
from tests.submissions import files
from tests.submissions.conftest import fill, sign

SERVICE = "assessment.submissions.services.evidence"


def pdf(name: str = "a.pdf", content: bytes = files.PDF) -> "SimpleUploadedFile":
    return SimpleUploadedFile(name, content)


@pytest.fixture
def disk(tmp_path: Path, settings: Any) -> Path:
    """Where this test alone stores evidence."""
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "evidence").mkdir()
    return tmp_path / "evidence"


def test_the_valid_is_saved_beside_what_is_refused(
    submission: Submission, cast: Cast, disk: Path
) -> None:
    old = attach_evidence(
        submission=submission, indicator="S1", upload=pdf(), by=cast.contributor, at=NOW
    )
    uploads = [
        ("S1", pdf("same.pdf")),
        ("S1", pdf("no.pdf", b"no document")),
        ("S2", pdf("b.png", files.PNG)),
    ]
    outcome = save_form(
        submission=submission,
        answers={"S1": AnswerInput(value="81"), "S2": AnswerInput(value="many")},
        uploads=uploads,
        removed=old,
        by=cast.contributor,
        at=NOW,
    )
    assert outcome.answers.saved == ("S1",)
    assert list(outcome.answers.problems) == ["S2"]
    assert {code: len(said) for code, said in outcome.refused.items()} == {"S1": 2}
    assert [each.name for each in outcome.attached] == ["b.png"]
    assert not outcome.is_clean
    assert [each.name for each in current_evidence(submission)] == ["b.png"]
    assert len(list(disk.iterdir())) == 2, "the removed file stays, the refused ones are gone"


def test_a_form_signed_while_its_files_are_read_keeps_nothing_of_the_save(
    submission: Submission, cast: Cast, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page lists all that was typed as unsaved: it must be."""
    fill(submission, cast.contributor)
    client = cast.client("contributor")
    revision = submission.answers.get(indicator="S1").revision

    def signed_meanwhile(upload: Any) -> Intake:
        sign(submission, cast.approver)
        return take_in(upload)

    monkeypatch.setattr(f"{SERVICE}.take_in", signed_meanwhile)
    before = {each.name for each in disk.iterdir()}
    response = client.post(
        reverse("submissions:form", args=[submission.pk]),
        {
            "S1-status": "value",
            "S1-value": "12",
            "S1-revision": revision,
            "S1-seen": "other",
            "S1-files": pdf("late.png", files.PNG),
        },
    )
    assert response.status_code == 409
    assert [(code, said.value) for code, _, said in response.context["unsaved"]] == [("S1", "12")]
    assert submission.answers.get(indicator="S1").value != 12
    assert {each.name for each in disk.iterdir()} == before
    assert Event.objects.latest("sequence").action == "submissions.submit"


def test_pictures_of_one_save_do_not_wait_in_memory_for_one_another(
    submission: Submission, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A picture whose place was taken out is read whole; it is stored before the next is."""
    kept: list[ReferenceType[Any]] = []
    held: list[int] = []

    def read(upload: Any) -> Intake:
        held.append(sum(each() is not None for each in kept))
        intake = Intake(ContentFile(upload.read()), inspect_upload(upload), lost_place=True)
        kept.append(ref(intake.file))
        return intake

    monkeypatch.setattr(f"{SERVICE}.take_in", read)
    pictures = [("S1", pdf(f"{n}.pdf", files.PDF + b"\n%%%d" % n)) for n in range(3)]
    outcome = save_form(
        submission=submission, answers={}, uploads=pictures, by=cast.contributor, at=NOW
    )
    assert (len(outcome.attached), held) == (3, [0, 0, 0])


def test_a_save_that_fails_at_its_end_leaves_nothing(
    submission: Submission, cast: Cast, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = attach_evidence(
        submission=submission, indicator="S1", upload=pdf(), by=cast.contributor, at=NOW
    )

    def fail(**arguments: object) -> None:
        raise DatabaseError("the disk of the database is full")

    monkeypatch.setattr("assessment.submissions.services.whole.remove_evidence", fail)
    events = Event.objects.count()
    with pytest.raises(DatabaseError):
        save_form(
            submission=submission,
            answers={"S1": AnswerInput(value="81")},
            uploads=[("S2", pdf("b.png", files.PNG))],
            removed=old,
            by=cast.contributor,
            at=NOW,
        )
    assert not submission.answers.exists()
    assert Evidence.objects.count() == len(list(disk.iterdir())) == 1
    assert Event.objects.count() == events


def test_a_signed_form_takes_no_save(signed: Submission, cast: Cast) -> None:
    with pytest.raises(NotAllowedNow):
        save_form(
            submission=signed,
            answers={"S1": AnswerInput(value="1")},
            by=cast.contributor,
            at=NOW,
        )
