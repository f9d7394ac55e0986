"""The start page says what to do next, by role."""

from datetime import date, timedelta

import pytest
from django.utils import timezone, translation

from accounts.models import Membership
from assessment.cycles.calendar import local_date
from assessment.cycles.workflow import Stage
from assessment.desk.tasks_to_do import to_do
from assessment.submissions.models import Step, Submission
from assessment.submissions.workflow import SubmissionAction, SubmissionState
from tests.cast import Cast
from tests.factories import NOW, participants
from tests.queries import assert_same_queries

TODAY = date(2017, 3, 1)


def form(cast: Cast, state: SubmissionState, **changes: object) -> Submission:
    """The locality's form in a state; the cycle collects."""
    cast.cycle.stage = Stage.COLLECTING
    cast.cycle.save()
    return Submission.objects.create(
        cycle=cast.cycle,
        locality=cast.locality,
        state=state,
        created_at=NOW,
        updated_at=NOW,
        **changes,
    )


def tasks(cast: Cast, name: str, today: date = TODAY) -> list[tuple[str, str]]:
    """State and address of what waits for the person."""
    user = getattr(cast, name)
    membership = Membership.objects.get(user=user)
    return [(task.state, task.url) for task in to_do(user, membership, today)]


@pytest.mark.parametrize("name", ["contributor", "approver"])
@pytest.mark.parametrize("state", [SubmissionState.DRAFT, SubmissionState.RETURNED])
def test_open_forms_wait_for_their_locality(cast: Cast, name: str, state: SubmissionState) -> None:
    submission = form(cast, state)
    assert tasks(cast, name) == [(state, f"/desk/submissions/{submission.pk}/")]


def test_a_returned_form_comes_with_the_reason_it_was_returned_for_last(cast: Cast) -> None:
    submission = form(cast, SubmissionState.RETURNED)
    for hour, reason in enumerate(("Unit wrong", "Minutes missing")):
        Step.objects.create(
            submission=submission,
            action=SubmissionAction.RETURN,
            from_state=SubmissionState.SUBMITTED,
            to_state=SubmissionState.RETURNED,
            reason=reason,
            by=cast.coordinator,
            at=NOW + timedelta(hours=hour),
        )
    html = cast.client("contributor").get("/desk/", HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "Minutes missing" in html
    assert "Unit wrong" not in html


@pytest.mark.parametrize("state", [SubmissionState.SUBMITTED, SubmissionState.ACCEPTED])
def test_forms_handed_in_wait_for_nobody_in_the_locality(
    cast: Cast, state: SubmissionState
) -> None:
    form(cast, state)
    assert tasks(cast, "contributor") == []


def test_results_wait_for_the_forms_that_are_not_accepted(cast: Cast) -> None:
    submission = form(cast, SubmissionState.SUBMITTED)
    cast.cycle.stage = Stage.REVIEWING
    cast.cycle.save()
    membership = Membership.objects.get(user=cast.coordinator)

    def labels() -> list[str]:
        with translation.override("en"):
            return [task.label for task in to_do(cast.coordinator, membership, TODAY)]

    assert labels() == ["1 form to verify", "Results can follow once 1 form is accepted"]
    Submission.objects.filter(pk=submission.pk).update(state=SubmissionState.ACCEPTED)
    assert labels() == ["Compute scores and publish preliminary results"]


def test_the_last_day_itself_is_not_late(cast: Cast) -> None:
    form(cast, SubmissionState.DRAFT)
    assert [s for s, _ in tasks(cast, "contributor", date(2017, 3, 15))] == ["draft"]
    assert [s for s, _ in tasks(cast, "contributor", date(2017, 3, 16))] == ["overdue"]


def test_a_collection_that_was_not_opened_on_its_day_is_overdue(cast: Cast) -> None:
    day = cast.cycle.collection_start_date
    assert [s for s, _ in tasks(cast, "coordinator", day)] == ["draft"]
    assert [s for s, _ in tasks(cast, "coordinator", day + timedelta(days=1))] == ["overdue"]
    # Today lies behind that day: the list of cycles says so, too.
    marks = "lp-state--draft", "lp-state--overdue"
    page = cast.client("coordinator").get("/desk/cycles/").text
    assert [mark in page for mark in marks] == [True, True]


@pytest.mark.parametrize(
    ("today", "when"),
    [
        (date(2017, 3, 6), "due in 7 working days"),
        (date(2017, 3, 14), "due in 1 working day"),
        (date(2017, 3, 15), "due today"),
        (date(2017, 3, 20), "5 days late (3 working days)"),
    ],
)
def test_a_form_says_how_far_off_its_last_day_is(cast: Cast, today: date, when: str) -> None:
    form(cast, SubmissionState.DRAFT)
    membership = Membership.objects.get(user=cast.contributor)
    with translation.override("en"):
        assert [task.when for task in to_do(cast.contributor, membership, today)] == [when]


def test_coordinator_reads_how_many_are_overdue_and_what_to_verify(cast: Cast) -> None:
    form(cast, SubmissionState.DRAFT)
    Submission.objects.create(
        cycle=cast.cycle,
        locality=cast.neighbour,
        state=SubmissionState.SUBMITTED,
        created_at=NOW,
        updated_at=NOW,
    )
    code = cast.cycle.code
    assert tasks(cast, "coordinator", date(2017, 3, 16)) == [
        ("overdue", f"/desk/cycles/{code}/board/"),
        ("", f"/desk/cycles/{code}/reviews/?state=submitted"),
        ("collecting", f"/desk/cycles/{code}/"),
    ]


def test_an_extended_form_is_not_overdue(cast: Cast) -> None:
    form(
        cast,
        SubmissionState.DRAFT,
        extended_end_date=date(2017, 3, 20),
        extension_reason="flood",
    )
    assert [s for s, _ in tasks(cast, "coordinator", date(2017, 3, 16))] == ["collecting"]


def test_other_regions_see_nothing(cast: Cast) -> None:
    form(cast, SubmissionState.DRAFT)
    assert tasks(cast, "other_coordinator") == []


@pytest.mark.parametrize(
    "name",
    ["contributor", "coordinator", "reviewer", "auditor", "system_administrator"],
)
def test_start_page_opens_for_every_role(cast: Cast, name: str) -> None:
    form(cast, SubmissionState.DRAFT)
    assert cast.client(name).get("/desk/").status_code == 200


def test_start_page_asks_the_database_equally_often(cast: Cast) -> None:
    form(cast, SubmissionState.DRAFT)
    client = cast.client("coordinator")

    def add() -> None:
        for locality in participants(cast.cycle, 2):
            Submission.objects.create(
                cycle=cast.cycle, locality=locality, created_at=NOW, updated_at=NOW
            )

    assert_same_queries(lambda: client.get("/desk/"), add)
    assert_same_queries(lambda: client.get(f"/desk/cycles/{cast.cycle.code}/"), add)


def test_opening_the_collection_gives_every_participant_a_form(cast: Cast) -> None:
    today = local_date(timezone.now())
    cast.cycle.collection_start_date = today
    cast.cycle.collection_end_date = today + timedelta(days=10)
    cast.cycle.review_end_date = today + timedelta(days=20)
    cast.cycle.objection_end_date = today + timedelta(days=30)
    cast.cycle.save()
    response = cast.client("coordinator").post(f"/desk/cycles/{cast.cycle.code}/open/")
    assert response.status_code == 302
    assert set(Submission.objects.values_list("locality__code", flat=True)) == {
        cast.locality.code,
        cast.neighbour.code,
    }
    cast.cycle.refresh_from_db()
    assert cast.cycle.stage == Stage.COLLECTING
