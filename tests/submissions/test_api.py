"""The form for programs: the same rules and the same words as its page."""

from typing import Any

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import translation
from rest_framework.test import APIRequestFactory, force_authenticate
from rest_framework.throttling import UserRateThrottle

from accounts.models import User
from assessment.submissions.api import SubmissionViewSet
from assessment.submissions.models import Submission
from tests.cast import Cast
from tests.submissions.conftest import fill
from tests.submissions.test_form_page import english, filled_in


def call(
    cast: Cast, name: str, verb: str, submission: Submission | None = None, body: Any = None
) -> Any:
    """One request to the API by a person of the cast."""
    actions = {
        "list": {"get": "list"},
        "retrieve": {"get": "retrieve"},
        "save": {"patch": "answers"},
    }
    view = SubmissionViewSet.as_view(actions[verb])
    factory = APIRequestFactory()
    request = (
        factory.patch("/api/v1/submissions/", body, format="json")
        if verb == "save"
        else factory.get("/api/v1/submissions/")
    )
    force_authenticate(request, user=User.objects.get(pk=getattr(cast, name).pk))
    with translation.override("en"):
        return view(request, **({"pk": submission.pk} if submission else {})).render()


def test_api_lists_and_shows_own_forms(submission: Submission, cast: Cast) -> None:
    fill(submission, cast.contributor)
    listed = call(cast, "contributor", "list")
    assert [item["id"] for item in listed.data["results"]] == [submission.pk]
    shown = call(cast, "contributor", "retrieve", submission)
    assert shown.data["answers"]["S1"]["value"] == "81.5"
    assert shown.data["last_day"] == "2017-03-15"
    assert call(cast, "neighbour_contributor", "retrieve", submission).status_code == 404
    assert call(cast, "neighbour_contributor", "save", submission, {}).status_code == 404


def test_api_says_what_the_page_says(submission: Submission, cast: Cast) -> None:
    typed = {"S1": "abc", "S2": "-3", "S3": "12.345"}
    body = {"answers": {code: {"value": text} for code, text in typed.items()}}
    response = call(cast, "contributor", "save", submission, body)
    assert response.status_code == 400
    client = english(cast.client("contributor"))
    address = reverse("submissions:form", args=[submission.pk])
    data = filled_in(
        client.get(address), **{f"{code}__value": text for code, text in typed.items()}
    )
    sections = client.post(address, data).context["sections"]
    said = {card.code: list(card.form["value"].errors) for s in sections for card in s.cards}
    assert {code: found["value"] for code, found in response.data["problems"].items()} == said


def test_api_and_page_tell_a_figure_beside_another_status_in_the_same_words(
    submission: Submission, cast: Cast
) -> None:
    body = {"answers": {"S2": {"status": "not_applicable", "value": "12"}}}
    response = call(cast, "contributor", "save", submission, body)
    client = english(cast.client("contributor"))
    address = reverse("submissions:form", args=[submission.pk])
    data = filled_in(client.get(address), S2__status="not_applicable", S2__value="12")
    sections = client.post(address, data).context["sections"]
    form = next(card.form for s in sections for card in s.cards if card.code == "S2")
    assert form.errors == response.data["problems"]["S2"]
    assert list(form.errors) == ["value"]
    assert form["value"].value() == "12"


def test_api_saves_the_valid_and_reports_conflicts(submission: Submission, cast: Cast) -> None:
    body = {"answers": {"S1": {"value": "８０"}, "S3": {"value": "5"}}}
    assert call(cast, "contributor", "save", submission, body).status_code == 200
    again = {"answers": {"S1": {"value": "81"}, "S3": {"value": "6", "revision": 1}}}
    response = call(cast, "contributor", "save", submission, again)
    assert response.status_code == 409
    assert response.data["saved"] == ["S3"]
    assert response.data["conflicts"]["S1"]["theirs"]["value"] == "80"
    assert response.data["conflicts"]["S1"]["theirs"]["revision"] == 1


def test_api_of_a_locked_form_says_why(signed: Submission, cast: Cast) -> None:
    body = {"answers": {"S1": {"value": "1"}}}
    response = call(cast, "contributor", "save", signed, body)
    assert response.status_code == 423
    assert response.data["detail"].startswith("The form is signed off and waits")
    assert call(cast, "approver", "save", signed, body).status_code == 403


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "null",
        "{",
        "\udcff",
        "[" * 100_000,
        '{"answers":' + '{"a":' * 5000 + "1" + "}" * 5001,
        '{"answers": []}',
        '{"answers": {"S1": []}}',
        '{"answers": {"S1": null}}',
        '{"answers": {"S1": {"value": {"a": 1}}}}',
        '{"answers": {"S1": {"value": true}}}',
        '{"answers": {"S1": {"value": NaN}}}',
        '{"answers": {"S1": {"value": 1e400}}}',
        '{"answers": {"S1": {"value": "1e999999999"}}}',
        '{"answers": {"S1": {"value": 1%s}}}' % ("0" * 5000),
        '{"answers": {"S1": {"value": "%s"}}}' % ("9" * 5000),
        '{"answers": {"S1": {"value": "1\\u0000"}}}',
        '{"answers": {"S1": {"value": "1", "note": "\\u0000"}}}',
        '{"answers": {"S1": {"value": "1", "note": "\\ud800"}}}',
        '{"answers": {"S1": {"value": "1", "status": "x\\u0000"}}}',
        '{"answers": {"\\u0000": {"value": "1"}}}',
        '{"answers": {"\\ud83d": {"value": "1"}}}',
        '{"answers": {"nowhere": {"value": "1"}}}',
        '{"answers": {"PM25_CHANGE": {"value": "1"}}}',
        '{"answers": {"S1": {"value": "1", "reason": "%s"}}}' % ("x" * 200_000),
    ],
    ids=lambda body: body[:40].encode("ascii", "backslashreplace").decode(),
)
def test_a_body_that_makes_no_sense_is_refused_and_changes_nothing(
    submission: Submission, cast: Cast, body: str
) -> None:
    content = body.encode("utf-8", "surrogateescape")
    address = reverse("api-submission-answers", args=[submission.pk])
    answer = cast.client("contributor").patch(address, content, "application/json")
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/json"
    assert not submission.answers.exists()


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "multipart/form-data"])
def test_the_api_reads_json_alone(submission: Submission, cast: Cast, kind: str) -> None:
    address = reverse("api-submission-answers", args=[submission.pk])
    assert cast.client("contributor").patch(address, b"a=1", kind).status_code == 415


def test_a_revision_nothing_ever_had_is_a_conflict_not_a_fault(
    submission: Submission, cast: Cast
) -> None:
    fill(submission, cast.contributor)
    body = {"answers": {"S1": {"value": "1", "revision": 10**19}}}
    assert call(cast, "contributor", "save", submission, body).status_code == 409


def test_the_api_limits_what_one_account_asks(
    submission: Submission, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.clear()
    monkeypatch.setattr(UserRateThrottle, "THROTTLE_RATES", {"user": "2/min"})
    address = reverse("api-submission", args=[submission.pk])
    client, other = cast.client("contributor"), cast.client("approver")
    assert [client.get(address).status_code for _ in range(3)] == [200, 200, 429]
    assert other.get(address).status_code == 200
    cache.clear()
