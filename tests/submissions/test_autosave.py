"""Answers saved one by one from the open page: once each, over nobody, by who typed them."""

import json
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse

from accounts.models import SentForm, User
from accounts.sending import RENEWED
from assessment.audit.models import Event
from assessment.submissions.models import Submission
from assessment.submissions.services import AnswerInput, attach_evidence, save_answers
from tests.cast import Cast
from tests.factories import NOW
from tests.queries import assert_same_queries, count_queries
from tests.submissions.conftest import fill, sign
from tests.submissions.files import PDF

KEY, OTHER_KEY = "a" * 32, "b" * 32


def address(submission: Submission) -> str:
    return reverse("submissions:answers", args=[submission.pk])


@pytest.fixture
def client(cast: Cast) -> Client:
    found = cast.client("contributor")
    found.cookies["django_language"] = "en"
    return found


def send(
    client: Client, submission: Submission, person: User, since: int = 0, **answers: Any
) -> HttpResponse:
    """Save answers as the page's script does."""
    body = {"person": person.pk, "since": since, "answers": answers}
    return client.patch(address(submission), body, "application/json")


def saves(submission: Submission) -> int:
    events = Event.objects.filter(action="submissions.save_answers", target_id=str(submission.pk))
    return events.count()


def test_one_answer_is_saved_and_the_page_learns_what_became_of_the_form(
    submission: Submission, cast: Cast, client: Client
) -> None:
    response = send(client, submission, cast.contributor, S2={"value": "１,０"})
    assert response.json()["outcomes"] == {"S2": "problems"}  # the page's own words
    response = send(client, submission, cast.contributor, S2={"value": "８１．５ %"})
    told = response.json()
    assert told["outcomes"] == {"S2": "saved"}
    assert told["answers"]["S2"]["texts"]["value"] == "81.5"
    assert told["revisions"] == {"S2": 1}
    assert told["states"] == {"S1": "open", "S2": "complete", "S3": "open"}
    assert told["progress"]["text"] == "1 of 3 complete"
    assert submission.answers.get().value == Decimal("81.5")


def test_words_of_a_refusal_are_those_of_the_whole_form(
    submission: Submission, cast: Cast, client: Client
) -> None:
    told = send(client, submission, cast.contributor, S3={"value": "101"}).json()
    typed = {"S3": AnswerInput(value="101")}
    saved = save_answers(submission=submission, answers=typed, by=cast.contributor, at=NOW)
    assert list(told["problems"]["S3"]) == list(saved.problems["S3"])
    assert told["problems"]["S3"]["value"][0].startswith("Found “101”; expected a number")


def test_a_save_sent_again_is_not_carried_out_again(
    submission: Submission, cast: Cast, client: Client, colleague: User
) -> None:
    mine = {"value": "70", "key": KEY}
    assert send(client, submission, cast.contributor, S2=mine).json()["outcomes"] == {"S2": "saved"}
    theirs = {"S2": AnswerInput(value="80", revision=1)}
    assert save_answers(submission=submission, answers=theirs, by=colleague, at=NOW).saved
    # The answer to the first request was lost on the way: the script sends it again.
    told = send(client, submission, cast.contributor, S2=mine).json()
    assert told["outcomes"] == {"S2": "repeated"}
    assert told["answers"]["S2"]["texts"]["value"] == "80"
    assert told["answers"]["S2"]["by"] == str(colleague)
    assert saves(submission) == 2


def test_a_save_sent_again_after_a_clearing_does_not_bring_the_answer_back(
    submission: Submission, cast: Cast, client: Client, colleague: User
) -> None:
    mine = {"value": "70", "key": KEY}
    send(client, submission, cast.contributor, S2=mine)
    cleared = {"S2": AnswerInput(revision=1)}
    assert save_answers(submission=submission, answers=cleared, by=colleague, at=NOW).cleared
    told = send(client, submission, cast.contributor, S2=mine).json()
    assert told["outcomes"] == {"S2": "repeated"}
    assert not submission.answers.exists()


def test_the_same_key_with_another_content_is_another_save(
    submission: Submission, cast: Cast, client: Client
) -> None:
    send(client, submission, cast.contributor, S2={"value": "70", "key": KEY})
    again = {"value": "71", "key": KEY, "revision": 1}
    told = send(client, submission, cast.contributor, S2=again).json()
    assert told["outcomes"] == {"S2": "saved"}


def test_keys_are_forgotten_after_a_week(
    submission: Submission, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accounts.sending.SWEPT_ONCE_IN", 1)

    def save(value: str, key: str, revision: int, at: datetime) -> None:
        answers = {"S2": AnswerInput(value=value, key=key, revision=revision)}
        assert save_answers(
            submission=submission, answers=answers, by=cast.contributor, at=at
        ).saved

    save("70", KEY, 0, NOW)
    save("71", OTHER_KEY, 1, NOW + timedelta(days=8))
    assert [each.key for each in SentForm.objects.filter(user=cast.contributor)] == [OTHER_KEY]


def test_two_people_at_different_answers_do_not_stand_in_each_others_way(
    submission: Submission, cast: Cast, client: Client, colleague: User
) -> None:
    theirs = {"S1": AnswerInput(value="50")}
    save_answers(submission=submission, answers=theirs, by=colleague, at=NOW)
    told = send(client, submission, cast.contributor, S2={"value": "70"}).json()
    assert told["outcomes"] == {"S2": "saved"}
    # What the colleague saved meanwhile comes with the same answer.
    assert told["answers"]["S1"]["texts"]["value"] == "50"
    assert (told["answers"]["S1"]["by"], told["answers"]["S2"]["by"]) == (str(colleague), "")


def test_a_conflict_shows_both_answers_and_whose_the_other_is(
    submission: Submission, cast: Cast, client: Client, colleague: User
) -> None:
    theirs = {"S2": AnswerInput(value="80")}
    save_answers(submission=submission, answers=theirs, by=colleague, at=NOW)
    told = send(client, submission, cast.contributor, S2={"value": "70"}).json()
    assert told["outcomes"] == {"S2": "conflicts"}
    conflict = told["conflicts"]["S2"]
    assert (conflict["revision"], conflict["texts"]["value"]) == (1, "80")
    for words in ("70", "80", str(colleague), "2017-03-01 10:00"):
        assert words in conflict["html"]
    assert submission.answers.get().value == Decimal("80")


def test_a_conflict_with_a_cleared_answer_tells_who_cleared_it(
    submission: Submission, cast: Cast, client: Client, colleague: User
) -> None:
    send(client, submission, cast.contributor, S2={"value": "70"})
    cleared = {"S2": AnswerInput(revision=1)}
    save_answers(submission=submission, answers=cleared, by=colleague, at=NOW)
    told = send(client, submission, cast.contributor, S2={"value": "71", "revision": 1}).json()
    assert told["outcomes"] == {"S2": "conflicts"}
    assert str(colleague) in told["conflicts"]["S2"]["html"]


def test_nothing_is_saved_under_another_name(
    submission: Submission, cast: Cast, client: Client, colleague: User
) -> None:
    """Somebody else signed in on the same computer while the page was open."""
    response = send(client, submission, colleague, S2={"value": "70"})
    assert (response.status_code, response.json()["reason"]) == (403, "person")
    assert not submission.answers.exists()


def test_who_no_longer_fills_the_form_is_told_so(
    submission: Submission, cast: Cast, client: Client
) -> None:
    cast.contributor.memberships.update(role="approver")
    response = send(client, submission, cast.contributor, S2={"value": "70"})
    assert (response.status_code, response.json()["reason"]) == (403, "permission")


def test_a_closed_form_says_why_and_whom_to_ask(
    submission: Submission, cast: Cast, client: Client
) -> None:
    fill(submission, cast.contributor)
    sign(submission, cast.approver)
    response = send(client, submission, cast.contributor, S2={"value": "71", "revision": 1})
    assert (response.status_code, response.json()["reason"]) == (423, "locked")
    assert "signed off" in response.json()["detail"]


def test_after_the_last_day_the_page_is_told_so(
    submission: Submission, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW + timedelta(days=20))
    client = cast.client("contributor")
    response = send(client, submission, cast.contributor, S2={"value": "71"})
    assert response.status_code == 423
    assert "2017-03-15" in response.json()["detail"]
    assert "2017-03-15" in client.get(address(submission)).json()["locked"]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "[" * 100_000,
        "{}",
        '{"person": 1, "since": 0, "answers": []}',
        '{"person": "1", "since": 0, "answers": {}}',
        '{"person": 1, "since": -1, "answers": {}}',
        '{"person": 1, "since": 0, "answers": {"S1": "70"}}',
        '{"person": 1, "since": 0, "answers": {"S1": {"value": 70}}}',
        '{"person": 1, "since": 0, "answers": {"S1": {"value": "70", "revision": true}}}',
        json.dumps({"person": 1, "since": 0, "answers": {"S1": {"key": "a" * 33}}}),
        json.dumps({"person": 1, "since": 0, "answers": {"S1": {"key": "\0"}}}),
        json.dumps({"person": 1, "since": 0, "answers": {"S1": {"note": "\ud83d"}}}),
        json.dumps({"person": 1, "since": 0, "answers": {"\ud83d": {"value": "1"}}}),
    ],
)
def test_anything_else_is_no_set_of_answers(
    submission: Submission, client: Client, body: str
) -> None:
    response = client.patch(address(submission), body, "application/json")
    assert (response.status_code, response.json()["reason"]) == (400, "request")


@pytest.mark.parametrize("key", [0, 2**31, 2**63, 10**20])
def test_a_form_of_a_key_that_no_row_has_is_not_found(
    submission: Submission, cast: Cast, client: Client, key: int
) -> None:
    assert send(client, Submission(pk=key), cast.contributor).status_code == 404


def test_a_revision_no_form_can_have_is_as_none(submission: Submission, client: Client) -> None:
    found = client.get(address(submission), {"since": "9" * 5000})
    assert (found.status_code, "answers" in found.json()) == (200, True)


def test_a_page_without_its_token_saves_nothing(submission: Submission, cast: Cast) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(
        cast.contributor, backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    assert send(strict, submission, cast.contributor, S2={"value": "70"}).status_code == 403
    assert not submission.answers.exists()


def test_asking_while_nothing_changed_is_answered_304(
    submission: Submission, cast: Cast, client: Client, colleague: User
) -> None:
    etag = client.get(address(submission), {"since": 0}).headers["ETag"]
    unchanged = client.get(address(submission), {"since": 0}, headers={"if-none-match": etag})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert int(unchanged.headers["Lianping-Session"]) > 0
    saved = send(client, submission, cast.contributor, S2={"value": "70"})
    after = client.get(
        address(submission), {"since": 1}, headers={"if-none-match": saved.headers["ETag"]}
    )
    assert after.status_code == 304  # one's own save is known


@pytest.mark.parametrize("change", ["answer", "evidence", "sign-off", "language"])
def test_asking_after_a_change_brings_it(
    submission: Submission, cast: Cast, client: Client, colleague: User, change: str
) -> None:
    fill(submission, colleague)
    etag = client.get(address(submission)).headers["ETag"]
    if change == "answer":
        answers = {"S2": AnswerInput(value="71", revision=1)}
        save_answers(submission=submission, answers=answers, by=colleague, at=NOW)
    elif change == "evidence":
        attach_evidence(
            submission=submission,
            indicator="S2",
            upload=SimpleUploadedFile("b.pdf", PDF),
            by=colleague,
            at=NOW,
        )
    elif change == "sign-off":
        sign(submission, cast.approver)
    else:
        client.cookies["django_language"] = "zh-hans"
    response = client.get(
        address(submission),
        {"since": submission.revision},
        headers={"if-none-match": etag, "accept-language": "zh"},
    )
    assert response.status_code == 200
    told = response.json()
    assert list(told["answers"]) == (["S2"] if change == "answer" else [])
    assert bool(told["locked"]) == (change == "sign-off")


def test_asking_costs_the_same_however_much_was_answered(
    submission: Submission, client: Client, colleague: User
) -> None:
    def save(**values: str) -> None:
        answers = {code: AnswerInput(value=value) for code, value in values.items()}
        save_answers(submission=submission, answers=answers, by=colleague, at=NOW)

    save(S1="50")  # with something to be found: its evidence
    assert_same_queries(lambda: client.get(address(submission)), lambda: save(S2="70", S3="60"))


def test_asking_while_nothing_changed_reads_no_answers(
    submission: Submission, client: Client
) -> None:
    etag = client.get(address(submission)).headers["ETag"]
    whole = count_queries(lambda: client.get(address(submission)))
    unchanged = count_queries(
        lambda: client.get(address(submission), headers={"if-none-match": etag})
    )
    assert unchanged == whole - 2  # answers, files


def test_saving_costs_the_same_for_one_answer_and_three(
    submission: Submission, cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accounts.sending.SWEPT_ONCE_IN", 1)

    def save(start: int, *codes: str) -> int:
        answers = {
            code: {"value": str(start + n), "revision": submission.revision, "key": f"{start}{n}"}
            for n, code in enumerate(codes)
        }
        count = count_queries(lambda: send(client, submission, cast.contributor, **answers))
        submission.refresh_from_db()
        return count

    save(10, "S1", "S2", "S3")
    assert save(30, "S1", "S2", "S3") == save(50, "S1", "S2", "S3")
    three = save(70, "S1", "S2", "S3")
    assert save(90, "S1") == three


def test_an_open_page_nobody_works_at_does_not_keep_the_session(
    submission: Submission, client: Client
) -> None:
    session = client.session
    old = int(NOW.timestamp()) - int(settings.SESSION_COOKIE_AGE) + 3600 + 120
    session[RENEWED] = old
    session.save()
    asked = client.get(address(submission), headers={"lianping-background": "1"})
    assert client.session[RENEWED] == old
    assert int(asked.headers["Lianping-Session"]) == 120  # the clock stands at NOW + 1 h
    stayed = client.get(address(submission))
    assert int(stayed.headers["Lianping-Session"]) == settings.SESSION_COOKIE_AGE


@override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=100)
@pytest.mark.parametrize("name", ["api-submission-answers", "submissions:answers"])
def test_more_than_is_read_at_once_is_refused_in_json(
    submission: Submission, client: Client, name: str
) -> None:
    sent = {"answers": {"S1": {"value": "1" * 100}}}
    told = client.patch(reverse(name, args=[submission.pk]), sent, "application/json")
    assert told.status_code == 413
    assert "detail" in told.json()
