"""The pages: download, upload, look, take over; closed forms, stale pages, two clicks."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.utils import override_settings
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import User
from assessment.audit.models import Event
from assessment.submissions.models import KeptWorkbook, Submission
from assessment.submissions.services import (
    AnswerInput,
    PartInput,
    divide_submission,
    keep_workbook,
    save_answers,
)
from assessment.submissions.workbooks.writing import CONTENT_TYPE
from config.celery import app
from tests.cast import Cast
from tests.factories import NOW
from tests.queries import assert_same_queries
from tests.submissions.conftest import fill, sign
from tests.submissions.workbooks.books import cell, exported, typed

SEVEN_DAYS = timedelta(days=7)
KEY = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def filled(submission: Submission, cast: Cast) -> Submission:
    """S1 81.5, S2 70, S3 60.2."""
    fill(submission, cast.contributor)
    return submission


def address(submission: Submission, name: str = "workbook", *more: str) -> str:
    return reverse(f"submissions:{name}", args=[submission.pk, *more])


def english(client: Client) -> Client:
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def upload(client: Client, submission: Submission, content: bytes, name: str = "form.xlsx") -> Any:
    file = SimpleUploadedFile(name, content)
    return client.post(address(submission), {"upload": file}, follow=True)


def told(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)] or [
        str(message) for message in response.context["messages"]
    ]


def take(client: Client, submission: Submission, response: Any, *codes: str, **more: str) -> Any:
    """Send the page of the dry run with these ticks."""
    data = {"sha256": response.context["kept"].sha256, "take": list(codes), **more}
    return client.post(address(submission, "workbook-check"), data, follow=True)


def test_download_edit_upload_look_take_over(filled: Submission, cast: Cast) -> None:
    client = english(cast.client("contributor"))
    downloaded = client.get(address(filled, "workbook-file", "xlsx"))
    assert downloaded.headers["Content-Type"] == CONTENT_TYPE
    stem = f"{cast.cycle.code}-{cast.locality.code}"
    assert downloaded.headers["Content-Disposition"] == f'attachment; filename="{stem}.xlsx"'
    content = typed(downloaded.content, S1__value=82, S2__value=None, S2__status=None, S3__value=61)
    events = Event.objects.count()
    shown = upload(client, filled, content)
    assert shown.redirect_chain == [(address(filled, "workbook-check"), 302)]
    kinds = {each.code: each.kind for each in shown.context["dry_run"].proposals}
    assert kinds == {"S1": "changed", "S2": "cleared", "S3": "changed"}
    assert Event.objects.count() == events  # looking changes nothing
    after = take(client, filled, shown, "S1", "S2")
    assert told(after) == ["2 answers saved."]
    assert Event.objects.count() == events + 1
    # What was not ticked waits on the same page, and the file is gone once all is done.
    assert [each.code for each in after.context["dry_run"].proposals] == ["S3"]
    done = take(client, filled, after, "S3")
    assert done.redirect_chain == [(reverse("submissions:form", args=[filled.pk]), 302)]
    values = {a.indicator: a.value for a in filled.answers.all()}
    assert {code: float(value) for code, value in values.items()} == {"S1": 82.0, "S3": 61.0}
    assert not KeptWorkbook.objects.exists()


def test_ticks_are_set_where_nothing_saved_is_lost(
    filled: Submission, cast: Cast, colleague: User
) -> None:
    content = typed(exported(filled), S1__value=82, S2__value=None, S2__status=None, S3__value=61)
    theirs = {"S3": AnswerInput(value="65", revision=1)}
    save_answers(submission=filled, answers=theirs, by=colleague, at=NOW)
    client = english(cast.client("contributor"))
    html = upload(client, filled, content).content.decode()
    boxes = {code: f'name="take" value="{code}" checked' in html for code in ("S1", "S2", "S3")}
    assert boxes == {"S1": True, "S2": False, "S3": False}
    assert "Somebody else saved another answer since the file was downloaded." in html
    assert str(colleague) in html


def test_page_older_than_another_save_overwrites_nothing(
    filled: Submission, cast: Cast, colleague: User
) -> None:
    client = english(cast.client("contributor"))
    shown = upload(client, filled, typed(exported(filled), S1__value=82))
    theirs = {"S1": AnswerInput(value="85", revision=1)}
    save_answers(submission=filled, answers=theirs, by=colleague, at=NOW)
    after = take(client, filled, shown, "S1")
    assert told(after) == ["1 answer was changed by somebody else meanwhile. It stays as it is."]
    (proposal,) = after.context["dry_run"].proposals
    assert (proposal.kind, filled.answers.get(indicator="S1").value) == ("conflict", 85)
    meant = take(client, filled, after, "S1", **{"S1-theirs": str(proposal.revision)})
    assert told(meant) == ["1 answer saved."]
    assert filled.answers.get(indicator="S1").value == 82


def test_page_of_a_file_replaced_meanwhile_saves_nothing(filled: Submission, cast: Cast) -> None:
    client = english(cast.client("contributor"))
    shown = upload(client, filled, typed(exported(filled), S1__value=82))
    upload(client, filled, typed(exported(filled), S1__value=28))
    after = take(client, filled, shown, "S1")
    assert told(after) == [
        "You chose another file meanwhile. These are its changes; nothing was saved."
    ]
    assert float(filled.answers.get(indicator="S1").value or 0) == 81.5


def test_second_click_does_nothing(filled: Submission, cast: Cast) -> None:
    client = english(cast.client("contributor"))
    shown = upload(client, filled, typed(exported(filled), S1__value=82))
    take(client, filled, shown, "S1", form_key=KEY)
    events = Event.objects.count()
    again = take(client, filled, shown, "S1", form_key=KEY)
    assert told(again) == ["This form had already been sent. It was not carried out a second time."]
    assert Event.objects.count() == events


def test_nothing_ticked_saves_nothing_and_file_can_be_put_away(
    filled: Submission, cast: Cast
) -> None:
    client = english(cast.client("contributor"))
    shown = upload(client, filled, typed(exported(filled), S1__value=82))
    assert told(take(client, filled, shown)) == ["Nothing was ticked, and nothing was saved."]
    put_away = client.post(address(filled, "workbook-check"), {"discard": "1"}, follow=True)
    assert told(put_away) == ["The file was put away. Nothing was changed."]
    asked_again = client.get(address(filled, "workbook-check"), follow=True)
    assert told(asked_again) == ["No file waits to be taken over. Choose one."]


def test_kept_file_is_its_owners_alone_and_not_for_long(
    filled: Submission, cast: Cast, colleague: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = typed(exported(filled), S1__value=82)
    by = cast.contributor
    keep_workbook(submission=filled, name="form.xlsx", content=content, by=by, at=NOW)
    client = english(Client())
    client.force_login(colleague, backend="allauth.account.auth_backends.AuthenticationBackend")
    response = client.get(address(filled, "workbook-check"))
    assert response.status_code == 302
    keep_workbook(
        submission=filled, name="form.xlsx", content=content, by=colleague, at=NOW + SEVEN_DAYS
    )
    app.loader.import_default_modules()  # as a worker does when it starts
    for waited, owners in (
        (SEVEN_DAYS, {by, colleague}),
        (SEVEN_DAYS + timedelta(seconds=1), {colleague}),
    ):
        monkeypatch.setattr("django.utils.timezone.now", lambda waited=waited: NOW + waited)
        for entry in settings.CELERY_BEAT_SCHEDULE.values():
            app.tasks[entry["task"]]()
        assert {kept.by for kept in KeptWorkbook.objects.all()} == owners


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (
            "en",
            "Found “form.xlsx”, whose content is PDF; expected an Excel workbook (.xlsx) or a CSV "
            "file. Download the form, fill it in, and choose that file.",
        ),
        (
            "zh-hans",
            "现为：“form.xlsx” 的实际内容为 PDF；应为：Excel 工作簿（.xlsx）或 CSV 文件。"
            "请下载填报表，填写后选择该文件。",
        ),
    ],
)
def test_refused_file_is_told_at_the_field_in_the_readers_language(
    submission: Submission, cast: Cast, language: str, sentence: str
) -> None:
    client = cast.client("contributor")
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = language
    response = upload(client, submission, b"%PDF-1.4\n%%EOF")
    assert response.status_code == 422
    assert response.context["form"].errors["upload"] == [sentence]


@override_settings(DEBUG=False)
def test_file_of_a_hundred_megabytes_is_refused_unread(submission: Submission, cast: Cast) -> None:
    client = english(cast.client("contributor"))
    response = upload(client, submission, bytes(100 * 1024 * 1024))
    assert response.status_code == 422
    assert (
        response.context["form"]
        .errors["upload"][0]
        .startswith("Found “form.xlsx” of 100.0\xa0MB; expected at most 2.0\xa0MB.")
    )


def test_locked_form_is_downloaded_to_read_and_not_uploaded(filled: Submission, cast: Cast) -> None:
    content = typed(exported(filled), S1__value=82)
    client = english(cast.client("contributor"))
    shown = upload(client, filled, content)
    sign(filled, cast.approver)
    page = client.get(address(filled))
    assert "The form is signed off" in page.context["locked_text"]
    assert "2. Upload it again" not in page.content.decode()
    reason = (
        "The form is signed off and waits for the decision of the coordinating body. "
        "If something must be corrected, the approver can take it back until its review starts, "
        "at the latest on the last day; after that, request its unlocking."
    )
    assert told(upload(client, filled, content)) == [reason]
    assert told(take(client, filled, shown, "S1")) == [reason]
    assert float(filled.answers.get(indicator="S1").value or 0) == 81.5
    book = load_workbook(io.BytesIO(client.get(address(filled, "workbook-file", "xlsx")).content))
    assert cell(book, "S1", "value").protection.locked
    assert "cannot be uploaded" in str(book["Instructions"]["B8"].value)


def test_who_only_reads_gets_protected_cells(filled: Submission, cast: Cast) -> None:
    for person, is_locked in (("contributor", False), ("approver", True), ("coordinator", True)):
        response = cast.client(person).get(address(filled, "workbook-file", "xlsx"))
        book = load_workbook(io.BytesIO(response.content))
        locked = [cell(book, "S1", column).protection.locked for column in ("value", "note")]
        assert locked == [is_locked, is_locked]
        assert cell(book, "S1", "title").protection.locked
        assert all(sheet.protection.sheet for sheet in book.worksheets[:3])


def test_parts_of_others_are_protected_and_refused_by_name(
    filled: Submission, cast: Cast, colleague: User
) -> None:
    parts = {"S1": PartInput(person=colleague)}
    divide_submission(submission=filled, parts=parts, lead=None, by=cast.approver, at=NOW)
    client = english(cast.client("contributor"))
    content = client.get(address(filled, "workbook-file", "xlsx")).content
    book = load_workbook(io.BytesIO(content))
    assert [cell(book, code, "value").protection.locked for code in ("S1", "S2")] == [True, False]
    # Not touched, another's row is no matter; changed all the same, it is theirs.
    shown = upload(client, filled, typed(content, S2__value=71))
    assert shown.context["dry_run"].problems == []
    shown = upload(client, filled, typed(content, S1__value=82, S2__value=71))
    (problem,) = shown.context["dry_run"].problems
    assert (problem.code, str(colleague) in problem.text) == ("S1", True)
    take(client, filled, shown, "S1", "S2")
    values = {a.indicator: a.value for a in filled.answers.all()}
    assert (float(values["S1"] or 0), float(values["S2"] or 0)) == (81.5, 71.0)


def test_workbook_has_what_the_form_asks(submission: Submission, cast: Cast) -> None:
    client = english(cast.client("contributor"))
    content = client.get(address(submission, "workbook-file", "xlsx")).content
    book = load_workbook(io.BytesIO(content))
    assert book.sheetnames == [
        "Instructions",
        "Data sharing",
        "Reduction contribution",
        "lists",
        "lianping",
    ]
    assert [sheet.sheet_state for sheet in book.worksheets[3:]] == ["veryHidden", "veryHidden"]
    sheet = book["Data sharing"]
    assert sheet.row_dimensions[1].hidden
    assert [sheet.column_dimensions[letter].hidden for letter in "ABC"] == [True, True, False]
    assert [c.value for c in sheet[3]][2:] == [
        "Code",
        "Indicator",
        "Unit",
        "What to enter",
        "Guidance",
        "Kind of answer",
        "Value",
        "Reason",
        "Note",
        "Taken over from",
    ]
    assert [c.value for c in sheet[4]][2:7] == [
        "S1",
        "Indicator S1",
        "%",
        "a number from 0 to 100, at most 1 decimal",
        "Definition\nEvidence: Ledger",
    ]
    # S1 takes a value alone; S2 more than that, from a list.
    assert cell(book, "S1", "status").protection.locked
    assert not cell(book, "S2", "status").protection.locked
    (rule,) = [rule for rule in sheet.data_validations.dataValidation if rule.type == "list"]
    assert (str(rule.sqref), rule.formula1) == ("H5", "lists!$A$1:$A$3")
    entries = [book["lists"].cell(row, 1).value for row in (1, 2, 3)]
    assert entries == ["Value", "Nothing to report", "Not applicable"]


def test_pages_ask_the_database_equally_often_for_one_and_three_answers(
    submission: Submission, cast: Cast
) -> None:
    client, by = cast.client("contributor"), cast.contributor
    save_answers(submission=submission, answers={"S1": AnswerInput(value="1")}, by=by, at=NOW)
    content = typed(exported(submission), S1__value=2)
    answers = {"S2": AnswerInput(value="1"), "S3": AnswerInput(value="1")}

    def keep(content: bytes) -> None:
        keep_workbook(submission=submission, name="form.xlsx", content=content, by=by, at=NOW)

    def more() -> None:
        save_answers(submission=submission, answers=answers, by=by, at=NOW)
        keep(typed(exported(submission), S1__value=2, S2__value=2, S3__value=2))

    for name, *arguments in (("workbook",), ("workbook-file", "xlsx"), ("workbook-file", "csv")):
        where = address(submission, name, *arguments)
        assert_same_queries(lambda where=where: client.get(where), more)  # type: ignore[misc]
    keep(content)
    assert_same_queries(lambda: client.get(address(submission, "workbook-check")), more)
