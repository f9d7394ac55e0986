"""Saving answers: all valid ones, none over somebody else's."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation

from accounts.models import User
from assessment.audit.models import Event
from assessment.observations.statuses import Status
from assessment.submissions.models import Submission
from assessment.submissions.queries import missing_in
from assessment.submissions.services import (
    AnswerInput,
    AnswerState,
    preview_answers,
    save_answers,
)
from assessment.submissions.workflow import LastDayPassed
from tests.cast import Cast
from tests.factories import NOW
from tests.queries import count_queries

LAST_MOMENT = datetime(2017, 3, 15, 15, 59, 59, tzinfo=UTC)  # 23:59:59 of the last day


def test_save_answers_keeps_the_valid_and_reports_the_others(
    submission: Submission, cast: Cast
) -> None:
    answers = {
        "S1": AnswerInput(value="８１．５ %", note="by hand"),
        "S2": AnswerInput(value="lots"),
        "S3": AnswerInput(value="101"),
    }
    outcome = save_answers(submission=submission, answers=answers, by=cast.contributor, at=NOW)
    assert outcome.saved == ("S1",)
    assert list(outcome.problems) == ["S2", "S3"]
    assert list(outcome.problems["S2"]) == ["value"]
    stored = submission.answers.get()
    assert (stored.indicator, stored.status, stored.value) == ("S1", "value", Decimal("81.5"))
    assert (stored.note, stored.revision, stored.updated_by) == ("by hand", 1, cast.contributor)
    submission.refresh_from_db()
    assert (submission.revision, submission.updated_at) == (1, NOW)


def test_save_answers_leaves_one_event_with_before_and_after(
    submission: Submission, cast: Cast
) -> None:
    save_answers(
        submission=submission,
        answers={"S1": AnswerInput(value="80")},
        by=cast.contributor,
        at=NOW,
    )
    save_answers(
        submission=submission,
        answers={"S1": AnswerInput(value="81", revision=1)},
        by=cast.contributor,
        at=NOW,
    )
    event = Event.objects.filter(action="submissions.save_answers").latest("sequence")
    assert event.before == {"S1": {"status": "value", "value": "80"}}
    assert event.after == {"S1": {"status": "value", "value": "81"}}
    assert (event.actor, event.locality) == (cast.contributor, cast.locality)


def test_save_answers_without_change_writes_nothing(submission: Submission, cast: Cast) -> None:
    save_answers(
        submission=submission, answers={"S1": AnswerInput(value="80")}, by=cast.contributor, at=NOW
    )
    outcome = save_answers(
        submission=submission,
        answers={"S1": AnswerInput(value="80.0"), "S2": AnswerInput()},
        by=cast.contributor,
        at=NOW + timedelta(hours=1),
    )
    assert outcome.unchanged == ("S1", "S2")
    assert outcome.revision == 1
    assert Event.objects.filter(action="submissions.save_answers").count() == 1


def test_save_answers_clears_an_emptied_answer(submission: Submission, cast: Cast) -> None:
    by = cast.contributor
    save_answers(submission=submission, answers={"S1": AnswerInput(value="80")}, by=by, at=NOW)
    outcome = save_answers(
        submission=submission, answers={"S1": AnswerInput(revision=1)}, by=by, at=NOW
    )
    assert outcome.cleared == ("S1",)
    assert not submission.answers.exists()


def test_save_answers_over_a_newer_one_is_a_conflict_until_meant(
    submission: Submission, cast: Cast, colleague: User
) -> None:
    mine = AnswerInput(value="70")
    save_answers(
        submission=submission, answers={"S1": AnswerInput(value="80")}, by=colleague, at=NOW
    )
    outcome = save_answers(
        submission=submission,
        answers={"S1": mine, "S3": AnswerInput(value="5")},
        by=cast.contributor,
        at=NOW,
    )
    conflict = outcome.conflicts["S1"]
    assert conflict.theirs == AnswerState("value", Decimal("80"))
    assert conflict.mine == AnswerState("value", Decimal("70"))
    assert (conflict.by, conflict.revision) == (colleague, 1)
    assert outcome.saved == ("S3",)
    assert submission.answers.get(indicator="S1").value == Decimal("80")

    meant = AnswerInput(value="70", revision=conflict.revision)
    again = save_answers(submission=submission, answers={"S1": meant}, by=cast.contributor, at=NOW)
    assert again.saved == ("S1",)
    assert submission.answers.get(indicator="S1").value == Decimal("70")


def test_save_answers_over_a_cleared_one_is_a_conflict(
    submission: Submission, cast: Cast, colleague: User
) -> None:
    save_answers(
        submission=submission, answers={"S1": AnswerInput(value="80")}, by=colleague, at=NOW
    )
    save_answers(
        submission=submission, answers={"S1": AnswerInput(revision=1)}, by=colleague, at=NOW
    )
    outcome = save_answers(
        submission=submission,
        answers={"S1": AnswerInput(value="70", revision=1)},
        by=cast.contributor,
        at=NOW,
    )
    assert outcome.conflicts["S1"].theirs == AnswerState()
    assert outcome.conflicts["S1"].revision == 0


def test_who_cleared_answers_is_looked_up_for_all_of_them_at_once(
    submission: Submission, cast: Cast, colleague: User
) -> None:
    codes = ("S1", "S2", "S3")
    first = {code: AnswerInput(value="5") for code in codes}
    save_answers(submission=submission, answers=first, by=cast.contributor, at=NOW)
    for hours, (code, by) in enumerate(
        [("S1", colleague), ("S2", cast.contributor), ("S3", colleague)]
    ):
        at = NOW + timedelta(hours=hours)
        emptied = {code: AnswerInput(revision=1)}
        save_answers(submission=submission, answers=emptied, by=by, at=at)

    def stale(*codes: str) -> dict[str, tuple[User | None, datetime | None]]:
        answers = {code: AnswerInput(value="7", revision=1) for code in codes}
        outcome = save_answers(submission=submission, answers=answers, by=colleague, at=NOW)
        return {code: (each.by, each.at) for code, each in outcome.conflicts.items()}

    assert stale(*codes) == {
        "S1": (colleague, NOW),
        "S2": (cast.contributor, NOW + timedelta(hours=1)),
        "S3": (colleague, NOW + timedelta(hours=2)),
    }
    assert count_queries(lambda: stale("S1")) == count_queries(lambda: stale(*codes))


def test_save_answers_agreeing_with_a_newer_one_is_no_conflict(
    submission: Submission, cast: Cast, colleague: User
) -> None:
    answers = {"S1": AnswerInput(value="80")}
    save_answers(submission=submission, answers=answers, by=colleague, at=NOW)
    outcome = save_answers(submission=submission, answers=answers, by=cast.contributor, at=NOW)
    assert outcome.is_clean
    assert outcome.unchanged == ("S1",)


@pytest.mark.parametrize(
    ("typed", "field", "message"),
    [
        (
            AnswerInput(status="not_applicable"),
            "reason",
            "Found “Not applicable” without a reason; expected a reason. "
            "Write why the indicator does not apply to the locality.",
        ),
        (
            AnswerInput(status="not_applicable", value="12", reason="none"),
            "value",
            "Found “12” together with “Not applicable”; expected one of the two. "
            "Delete the figure, or choose “Value”.",
        ),
        (
            AnswerInput(status="not_applicable", value="12"),
            "value",
            "Found “12” together with “Not applicable”; expected one of the two. "
            "Delete the figure and write the reason, or choose “Value”.",
        ),
        (
            AnswerInput(status="excluded"),
            "status",
            "Found “Excluded”; expected Value, Nothing to report, Not applicable. "
            "Choose one of the statuses offered.",
        ),
        (
            AnswerInput(status="nonsense"),
            "status",
            "Found “nonsense”; expected Value, Nothing to report, Not applicable. "
            "Choose one of the statuses offered.",
        ),
        (
            AnswerInput(note="x" * 5001),
            "note",
            "Found 5001 characters; expected at most 5000 characters. Shorten the text.",
        ),
        (
            AnswerInput(value="5", note="x" * 5001),
            "note",
            "Found 5001 characters; expected at most 5000 characters. Shorten the text.",
        ),
    ],
)
def test_save_answers_reports_at_the_field(
    submission: Submission, cast: Cast, typed: AnswerInput, field: str, message: str
) -> None:
    with translation.override("en"):
        outcome = save_answers(
            submission=submission, answers={"S2": typed}, by=cast.contributor, at=NOW
        )
    assert outcome.problems == {"S2": {field: [message]}}
    assert not submission.answers.exists()


def test_a_value_taken_away_leaves_its_note_and_the_indicator_open(
    submission: Submission, cast: Cast
) -> None:
    def save(typed: AnswerInput) -> tuple[str, ...]:
        found = save_answers(
            submission=submission, answers={"S2": typed}, by=cast.contributor, at=NOW
        )
        assert found.is_clean
        return found.cleared

    assert save(AnswerInput(value="70", note="to be checked")) == ()
    first = submission.answers.get()
    emptied = AnswerInput(status="value", note="to be checked", revision=first.revision)
    assert save(emptied) == ()
    answer = submission.answers.get()
    assert (answer.status, answer.value, answer.note) == ("", None, "to be checked")
    assert [each.node.code for each in missing_in(submission)] == ["S1", "S2", "S3"]
    # Without the note nothing is left to keep.
    assert save(AnswerInput(revision=answer.revision)) == ("S2",)
    assert not submission.answers.exists()


@pytest.mark.parametrize("status", [Status.NOTHING_TO_REPORT, Status.NOT_APPLICABLE])
def test_save_answers_takes_only_the_statuses_the_framework_allows(
    submission: Submission, cast: Cast, status: Status
) -> None:
    typed = AnswerInput(status=status, reason="no such plant")
    outcome = save_answers(
        submission=submission, answers={"S1": typed, "S2": typed}, by=cast.contributor, at=NOW
    )
    assert outcome.saved == ("S2",)
    assert list(outcome.problems["S1"]) == ["status"]
    assert submission.answers.get().reason == "no such plant"


def test_save_answers_names_an_indicator_the_form_does_not_ask(
    submission: Submission, cast: Cast
) -> None:
    answers = {"PM25_CHANGE": AnswerInput(value="5"), "X": AnswerInput(value="5")}
    outcome = save_answers(submission=submission, answers=answers, by=cast.contributor, at=NOW)
    assert {code: list(found) for code, found in outcome.problems.items()} == {
        "PM25_CHANGE": ["indicator"],
        "X": ["indicator"],
    }


def test_save_answers_stores_texts_the_database_would_refuse(
    submission: Submission, cast: Cast
) -> None:
    typed = AnswerInput(value="5", note="a\x00b\r\nc")
    save_answers(submission=submission, answers={"S1": typed}, by=cast.contributor, at=NOW)
    assert submission.answers.get().note == "ab\nc"


def test_save_answers_on_the_last_day_until_midnight(submission: Submission, cast: Cast) -> None:
    answers = {"S1": AnswerInput(value="5")}
    by = cast.contributor
    assert save_answers(submission=submission, answers=answers, by=by, at=LAST_MOMENT).saved
    with pytest.raises(LastDayPassed) as refused:
        save_answers(
            submission=submission, answers=answers, by=by, at=LAST_MOMENT + timedelta(seconds=1)
        )
    assert refused.value.last_day == submission.cycle.collection_end_date


@pytest.mark.parametrize(
    "name",
    [
        "approver",
        "neighbour_contributor",
        "coordinator",
        "other_coordinator",
        "reviewer",
        "auditor",
        "system_administrator",
    ],
)
def test_save_answers_only_by_contributors_of_the_locality(
    submission: Submission, cast: Cast, name: str
) -> None:
    with pytest.raises(PermissionDenied):
        save_answers(
            submission=submission,
            answers={"S1": AnswerInput(value="5")},
            by=getattr(cast, name),
            at=NOW,
        )
    assert not submission.answers.exists()


def test_preview_says_what_a_save_would_say_and_changes_nothing(
    submission: Submission, cast: Cast, colleague: User
) -> None:
    first = {"S1": AnswerInput(value="80"), "S2": AnswerInput(value="70")}
    save_answers(submission=submission, answers=first, by=colleague, at=NOW)
    answers = {
        "S1": AnswerInput(value="", revision=1),
        "S2": AnswerInput(value="71", revision=0),
        "S3": AnswerInput(value="lots"),
        "S9": AnswerInput(value="1"),
    }
    submission.refresh_from_db()
    before = list(submission.answers.values()), Event.objects.count()
    previewed = preview_answers(submission=submission, answers=answers, by=cast.contributor, at=NOW)
    submission.refresh_from_db()
    assert (list(submission.answers.values()), Event.objects.count()) == before
    assert submission.revision == 1
    assert previewed.cleared == ("S1",)
    assert list(previewed.conflicts) == ["S2"]
    assert list(previewed.problems) == ["S3", "S9"]
    saved = save_answers(submission=submission, answers=answers, by=cast.contributor, at=NOW)
    assert (saved.saved, saved.cleared) == (previewed.saved, previewed.cleared)
    assert (saved.problems, saved.conflicts) == (previewed.problems, previewed.conflicts)


def test_preview_is_refused_as_a_save_is(submission: Submission, cast: Cast) -> None:
    with pytest.raises(PermissionDenied):
        preview_answers(submission=submission, answers={}, by=cast.approver, at=NOW)
    with pytest.raises(LastDayPassed):
        preview_answers(
            submission=submission,
            answers={},
            by=cast.contributor,
            at=LAST_MOMENT + timedelta(seconds=1),
        )
