"""Remarks pinned to answers: between the coordinating body and the locality, nobody else."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, User
from accounts.roles import Role
from accounts.services import create_token
from assessment.audit.models import Event
from assessment.cycles.workflow import NotAllowedNow
from assessment.notices.queries import notices_for
from assessment.submissions.models import AnswerRemark, Submission
from assessment.submissions.services import (
    AnswerInput,
    PartInput,
    accept_submission,
    answer_remark,
    deal_with_remark,
    discard_remark,
    pin_remark,
    reopen_remark,
    resolve_remark,
    return_submission,
    save_answers,
    write_comment,
)
from assessment.submissions.workflow import (
    BODYS_MOVES,
    LOCALITYS_MOVES,
    RemarkAction,
    RemarkState,
    next_remark_state,
)
from tests.cast import Cast
from tests.factories import NOW, member
from tests.queries import assert_same_queries
from tests.submissions.conftest import divided, sign
from tests.submissions.test_form_page import english

# What each side may do about a remark, and where it stands then.
LOCALITY = {
    ("open", "answer"): "open",
    ("open", "deal"): "dealt",
    ("dealt", "answer"): "dealt",
    ("dealt", "reopen"): "open",
}
BODY = {
    ("open", "answer"): "open",
    ("open", "resolve"): "resolved",
    ("dealt", "answer"): "dealt",
    ("dealt", "resolve"): "resolved",
    ("dealt", "reopen"): "open",
    ("resolved", "reopen"): "open",
}
HOSTILE = "<script>alert(1)</script>"


def test_the_grid_of_remarks_for_both_sides() -> None:
    for expected, table, is_localitys in (
        (LOCALITY, LOCALITYS_MOVES, True),
        (BODY, BODYS_MOVES, False),
    ):
        assert {(str(s), str(a)): str(to) for (s, a), to in table.items()} == expected
        for state in RemarkState:
            for action in RemarkAction:
                if (state, action) not in expected:
                    with pytest.raises(NotAllowedNow):
                        next_remark_state(state, action, is_localitys=is_localitys)


def pin(form: Submission, by: User, text: str = "Check the ledger", **more: str) -> AnswerRemark:
    said = {"indicator": "S1", "kind": "change", "text": text, **more}
    return pin_remark(submission=form, by=by, at=NOW, **said)


@pytest.fixture
def pinned(signed: Submission, cast: Cast) -> AnswerRemark:
    """A remark on S1 that was not sent yet."""
    return pin(signed, cast.coordinator)


@pytest.fixture
def sent(pinned: AnswerRemark, cast: Cast) -> AnswerRemark:
    """The remark as the locality reads it: its form is returned."""
    return_submission(
        submission=pinned.submission, reason="See there.", by=cast.coordinator, at=NOW
    )
    pinned.refresh_from_db()
    pinned.submission.refresh_from_db()
    return pinned


def thread(form: Submission, indicator: str = "S1") -> str:
    return reverse("submissions:remarks", args=[form.pk, indicator])


def desk(cast: Cast, rest: str = "") -> str:
    return f"/desk/cycles/{cast.cycle.code}/reviews/{cast.locality.code}/{rest}"


def test_the_first_remark_begins_the_review(signed: Submission, cast: Cast) -> None:
    pin(signed, cast.coordinator)
    signed.refresh_from_db()
    assert signed.state == "in_review"
    event = Event.objects.get(action="submissions.pin_remark")
    assert event.after == {
        "indicator": "S1",
        "kind": "change",
        "text": "Check the ledger",
        "version": 1,
    }


def test_a_remark_needs_an_answer_of_the_form_words_and_a_kind(
    signed: Submission, cast: Cast
) -> None:
    for more in ({"indicator": "PM25_CHANGE"}, {"kind": "order"}, {"text": " \x00"}):
        with pytest.raises(ValidationError) as refused:
            pin(signed, cast.coordinator, **more)
        assert list(refused.value.message_dict) == list(more)
    for by in (cast.contributor, cast.approver, cast.auditor, cast.other_coordinator):
        with pytest.raises(PermissionDenied):
            pin(signed, by)


def test_before_it_is_sent_only_the_coordinating_body_knows_it(
    pinned: AnswerRemark, cast: Cast
) -> None:
    form = pinned.submission
    for name in ("contributor", "approver"):
        client: Client = cast.client(name)
        for page in ("form", "sign", "history"):
            text = client.get(reverse(f"submissions:{page}", args=[form.pk])).text
            assert "Check the ledger" not in text, page
        assert "Check the ledger" not in client.get(thread(form)).text
        assert client.get(f"/api/v1/submissions/{form.pk}/").json()["remarks"] == []
        assert not notices_for(getattr(cast, name)).filter(action__contains="remark").exists()
    with pytest.raises(PermissionDenied):
        answer_remark(remark=pinned, text="What?", by=cast.contributor, at=NOW)
    for name in ("coordinator", "auditor"):
        assert "Check the ledger" in cast.client(name).get(desk(cast)).text


def test_what_was_not_sent_can_be_discarded_and_what_was_sent_cannot(
    pinned: AnswerRemark, cast: Cast
) -> None:
    second = pin(pinned.submission, cast.coordinator, "A slip")
    with pytest.raises(PermissionDenied):
        discard_remark(remark=second, by=cast.approver, at=NOW)
    discard_remark(remark=second, by=cast.coordinator, at=NOW)
    return_submission(submission=pinned.submission, reason="See.", by=cast.coordinator, at=NOW)
    with pytest.raises(NotAllowedNow):
        discard_remark(remark=pinned, by=cast.coordinator, at=NOW)
    assert AnswerRemark.objects.get() == pinned
    returned = Event.objects.get(action="submissions.return")
    assert returned.after["remarks"] == 1


def test_remarks_and_internal_comments_never_meet(sent: AnswerRemark, cast: Cast) -> None:
    form = sent.submission
    write_comment(submission=form, indicator="S1", text="The mayor!", by=cast.approver, at=NOW)
    for page in (desk(cast), desk(cast, "answers/S1/")):
        assert "The mayor!" not in cast.client("coordinator").get(page).text
    client = cast.client("contributor")
    assert "The mayor!" not in client.get(thread(form)).text
    comments = client.get(reverse("submissions:comments", args=[form.pk, "S1"])).text
    assert "The mayor!" in comments
    assert "Check the ledger" not in comments


@pytest.mark.parametrize("name", ["reviewer", "neighbour_contributor", "system_administrator"])
def test_others_find_no_remarks(sent: AnswerRemark, cast: Cast, name: str) -> None:
    client: Client = cast.client(name)
    assert client.get(thread(sent.submission)).status_code == 404
    form = client.get(reverse("submissions:form", args=[sent.submission.pk]))
    assert "Check the ledger" not in form.text
    with pytest.raises(PermissionDenied):
        answer_remark(remark=sent, text="Me too", by=getattr(cast, name), at=NOW)


def test_remark_answer_resubmission_resolution(sent: AnswerRemark, cast: Cast) -> None:
    """The whole way, through the pages."""
    form = sent.submission
    contributor, coordinator = (english(cast.client(n)) for n in ("contributor", "coordinator"))
    page = contributor.get(reverse("submissions:form", args=[form.pk])).text
    assert page.count("Check the ledger") == 1
    assert f'form="deal-{sent.pk}"' in page
    empty = {"remark": sent.pk, "seen": "0", "do": "answer", "text": " "}
    assert "Write your reply first." in contributor.post(thread(form), empty).text
    said = {**empty, "text": f"It says 81.5 {HOSTILE}"}
    assert contributor.post(thread(form), said)["Location"] == f"{thread(form)}#remark-{sent.pk}"
    assert HOSTILE not in coordinator.get(desk(cast, "answers/S1/")).text
    # From the form, beside the answer; a page that is behind is told so and keeps the words.
    stale = contributor.post(thread(form), {**empty, "do": "deal", "text": "Done"})
    assert "Somebody wrote here" in stale.text
    assert "Done</textarea>" in stale.text
    dealt = contributor.post(
        thread(form), {"remark": sent.pk, "seen": "1", "do": "deal", "back": "form"}
    )
    assert dealt["Location"].endswith("?part=all#card-S1")
    revision = form.answers.get(indicator="S1").revision
    changed = {"S1": AnswerInput(status="value", value="80", revision=revision)}
    assert save_answers(submission=form, answers=changed, by=cast.contributor, at=NOW).is_clean
    sign(form, cast.approver)
    review = coordinator.get(desk(cast))
    [(shown, changes)] = review.context["unsettled"]
    assert shown.remark == sent
    assert [(row.code, row.old, row.new) for row in changes] == [("S1", "81.5", "80.0")]
    assert review.context["differences"] == []
    assert "1 remark is not resolved and stays open: Indicator S1." in review.text
    step = review.context["step"]
    unconfirmed = coordinator.post(desk(cast, "accept/"), {"step": step}, follow=True)
    assert "1 remark is not resolved: confirm that it stays open." in unconfirmed.text
    resolve = {"remark": sent.pk, "seen": "2", "do": "resolve", "back": "form"}
    assert coordinator.post(desk(cast, "answers/S1/"), resolve).status_code == 302
    assert coordinator.post(desk(cast, "accept/"), {"step": step}).status_code == 302
    form.refresh_from_db()
    assert form.state == "accepted"
    history = contributor.get(reverse("submissions:history", args=[form.pk])).text
    for part in ("Check the ledger", "It says 81.5", "Marked as dealt with", "Resolved"):
        assert part in history


def test_accepting_with_open_remarks_names_them_in_the_log(sent: AnswerRemark, cast: Cast) -> None:
    sign(sent.submission, cast.approver)
    with pytest.raises(ValidationError) as refused:
        accept_submission(submission=sent.submission, by=cast.coordinator, at=NOW)
    assert list(refused.value.message_dict) == ["open_remarks"]
    accept_submission(submission=sent.submission, open_remarks=1, by=cast.coordinator, at=NOW)
    assert Event.objects.get(action="submissions.accept").after["open_remarks"] == 1


def test_the_body_opens_again_with_words_and_the_locality_its_own_mark(
    sent: AnswerRemark, cast: Cast
) -> None:
    deal_with_remark(remark=sent, by=cast.contributor, at=NOW)
    reopen_remark(remark=sent, by=cast.contributor, at=NOW)
    resolve_remark(remark=sent, by=cast.coordinator, at=NOW)
    with pytest.raises(NotAllowedNow):
        answer_remark(remark=sent, text="But", by=cast.contributor, at=NOW)
    with pytest.raises(ValidationError):
        reopen_remark(remark=sent, text=" ", by=cast.coordinator, at=NOW)
    reopen_remark(remark=sent, text="Not yet", by=cast.coordinator, at=NOW)
    sent.refresh_from_db()
    assert sent.state == "open"
    assert [e.is_localitys for e in sent.entries.all()] == [True, True, False, False]


def test_only_who_may_fill_in_the_answer_deals_with_its_remark(
    sent: AnswerRemark, cast: Cast, colleague: User
) -> None:
    divided(sent.submission, cast, {"S1": PartInput(person=cast.contributor)})
    with pytest.raises(ValidationError):
        deal_with_remark(remark=sent, by=colleague, at=NOW)
    answer_remark(remark=sent, text="I only ask", by=colleague, at=NOW)
    sign_later = NOW + timedelta(minutes=1)
    deal_with_remark(remark=sent, by=cast.approver, at=sign_later)


def test_while_the_form_is_reviewed_the_locality_answers_but_marks_nothing(
    sent: AnswerRemark, cast: Cast
) -> None:
    sign(sent.submission, cast.approver)
    answer_remark(remark=sent, text="As agreed", by=cast.contributor, at=NOW)
    with pytest.raises(NotAllowedNow):
        deal_with_remark(remark=sent, by=cast.contributor, at=NOW)


def test_an_answer_is_news_for_the_other_side(sent: AnswerRemark, cast: Cast) -> None:
    answer_remark(remark=sent, text="The 12th", by=cast.contributor, at=NOW)
    answer_remark(remark=sent, text="Which year?", by=cast.coordinator, at=NOW)
    for name, address in (
        ("coordinator", desk(cast, "answers/S1/")),
        ("contributor", thread(sent.submission)),
    ):
        page = english(cast.client(name)).get(reverse("notices:list"))
        [news] = [n for n in page.context["notices"] if "remark" in n.text]
        assert news.text == (
            f"{cast.locality.name_en}: news on the remark on “Indicator S1”: {cast.cycle.name_en}"
        )
        assert news.url == f"{address}#remark-{sent.pk}"
    assert not notices_for(cast.neighbour_contributor).filter(action__contains="remark").exists()


def test_the_interface_for_systems_tells_the_remarks_that_were_sent(
    sent: AnswerRemark, cast: Cast
) -> None:
    answer_remark(remark=sent, text="The 12th", by=cast.contributor, at=NOW)
    found = cast.client("contributor").get(f"/api/v1/submissions/{sent.submission.pk}/").json()
    [remark] = found["remarks"]
    assert (remark["indicator"], remark["kind"], remark["state"]) == ("S1", "change", "open")
    assert [(e["action"], e["text"], e["by_locality"]) for e in remark["entries"]] == [
        ("answer", "The 12th", True)
    ]


def test_pages_ask_equally_often_however_many_remarks_there_are(
    pinned: AnswerRemark, cast: Cast
) -> None:
    """Of the locality and of the coordinating body; each with one remark and with three."""
    form = pinned.submission
    return_submission(submission=form, reason="See there.", by=cast.coordinator, at=NOW)
    sign(form, cast.approver)
    answer_remark(remark=pinned, text="The 12th", by=cast.contributor, at=NOW)
    pages = {
        "contributor": [
            *(reverse(f"submissions:{p}", args=[form.pk]) for p in ("form", "sign", "history")),
            thread(form),
        ],
        "coordinator": [desk(cast), desk(cast, "answers/S1/"), desk(cast, "return/")],
    }
    clients = {name: cast.client(name) for name in pages}

    def open_pages() -> None:
        for name, addresses in pages.items():
            for address in addresses:
                assert clients[name].get(address).status_code == 200

    def more() -> None:
        for number in range(2):
            remark = pin(form, cast.coordinator, f"And {number}")
            AnswerRemark.objects.filter(pk=remark.pk).update(sent_at=NOW)
            answer_remark(remark=remark, text="Yes", by=cast.contributor, at=NOW)

    pin(form, cast.coordinator, "Not sent")
    assert_same_queries(open_pages, more, grows_by=4)


def test_a_system_of_the_locality_writes_in_the_thread_as_people_do(
    sent: AnswerRemark, cast: Cast
) -> None:
    system = member(Role.INTEGRATOR, locality=cast.locality, username="system")
    held = Membership.objects.get(user=system)
    secret = create_token(
        membership=held,
        name="ledger",
        expires_at=NOW + timedelta(days=30),
        by=None,
        at=NOW,
    )[1]
    address = f"/api/v1/submissions/{sent.submission.pk}/remarks/{sent.pk}/"

    def write(**said: object) -> Any:
        headers = {"authorization": f"Bearer {secret}", "accept-language": "en"}
        return Client(headers=headers).post(address, said, content_type="application/json")

    answered = write(action="answer", text="From the ledger.", seen=0)
    assert answered.status_code == 200
    entry = answered.json()["entries"][0]
    assert (entry["action"], entry["text"], entry["by_locality"]) == (
        "answer",
        "From the ledger.",
        True,
    )
    assert write(action="deal", seen=0).json() == {
        "seen": ["Somebody wrote here after you opened this page: read it, then send yours."]
    }
    assert write(action="deal", seen=1).json()["state"] == "dealt"
    assert write(action="resolve").status_code == 423  # the coordinating body alone
    assert write(action="shout").json() == {"action": ["answer, deal, reopen or resolve"]}
    assert write(action="answer", text=" ").json() == {"text": ["Write your reply first."]}
    told = Event.objects.filter(action="submissions.answer_remark").latest("sequence")
    assert (told.actor, told.locality) == (system, cast.locality)
