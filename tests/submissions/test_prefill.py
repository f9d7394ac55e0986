"""What a locality said or was measured before is offered, never stored by itself."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from assessment.airquality.models import AnnualMean
from assessment.audit.models import Event
from assessment.observations.statuses import Status
from assessment.submissions.answers import AnswerInput
from assessment.submissions.authorship import own_answers
from assessment.submissions.models import Submission
from assessment.submissions.prefill import Suggestion, suggestions_of
from assessment.submissions.services import SaveOutcome, save_answers
from tests.cast import Cast
from tests.factories import NOW, FrameworkVersionFactory, tiny_framework
from tests.queries import assert_same_queries
from tests.submissions.conftest import fill, sign
from tests.submissions.earlier import accepted_year_before, asking, english

PROPOSE, NONE = {"previous": "propose"}, {"previous": "none"}


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def form(cast: Cast) -> Submission:
    """The empty form of 2016 beside an accepted one of 2015."""
    accepted_year_before(cast)
    return asking(cast, {"S1": PROPOSE})


def offered(form: Submission) -> dict[str, Suggestion]:
    return {code: each[0] for code, each in suggestions_of(form).items()}


def take(form: Submission, cast: Cast, code: str, mark: str, **typed: Any) -> SaveOutcome:
    return save_answers(
        submission=form,
        answers={code: AnswerInput(prefill=mark, **typed)},
        by=cast.contributor,
        at=NOW,
    )


def said(form: Submission, code: str) -> tuple[str, Decimal | None, str]:
    answer = form.answers.get(indicator=code)
    return answer.status, answer.value, answer.reason


def test_value_is_proposed_only_where_the_framework_says_it_may_still_hold(
    form: Submission,
) -> None:
    found = offered(form)
    assert {code: each.is_proposed for code, each in found.items()} == {
        "S1": True,  # the framework proposes it
        "S2": True,  # not applicable, with its reason
        "S3": False,  # a result of its year: to compare
    }
    assert [found[code].state.value for code in ("S1", "S3")] == [Decimal("81.5"), Decimal("12.5")]
    assert found["S2"].state.reason == "No port"
    assert {(each.origin, each.year) for each in found.values()} == {("year-2015", "2015")}


def test_nothing_is_stored_by_offering(form: Submission, cast: Cast) -> None:
    page = english(cast.client("contributor")).get(reverse("submissions:form", args=[form.pk]))
    assert page.status_code == 200
    assert not form.answers.exists()


def test_framework_may_keep_the_last_answer_from_being_shown(cast: Cast) -> None:
    accepted_year_before(cast)
    form = asking(cast, {"S1": NONE, "S2": NONE})
    assert set(suggestions_of(form)) == {"S3"}


def test_nothing_to_report_is_a_result_of_its_year(cast: Cast, submission: Submission) -> None:
    answers = {"S1": AnswerInput(value="1"), "S2": AnswerInput(status="nothing_to_report")}
    accepted_year_before(cast, answers={**answers, "S3": AnswerInput(value="1")})
    assert offered(submission)["S2"].is_proposed is False


def test_changed_unit_is_not_offered_and_changed_definition_is_told(
    cast: Cast, submission: Submission
) -> None:
    other = tiny_framework()
    for node in other["nodes"]:
        if node["code"] == "S1":
            node["unit"] = {"zh-Hans": "件", "en": "cases"}
        if node["code"] == "S2":
            node["definition"] = {"zh-Hans": "从前", "en": "Once"}
    accepted_year_before(cast, framework_version=FrameworkVersionFactory(document=other))
    found = offered(submission)
    assert "S1" not in found
    assert (found["S2"].is_redefined, found["S2"].is_proposed) == (True, False)


def test_result_of_a_quarter_is_not_compared_with_one_of_a_year(
    cast: Cast, submission: Submission
) -> None:
    accepted_year_before(cast, period_start_date=date(2015, 10, 1))
    assert set(suggestions_of(submission)) == {"S2"}  # that it does not apply lasts


@pytest.mark.parametrize("state", ["submitted", "returned"])
def test_form_that_is_not_accepted_offers_nothing(
    cast: Cast, submission: Submission, state: str
) -> None:
    before = accepted_year_before(cast)
    Submission.objects.filter(pk=before.pk).update(state=state)
    assert suggestions_of(submission) == {}


def test_taken_over_answer_keeps_where_it_comes_from(form: Submission, cast: Cast) -> None:
    mark = offered(form)["S2"].mark
    assert take(form, cast, "S2", mark).saved == ("S2",)
    assert said(form, "S2") == (Status.NOT_APPLICABLE, None, "No port")
    answer = form.answers.get(indicator="S2")
    assert answer.updated_by == cast.contributor
    assert (answer.prefilled["kind"], answer.prefilled["origin"]) == ("previous", "year-2015")
    event = Event.objects.filter(action="submissions.save_answers").latest("sequence")
    assert event.after["S2"]["taken_from"] == "year-2015"


def test_taken_over_and_changed_says_both(form: Submission, cast: Cast) -> None:
    client = english(cast.client("contributor"))
    take(form, cast, "S1", offered(form)["S1"].mark)
    address = f"/api/v1/submissions/{form.pk}/"
    assert client.get(address).json()["answers"]["S1"]["changed_since_prefill"] is False
    changed = AnswerInput(value="82", revision=form.answers.get(indicator="S1").revision)
    save_answers(submission=form, answers={"S1": changed}, by=cast.contributor, at=NOW)
    assert client.get(address).json()["answers"]["S1"]["changed_since_prefill"] is True
    page = client.get(reverse("submissions:form", args=[form.pk])).content.decode()
    assert "Taken over from year-2015" in page
    assert "Changed since; it said: 81.5 %." in page


def test_cleared_answer_forgets_where_it_came_from(form: Submission, cast: Cast) -> None:
    take(form, cast, "S1", offered(form)["S1"].mark)
    revision = form.answers.get(indicator="S1").revision
    emptied = {"S1": AnswerInput(note="later", revision=revision)}
    save_answers(submission=form, answers=emptied, by=cast.contributor, at=NOW)
    assert form.answers.get(indicator="S1").prefilled is None


def test_given_answer_is_not_overwritten_by_a_suggestion(form: Submission, cast: Cast) -> None:
    typed = {"S1": AnswerInput(value="90")}
    save_answers(submission=form, answers=typed, by=cast.contributor, at=NOW)
    revision = form.answers.get(indicator="S1").revision
    outcome = take(form, cast, "S1", offered(form)["S1"].mark, revision=revision)
    assert "answered already" in outcome.problems["S1"]["value"][0]
    assert said(form, "S1")[1] == 90


@pytest.mark.parametrize("code", ["S1", "S3"])
def test_mark_that_is_not_on_offer_is_refused(form: Submission, cast: Cast, code: str) -> None:
    """An invented one, and one that is there to compare only."""
    mark = "0" * 16 if code == "S1" else offered(form)["S3"].mark
    outcome = take(form, cast, code, mark)
    assert "no longer stands" in outcome.problems[code]["value"][0]
    assert not form.answers.exists()


def test_note_already_written_stays(form: Submission, cast: Cast) -> None:
    noted = {"S1": AnswerInput(note="Ask the port")}
    save_answers(submission=form, answers=noted, by=cast.contributor, at=NOW)
    revision = form.answers.get(indicator="S1").revision
    take(form, cast, "S1", offered(form)["S1"].mark, revision=revision)
    assert form.answers.get(indicator="S1").note == "Ask the port"


def test_who_takes_over_has_answered_and_may_not_sign(form: Submission, cast: Cast) -> None:
    take(form, cast, "S1", offered(form)["S1"].mark)
    assert own_answers(form, cast.contributor) == ["S1"]


def test_version_signed_says_what_was_taken_over(form: Submission, cast: Cast) -> None:
    take(form, cast, "S1", offered(form)["S1"].mark)
    fill(form, cast.contributor)
    sign(form, cast.approver)
    content = form.versions.get().content
    assert content["answers"]["S1"]["prefilled"]["origin"] == "year-2015"
    assert "prefilled" not in content["answers"]["S3"]
    page = english(cast.client("coordinator")).get(
        reverse("reviews:submission", args=[form.cycle.code, cast.locality.code])
    )
    assert "Taken over from year-2015" in page.content.decode()


def test_section_is_taken_over_in_one_go(form: Submission, cast: Cast) -> None:
    """Answers and files that still hold, of this section alone; what was typed is saved, too."""
    client = english(cast.client("contributor"))
    address = reverse("submissions:form", args=[form.pk])
    page = client.get(address).context["sections"]
    cards = {card.code: card for section in page for card in section.cards}
    posted = {
        "take-section": "sharing",
        "S1-offer": cards["S1"].proposed.mark,
        "S2-offer": cards["S2"].proposed.mark,
        "S1-valid": str(cards["S1"].valid_files[0].pk),
        "S3-value": "60.2",
        "S3-seen": "other",
        "S3-revision": "0",
    }
    response = client.post(address, posted)
    assert response.headers["Location"] == f"{address}#section-sharing"
    assert {a.indicator: bool(a.prefilled) for a in form.answers.all()} == {
        "S1": True,
        "S2": True,
        "S3": False,
    }
    assert form.evidence.get().linked_from is not None


def test_what_is_typed_goes_before_what_is_offered(form: Submission, cast: Cast) -> None:
    """It may not be stored yet when the section is taken over."""
    client = english(cast.client("contributor"))
    address = reverse("submissions:form", args=[form.pk])
    cards = {c.code: c for s in client.get(address).context["sections"] for c in s.cards}
    typed = {"S2-value": "12", "S2-seen": "other", "S2-revision": "0"}
    offered = {f"{code}-offer": cards[code].proposed.mark for code in ("S1", "S2")}
    client.post(address, {"take-section": "sharing", **offered, **typed})
    answer = form.answers.get(indicator="S2")
    assert (answer.value, answer.prefilled) == (12, None)
    assert form.answers.get(indicator="S1").prefilled is not None


def test_measured_value_is_proposed_from_the_room_that_measures(
    cast: Cast,
) -> None:
    """100 × (80 − 60) / 80 = 25 % and the mean of the year itself."""
    for year, mean in ((2015, 80), (2016, 60)):
        AnnualMean.objects.create(
            locality=cast.locality, year=year, pollutant="pm25", mean=mean, days=360, source="Net"
        )
    submission = asking(cast, {"S1": {"measured": "pm25_mean"}, "S3": {"measured": "pm25_fall"}})
    found = offered(submission)
    assert {code: (each.state.value, each.by) for code, each in found.items()} == {
        "S1": (Decimal("60.0"), "Net"),
        "S3": (Decimal("25.0"), "Net"),
    }
    assert take(submission, cast, "S3", found["S3"].mark).saved == ("S3",)
    assert submission.answers.get().prefilled["origin"] == "pm25_fall"


def test_form_asks_equally_often_whatever_is_offered(cast: Cast) -> None:
    client: Client = english(cast.client("contributor"))
    accepted_year_before(cast)
    form = asking(cast, dict.fromkeys(["S2", "S3"], NONE))
    address = reverse("submissions:form", args=[form.pk])
    assert_same_queries(
        lambda: client.get(address),
        lambda: asking(cast, dict.fromkeys(["S1", "S2", "S3"], PROPOSE)),
        grows_by=2,
        adds_frameworks=True,
    )
