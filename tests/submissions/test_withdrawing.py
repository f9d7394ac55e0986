"""Taking a signed form back, and asking for it to be unlocked once that is over."""

from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from assessment.audit.models import Event
from assessment.cycles.models import Cycle
from assessment.cycles.workflow import Stage
from assessment.notices.queries import notices_for
from assessment.notices.wording import notices_of
from assessment.submissions.models import Submission
from assessment.submissions.queries import given_back, last_version, version_before
from assessment.submissions.services import (
    AnswerInput,
    accept_submission,
    ask_unlock,
    begin_review,
    refuse_unlock,
    return_submission,
    save_answers,
    submit_submission,
    unlock_submission,
    withdraw_submission,
)
from assessment.submissions.workflow import (
    AlreadyAsked,
    LastDayPassed,
    NothingAsked,
    StillWithdrawable,
)
from tests.cast import Cast
from tests.factories import NOW
from tests.submissions.conftest import sign
from tests.submissions.test_form_page import english

LATE = NOW + timedelta(days=15)  # 2017-03-16, the day after the last one
UNTIL = date(2017, 3, 25)


def take_back(form: Submission, by: User, reason: str = "S1 is last year's.") -> None:
    withdraw_submission(submission=form, reason=reason, by=by, at=NOW)
    form.refresh_from_db()


def ask(form: Submission, by: User, at: datetime = NOW) -> None:
    ask_unlock(submission=form, reason="S1 is last year's.", by=by, at=at)
    form.refresh_from_db()


@pytest.fixture
def reviewed(signed: Submission, cast: Cast) -> Submission:
    """The form, taken up by the coordinating body."""
    begin_review(submission=signed, by=cast.coordinator, at=NOW)
    signed.refresh_from_db()
    return signed


def told(cast: Cast, name: str) -> list[str]:
    """What the person is told of the form, newest first, with the reasons given."""
    reader = getattr(cast, name)
    with translation.override("en"):
        found = notices_of(list(notices_for(reader)), reader)
    return [f"{each.text} | {each.note}" for each in found]


def test_the_approver_takes_back_what_nobody_has_begun_to_review(
    signed: Submission, cast: Cast
) -> None:
    take_back(signed, cast.approver)
    assert signed.state == "reopened"
    step = given_back(signed)
    assert step is not None
    assert (step.reason, step.by, step.version) == (
        "S1 is last year's.",
        cast.approver,
        last_version(signed),
    )
    event = Event.objects.get(action="submissions.withdraw")
    assert event.before == {"state": "submitted"}
    assert event.after == {"state": "reopened", "reason": "S1 is last year's.", "version": 1}
    news = f"{cast.locality.name_en} took its form back: {cast.cycle.name_en} | S1 is last year's."
    assert told(cast, "coordinator")[0] == news
    assert told(cast, "contributor")[0] == news
    answers = {"S1": AnswerInput(status="value", value="9", revision=signed.revision - 1)}
    assert save_answers(submission=signed, answers=answers, by=cast.contributor, at=NOW).is_clean


def test_only_an_approver_of_the_locality_takes_it_back(signed: Submission, cast: Cast) -> None:
    for by in (cast.contributor, cast.neighbour_approver, cast.coordinator):
        with pytest.raises(PermissionDenied):
            take_back(signed, by)


def test_taking_back_needs_a_reason_and_a_page_that_is_not_stale(
    signed: Submission, cast: Cast
) -> None:
    with pytest.raises(ValidationError) as refused:
        take_back(signed, cast.approver, " ")
    assert list(refused.value.message_dict) == ["reason"]
    with pytest.raises(ValidationError) as refused:
        withdraw_submission(submission=signed, reason="Wrong", step=0, by=cast.approver, at=NOW)
    assert list(refused.value.message_dict) == ["step"]


def test_after_the_last_day_it_is_not_taken_back_but_asked_for(
    signed: Submission, cast: Cast
) -> None:
    with pytest.raises(LastDayPassed):
        withdraw_submission(submission=signed, reason="Wrong", by=cast.approver, at=LATE)
    with pytest.raises(StillWithdrawable):
        ask(signed, cast.contributor, NOW)
    ask(signed, cast.contributor, LATE)
    assert signed.asks_unlock


def test_what_changed_is_told_against_the_version_that_was_not_taken_back(
    signed: Submission, cast: Cast
) -> None:
    return_submission(submission=signed, reason="Check S1.", by=cast.coordinator, at=NOW)
    sign(signed, cast.approver)
    take_back(signed, cast.approver)
    sign(signed, cast.approver)
    version = last_version(signed)
    assert version is not None
    earlier = version_before(version)
    assert (version.number, earlier and earlier.number) == (3, 1)


def test_a_request_is_asked_once_and_told_to_the_coordinating_body(
    reviewed: Submission, cast: Cast
) -> None:
    with pytest.raises(PermissionDenied):
        ask(reviewed, cast.neighbour_contributor)
    ask(reviewed, cast.contributor)
    assert told(cast, "coordinator")[0] == (
        f"{cast.locality.name_en} asks to unlock its form: {cast.cycle.name_en}"
        " | S1 is last year's."
    )
    assert not any("unlock" in each for each in told(cast, "neighbour_contributor"))
    with pytest.raises(AlreadyAsked):
        ask(reviewed, cast.approver)


def test_a_granted_request_opens_the_form(reviewed: Submission, cast: Cast) -> None:
    ask(reviewed, cast.contributor)
    with pytest.raises(PermissionDenied):
        unlock_submission(submission=reviewed, reason="Yes", by=cast.approver, at=NOW)
    unlock_submission(submission=reviewed, reason="Agreed", by=cast.coordinator, at=NOW)
    reviewed.refresh_from_db()
    assert (reviewed.state, reviewed.asks_unlock) == ("reopened", False)
    assert told(cast, "contributor")[0] == (
        f"The form of {cast.locality.name_en} is unlocked until 2017-03-15: "
        f"{cast.cycle.name_en} | Agreed"
    )


def test_after_the_last_day_unlocking_takes_a_recorded_extension_in_one_stroke(
    reviewed: Submission, cast: Cast
) -> None:
    ask(reviewed, cast.contributor, LATE)
    with pytest.raises(ValidationError) as refused:
        unlock_submission(submission=reviewed, reason="Agreed", by=cast.coordinator, at=LATE)
    assert list(refused.value.message_dict) == ["end_date"]
    unlock_submission(
        submission=reviewed, reason="Agreed", end_date=UNTIL, by=cast.coordinator, at=LATE
    )
    reviewed.refresh_from_db()
    assert (reviewed.end_date, reviewed.extension_reason) == (UNTIL, "Agreed")
    assert reviewed.steps.last().reason == "2017-03-15 → 2017-03-25\nAgreed"  # type: ignore[union-attr]
    event = Event.objects.get(action="submissions.unlock")
    assert event.after == {"state": "reopened", "reason": "Agreed", "last_day": "2017-03-25"}
    submit_submission(
        submission=reviewed,
        revision=reviewed.revision,
        statement="True.",
        reason="It was right.",
        by=cast.approver,
        at=LATE,
    )


def test_a_refused_request_leaves_the_form_locked_and_may_be_asked_again(
    reviewed: Submission, cast: Cast
) -> None:
    accept_submission(submission=reviewed, by=cast.coordinator, at=NOW)
    ask(reviewed, cast.approver)
    with pytest.raises(ValidationError):
        refuse_unlock(submission=reviewed, reason="", by=cast.coordinator, at=NOW)
    refuse_unlock(submission=reviewed, reason="It is settled", by=cast.coordinator, at=NOW)
    reviewed.refresh_from_db()
    assert (reviewed.state, reviewed.asks_unlock) == ("accepted", False)
    assert told(cast, "contributor")[0].endswith(
        f"stays locked: {cast.cycle.name_en} | It is settled"
    )
    with pytest.raises(NothingAsked):
        refuse_unlock(submission=reviewed, reason="Again", by=cast.coordinator, at=NOW)
    ask(reviewed, cast.approver)


def test_a_form_that_is_returned_needs_no_answer_any_more(reviewed: Submission, cast: Cast) -> None:
    ask(reviewed, cast.contributor)
    return_submission(submission=reviewed, reason="Check S1.", by=cast.coordinator, at=NOW)
    reviewed.refresh_from_db()
    assert not reviewed.asks_unlock


def page(cast: Cast, name: str, form: Submission) -> str:
    client: Client = english(cast.client(name))
    return client.get(reverse("submissions:form", args=[form.pk])).content.decode()


def test_the_locked_page_offers_what_can_be_done(signed: Submission, cast: Cast) -> None:
    withdraw, unlock = (
        reverse(f"submissions:{name}", args=[signed.pk]) for name in ("withdraw", "ask-unlock")
    )
    assert withdraw in page(cast, "approver", signed)
    assert withdraw not in page(cast, "contributor", signed)
    assert unlock not in page(cast, "contributor", signed)
    begin_review(submission=signed, by=cast.coordinator, at=NOW)
    assert withdraw not in page(cast, "approver", signed)
    assert unlock in page(cast, "contributor", signed)
    ask(signed, cast.contributor)
    asked = page(cast, "approver", signed)
    assert unlock not in asked
    assert "Unlocking requested" in asked
    refuse_unlock(submission=signed, reason="It is settled", by=cast.coordinator, at=NOW)
    refused = page(cast, "contributor", signed)
    assert "The request to unlock was refused" in refused
    assert unlock in refused
    assert unlock not in page(cast, "coordinator", signed)


def test_once_results_are_public_no_page_offers_what_the_stage_forbids(
    reviewed: Submission, cast: Cast
) -> None:
    ask(reviewed, cast.contributor)
    review = reverse("reviews:submission", args=[cast.cycle.code, cast.locality.code])
    moves = [
        reverse(f"reviews:{name}", args=[cast.cycle.code, cast.locality.code])
        for name in ("return", "accept", "unlock")
    ]
    before = english(cast.client("coordinator")).get(review).text
    assert all(move in before for move in moves)
    accept_submission(submission=reviewed, by=cast.coordinator, at=NOW)
    Cycle.objects.filter(pk=cast.cycle.pk).update(stage=Stage.PRELIMINARY)
    after = english(cast.client("coordinator")).get(review).text
    assert not any(move in after for move in moves)
    assert "A coordinator can withdraw the preliminary results" in after
    own = page(cast, "approver", reviewed)
    assert "Preliminary results" in own
    assert "object to it" in own
    assert "request its unlocking" not in own


def test_the_pages_carry_the_whole_way(signed: Submission, cast: Cast) -> None:
    base = f"/desk/cycles/{cast.cycle.code}/reviews/{cast.locality.code}/"
    coordinator, contributor = (english(cast.client(n)) for n in ("coordinator", "contributor"))
    assert "at the latest on 2017-03-15" in coordinator.get(base).text
    assert coordinator.post(f"{base}begin/", {"step": "1"}).status_code == 302
    late = english(cast.client("approver")).post(
        reverse("submissions:withdraw", args=[signed.pk]), {"step": "1", "reason": "<b>S1</b>"}
    )
    assert late.status_code == 409
    assert "taken up meanwhile" in late.text
    assert late.context["kept"] == [("Reason", "<b>S1</b>")]
    asking = reverse("submissions:ask-unlock", args=[signed.pk])
    assert contributor.post(asking, {"step": "2", "reason": ""}).context["form"].errors
    assert contributor.post(asking, {"step": "2", "reason": "S1 is wrong"}).status_code == 302
    start = coordinator.get("/desk/").context["tasks"][0]
    assert (start.label, start.url) == (
        "1 request to unlock",
        f"/desk/cycles/{cast.cycle.code}/reviews/?state=unlock",
    )
    assert [r.submission for r in coordinator.get(start.url).context["rows"]] == [signed]
    answer = {"step": "3", "reason": "Agreed", "end_date": "2017-02-01", "decision": "unlock"}
    assert list(coordinator.post(f"{base}unlock/", answer).context["form"].errors) == ["end_date"]
    # A refusal sets no day, whatever stands in the field.
    done = coordinator.post(f"{base}unlock/", {**answer, "decision": "refuse"})
    assert done.status_code == 302
    again = coordinator.post(f"{base}unlock/", answer)
    assert again.status_code == 409
    assert "No request to unlock this form waits for an answer." in again.text
