"""All forms of a cycle in one workbook."""

import io
from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook

from assessment.submissions.models import Submission
from assessment.submissions.services import AnswerInput, save_answers
from assessment.submissions.workbooks import region
from assessment.submissions.workbooks.region import region_workbook
from tests.cast import Cast
from tests.factories import NOW, participants
from tests.queries import assert_same_queries


@pytest.fixture
def answered(submission: Submission, cast: Cast) -> Submission:
    """One form with every kind of answer, one without any."""
    save_answers(
        submission=submission,
        answers={
            "S1": AnswerInput(value="81.5", note="=cmd()"),
            "S2": AnswerInput(status="not_applicable", reason="no alerts"),
        },
        by=cast.contributor,
        at=NOW,
    )
    return submission


def read(cast: Cast) -> Any:
    with translation.override("en"), region_workbook(cast.cycle, at=NOW) as file:
        return load_workbook(file)


def rows(sheet: Any) -> list[list[object]]:
    return [[c.value for c in row] for row in sheet.iter_rows()]


def test_region_has_a_row_per_locality_and_a_list_of_all_answers(
    answered: Submission, cast: Cast
) -> None:
    book = read(cast)
    own, other = cast.locality, cast.neighbour
    assert book.sheetnames == ["Overview", "Data sharing", "Reduction contribution", "Answers"]
    day, time = "2017-03-15", "2017-03-01 10:00"
    assert rows(book["Overview"])[3:] == [
        [own.code, own.name_en, "Draft", 2, 3, day, time],
        [other.code, other.name_en, "Draft", 0, 3, day, time],
    ]
    assert rows(book["Data sharing"])[1:] == [
        [None, None, "S1", "S2"],
        ["Locality code", "Locality", "Indicator S1 (%)", "Indicator S2 (%)"],
        [own.code, own.name_en, 81.5, "Not applicable"],
        [other.code, other.name_en, None, None],
    ]
    first, second = rows(book["Answers"])[3:]
    place, edited = [own.code, own.name_en, "Data sharing"], [str(cast.contributor), time]
    assert first == [*place, "S1", "Indicator S1", "Value", 81.5, "%", None, "'=cmd()", *edited]
    not_applicable = ["Not applicable", None, "%", "no alerts", None]
    assert second == [*place, "S2", "Indicator S2", *not_applicable, *edited]


def test_list_of_answers_goes_on_where_a_sheet_ends(
    answered: Submission, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(region, "MAX_ROWS", 4)
    book = read(cast)
    assert book.sheetnames[3:] == ["Answers", "Answers 2"]
    assert [row[3] for name in book.sheetnames[3:] for row in rows(book[name])[3:]] == ["S1", "S2"]


def test_region_is_for_those_who_see_the_board(answered: Submission, cast: Cast) -> None:
    address = reverse("submissions:board-workbook", args=[cast.cycle.code])
    response = cast.client("coordinator").get(address)
    assert response.headers["Content-Disposition"] == (
        f'attachment; filename="{cast.cycle.code}-forms.xlsx"'
    )
    assert load_workbook(io.BytesIO(b"".join(response.streaming_content))).sheetnames  # type: ignore[attr-defined]
    assert cast.client("contributor").get(address).status_code == 403
    board = cast.client("coordinator").get(reverse("submissions:board", args=[cast.cycle.code]))
    assert address in board.content.decode()


def test_region_asks_the_database_equally_often_for_one_and_three_forms(
    answered: Submission, cast: Cast
) -> None:
    client = cast.client("coordinator")
    address = reverse("submissions:board-workbook", args=[cast.cycle.code])

    def more() -> None:
        participants(cast.cycle, 2)
        for locality in cast.cycle.region.localities.exclude(submissions__cycle=cast.cycle):
            Submission.objects.create(
                cycle=cast.cycle, locality=locality, created_at=NOW, updated_at=NOW
            )

    assert_same_queries(lambda: b"".join(client.get(address)), more)
    assert cast.cycle.submissions.count() == 4
