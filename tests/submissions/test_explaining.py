"""Warnings wait for an explanation, which holds for the figures it was given for; errors block."""

from collections.abc import Iterator

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from accounts.models import Membership, User
from accounts.roles import Role
from assessment.audit.models import Event
from assessment.submissions import queries
from assessment.submissions.form_facts import findings_for
from assessment.submissions.models import Submission
from assessment.submissions.sections import signed_sections
from assessment.submissions.services import (
    AnswerInput,
    ExplainOutcome,
    ExplanationInput,
    OwnAnswersError,
    PartInput,
    divide_submission,
    explain_findings,
    save_answers,
)
from tests.cast import Cast
from tests.factories import NOW, member
from tests.queries import count_queries
from tests.submissions.conftest import fill, sign
from tests.submissions.ruled import WARNING, ruled_cast

PLACE = ("S1", "large-change")


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def cast(db: None) -> Cast:
    """The cast, with rules in its framework and a cycle before."""
    return ruled_cast()


@pytest.fixture
def warned(submission: Submission, cast: Cast) -> Submission:
    """A full form: S1 rose from 60 to 81.5, which asks for an explanation."""
    fill(submission, cast.contributor)
    return submission


def explain(form: Submission, by: User, text: str = "New counting.") -> ExplainOutcome:
    """Explain the warning as it stands."""
    (finding,) = [each for each in queries.findings_in(form) if each.place == PLACE]
    sent = {PLACE: ExplanationInput(text, finding.finding.basis)}
    outcome = explain_findings(submission=form, explanations=sent, by=by, at=NOW)
    form.refresh_from_db()
    return outcome


def states(form: Submission) -> list[tuple[str, str, str]]:
    return [(*each.place, each.state) for each in queries.findings_in(form)]


def change(form: Submission, code: str, value: str, by: User) -> None:
    revision = form.answers.get(indicator=code).revision
    answers = {code: AnswerInput(value=value, revision=revision)}
    assert save_answers(submission=form, answers=answers, by=by, at=NOW).is_clean
    form.refresh_from_db()


def test_a_warning_keeps_the_form_from_being_signed_until_it_is_explained(
    warned: Submission, cast: Cast
) -> None:
    assert [item.finding.sentence for item in queries.missing_in(warned) if item.finding] == [
        WARNING
    ]
    assert queries.progress(warned).complete == 2
    with pytest.raises(ValidationError) as refused:
        sign(warned, cast.approver)
    assert refused.value.message_dict == {"answers": ["1 indicator is not complete: S1."]}
    explain(warned, cast.contributor)
    assert queries.progress(warned).complete == 3
    sign(warned, cast.approver)
    assert warned.versions.exists()


def test_what_is_signed_has_the_warning_in_both_languages_with_its_explanation(
    warned: Submission, cast: Cast
) -> None:
    explain(warned, cast.contributor)
    sign(warned, cast.approver)
    version = warned.versions.get()
    (told,) = version.content["explanations"]["S1"]
    assert told["warning"]["en"] == WARNING
    assert told["warning"]["zh-Hans"].startswith("现为：81.5，上一周期为 60（+21.5，+35.8%）；")
    assert (told["rule"], told["text"]) == ("large-change", "New counting.")
    assert told["explained_by"] == str(cast.contributor)
    cards = {card.code: card for section in signed_sections(version) for card in section.cards}
    (shown,) = cards["S1"].findings
    assert (shown.sentence, shown.explanation) == (WARNING, "New counting.")
    (row,) = [d for d in queries.differences(None, version) if d.field == "explanation"]
    assert (row.indicator, row.old, row.new) == ("S1", "", "New counting.")


def test_where_nothing_is_explained_signed_content_is_as_it_always_was(
    warned: Submission, cast: Cast
) -> None:
    change(warned, "S1", "61", cast.contributor)
    change(warned, "S3", "60", cast.contributor)
    sign(warned, cast.approver)
    assert "explanations" not in warned.versions.get().content


def test_an_explanation_holds_for_the_figures_it_was_given_for(
    warned: Submission, cast: Cast
) -> None:
    explain(warned, cast.contributor)
    change(warned, "S1", "82", cast.contributor)
    (finding,) = queries.findings_in(warned)
    assert finding.state == "warning"
    assert finding.outdated is not None
    assert finding.outdated.text == "New counting."
    change(warned, "S1", "81.50", cast.contributor)
    assert states(warned) == [("S1", "large-change", "explained")]


def test_an_explanation_of_figures_that_changed_meanwhile_is_refused(
    warned: Submission, cast: Cast
) -> None:
    seen = queries.findings_in(warned)[0].finding.basis
    change(warned, "S1", "82", cast.contributor)
    sent = {PLACE: ExplanationInput("New counting.", seen)}
    outcome = explain_findings(submission=warned, explanations=sent, by=cast.contributor, at=NOW)
    assert outcome.problems == {
        PLACE: ["The figures were changed meanwhile. Read the warning again, then explain it."]
    }
    assert not warned.explanations.exists()


def test_where_nothing_warns_any_more_nothing_is_kept(warned: Submission, cast: Cast) -> None:
    change(warned, "S1", "61", cast.contributor)
    sent = {PLACE: ExplanationInput("New counting.", "")}
    outcome = explain_findings(submission=warned, explanations=sent, by=cast.contributor, at=NOW)
    assert (outcome.settled, outcome.problems) == ((PLACE,), {})
    assert not warned.explanations.exists()


def test_each_explanation_is_one_event_and_a_new_revision(warned: Submission, cast: Cast) -> None:
    revision = warned.revision
    explain(warned, cast.contributor)
    event = Event.objects.latest("sequence")
    assert (event.action, event.actor) == ("submissions.explain", cast.contributor)
    assert event.after == {"S1": {"explanation": ["large-change: New counting."]}}
    assert warned.revision == revision + 1
    before = Event.objects.count()
    explain(warned, cast.contributor)
    assert (Event.objects.count(), warned.revision) == (before, revision + 1)


def test_an_explanation_without_words_is_taken_back(warned: Submission, cast: Cast) -> None:
    explain(warned, cast.contributor)
    explain(warned, cast.contributor, text=" ")
    assert states(warned) == [("S1", "large-change", "warning")]


def test_an_error_blocks_and_cannot_be_explained(warned: Submission, cast: Cast) -> None:
    explain(warned, cast.contributor)
    change(warned, "S3", "71", cast.contributor)
    place = ("S3", "s3-within-s2")
    assert (*place, "error") in states(warned)
    sent = {place: ExplanationInput("It is so.", queries.findings_in(warned)[-1].finding.basis)}
    outcome = explain_findings(submission=warned, explanations=sent, by=cast.contributor, at=NOW)
    assert outcome.problems == {
        place: ["What this rule finds is an error: it is corrected, not explained."]
    }
    with pytest.raises(ValidationError, match="1 indicator is not complete: S3"):
        sign(warned, cast.approver)


def test_who_explained_a_warning_does_not_sign_it_off(warned: Submission, cast: Cast) -> None:
    both = member(Role.CONTRIBUTOR, locality=cast.locality, username="both")
    Membership.objects.create(user=both, role=Role.APPROVER, locality=cast.locality, created_at=NOW)
    explain(warned, both)
    with pytest.raises(OwnAnswersError) as refused:
        sign(warned, both)
    assert refused.value.indicators == ["S1"]


def test_only_who_may_fill_the_indicator_explains_it(
    warned: Submission, cast: Cast, colleague: User
) -> None:
    divide_submission(
        submission=warned,
        parts={"S1": PartInput(person=colleague)},
        lead=None,
        by=cast.approver,
        at=NOW,
    )
    outcome = explain(warned, cast.contributor)
    assert list(outcome.problems) == [PLACE]
    assert explain(warned, colleague).saved == (PLACE,)


def test_the_words_are_the_reader_s(warned: Submission) -> None:
    (finding,) = queries.findings_in(warned)
    with translation.override("zh-hans"):
        assert finding.sentence == (
            "现为：81.5，上一周期为 60（+21.5，+35.8%）；应为：变化不超过 10 个百分点。"
            "请核对数字和口径。如数据无误，请说明原因。"
        )


def test_checking_one_form_or_three_asks_equally_often(warned: Submission, cast: Cast) -> None:
    forms = list(Submission.objects.filter(cycle=cast.cycle).select_related("cycle"))
    assert len(forms) > 1
    one = count_queries(lambda: findings_for(forms[:1]))
    assert count_queries(lambda: findings_for(forms)) == one


def test_the_page_shows_the_warning_at_its_field_and_takes_the_explanation(
    warned: Submission, cast: Cast
) -> None:
    client = cast.client("contributor")
    address = f"/desk/submissions/{warned.pk}/"
    page = client.get(address, headers={"accept-language": "en"})
    cards = {card.code: card for each in page.context["sections"] for card in each.cards}
    (shown,) = cards["S1"].findings
    assert (shown.sentence, shown.state, cards["S1"].state) == (WARNING, "warning", "explain")
    assert WARNING in page.content.decode()
    sent = {
        "explain:S1:large-change": "New counting.",
        "basis:S1:large-change": shown.basis,
        "explain": "S1",
    }
    answer = client.post(address, sent)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{address}#card-S1")
    assert states(warned) == [("S1", "large-change", "explained")]
    signing = cast.client("approver").get(f"{address}sign/")
    assert "New counting." in signing.content.decode()
    assert signing.context["missing"] == []


def test_a_refused_explanation_stays_on_the_page(warned: Submission, cast: Cast) -> None:
    sent = {"explain:S1:large-change": "New counting.", "basis:S1:large-change": "old"}
    page = cast.client("contributor").post(
        f"/desk/submissions/{warned.pk}/", sent, headers={"accept-language": "en"}
    )
    (card,) = page.context["problem_cards"]
    (shown,) = card.findings
    assert shown.typed == "New counting."
    assert shown.problems == [
        "The figures were changed meanwhile. Read the warning again, then explain it."
    ]
    assert "New counting.</textarea>" in page.content.decode()


def test_the_reviewing_side_reads_what_was_explained(warned: Submission, cast: Cast) -> None:
    explain(warned, cast.contributor)
    sign(warned, cast.approver)
    page = cast.client("coordinator").get(
        f"/desk/cycles/{cast.cycle.code}/reviews/{cast.locality.code}/",
        headers={"accept-language": "en"},
    )
    text = page.content.decode()
    assert page.status_code == 200
    assert WARNING in text
    assert "New counting." in text
