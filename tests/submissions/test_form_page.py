"""The form in a browser: what was typed stays, what is valid is saved."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from assessment.submissions.answers import reported_nodes
from assessment.submissions.models import Submission
from assessment.submissions.queries import document_of
from assessment.submissions.sections import Card
from assessment.submissions.services import (
    AnswerInput,
    attach_evidence,
    return_submission,
    save_answers,
)
from tests.cast import Cast
from tests.factories import NOW
from tests.submissions import files
from tests.submissions.conftest import fill

AFTER = datetime(2017, 3, 16, 2, 0, tzinfo=UTC)


def address(submission: Submission) -> str:
    return reverse("submissions:form", args=[submission.pk])


def english(client: Client) -> Client:
    client.cookies["django_language"] = "en"
    return client


def cards(response: Any) -> dict[str, Card]:
    """The cards of the page by indicator."""
    found: list[Card] = [card for each in response.context["sections"] for card in each.cards]
    return {card.code: card for card in found}


def filled_in(response: Any, **typed: str) -> dict[str, Any]:
    """What a browser would send: every field of the page, with the given ones typed over.

    The hidden fields must be in the page itself, not only in its context.
    """
    data: dict[str, Any] = {}
    html = response.content.decode()
    for code, card in cards(response).items():
        assert card.form is not None
        for name in card.form.fields:
            data[f"{code}-{name}"] = card.form[name].value() or ""
            assert f'name="{code}-{name}"' in html
    data.update({name.replace("__", "-"): text for name, text in typed.items()})
    return data


def test_save_draft_and_see_it_again(submission: Submission, cast: Cast) -> None:
    client = english(cast.client("contributor"))
    page = client.get(address(submission))
    assert page.status_code == 200
    assert page.context["is_editable"]
    data = filled_in(page, S1__value="８１．５ %", S2__value="70", S2__note="two lines\r\nhere")
    response = client.post(address(submission), data, follow=True)
    assert response.redirect_chain == [(address(submission), 302)]
    assert [str(m) for m in response.context["messages"]] == ["2 answers saved."]
    assert "data-draft-confirmed" in response.content.decode()
    assert {a.indicator: a.value for a in submission.answers.all()} == {
        "S1": Decimal("81.5"),
        "S2": Decimal("70"),
    }
    shown = cards(response)
    assert shown["S1"].form is not None
    assert shown["S1"].form["value"].value() == "81.5"
    # The confirmation is for the page after the save only.
    assert "data-draft-confirmed" not in client.get(address(submission)).content.decode()


def test_saving_the_page_untouched_changes_nothing(submission: Submission, cast: Cast) -> None:
    fill(submission, cast.contributor)
    client = english(cast.client("contributor"))
    data = filled_in(client.get(address(submission)))
    revision = submission.revision
    response = client.post(address(submission), data, follow=True)
    assert [str(m) for m in response.context["messages"]] == ["Nothing was changed."]
    submission.refresh_from_db()
    assert submission.revision == revision


def test_invalid_answers_stand_at_their_field_with_what_was_typed(
    submission: Submission, cast: Cast
) -> None:
    client = english(cast.client("contributor"))
    data = filled_in(
        client.get(address(submission)), S1__value="abc", S2__value="101", S3__value="7"
    )
    response = client.post(address(submission), data)
    assert response.status_code == 200
    shown = cards(response)
    assert shown["S1"].form is not None
    assert shown["S2"].form is not None
    assert shown["S1"].form["value"].value() == "abc"
    assert shown["S1"].form["value"].errors == [
        "Found “abc”; expected a number from 0 to 100, at most 1 decimal. "
        "Write digits only, for example 12.5."
    ]
    assert shown["S2"].form["value"].errors == [
        "Found “101”; expected a number from 0 to 100. "
        "A share cannot exceed 100 %: check numerator and denominator."
    ]
    assert [str(m) for m in response.context["messages"]] == ["1 answer saved."]
    assert [a.indicator for a in submission.answers.all()] == ["S3"]
    # Corrected and sent from that very page, it is saved.
    again = client.post(address(submission), filled_in(response, S1__value="81", S2__value="99"))
    assert again.status_code == 302
    assert submission.answers.count() == 3


def test_statuses_are_offered_with_their_effect_only_where_allowed(
    submission: Submission, cast: Cast
) -> None:
    page = english(cast.client("contributor")).get(address(submission))
    shown = cards(page)
    assert shown["S1"].choices == []
    assert [(c.value, c.effect) for c in shown["S2"].choices] == [
        ("", ""),
        ("value", ""),
        ("nothing_to_report", "Scores 100 of 100 points."),
        (
            "not_applicable",
            "The indicator does not count; its weight goes to the other indicators beside it. "
            "The reason is verified.",
        ),
    ]


def test_what_a_colleague_saved_meanwhile_is_left_alone(
    submission: Submission, cast: Cast, colleague: User
) -> None:
    client = english(cast.client("contributor"))
    page = client.get(address(submission))
    save_answers(
        submission=submission, answers={"S1": AnswerInput(value="80")}, by=colleague, at=NOW
    )
    response = client.post(address(submission), filled_in(page, S3__value="5"))
    assert response.status_code == 302
    assert {a.indicator: a.value for a in submission.answers.all()} == {
        "S1": Decimal("80"),
        "S3": Decimal("5"),
    }


def test_conflict_shows_both_and_only_a_choice_overwrites(
    submission: Submission, cast: Cast, colleague: User
) -> None:
    client = english(cast.client("contributor"))
    page = client.get(address(submission))
    save_answers(
        submission=submission, answers={"S1": AnswerInput(value="80")}, by=colleague, at=NOW
    )
    response = client.post(address(submission), filled_in(page, S1__value="70"))
    card = cards(response)["S1"]
    assert card.conflict is not None
    assert (card.conflict.mine.value, card.conflict.theirs.value) == ("70.0", "80.0")
    assert card.conflict.by == str(colleague)
    assert card.form is not None
    assert card.form["value"].value() == "70"
    assert submission.answers.get().value == Decimal("80")

    data = filled_in(response)
    kept = client.post(address(submission), {**data, "keep": "S1"})
    assert kept.status_code == 302
    assert submission.answers.get().value == Decimal("80")
    undecided = client.post(address(submission), {**data, "save": "1"})
    assert cards(undecided)["S1"].conflict is not None
    assert submission.answers.get().value == Decimal("80")
    meant = client.post(
        address(submission), {**data, "S1-theirs": card.conflict.revision, "overwrite": "S1"}
    )
    assert meant.status_code == 302
    assert submission.answers.get().value == Decimal("70")


def test_files_go_with_the_form_and_a_refused_one_takes_nothing_along(
    submission: Submission, cast: Cast, settings: Any
) -> None:
    settings.EVIDENCE_MAX_BYTES = 1000
    client = english(cast.client("contributor"))
    data = filled_in(client.get(address(submission)), S1__value="81")
    data["S1-files"] = [
        SimpleUploadedFile("台账.pdf", files.PDF),
        SimpleUploadedFile("large.pdf", files.PDF + b" " * 2000),
    ]
    response = client.post(address(submission), data)
    card = cards(response)["S1"]
    assert card.upload_problems == [
        "Found “large.pdf” of 2.0\xa0KB; expected at most 1000\xa0bytes per file. "
        "Compress it or split it into several files."
    ]
    assert [item.name for item in card.files] == ["台账.pdf"]
    assert [str(m) for m in response.context["messages"]] == ["1 answer saved. 1 file attached."]
    assert submission.answers.get().value == Decimal("81")


def test_the_remove_button_saves_the_form_first(submission: Submission, cast: Cast) -> None:
    fill(submission, cast.contributor)
    evidence = submission.evidence.get()
    client = english(cast.client("contributor"))
    data = filled_in(client.get(address(submission)), S3__value="9")
    response = client.post(address(submission), {**data, "remove": str(evidence.pk)}, follow=True)
    assert [str(m) for m in response.context["messages"]] == [
        "1 answer saved. 台账.pdf removed; it stays in the history."
    ]
    evidence.refresh_from_db()
    assert evidence.removed_by == cast.contributor


def test_the_bin_asks_before_a_file_leaves_the_form(submission: Submission, cast: Cast) -> None:
    """With scripts in a dialog on the page, without them on the page that asks; the text stays."""
    fill(submission, cast.contributor)
    evidence = submission.evidence.get()
    client = english(cast.client("contributor"))
    page = client.get(address(submission))
    text = page.content.decode()
    assert f'name="ask-remove" value="{evidence.pk}" data-dialog="remove-{evidence.pk}"' in text
    assert f'<dialog class="lp-dialog" id="remove-{evidence.pk}"' in text
    assert f'form="submission-form" name="remove" value="{evidence.pk}"' in text
    data = filled_in(page, S3__value="9")
    response = client.post(address(submission), {**data, "ask-remove": str(evidence.pk)})
    assert response["Location"] == reverse("submissions:evidence-remove", args=[evidence.pk])
    evidence.refresh_from_db()
    assert evidence.removed_at is None
    assert submission.answers.get(indicator="S3").value == Decimal("9")


def test_one_notice_for_a_file_attached_to_several_indicators(
    submission: Submission, cast: Cast
) -> None:
    client = english(cast.client("contributor"))
    data = filled_in(client.get(address(submission)))
    sent = {f"{code}-files": SimpleUploadedFile("a.pdf", files.PDF) for code in ("S1", "S2", "S3")}
    response = client.post(address(submission), {**data, **sent}, follow=True)
    nodes = reported_nodes(document_of(submission))
    titles = ", ".join(f"“{nodes[code].title.en}”" for code in ("S1", "S2", "S3"))
    assert [str(m) for m in response.context["messages"]] == [
        f"a.pdf is attached to several indicators: {titles}.",
        "3 files attached.",
    ]


def test_a_section_counts_what_is_stored_and_is_marked_by_what_was_refused(
    submission: Submission, cast: Cast
) -> None:
    fill(submission, cast.contributor)
    client = english(cast.client("contributor"))
    page = client.get(address(submission))

    def state(page: Any, code: str) -> tuple[str, bool]:
        section = next(s for s in page.context["sections"] if code in {c.code for c in s.cards})
        return section.state, section.complete == len(section.cards)

    assert state(page, "S1") == ("complete", True)
    refused = client.post(address(submission), filled_in(page, S1__value="much"))
    # The stored answer is still complete, as the form's head counts it.
    assert state(refused, "S1") == ("problem", True)
    assert refused.context["progress"].is_complete
    copy = {**filled_in(page), "S1-files": SimpleUploadedFile("copy.pdf", files.PDF)}
    again = client.post(address(submission), copy)
    assert cards(again)["S1"].upload_problems
    assert state(again, "S1") == ("complete", True)


def test_remove_of_another_forms_file_does_nothing(submission: Submission, cast: Cast) -> None:
    other = Submission.objects.get(locality=cast.neighbour)
    foreign = attach_evidence(
        submission=other,
        indicator="S1",
        upload=SimpleUploadedFile("a.pdf", files.PDF),
        by=cast.neighbour_contributor,
        at=NOW,
    )
    client = cast.client("contributor")
    for wanted in (str(foreign.pk), "nonsense"):
        client.post(address(submission), {"remove": wanted})
    foreign.refresh_from_db()
    assert foreign.removed_at is None


def test_after_the_last_day_the_page_is_locked_and_gives_back_what_was_typed(
    submission: Submission, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = english(cast.client("contributor"))
    data = filled_in(client.get(address(submission)), S1__value="81", S2__note="typed for long")
    monkeypatch.setattr("django.utils.timezone.now", lambda: AFTER)
    client = english(cast.client("contributor"))
    page = client.get(address(submission))
    assert not page.context["is_editable"]
    assert page.context["locked_text"] == (
        "The last day to change and submit this form was 2017-03-15 (that day included). "
        "If you need more time, ask Regional coordination office to extend it."
    )
    coordinator = f'<a href="mailto:{cast.coordinator.email}">{cast.coordinator.email}</a>'
    assert coordinator in page.content.decode()
    overseeing = english(cast.client("auditor")).get(address(submission))
    assert coordinator not in overseeing.content.decode()
    response = client.post(address(submission), data)
    assert response.status_code == 409
    assert [(code, said.value, said.note) for code, _, said in response.context["unsaved"]] == [
        ("S1", "81", ""),
        ("S2", "", "typed for long"),
    ]
    assert "typed for long" in response.content.decode()
    assert not submission.answers.exists()


def test_a_signed_form_is_read_only(signed: Submission, cast: Cast) -> None:
    page = english(cast.client("contributor")).get(address(signed))
    assert not page.context["is_editable"]
    assert page.context["locked_text"].startswith("The form is signed off and waits")
    assert "<form" not in page.content.decode().split('id="main"')[1].split("</main>")[0]


def test_a_returned_form_shows_the_remark_on_top(signed: Submission, cast: Cast) -> None:
    return_submission(submission=signed, reason="Check S1 again.", by=cast.coordinator, at=NOW)
    page = english(cast.client("contributor")).get(address(signed))
    assert page.context["is_editable"]
    assert "Check S1 again." in page.content.decode()


def test_a_returned_form_is_not_called_ready_before_something_changed(
    signed: Submission, cast: Cast
) -> None:
    return_submission(submission=signed, reason="Check S1 again.", by=cast.coordinator, at=NOW)
    client = english(cast.client("contributor"))
    page = client.get(address(signed))
    assert "Nothing has been changed since the form was signed." in page.content.decode()
    assert "Ready for sign-off" not in page.content.decode()
    assert client.post(address(signed), filled_in(page, S1__value="82")).status_code == 302
    page = client.get(address(signed))
    assert "Nothing has been changed since" not in page.content.decode()
    assert "Ready for sign-off" in page.content.decode()


def test_texts_are_escaped(submission: Submission, cast: Cast) -> None:
    client = english(cast.client("contributor"))
    data = filled_in(
        client.get(address(submission)), S1__value="<b>x</b>", S2__value="5", S2__note="<i>n</i>"
    )
    html = client.post(address(submission), data).content.decode()
    assert "<b>x</b>" not in html
    assert "<i>n</i>" not in html
    assert "&lt;b&gt;x&lt;/b&gt;" in html


@pytest.mark.parametrize(
    ("name", "read", "write"),
    [
        ("contributor", 200, 302),
        ("approver", 200, 403),
        ("coordinator", 200, 403),
        ("auditor", 200, 403),
        ("reviewer", 404, 404),
        ("neighbour_contributor", 404, 404),
        ("other_coordinator", 404, 404),
        ("system_administrator", 404, 404),
        ("visitor", 302, 302),
    ],
)
def test_who_sees_and_who_saves(
    submission: Submission, cast: Cast, name: str, read: int, write: int
) -> None:
    client = cast.client(name)
    pages = ["form", "sign", "history", "compare", "evidence-list"]
    for page in pages:
        found = client.get(reverse(f"submissions:{page}", args=[submission.pk]))
        assert found.status_code == read, page
    assert client.post(address(submission), {}).status_code == write


def test_reviewers_see_what_was_signed(signed: Submission, cast: Cast) -> None:
    assert cast.client("reviewer").get(address(signed)).status_code == 200


def test_chinese_page_says_chinese_texts_of_the_framework(
    submission: Submission, cast: Cast
) -> None:
    client = cast.client("contributor")
    client.cookies["django_language"] = "zh-hans"
    shown = cards(client.get(address(submission)))
    assert shown["S1"].title == "指标S1"
