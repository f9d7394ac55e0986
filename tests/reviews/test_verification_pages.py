"""The pages on which the coordinating body decides on forms."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.html import escape

from accounts.models import User
from assessment.cycles.models import Cycle
from assessment.cycles.workflow import Stage
from assessment.observations.models import Observation
from assessment.observations.statuses import Status
from assessment.reviews.models import Remark
from assessment.reviews.signed_work import signed_work
from assessment.submissions.models import Submission
from assessment.submissions.queries import last_version
from assessment.submissions.services import (
    AnswerInput,
    accept_submission,
    attach_evidence,
    open_collection,
    return_submission,
    save_answers,
    submit_submission,
)
from assessment.submissions.workflow import SubmissionState
from tests.cast import Cast
from tests.factories import NOW
from tests.submissions.files import PDF


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW + timedelta(hours=1))


@pytest.fixture
def signed(cast: Cast) -> Submission:
    """The own form, signed with S1 = 10."""
    open_collection(cycle=cast.cycle, by=cast.coordinator, at=NOW)
    cast.cycle.refresh_from_db()
    submission = Submission.objects.get(cycle=cast.cycle, locality=cast.locality)
    answer(submission, cast.contributor, S1="10", S2="70", S3="60")
    attach_evidence(
        submission=submission,
        indicator="S1",
        upload=SimpleUploadedFile("ledger.pdf", PDF),
        by=cast.contributor,
        at=NOW,
    )
    sign(submission, cast.approver)
    return submission


def answer(submission: Submission, by: User, **values: str) -> None:
    known = dict(submission.answers.values_list("indicator", "revision"))
    answers = {
        code: AnswerInput(status=Status.VALUE, value=value, revision=known.get(code, 0))
        for code, value in values.items()
    }
    assert save_answers(submission=submission, answers=answers, by=by, at=NOW).is_clean


def sign(submission: Submission, by: User) -> None:
    submission.refresh_from_db()
    submit_submission(
        submission=submission, revision=submission.revision, statement="True.", by=by, at=NOW
    )


def sign_another(submission: Submission, cast: Cast) -> None:
    """Meanwhile a colleague returns the form, and S1 = 99 is signed."""
    return_submission(submission=submission, reason="Check S1.", by=cast.coordinator, at=NOW)
    answer(submission, cast.contributor, S1="99")
    sign(submission, cast.approver)


def address(cast: Cast, step: str = "") -> str:
    return f"/desk/cycles/{cast.cycle.code}/reviews/{cast.locality.code}/{step}"


def english(cast: Cast, name: str = "coordinator") -> Client:
    client = cast.client(name)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def said(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def stale(cast: Cast) -> str:
    """What is told of ``sign_another``."""
    return (
        f"This form was returned meanwhile by {cast.coordinator} at 2017-03-01 10:00; "
        f"signed off meanwhile by {cast.approver} at 2017-03-01 10:00: "
        "look at it before you decide."
    )


def test_return_from_a_page_older_than_an_acceptance_undoes_nothing(
    signed: Submission, cast: Cast
) -> None:
    """The version is the same: only the decision on it is new."""
    client = english(cast)
    seen = client.get(address(cast, "return/")).context["seen"]
    accept_submission(submission=signed, by=cast.coordinator, at=NOW)
    typed = {"step": str(seen), "reason": "Add the ledger."}
    refused = client.post(address(cast, "return/"), typed)
    told = f"accepted meanwhile by {cast.coordinator} at 2017-03-01 10:00"
    assert told in refused.text
    assert "Add the ledger." in refused.text
    signed.refresh_from_db()
    assert signed.state == "accepted"
    again = client.post(address(cast, "accept/"), {"step": str(seen)}, follow=True)
    assert told in said(again)[0]


def test_accept_takes_the_version_the_page_showed(signed: Submission, cast: Cast) -> None:
    client = english(cast)
    page = client.get(address(cast)).content.decode()
    # To start the review, and to accept with and without scripts.
    assert page.count('name="step" value="1"') == 3
    sign_another(signed, cast)
    refused = client.post(address(cast, "accept/"), {"step": "1"}, follow=True)
    assert said(refused) == [stale(cast)]
    signed.refresh_from_db()
    assert signed.state == "submitted"
    assert not Observation.objects.exists()
    assert client.post(address(cast, "accept/"), {"step": "3"}).status_code == 302
    signed.refresh_from_db()
    assert signed.state == "accepted"


@pytest.mark.parametrize("sent", [{}, {"step": ""}, {"step": "x"}, {"step": "9" * 30}])
def test_accept_without_a_version_is_refused(
    signed: Submission, cast: Cast, sent: dict[str, str]
) -> None:
    english(cast).post(address(cast, "accept/"), sent)
    signed.refresh_from_db()
    assert signed.state == "submitted"


def test_return_from_a_stale_page_keeps_the_reason(signed: Submission, cast: Cast) -> None:
    client = english(cast)
    assert client.get(address(cast, "return/")).context["seen"] == 1
    sign_another(signed, cast)
    typed = {"step": "1", "reason": "Add the ledger of <June>."}
    refused = client.post(address(cast, "return/"), typed)
    assert refused.status_code == 200
    page = refused.content.decode()
    assert stale(cast) in page
    assert escape("Add the ledger of <June>.") in page
    assert [(row.code, row.old, row.new) for row in refused.context["changes"]] == [
        ("S1", "10.0", "99.0")
    ]
    signed.refresh_from_db()
    assert signed.state == "submitted"
    typed["step"] = str(refused.context["seen"])
    assert client.post(address(cast, "return/"), typed).status_code == 302
    signed.refresh_from_db()
    assert signed.state == "returned"


def test_another_fault_does_not_pass_for_having_looked(signed: Submission, cast: Cast) -> None:
    client = english(cast)
    sign_another(signed, cast)
    refused = client.post(address(cast, "return/"), {"step": "1", "reason": ""})
    assert refused.context["seen"] == "1"


def test_a_form_being_corrected_is_shown_as_it_was_signed(signed: Submission, cast: Cast) -> None:
    return_submission(submission=signed, reason="Check S1.", by=cast.coordinator, at=NOW)
    answer(signed, cast.contributor, S1="99")
    attach_evidence(
        submission=signed,
        indicator="S1",
        upload=SimpleUploadedFile("draft.pdf", PDF + b" "),
        by=cast.contributor,
        at=NOW,
    )
    response = english(cast).get(address(cast))
    cards = {card.code: card for each in response.context["sections"] for card in each.cards}
    assert cards["S1"].said.value == "10.0"
    assert [file.name for file in cards["S1"].files] == ["ledger.pdf"]
    assert "What you see is version 1 as it was signed." in response.content.decode()


@pytest.mark.parametrize("stage", list(Stage))
def test_remarks_are_added_until_the_result_is_final(
    signed: Submission, cast: Cast, stage: Stage
) -> None:
    cast.cycle.stage = stage
    cast.cycle.save()
    client = english(cast)
    is_open = stage in {Stage.COLLECTING, Stage.REVIEWING, Stage.PRELIMINARY}
    assert client.get(address(cast)).context["can_remark"] is is_open
    response = client.post(address(cast, "remarks/"), {"text_zh": "良好", "text_en": ""})
    assert response.status_code == (302 if is_open else 400)
    assert Remark.objects.exists() is is_open
    if not is_open:
        assert "Remarks can be added until the result is final" in response.content.decode()
        assert response.context["kept"] == [("Remark (Chinese)", "良好")]
        assert "良好" in response.content.decode()


def test_a_reason_typed_for_a_form_that_can_no_longer_be_returned_is_kept(
    signed: Submission, cast: Cast
) -> None:
    client = english(cast)
    typed = {"step": "1", "reason": "Add the ledger.", "end_date": "2017-03-20"}
    Cycle.objects.filter(pk=signed.cycle_id).update(stage=Stage.PRELIMINARY)
    late = client.post(address(cast, "return/"), typed)
    assert late.status_code == 409
    assert late.context["locked_text"] == (
        "The cycle is in the stage “Preliminary results”; "
        "this is possible in: Collecting, Reviewing. "
        "A coordinator can withdraw the preliminary results; the review then goes on."
    )
    assert late.context["kept"] == [
        ("Reason", "Add the ledger."),
        ("Last day to submit again", "2017-03-20"),
    ]
    assert "Add the ledger." in late.content.decode()


def test_a_colleagues_return_is_told_beside_the_reason_typed_for_the_same(
    signed: Submission, cast: Cast
) -> None:
    return_submission(submission=signed, reason="Check S1.", by=cast.coordinator, at=NOW)
    late = english(cast).post(address(cast, "return/"), {"step": "1", "reason": "Add it."})
    page = late.content.decode()
    assert f"returned meanwhile by {cast.coordinator}" in page
    assert "The form is with its locality" in page
    assert "Add it." in page


def test_the_return_page_of_a_form_with_its_locality_says_so_at_once(
    signed: Submission, cast: Cast
) -> None:
    return_submission(submission=signed, reason="Check S1.", by=cast.coordinator, at=NOW)
    opened = english(cast).get(address(cast, "return/"))
    assert opened.status_code == 200
    assert opened.context["locked_text"].startswith("The form is with its locality")
    assert '<textarea name="reason"' not in opened.content.decode()


def test_an_expert_reads_what_the_locality_signed_in_the_same_dimension(
    signed: Submission, cast: Cast
) -> None:
    """Of a form in its first draft nothing; the signed one stands beside the indicator."""
    nodes = list(signed.cycle.framework_version.parsed.observed)[:1]
    work = signed_work(cast.reviewer, signed.cycle, signed.locality, nodes)
    assert work is not None
    assert work.version == last_version(signed)
    (section,) = work.sections.values()
    assert nodes[0].code in [card.code for card in section.cards]
    assert signed_work(cast.other_reviewer, signed.cycle, signed.locality, nodes) is None
    Submission.objects.filter(pk=signed.pk).update(state=SubmissionState.DRAFT)
    assert signed_work(cast.reviewer, signed.cycle, signed.locality, nodes) is None
