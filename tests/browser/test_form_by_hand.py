"""The form by keyboard, from a spreadsheet, without scripts and on a phone."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from accounts.models import User
from accounts.roles import Role
from assessment.cycles.calendar import local_date
from assessment.submissions.models import Submission
from assessment.submissions.services import (
    open_collection,
)
from tests.browser.answers import saves, stored
from tests.browser.conftest import Visit
from tests.browser.stage import Stage, answer_all, set_stage
from tests.factories import CycleFactory, member, participants, wide_framework

PASTE = """(text) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  document.activeElement.dispatchEvent(
    new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }),
  );
}"""


@pytest.fixture(scope="module")
def stage(database: None, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """Four cities whose forms are open."""
    return set_stage("hand", tmp_path_factory.mktemp("means"))


@pytest.fixture
def form(stage: Stage) -> str:
    """The address of the first city's form."""
    return f"/desk/submissions/{stage.form.pk}/"


@pytest.fixture(scope="module")
def wide(database: None) -> tuple[Submission, User]:
    """An empty form of thirty figures in three sections, and who fills it."""
    today = local_date(timezone.now())
    cycle = CycleFactory(
        framework_version__document=wide_framework(30),
        collection_start_date=today - timedelta(days=1),
        collection_end_date=today + timedelta(days=9),
        review_end_date=today + timedelta(days=20),
        objection_end_date=today + timedelta(days=30),
    )
    (locality,) = participants(cycle)
    open_collection(cycle=cycle, by=None, at=timezone.now())
    writer = member(Role.CONTRIBUTOR, locality=locality)
    return Submission.objects.get(cycle=cycle), writer


def test_a_block_of_cells_fills_the_fields_after_it(
    wide: tuple[Submission, User], visit: Visit
) -> None:
    submission, writer = wide
    page = visit(writer)
    page.goto(f"/desk/submissions/{submission.pk}/")
    # Ten rows of three, as a spreadsheet copies them: grouped, full-width, with spaces.
    rows = [[str(1000 * row + column) for column in range(1, 4)] for row in range(10)]
    rows[1] = ["1,001", "１，００２", " 1 003 "]
    rows[9][2] = "n.a."
    page.locator("#id_N001-value").focus()
    page.evaluate(PASTE, "\r\n".join("\t".join(row) for row in rows) + "\r\n")
    panel = page.locator("[data-paste]")
    expect(panel).to_contain_text("Pasted: 30 cells, 29 saved, 1 not saved.")
    lines = panel.locator("li")
    expect(lines).to_have_count(30)
    expect(lines.nth(4)).to_contain_text("１，００２ → 1002")
    expect(lines.nth(29)).to_contain_text("Found “n.a.”")
    values = {each.indicator: str(each.value.normalize()) for each in submission.answers.all()}
    assert len(values) == 29
    assert {c: stored(submission, c) for c in ("N001", "N004", "N005", "N006", "N029")} == {
        "N001": "1", "N004": "1001", "N005": "1002", "N006": "1003", "N029": "9002",
    }  # fmt: skip
    # One request, one change, one event.
    assert saves(submission, "N001") == 1
    expect(page.locator(".lp-form-nav__link").first).to_contain_text("10/10")
    panel.get_by_role("button", name="Undo the paste").click()
    expect(page.locator("[data-save-summary]")).to_contain_text("All answers saved")
    expect(page.locator("#id_N004-value")).to_have_value("")
    assert submission.answers.count() == 0


def test_keys_lead_through_the_form(wide: tuple[Submission, User], visit: Visit) -> None:
    submission, writer = wide
    page = visit(writer)
    page.goto(f"/desk/submissions/{submission.pk}/")
    focused = "document.activeElement.name"
    page.locator("#id_N001-value").focus()
    page.keyboard.press("Enter")
    assert page.evaluate(focused) == "N002-value"
    page.keyboard.press("Shift+Enter")
    assert page.evaluate(focused) == "N001-value"
    page.keyboard.press("Alt+PageDown")
    assert page.evaluate(focused) == "N011-value"
    page.keyboard.press("Alt+PageUp")
    assert page.evaluate(focused) == "N001-value"
    page.keyboard.type("12")
    page.keyboard.press("Control+s")
    expect(page.locator("[data-save-summary]")).to_contain_text("All answers saved")
    assert page.evaluate(focused) == "N001-value"
    page.get_by_role("button", name="Keys").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("Next field")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_without_scripts_the_whole_form_is_saved(stage: Stage, form: str, visit: Visit) -> None:
    page = visit(stage.contributor, java_script_enabled=False)
    page.goto(form)
    expect(page.locator("[data-save-summary]")).to_be_hidden()
    page.locator("#id_SHARING_COMPLETE-value").fill("64")
    page.locator("#id_SHARING_VALID-value").fill("lots")
    page.get_by_role("button", name="Save draft").last.click()
    expect(page.get_by_text("1 answer saved.")).to_be_visible()
    expect(page.locator("#card-SHARING_VALID .lp-field__error").first).to_contain_text(
        "Found “lots”"
    )
    assert stored(stage.form, "SHARING_COMPLETE") == "64"


def test_an_approver_signs_on_a_phone(stage: Stage, visit: Visit) -> None:
    submission = stage.others()[1]
    approver = member(Role.APPROVER, locality=submission.locality)
    answer_all(submission, {"SHARING_ALERT_HOURS": "5"}, by=None)
    page = visit(approver, width=360, height=740, has_touch=True)
    page.goto(f"/desk/submissions/{submission.pk}/")
    page.get_by_role("link", name="Go to sign-off").tap()
    page.wait_for_url("**/sign/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.locator("#id_confirm").tap()
    button = page.get_by_role("button", name="Sign off and submit")
    box = button.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    button.tap()
    expect(page.get_by_text("Signed off and submitted as version 1.")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
