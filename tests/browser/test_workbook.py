"""The form through Excel, as people take it: download, fill in, upload, look, take over."""

from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from assessment.audit.models import Event
from tests.browser.conftest import Visit
from tests.browser.stage import Stage, set_stage
from tests.submissions.workbooks.books import cell


@pytest.fixture(scope="module")
def stage(database: None, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """Four cities whose forms are open."""
    return set_stage("workbook", tmp_path_factory.mktemp("means"))


@pytest.mark.parametrize(
    ("language", "width", "words"),
    [
        ("en-GB", 1440, ("Excel workbook (.xlsx)", "Check the file", "Take over what is ticked")),
        ("zh-CN", 360, ("Excel 工作簿（.xlsx）", "检查文件", "写入勾选的内容")),
    ],
)
def test_form_through_excel(
    stage: Stage,
    visit: Visit,
    tmp_path: Path,
    language: str,
    width: int,
    words: tuple[str, str, str],
) -> None:
    download_word, check_word, take_word = words
    value = 80 + width // 100
    page = visit(stage.contributor, language=language, width=width)
    page.goto(f"/desk/submissions/{stage.form.pk}/excel/")
    with page.expect_download() as downloading:
        page.get_by_role("link", name=download_word).click()
    path = tmp_path / downloading.value.suggested_filename
    downloading.value.save_as(path)
    book = load_workbook(path)
    cell(book, "SHARING_ON_TIME", "value").value = value
    cell(book, "SHARING_COMPLETE", "value").value = 101
    cell(book, "WARNING_LEAD", "value").value = 0.1 + 0.2
    book.save(path)

    page.locator("#id_upload").set_input_files(path)
    page.get_by_role("button", name=check_word).click()
    page.wait_for_url("**/excel/check/")
    expect(page.locator(".lp-proposal")).to_have_count(2)
    expect(page.locator("tr", has_text="SHARING_COMPLETE")).to_contain_text("101")
    changed = page.locator(".lp-proposal", has_text="SHARING_ON_TIME")
    expect(changed.locator(".lp-diff__new")).to_contain_text(str(value))
    page.get_by_role("checkbox", name="WARNING_LEAD").uncheck()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    before = Event.objects.count()
    # Twice, as people do: it is saved once.
    page.get_by_role("button", name=take_word).dblclick()
    expect(page.locator(".lp-proposal")).to_have_count(1)
    assert Event.objects.count() == before + 1
    answers = {a.indicator: a.value for a in stage.form.answers.all()}
    assert answers == {"SHARING_ON_TIME": value}
