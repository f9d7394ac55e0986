"""One finding, the same words: on the page, in a workbook, for programs, and in the list."""

import csv
import io
from collections.abc import Iterator

import pytest
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook

from assessment.submissions import queries
from assessment.submissions.form_page import editable_sections
from assessment.submissions.models import Submission
from assessment.submissions.services import (
    AnswerInput,
    ExplanationInput,
    explain_findings,
    save_answers,
)
from tests.cast import Cast
from tests.factories import NOW
from tests.queries import assert_same_queries
from tests.submissions.conftest import fill
from tests.submissions.ruled import WARNING, ruled_cast
from tests.submissions.test_form_page import english
from tests.submissions.workbooks.books import dry_run, exported, typed

PLACE = ("S1", "large-change")


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def cast(db: None) -> Cast:
    """The cast, with rules in its framework and a cycle before."""
    return ruled_cast()


def explained(form: Submission, cast: Cast, text: str = "New counting.") -> None:
    (finding,) = [each for each in queries.findings_in(form) if each.place == PLACE]
    sent = {PLACE: ExplanationInput(text, finding.finding.basis)}
    explain_findings(submission=form, explanations=sent, by=cast.contributor, at=NOW)


def address(form: Submission) -> str:
    return f"/api/v1/submissions/{form.pk}/checks/"


def test_page_workbook_and_programs_say_the_same(submission: Submission, cast: Cast) -> None:
    file = typed(exported(submission), S1__value=81.5, S3__value=60.2, S2__value=70)
    in_file = [
        each.text
        for each in dry_run(submission, file, cast.contributor).findings
        if each.state == "warning"
    ]
    fill(submission, cast.contributor)
    on_page = [
        finding.sentence
        for section in editable_sections(submission)
        for card in section.cards
        for finding in card.findings
    ]
    answer = english(cast.client("contributor")).get(address(submission)).json()
    told = [each["words"]["en"]["sentence"] for each in answer["findings"]]
    assert in_file == on_page == told == [WARNING]


def test_a_file_names_the_cell_of_what_would_be_found(submission: Submission, cast: Cast) -> None:
    run = dry_run(
        submission, typed(exported(submission), S3__value=61, S2__value=60), cast.contributor
    )
    (finding,) = run.findings
    assert (finding.place.partition("!")[2], finding.code, finding.state) == ("I4", "S3", "error")
    assert finding.text == (
        "Found “Indicator S3” = 61; expected at most “Indicator S2” = 60. They are 1 apart: "
        "check the figures of these indicators."
    )
    assert run.problems == []


def test_a_file_that_breaks_a_relation_tells_it_where_the_finding_stands(
    submission: Submission, cast: Cast
) -> None:
    fill(submission, cast.contributor)
    explained(submission, cast)
    run = dry_run(submission, typed(exported(submission), S2__value=60), cast.contributor)
    assert [(each.code, each.state) for each in run.findings] == [("S3", "error")]


def test_programs_read_and_explain_what_is_found(submission: Submission, cast: Cast) -> None:
    fill(submission, cast.contributor)
    client = english(cast.client("contributor"))
    before = client.get(address(submission)).json()
    (finding,) = before["findings"]
    assert (before["can_be_signed"], before["unanswered"]) == (False, [])
    assert {name: finding[name] for name in ("section", "indicator", "rule", "severity")} == {
        "section": "sharing",
        "indicator": "S1",
        "rule": "large-change",
        "severity": "warning",
    }
    assert finding["locality"] == cast.locality.code
    assert finding["words"]["zh-Hans"]["expected"] == "变化不超过 10 个百分点"
    sent = {"indicator": "S1", "rule": "large-change", "basis": "old", "text": "New counting."}
    refused = client.patch(
        address(submission), {"explanations": [sent]}, content_type="application/json"
    )
    assert refused.status_code == 400
    assert list(refused.json()["problems"]["S1"]) == ["large-change"]
    for indicator, rule in (("S1", "large-chang"), ("S3", "large-change"), ("S9", "large-change")):
        unknown = client.patch(
            address(submission),
            {"explanations": [sent | {"indicator": indicator, "rule": rule}]},
            content_type="application/json",
        )
        assert (unknown.status_code, unknown.json()["problems"]) == (
            400,
            {
                indicator: {
                    rule: [
                        f"No rule “{rule}” of this framework is about the indicator {indicator}."
                    ]
                }
            },
        )
    sent["basis"] = finding["basis"]
    taken = client.patch(
        address(submission), {"explanations": [sent]}, content_type="application/json"
    )
    assert (taken.status_code, taken.json()["can_be_signed"]) == (200, True)
    assert taken.json()["findings"][0]["explanation"] == "New counting."


def test_saving_through_the_api_tells_what_is_found(submission: Submission, cast: Cast) -> None:
    sent = {"answers": {"S2": {"value": "80"}}}
    saved = english(cast.client("contributor")).patch(
        f"/api/v1/submissions/{submission.pk}/answers/", sent, content_type="application/json"
    )
    assert saved.status_code == 200
    assert [(each["indicator"], each["state"]) for each in saved.json()["findings"]] == [
        ("S2", "warning")
    ]


def test_the_list_is_a_file_with_both_languages(submission: Submission, cast: Cast) -> None:
    fill(submission, cast.contributor)
    explained(submission, cast)
    page = cast.client("approver").get(
        reverse("submissions:checks", args=[submission.pk]), {"format": "csv"}
    )
    text = page.content.decode()
    assert text.startswith("\ufeff")
    (row,) = csv.DictReader(io.StringIO(text.lstrip("\ufeff")))
    assert (row["locality"], row["indicator"], row["state"]) == (
        cast.locality.code,
        "S1",
        "explained",
    )
    assert row["found_en"] == "81.5 after 60 in the cycle before (+21.5, +35.8 %)"
    assert row["expected_zh"] == "变化不超过 10 个百分点"
    assert (row["explanation"], row["explained_by"]) == ("New counting.", str(cast.contributor))


def test_the_list_is_a_workbook_in_the_reader_s_language(
    submission: Submission, cast: Cast
) -> None:
    fill(submission, cast.contributor)
    file = english(cast.client("approver")).get(
        reverse("submissions:checks", args=[submission.pk]), {"format": "xlsx"}
    )
    assert file.headers["Content-Disposition"].endswith('-checks.xlsx"')
    book = load_workbook(io.BytesIO(file.content))
    heads, row = list(book.active.iter_rows(min_row=2, values_only=True))
    said = dict(zip(heads, row, strict=True))
    assert (said["Code"], said["State"]) == ("S1", "Explanation missing")
    assert said["Found"] == "81.5 after 60 in the cycle before (+21.5, +35.8 %)"
    assert said["Expected"] == "a change of at most 10 percentage points"


def test_the_coordinator_has_one_list_of_all_forms(submission: Submission, cast: Cast) -> None:
    fill(submission, cast.contributor)
    neighbour = Submission.objects.get(cycle=cast.cycle, locality=cast.neighbour)
    save_answers(
        submission=neighbour,
        answers={"S1": AnswerInput(value="50")},
        by=cast.neighbour_contributor,
        at=NOW,
    )
    page = english(cast.client("coordinator")).get(
        reverse("submissions:board-checks", args=[cast.cycle.code])
    )
    assert [(row.submission.locality, row.found.state) for row in page.context["rows"]] == [
        (cast.neighbour, "error"),  # no evidence
        (cast.locality, "warning"),
    ]


def test_lists_ask_equally_often(submission: Submission, cast: Cast) -> None:
    form = Submission.objects.get(pk=submission.pk)
    neighbour = Submission.objects.get(cycle=cast.cycle, locality=cast.neighbour)
    save_answers(
        submission=form, answers={"S1": AnswerInput(value="81")}, by=cast.contributor, at=NOW
    )
    client = cast.client("coordinator")
    pages = [
        reverse("submissions:checks", args=[form.pk]),
        reverse("submissions:board-checks", args=[cast.cycle.code]),
        address(form),
    ]

    def add() -> None:
        more = {"S2": AnswerInput(value="90"), "S3": AnswerInput(value="95")}
        save_answers(submission=form, answers=more, by=cast.contributor, at=NOW)
        save_answers(
            submission=neighbour,
            answers={"S1": AnswerInput(value="81")},
            by=cast.neighbour_contributor,
            at=NOW,
        )

    assert_same_queries(lambda: [client.get(each) for each in pages], add, grows_by=3)
