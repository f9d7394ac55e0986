"""What a collection costs: fields, what was taken over, and the minutes at work."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from assessment.audit.origin import Origin, coming_from
from assessment.submissions.answers import AnswerInput
from assessment.submissions.burden import Burden, burdens
from assessment.submissions.models import Submission
from assessment.submissions.prefill import suggestions_of
from assessment.submissions.services import attach_evidence, link_evidence, save_answers
from tests.cast import Cast
from tests.factories import NOW
from tests.queries import assert_same_queries
from tests.submissions.conftest import fill
from tests.submissions.earlier import accepted_year_before, asking, english
from tests.submissions.files import PDF


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


def save(form: Submission, by: User, minute: float, code: str, answer: AnswerInput) -> None:
    at = NOW + timedelta(minutes=minute)
    assert save_answers(submission=form, answers={code: answer}, by=by, at=at).is_clean


def note(form: Submission, by: User, minute: float) -> None:
    """One save more: each note says another minute."""
    answer = form.answers.filter(indicator="S3").first()
    revision = answer.revision if answer else 0
    typed = AnswerInput(value="1", note=f"{by} {minute}", revision=revision)
    save(form, by, minute, "S3", typed)


def of(form: Submission) -> Burden:
    return next(row for row in burdens(form.cycle) if row.form == form.pk)


@pytest.mark.parametrize(
    ("minutes", "worked"),
    [
        ([], 0),
        ([5], 0),  # one save tells no time
        ([0, 10, 30], 30),
        ([0, 30, 61, 71], 40),  # 30 are work, 31 are a pause
        ([0, 60, 120], 0),
    ],
)
def test_minutes_leave_pauses_out(
    submission: Submission, cast: Cast, minutes: list[int], worked: int
) -> None:
    for minute in minutes:
        note(submission, cast.contributor, minute)
    assert of(submission).minutes == worked


def test_minutes_of_people_are_added(submission: Submission, cast: Cast, colleague: User) -> None:
    """Ten minutes of one and twenty of the other, in the same half hour."""
    for minute, by in ((0, cast.contributor), (5, colleague), (10, cast.contributor)):
        note(submission, by, minute)
    note(submission, colleague, 25)
    row = of(submission)
    assert (row.people, row.minutes) == (2, 30)
    assert (row.first, row.last) == (NOW, NOW + timedelta(minutes=25))


def test_saves_of_programs_are_left_out(submission: Submission, cast: Cast) -> None:
    with coming_from(Origin(channel="api")):
        note(submission, cast.contributor, 0)
        note(submission, cast.contributor, 20)
    row = of(submission)
    assert (row.people, row.minutes, row.typed) == (0, 0, 1)


def test_fields_typed_taken_over_and_changed_are_told_apart(cast: Cast) -> None:
    accepted_year_before(cast)
    form = asking(cast, {"S1": {"previous": "propose"}})
    marks = {code: offered[0].mark for code, offered in suggestions_of(form).items()}
    by = cast.contributor
    save(form, by, 0, "S1", AnswerInput(prefill=marks["S1"]))
    save(form, by, 1, "S2", AnswerInput(prefill=marks["S2"]))
    revision = form.answers.get(indicator="S1").revision
    save(form, by, 2, "S1", AnswerInput(value="83", revision=revision))
    save(form, by, 3, "S3", AnswerInput(value="7"))
    upload = SimpleUploadedFile("ledger.pdf", PDF + b"% another\n")
    own = attach_evidence(submission=form, indicator="S1", upload=upload, by=by, at=NOW)
    link_evidence(submission=form, indicator="S2", evidence=own, by=by, at=NOW)
    row = of(form)
    assert (row.asked, row.typed, row.taken, row.changed) == (3, 1, 1, 1)
    assert (row.files, row.linked) == (2, 1)
    neighbour = next(each for each in burdens(form.cycle) if each.form != form.pk)
    assert (neighbour.asked, neighbour.answered, neighbour.minutes) == (3, 0, 0)


def test_page_and_file_say_the_same(submission: Submission, cast: Cast) -> None:
    note(submission, cast.contributor, 0)
    note(submission, cast.contributor, 12)
    client = english(cast.client("coordinator"))
    address = reverse("submissions:burden", args=[cast.cycle.code])
    page = client.get(address)
    assert {item["label"]: item["value"] for item in page.context["figures"]}["Minutes"] == 12
    table = client.get(f"{address}?format=csv").content.decode()
    row = next(line for line in table.splitlines() if line.startswith(cast.locality.code))
    assert row.split(",")[3:12] == ["3", "1", "1", "0", "0", "0", "0", "1", "12"]
    board = client.get(reverse("submissions:board", args=[cast.cycle.code]))
    assert address in board.content.decode()


def test_burden_asks_equally_often(submission: Submission, cast: Cast) -> None:
    client = english(cast.client("coordinator"))
    address = reverse("submissions:burden", args=[cast.cycle.code])
    theirs = Submission.objects.get(cycle=cast.cycle, locality=cast.neighbour)

    def more() -> None:
        fill(submission, cast.contributor)
        fill(theirs, cast.neighbour_contributor)

    assert_same_queries(lambda: client.get(address), more)
