"""A cycle whose collection is open, with the form of the cast's locality."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Department, Membership, User
from accounts.roles import Role
from assessment.observations.statuses import Status
from assessment.submissions.models import Submission
from assessment.submissions.services import (
    AnswerInput,
    PartInput,
    attach_evidence,
    divide_submission,
    open_collection,
    save_answers,
    submit_submission,
)
from tests.cast import Cast
from tests.factories import NOW, DepartmentFactory, member
from tests.submissions.files import PDF

STATEMENT = "True and complete."


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages live on the day of the tests' cycle."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW + timedelta(hours=1))


@pytest.fixture
def submission(cast: Cast) -> Submission:
    """The empty form of the cast's locality."""
    open_collection(cycle=cast.cycle, by=cast.coordinator, at=NOW)
    cast.cycle.refresh_from_db()
    return Submission.objects.get(cycle=cast.cycle, locality=cast.locality)


@pytest.fixture
def colleague(cast: Cast) -> User:
    """A second contributor of the same locality."""
    return member(Role.CONTRIBUTOR, locality=cast.locality, username="colleague")


def fill(submission: Submission, by: User, at: datetime = NOW) -> None:
    """Answer everything the tiny framework asks, with the evidence it requires."""
    answers = {
        code: AnswerInput(status=Status.VALUE, value=value, revision=_revision(submission, code))
        for code, value in (("S1", "81.5"), ("S2", "70"), ("S3", "60.2"))
    }
    assert save_answers(submission=submission, answers=answers, by=by, at=at).is_clean
    if not submission.evidence.filter(removed_at__isnull=True, indicator="S1").exists():
        upload = SimpleUploadedFile("台账.pdf", PDF)
        attach_evidence(submission=submission, indicator="S1", upload=upload, by=by, at=at)
    submission.refresh_from_db()


def sign(submission: Submission, by: User, at: datetime = NOW) -> None:
    """Sign the form off as it is, returned and uncorrected or not."""
    submission.refresh_from_db()
    submit_submission(
        submission=submission,
        revision=submission.revision,
        statement=STATEMENT,
        reason="Nothing is to be corrected.",
        by=by,
        at=at,
    )
    submission.refresh_from_db()


def _revision(submission: Submission, code: str) -> int:
    answer = submission.answers.filter(indicator=code).first()
    return answer.revision if answer else 0


@pytest.fixture
def signed(submission: Submission, cast: Cast) -> Submission:
    """The form, filled and signed off."""
    fill(submission, cast.contributor)
    sign(submission, cast.approver)
    return submission


@pytest.fixture
def bureau(cast: Cast) -> Department:
    """A department of the locality; the colleague works there."""
    found: Department = DepartmentFactory(locality=cast.locality, name_en="Transport bureau")
    return found


@pytest.fixture
def driver(cast: Cast, bureau: Department) -> User:
    """A contributor in that department."""
    user = member(Role.CONTRIBUTOR, locality=cast.locality, username="driver")
    Membership.objects.filter(user=user).update(department=bureau)
    return user


def divided(
    submission: Submission, cast: Cast, parts: Mapping[str, PartInput], lead: User | None = None
) -> Submission:
    """The form as its approver divided it."""
    divide_submission(submission=submission, parts=parts, lead=lead, by=cast.approver, at=NOW)
    submission.refresh_from_db()
    return submission
