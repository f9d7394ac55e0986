"""What people do to a workbook: typed, moved, hidden, pasted, merged, computed."""

import csv
import io
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import translation
from openpyxl import Workbook

from accounts.models import User
from assessment.submissions.models import Submission
from assessment.submissions.services import AnswerInput, save_answers
from assessment.submissions.workbooks.comparison import read_file, take_over
from assessment.submissions.workbooks.table import form_table
from tests.cast import Cast
from tests.factories import NOW
from tests.submissions.conftest import fill
from tests.submissions.workbooks.books import cell, dry_run, edited, exported, fresh, said, typed

SHARING, EFFORT = "Data sharing", "Reduction contribution"


@pytest.fixture(autouse=True)
def _english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def filled(submission: Submission, cast: Cast) -> Submission:
    """S1 81.5, S2 70, S3 60.2."""
    fill(submission, cast.contributor)
    return submission


@pytest.mark.parametrize(
    ("value", "new"),
    [
        (82, "82"),
        (82.25 - 0.15, "82.1"),
        ("８２．１", "82.1"),
        (" 82.1 % ", "82.1"),
        ("+82", "82"),
    ],
)
def test_figure_is_read_as_on_the_page(
    filled: Submission, cast: Cast, value: object, new: str
) -> None:
    run = dry_run(filled, typed(exported(filled), S1__value=value), cast.contributor)
    assert said(run) == {"S1": [(f"{SHARING}!I4", "81.5", new)]}
    assert [each.kind for each in run.proposals] == ["changed"]
    assert (run.problems, run.unchanged) == ([], 2)


def test_figure_shown_as_percentage_is_that_percentage(filled: Submission, cast: Cast) -> None:
    def format_as_percentage(book: Workbook) -> None:
        target = cell(book, "S1", "value")
        target.value, target.number_format = 0.853, "0.0%"

    run = dry_run(filled, edited(exported(filled), format_as_percentage), cast.contributor)
    assert said(run) == {"S1": [(f"{SHARING}!I4", "81.5", "85.3")]}


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (
            101,
            "Found “101”; expected a number from 0 to 100. "
            "A share cannot exceed 100 %: check numerator and denominator.",
        ),
        (
            "lots",
            "Found “lots”; expected a number from 0 to 100, at most 1 decimal. "
            "Write digits only, for example 12.5.",
        ),
        (
            1 / 3,
            "Found “0.333333333333333” with 15 decimals; expected at most 1 decimal. "
            "Round it, for example to 0.3.",
        ),
        (
            datetime(2017, 3, 1),  # noqa: DTZ001 — as a workbook tells it
            "Found the date or time 2017-03-01 (the number 42795 shown as a date); "
            "expected a number. Give the cell a number format and write the figure again.",
        ),
        (
            "=81+1",
            "Found the formula “=81+1” without a result; expected a figure or text. "
            "Open the file in a spreadsheet program, save it, and choose it again.",
        ),
    ],
)
def test_problem_names_sheet_and_cell_in_the_words_of_the_page(
    filled: Submission, cast: Cast, value: object, sentence: str
) -> None:
    content = typed(exported(filled), S1__value=value, S3__value=61)
    run = dry_run(filled, content, cast.contributor)
    assert [(p.place, p.code, p.text) for p in run.problems] == [(f"{SHARING}!I4", "S1", sentence)]
    assert list(said(run)) == ["S3"]


def test_kind_of_answer_and_reason_are_read_in_both_languages(
    filled: Submission, cast: Cast
) -> None:
    for label in ("Not applicable", "不适用", "not_applicable"):
        content = typed(
            exported(filled), S2__status=label, S2__value=None, S2__reason="no such plants"
        )
        run = dry_run(filled, content, cast.contributor)
        assert said(run) == {
            "S2": [
                (f"{SHARING}!H5", "Value", "Not applicable"),
                (f"{SHARING}!I5", "70", ""),
                (f"{SHARING}!J5", "", "no such plants"),
            ]
        }


def test_emptied_answer_is_taken_back_only_when_ticked(filled: Submission, cast: Cast) -> None:
    content = typed(exported(filled), S2__value=None, S2__status=None)
    (proposal,) = dry_run(filled, content, cast.contributor).proposals
    assert (proposal.code, proposal.kind, proposal.is_chosen) == ("S2", "cleared", False)


def sort_backwards(book: Workbook) -> None:
    sheet = book[SHARING]
    rows = [[c.value for c in row] for row in sheet.iter_rows(min_row=4, max_row=5)]
    for row, values in zip(sheet.iter_rows(min_row=4, max_row=5), rows[::-1], strict=True):
        for target, value in zip(row, values, strict=True):
            target.value = value


def rename(book: Workbook) -> None:
    for number, sheet in enumerate(book.worksheets):
        if sheet.sheet_state == "visible":
            sheet.title = f"Blatt {number}"


def hide(book: Workbook) -> None:
    book[SHARING].row_dimensions[5].hidden = True
    book[EFFORT].sheet_state = "hidden"


def add_columns_and_sheet(book: Workbook) -> None:
    book[SHARING].insert_cols(4, 3)
    book[SHARING]["D4"] = "checked by the office"
    book.create_sheet("Calculations")["A1"] = "=1+1"


def paste_formats(book: Workbook) -> None:
    for row in book[SHARING].iter_rows(min_row=4):
        for target in row:
            target.number_format = "@"


def lose_the_hidden_rows(book: Workbook) -> None:
    for sheet in (book[SHARING], book[EFFORT]):
        sheet.row_dimensions[1].hidden = False
        sheet.column_dimensions["A"].hidden = False


@pytest.mark.parametrize(
    "edit",
    [sort_backwards, rename, hide, add_columns_and_sheet, paste_formats, lose_the_hidden_rows],
)
def test_nothing_is_changed_by(
    edit: Callable[[Workbook], None], filled: Submission, cast: Cast
) -> None:
    run = dry_run(filled, edited(exported(filled), edit), cast.contributor)
    assert (run.proposals, run.problems, run.absent, run.unchanged) == ([], [], [], 3)


def test_added_sheet_is_named(filled: Submission, cast: Cast) -> None:
    run = dry_run(filled, edited(exported(filled), add_columns_and_sheet), cast.contributor)
    assert run.passed_over == ["Calculations"]


def test_deleted_row_and_sheet_leave_their_answers_alone(filled: Submission, cast: Cast) -> None:
    def delete(book: Workbook) -> None:
        book[SHARING].delete_rows(5)
        del book[EFFORT]

    run = dry_run(filled, edited(exported(filled), delete), cast.contributor)
    assert (run.proposals, run.problems, run.unchanged) == ([], [], 1)
    assert run.absent == ["Indicator S2", "Indicator S3"]


def test_deleted_column_leaves_its_texts_alone(filled: Submission, cast: Cast) -> None:
    save_answers(
        submission=filled,
        answers={"S3": AnswerInput(value="60.2", note="by hand", revision=1)},
        by=cast.contributor,
        at=NOW,
    )
    content = typed(exported(filled), S3__value=61)
    content = edited(content, lambda book: book[EFFORT].delete_cols(11))
    assert said(dry_run(filled, content, cast.contributor)) == {
        "S3": [(f"{EFFORT}!I4", "60.2", "61")]
    }


def test_merged_cells_are_named(filled: Submission, cast: Cast) -> None:
    content = edited(exported(filled), lambda book: book[SHARING].merge_cells("I4:I5"))
    run = dry_run(filled, content, cast.contributor)
    assert [(p.place, p.text) for p in run.problems] == [
        (
            f"{SHARING}!I5",
            "Found a cell merged into I4:I5; expected a cell for each answer. "
            "Separate the cells and fill in each of them.",
        )
    ]
    assert run.proposals == []


def test_copied_row_is_named(filled: Submission, cast: Cast) -> None:
    def copy(book: Workbook) -> None:
        sheet = book[SHARING]
        for column in range(1, 12):
            sheet.cell(9, column).value = sheet.cell(4, column).value

    run = dry_run(filled, edited(exported(filled), copy), cast.contributor)
    assert [(p.place, p.code) for p in run.problems] == [
        (f"{SHARING}!4", "S1"),
        (f"{SHARING}!9", "S1"),
    ]


def test_cells_sorted_without_their_identifiers_are_named(filled: Submission, cast: Cast) -> None:
    def swap(book: Workbook) -> None:
        sheet = book[SHARING]
        sheet["C4"].value, sheet["C5"].value = sheet["C5"].value, sheet["C4"].value

    run = dry_run(filled, edited(exported(filled), swap), cast.contributor)
    assert [p.text for p in run.problems] == [
        "Found the code S2 in the row of S1; expected rows sorted or moved as a whole. "
        "Download the form again and copy your answers into it.",
        "Found the code S1 in the row of S2; expected rows sorted or moved as a whole. "
        "Download the form again and copy your answers into it.",
    ]


def test_answer_saved_meanwhile_is_a_conflict_where_the_file_changed_it_too(
    filled: Submission, cast: Cast, colleague: User
) -> None:
    content = typed(exported(filled), S1__value=90, S2__value=71)
    theirs = {
        "S1": AnswerInput(value="85", revision=1),
        "S3": AnswerInput(value="65", revision=1),
    }
    later = NOW + timedelta(minutes=5)
    save_answers(submission=filled, answers=theirs, by=colleague, at=later)
    run = dry_run(filled, content, cast.contributor)
    assert {each.code: each.kind for each in run.proposals} == {"S1": "conflict", "S2": "changed"}
    conflict = run.proposals[0]
    assert (conflict.is_chosen, conflict.by, conflict.at) == (False, str(colleague), later)
    assert said(run)["S1"] == [(f"{SHARING}!I4", "85", "90")]

    found = read_file(fresh(filled), "form.xlsx", content)

    def take(**overwritten: int) -> Any:
        return take_over(
            fresh(filled),
            found,
            chosen=["S1", "S2"],
            overwritten=overwritten,
            by=cast.contributor,
            at=later,
        )

    first = take()
    assert (first.saved, list(first.conflicts)) == (("S2",), ["S1"])
    assert filled.answers.get(indicator="S1").value == 85
    # Seen and meant: it replaces exactly that answer, and no later one.
    assert list(take(S1=conflict.revision - 1).conflicts) == ["S1"]
    assert take(S1=conflict.revision).saved == ("S1",)
    assert filled.answers.get(indicator="S1").value == 90
    assert filled.answers.get(indicator="S3").value == 65


def test_row_without_its_mark_never_overwrites(filled: Submission, cast: Cast) -> None:
    content = typed(exported(filled), S1__value=90, S1__mark=None)
    (proposal,) = dry_run(filled, content, cast.contributor).proposals
    assert proposal.kind == "conflict"


@pytest.mark.parametrize("text", ["=1+1", "+86 10", "-5", "@home", "'=1", "\t=1", "＝1"])
def test_words_that_would_run_as_a_formula_come_back_as_typed(
    submission: Submission, cast: Cast, text: str
) -> None:
    save_answers(
        submission=submission,
        answers={"S1": AnswerInput(value="5", note=text)},
        by=cast.contributor,
        at=NOW,
    )
    workbook, table = exported(submission), form_table(fresh(submission)).encode()
    shown: list[object] = []
    edited(workbook, lambda book: shown.append(cell(book, "S1", "note").value))
    (row,) = [r for r in csv.DictReader(io.StringIO(table.decode("utf-8-sig"))) if r["note"]]
    assert shown == [row["note"]] == [f"'{text.strip()}"]
    for name, content in (("form.xlsx", workbook), ("form.csv", table)):
        run = dry_run(submission, content, cast.contributor, name=name)
        assert (run.proposals, run.unchanged) == ([], 3)
    # Sent on with another figure, the words are what they were.
    content = typed(workbook, S1__value=6)
    found = read_file(fresh(submission), "form.xlsx", content)
    take_over(submission, found, chosen=["S1"], overwritten={}, by=cast.contributor, at=NOW)
    assert submission.answers.get(indicator="S1").note == text.strip()


def test_table_edited_and_saved_by_chinese_excel_is_read(filled: Submission, cast: Cast) -> None:
    with translation.override("zh-hans"):
        text = form_table(fresh(filled))
    rows = list(csv.reader(io.StringIO(text.lstrip("\ufeff"))))
    head = rows[0]
    rows[1][head.index("value")] = "８２"
    rows[2][head.index("status")] = "无此情况"
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows(rows)
    run = dry_run(filled, out.getvalue().encode("gb18030"), cast.contributor, name="form.csv")
    assert said(run) == {"S1": [("row 2, value", "81.5", "82")]}
    assert [(p.place, p.code) for p in run.problems] == [("row 3, value", "S2")]
