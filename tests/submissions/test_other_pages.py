"""Sign-off, history, comparison, board, list and extension."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership
from accounts.roles import Role
from assessment.cycles.models import Cycle
from assessment.submissions import queries
from assessment.submissions.completeness import Progress
from assessment.submissions.models import Submission
from assessment.submissions.services import (
    AnswerInput,
    accept_submission,
    open_collection,
    return_submission,
    save_answers,
)
from tests.cast import Cast
from tests.factories import NOW, CycleFactory, FrameworkVersionFactory, participants
from tests.queries import assert_same_queries
from tests.submissions.conftest import fill, sign
from tests.submissions.test_form_page import english

LATE = datetime(2017, 3, 18, 2, 0, tzinfo=UTC)


def page(client: Client, name: str, *args: Any, **query: str) -> Any:
    return english(client).get(reverse(f"submissions:{name}", args=args), query)


def sign_data(submission: Submission, **more: str) -> dict[str, str]:
    return {"revision": str(submission.revision), "confirm": "on", **more}


def test_sign_page_lists_what_is_missing_with_links(submission: Submission, cast: Cast) -> None:
    response = page(cast.client("approver"), "sign", submission.pk)
    assert [(item["code"], item["text"]) for item in response.context["missing"]] == [
        ("S1", "not answered yet"),
        ("S2", "not answered yet"),
        ("S3", "not answered yet"),
    ]
    assert not response.context["can_sign"]
    assert f"{reverse('submissions:form', args=[submission.pk])}#card-S1" in (
        response.content.decode()
    )


def test_sign_and_double_click(submission: Submission, cast: Cast) -> None:
    fill(submission, cast.contributor)
    client = english(cast.client("approver"))
    address = reverse("submissions:sign", args=[submission.pk])
    assert client.get(address).context["can_sign"]
    data = sign_data(submission)
    for _ in range(2):
        response = client.post(address, data)
        assert response.status_code == 302
    submission.refresh_from_db()
    assert (submission.state, submission.versions.count()) == ("submitted", 1)


def test_sign_needs_the_tick(submission: Submission, cast: Cast) -> None:
    fill(submission, cast.contributor)
    client = english(cast.client("approver"))
    response = client.post(
        reverse("submissions:sign", args=[submission.pk]), {"revision": submission.revision}
    )
    assert response.context["form"].errors == {"confirm": ["Tick the statement to sign off."]}
    submission.refresh_from_db()
    assert submission.state == "draft"


def test_sign_of_a_page_gone_stale_asks_to_read_again(submission: Submission, cast: Cast) -> None:
    fill(submission, cast.contributor)
    data = sign_data(submission, revision=str(submission.revision - 1))
    client = english(cast.client("approver"))
    response = client.post(reverse("submissions:sign", args=[submission.pk]), data)
    assert response.context["form"].non_field_errors() == [
        "The form was changed after you opened this page. Read it again, then sign."
    ]
    assert f'name="revision" value="{submission.revision}"' in response.content.decode()
    assert not submission.versions.exists()


def test_sign_by_the_last_editor_is_refused_in_words(submission: Submission, cast: Cast) -> None:
    Membership.objects.create(
        user=cast.contributor, role=Role.APPROVER, locality=cast.locality, created_at=NOW
    )
    fill(submission, cast.contributor)
    client = english(cast.client("contributor"))
    address = reverse("submissions:sign", args=[submission.pk])
    assert [item["code"] for item in client.get(address).context["own"]] == ["S1", "S2", "S3"]
    response = client.post(address, sign_data(submission))
    assert response.status_code == 403
    assert "Another person must sign off" in response.content.decode()
    assert not submission.versions.exists()


@pytest.mark.parametrize("name", ["contributor", "coordinator", "auditor"])
def test_sign_by_others_is_forbidden(submission: Submission, cast: Cast, name: str) -> None:
    fill(submission, cast.contributor)
    response = cast.client(name).post(
        reverse("submissions:sign", args=[submission.pk]), sign_data(submission)
    )
    assert response.status_code == 403


def test_sign_page_of_a_returned_form_says_why_and_whether_it_was_corrected(
    signed: Submission, cast: Cast
) -> None:
    return_submission(submission=signed, reason="Check S1.", by=cast.coordinator, at=NOW)
    client = english(cast.client("approver"))
    address = reverse("submissions:sign", args=[signed.pk])
    page = client.get(address).content.decode()
    assert "Check S1." in page
    assert "Nothing has been changed since the form was signed." in page
    answer = signed.answers.get(indicator="S1")
    save_answers(
        submission=signed,
        answers={"S1": AnswerInput(value="80", revision=answer.revision)},
        by=cast.contributor,
        at=NOW,
    )
    page = client.get(address).content.decode()
    assert "Check S1." in page
    assert "Nothing has been changed since the form was signed." not in page


def test_signing_a_returned_form_as_it_was_asks_why_and_tells_everybody(
    signed: Submission, cast: Cast
) -> None:
    return_submission(submission=signed, reason="Check S1.", by=cast.coordinator, at=NOW)
    client = english(cast.client("approver"))
    address = reverse("submissions:sign", args=[signed.pk])
    assert 'name="reason"' in client.get(address).content.decode()
    without = client.post(address, sign_data(signed))
    assert without.context["form"].errors == {
        "reason": ["Write why nothing was changed: the coordinating body reads it."]
    }
    signed.refresh_from_db()
    assert signed.state == "returned"
    # A colleague saves meanwhile: the words stay for who signs again.
    stale = sign_data(signed) | {"revision": "0", "reason": "S1 is right."}
    assert "S1 is right." in client.post(address, stale).content.decode()
    client.post(address, sign_data(signed) | {"reason": "S1 is right."})
    history = page(cast.client("contributor"), "history", signed.pk)
    assert history.context["steps"][0]["text"] == "S1 is right."
    verified = cast.client("coordinator").get(
        reverse("reviews:submission", args=[cast.cycle.code, cast.locality.code])
    )
    assert "S1 is right." in verified.content.decode()


def test_the_reason_typed_on_a_page_signed_too_late_is_kept(signed: Submission, cast: Cast) -> None:
    return_submission(submission=signed, reason="Check S1.", by=cast.coordinator, at=NOW)
    typed = sign_data(signed) | {"reason": "S1 is right."}
    Cycle.objects.filter(pk=signed.cycle_id).update(stage="preliminary")
    client = english(cast.client("approver"))
    late = client.post(reverse("submissions:sign", args=[signed.pk]), typed)
    assert late.status_code == 409
    assert late.context["kept"] == [("Why nothing was changed", "S1 is right.")]
    assert "S1 is right." in late.content.decode()


def test_history_and_comparison_after_a_return(signed: Submission, cast: Cast) -> None:
    return_submission(submission=signed, reason="Check S1.", by=cast.coordinator, at=NOW)
    answer = signed.answers.get(indicator="S1")
    save_answers(
        submission=signed,
        answers={"S1": AnswerInput(value="82", revision=answer.revision)},
        by=cast.contributor,
        at=NOW,
    )
    sign_page = page(cast.client("approver"), "sign", signed.pk)
    assert [(row.code, row.old, row.new) for row in sign_page.context["rows"]] == [
        ("S1", "81.5", "82.0")
    ]
    correcting = page(cast.client("approver"), "compare", signed.pk).context
    assert (correcting["old"], correcting["new"]) == ("1", "now")
    sign(signed, cast.approver)
    history = page(cast.client("coordinator"), "history", signed.pk)
    assert [step["heading"] for step in history.context["steps"]] == [
        "Signed off and submitted",
        "Returned",
        "Signed off and submitted",
    ]
    assert signed.versions.first().sha256 in history.content.decode()
    compared = page(cast.client("coordinator"), "compare", signed.pk, old="1", new="2")
    assert [(row.label, row.old, row.new) for row in compared.context["rows"]] == [
        ("Indicator S1 · Value", "81.5", "82.0")
    ]
    plain = page(cast.client("coordinator"), "compare", signed.pk).context
    assert (plain["old"], plain["new"]) == ("1", "2")
    assert page(cast.client("auditor"), "compare", signed.pk, old="0", new="now").status_code == 200
    assert page(cast.client("auditor"), "compare", signed.pk, old="7", new="2").status_code == 404


def test_board_shows_state_progress_and_lateness(
    signed: Submission, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: LATE)
    response = page(cast.client("coordinator"), "board", cast.cycle.code)
    rows = {row.submission.locality: row for row in response.context["rows"]}
    own, late = rows[cast.locality], rows[cast.neighbour]
    assert (own.progress.percent, own.days_late, own.is_overdue) == (100, 0, False)
    assert (late.progress.percent, late.days_late, late.is_overdue) == (0, 3, True)
    assert "3 days late" in response.content.decode()
    counts = {each.label: each.count for each in response.context["list"].filters[0].options}
    assert counts == {
        "All": 2,
        "Draft": 1,
        "Submitted": 1,
        "Under review": 0,
        "Returned": 0,
        "Open again": 0,
        "Accepted": 0,
        "Overdue": 1,
        "Unlocking requested": 0,
    }


def test_board_filters_searches_sorts_and_exports(signed: Submission, cast: Cast) -> None:
    client = cast.client("coordinator")

    def codes(**query: str) -> list[str]:
        response = page(client, "board", cast.cycle.code, **query)
        return [row.submission.locality.code for row in response.context["rows"]]

    own, other = cast.locality.code, cast.neighbour.code
    assert codes() == [own, other]
    assert codes(sort="-code") == [other, own]
    assert codes(sort="progress") == [other, own]
    assert codes(state="submitted") == [own]
    assert codes(q=cast.neighbour.name_zh) == [other]
    assert codes(q="nowhere") == []
    export = page(client, "board", cast.cycle.code, format="csv")
    lines = export.content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("cycle,locality,name_zh")
    assert [line.split(",")[1] for line in lines[1:]] == [own, other]


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("coordinator", 200),
        ("auditor", 200),
        ("reviewer", 403),
        ("contributor", 403),
        ("approver", 403),
        ("other_coordinator", 404),
        ("system_administrator", 404),
    ],
)
def test_board_is_for_people_who_oversee_the_region(
    submission: Submission, cast: Cast, name: str, status: int
) -> None:
    address = reverse("submissions:board", args=[cast.cycle.code])
    assert cast.client(name).get(address).status_code == status


def test_list_shows_only_own_localities(submission: Submission, cast: Cast) -> None:
    response = page(cast.client("contributor"), "list")
    assert [row.submission for row in response.context["rows"]] == [submission]
    Submission.objects.all().delete()
    assert page(cast.client("contributor"), "list").context["list"].count == 0
    assert page(cast.client("system_administrator"), "list").status_code == 403


def _add_participants(cycle: Cycle, cast: Cast) -> None:
    for place in participants(cycle, 2):
        form = Submission.objects.create(
            cycle=cycle, locality=place, created_at=NOW, updated_at=NOW
        )
        Submission.objects.filter(pk=form.pk).update(revision=1)
        form.answers.create(
            indicator="S1",
            status="value",
            value=5,
            revision=1,
            updated_by=cast.contributor,
            updated_at=NOW,
        )


def test_board_asks_the_database_equally_often(submission: Submission, cast: Cast) -> None:
    Submission.objects.filter(locality=cast.neighbour).delete()
    client = cast.client("coordinator")
    address = reverse("submissions:board", args=[cast.cycle.code])
    assert_same_queries(lambda: client.get(address), lambda: _add_participants(cast.cycle, cast))


def test_list_asks_the_database_equally_often(submission: Submission, cast: Cast) -> None:
    client = cast.client("contributor")

    def more() -> None:
        for _ in range(2):
            version = FrameworkVersionFactory(framework__region=cast.region)
            cycle = CycleFactory(region=cast.region, framework_version=version)
            cycle.participants.create(locality=cast.locality)
            open_collection(cycle=cycle, by=cast.coordinator, at=NOW)

    assert_same_queries(lambda: client.get(reverse("submissions:list")), more)


@pytest.mark.parametrize("name", ["form", "sign", "history", "evidence-list"])
def test_form_asks_the_database_equally_often(
    submission: Submission, cast: Cast, name: str
) -> None:
    client = cast.client("contributor")
    by = cast.contributor
    save_answers(submission=submission, answers={"S1": AnswerInput(value="1")}, by=by, at=NOW)
    answers = {"S2": AnswerInput(value="1"), "S3": AnswerInput(value="1")}
    address = reverse(f"submissions:{name}", args=[submission.pk])
    assert_same_queries(
        lambda: client.get(address),
        lambda: save_answers(submission=submission, answers=answers, by=by, at=NOW),
    )


def test_progress_counts_only_what_is_answered_valid_and_proven(
    submission: Submission, cast: Cast
) -> None:
    by = cast.contributor
    assert queries.progress(submission) == Progress(0, 3, 0, {"sharing": (0, 2), "effort": (0, 1)})
    save_answers(
        submission=submission,
        answers={
            "S1": AnswerInput(value="5"),
            "S2": AnswerInput(status="not_applicable", reason="no alerts"),
        },
        by=by,
        at=NOW,
    )
    found = queries.progress(submission)
    # S1 is answered but its required ledger is not there.
    assert (found.complete, found.answered, found.percent) == (1, 2, 33)
    assert found.by_section == {"sharing": (1, 2), "effort": (0, 1)}
    Submission.objects.get(pk=submission.pk).answers.filter(indicator="S1").update(value=500)
    assert queries.progress_for([submission])[submission.pk].complete == 1


def test_accepted_form_is_shown_as_such(signed: Submission, cast: Cast) -> None:
    accept_submission(submission=signed, by=cast.coordinator, at=NOW)
    response = page(cast.client("contributor"), "form", signed.pk)
    assert response.context["locked_text"] == (
        "The form is accepted. If something must be corrected, "
        "request its unlocking: Regional coordination office decides."
    )
