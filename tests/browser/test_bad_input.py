"""What goes wrong at a desk: nothing typed is lost, and each message stands at its field."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.roles import Role
from assessment.cycles.calendar import local_date
from assessment.desk.demonstration.values import evidence_file
from assessment.submissions.models import Evidence, Submission
from assessment.submissions.services import AnswerInput, save_answers
from tests.browser.answers import go_offline
from tests.browser.conftest import Visit
from tests.browser.stage import PASSWORD, Stage, set_stage
from tests.factories import member, tiny_framework

FIELD = "SHARING_ON_TIME"


@pytest.fixture(scope="module")
def stage(database: None, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """Four cities whose forms are open."""
    return set_stage("input", tmp_path_factory.mktemp("means"))


@pytest.fixture
def form(stage: Stage) -> str:
    """The address of the first city's form."""
    return f"/desk/submissions/{stage.form.pk}/"


def save(page: Page) -> None:
    page.get_by_role("button", name="Save draft").last.click()


def stored(stage: Stage, code: str) -> str:
    answer = stage.form.answers.filter(indicator=code).first()
    return "" if answer is None or answer.value is None else str(answer.value.normalize())


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("about ninety", "Found “about ninety”; expected a number from 0 to 100"),
        ("101", "Found “101”; expected a number from 0 to 100"),
        ("-3", "Found “-3”; expected a number from 0 to 100"),
    ],
)
def test_unusable_number_keeps_what_was_typed(
    stage: Stage, form: str, visit: Visit, typed: str, said: str
) -> None:
    page = visit(stage.contributor)
    page.goto(form)
    before = stored(stage, "SHARING_COMPLETE")
    page.locator("#id_SHARING_COMPLETE-value").fill(typed)
    save(page)
    field = page.locator("#id_SHARING_COMPLETE-value")
    expect(field).to_be_focused()
    expect(field).to_have_value(typed)
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#card-SHARING_COMPLETE .lp-field__error").first).to_contain_text(said)
    assert stored(stage, "SHARING_COMPLETE") == before


def test_stale_page_shows_both_answers(stage: Stage, form: str, visit: Visit) -> None:
    mine, theirs = visit(stage.contributor), visit(stage.colleague)
    for page in (mine, theirs):
        page.goto(form)
    theirs.locator("#id_WARNING_LEAD-value").fill("70")
    save(theirs)
    expect(theirs.locator("[data-save-summary]")).to_contain_text("All answers saved")
    mine.locator("#id_WARNING_LEAD-value").fill("75")
    mine.locator("#id_ONE_PLAN_SHARE-value").fill("66")
    save(mine)
    conflict = mine.locator("#card-WARNING_LEAD .lp-conflict")
    expect(conflict).to_contain_text("75")
    expect(conflict).to_contain_text("70")
    expect(mine.locator("#card-ONE_PLAN_SHARE [data-save-state]")).to_contain_text("Saved")
    assert (stored(stage, "WARNING_LEAD"), stored(stage, "ONE_PLAN_SHARE")) == ("7E+1", "66")
    conflict.get_by_role("button", name="Save mine instead").click()
    expect(mine.locator("[data-save-summary]")).to_contain_text("All answers saved")
    assert stored(stage, "WARNING_LEAD") == "75"


def test_expired_session_keeps_what_was_typed(stage: Stage, form: str, visit: Visit) -> None:
    page = visit(stage.contributor)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(form)
    page.context.clear_cookies(name="sessionid")
    page.locator("#id_JOINT_MEASURES-value").fill("63.5")
    page.locator("#card-JOINT_MEASURES summary", has_text="Note").click()
    page.locator("#id_JOINT_MEASURES-note").fill("Counted by hand")
    save(page)
    expect(page.locator("[data-session-notice]")).to_contain_text("Your session has ended")
    # In the same tab, as people do who do not read.
    page.goto(form)
    page.locator("#id_login").fill(stage.contributor.username)
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"**{form}")
    expect(page.locator("#id_JOINT_MEASURES-value")).to_have_value("63.5")
    expect(page.locator("#id_JOINT_MEASURES-note")).to_have_value("Counted by hand")
    expect(page.locator("[data-restored]")).to_be_visible()
    expect(page.locator("[data-save-summary]")).to_contain_text("All answers saved")
    assert stored(stage, "JOINT_MEASURES") == "63.5"
    page.goto(form)
    expect(page.locator("[data-restored]")).to_be_hidden()


def test_a_refused_form_tells_of_its_file_alone_what_must_be_chosen_again(
    stage: Stage, visit: Visit
) -> None:
    """What was typed stands in the refused form: nothing was put back, and nothing says so."""
    page = visit(member(Role.COORDINATOR, region=stage.form.cycle.region))
    page.goto("/desk/frameworks/new/")
    page.locator("#id_file-code").fill("new")
    page.locator("#id_file-name_zh").fill("甲")
    page.locator("#id_file-name_en").fill("A")
    content = json.dumps(tiny_framework()).encode()
    document = {"name": "framework.json", "mimeType": "application/json", "buffer": content}
    page.locator("form[enctype] input[type=file]").set_input_files(document)  # type: ignore[arg-type]
    page.get_by_role("button", name="Start from this file").click()
    expect(page.locator(".lp-errors")).to_contain_text("“new”")
    expect(page.locator("#id_file-name_en")).to_have_value("A")
    expect(page.locator(".lp-draft .lp-callout__title")).to_have_text(
        "A file you chose was not added."
    )
    expect(page.locator(".lp-draft")).not_to_contain_text("put back")


def test_expired_session_gives_back_an_administrators_form(stage: Stage, visit: Visit) -> None:
    """The choice of many, which Django keeps in two boxes, comes back with what was typed."""
    page = visit(member(Role.SYSTEM_ADMINISTRATOR, username="keeper"))
    page.goto(f"/admin/accounts/region/{stage.form.cycle.region_id}/change/")
    chosen = page.locator("#id_localities_to option")
    expect(chosen.first).to_be_attached()
    before = chosen.count()
    page.locator("#id_contact").fill("+86 10 0000")
    chosen.first.dblclick()
    expect(chosen).to_have_count(before - 1)
    page.context.clear_cookies(name="sessionid")
    page.locator("input[name=_save]").click()
    page.locator("#id_login").fill("keeper")
    page.locator("#id_password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator(".lp-draft")).to_be_visible()
    expect(page.locator("#id_contact")).to_have_value("+86 10 0000")
    expect(chosen).to_have_count(before - 1)
    page.locator(".lp-draft button").click()
    expect(page.locator(".lp-draft")).to_have_count(0)
    expect(chosen).to_have_count(before)


def test_double_click_saves_once(stage: Stage, form: str, visit: Visit) -> None:
    page = visit(stage.contributor)
    page.goto(form)
    page.locator("#id_RESPONSE_ON_TIME-value").fill("88")
    sent = []
    page.on("request", lambda request: sent.append(request.method))
    page.get_by_role("button", name="Save draft").last.dblclick()
    expect(page.locator("[data-save-summary]")).to_contain_text("All answers saved")
    assert (sent.count("POST"), sent.count("PATCH")) == (0, 1)


def refused(page: Page, file: Path, said: str) -> None:
    """Upload a file; it is refused at its field and nothing is stored."""
    before = Evidence.objects.count()
    page.locator(f"#id_{FIELD}-files").set_input_files(file)
    button = page.locator(f"#card-{FIELD}").get_by_role("button", name="Upload")
    if button.is_visible():  # without scripts; with them the file is on its way already
        button.click()
    expect(page.locator(f"#id_{FIELD}-files_error")).to_contain_text(said)
    assert Evidence.objects.count() == before


def test_file_of_another_kind_under_a_right_name(
    stage: Stage, form: str, visit: Visit, tmp_path: Path
) -> None:
    page = visit(stage.contributor)
    page.goto(form)
    program = tmp_path / "ledger.pdf"
    program.write_bytes(b"MZ\x90\x00" + b"\x00" * 300)
    refused(page, program, "ledger.pdf")


def test_file_too_large_is_refused_before_it_is_sent(
    stage: Stage, form: str, visit: Visit, tmp_path: Path, settings: LazySettings
) -> None:
    settings.EVIDENCE_MAX_BYTES = 2048
    page = visit(stage.contributor)
    page.goto(form)
    file = tmp_path / "scan.pdf"
    file.write_bytes(evidence_file("scan") + b"%" * 4096)
    page.locator(f"#id_{FIELD}-files").set_input_files(file)
    expect(page.locator(f"#id_{FIELD}-files_error")).to_contain_text("scan.pdf")
    assert page.locator(f"#id_{FIELD}-files").evaluate("input => input.files.length") == 0


def test_file_above_20_megabytes_is_refused_by_the_server(
    stage: Stage, form: str, visit: Visit, tmp_path: Path
) -> None:
    """Without scripts, so that the whole file is really sent; the answers beside it are kept."""
    page = visit(stage.contributor, java_script_enabled=False)
    page.goto(form)
    file = tmp_path / "film.pdf"
    file.write_bytes(evidence_file("film") + b"%" * (21 * 1024 * 1024))
    page.locator("#id_SHARING_VALID-value").fill("77")
    refused(page, file, "film.pdf")
    assert stored(stage, "SHARING_VALID") == "77"


def test_empty_file(stage: Stage, form: str, visit: Visit, tmp_path: Path) -> None:
    page = visit(stage.contributor, java_script_enabled=False)
    page.goto(form)
    file = tmp_path / "nothing.pdf"
    file.touch()
    refused(page, file, "nothing.pdf")


def test_another_localitys_page_is_not_found(stage: Stage, visit: Visit) -> None:
    page = visit(stage.contributor)
    other = stage.others()[0]
    response = page.goto(f"/desk/submissions/{other.pk}/")
    assert response is not None
    assert response.status == 404
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert other.locality.name_en not in page.content()


def test_after_the_last_day_the_form_says_why_it_is_locked(stage: Stage, visit: Visit) -> None:
    overdue = stage.others()[1]
    late = local_date(timezone.now()) - timedelta(days=2)
    answer = {FIELD: AnswerInput(status="value", value="55")}
    save_answers(submission=overdue, answers=answer, by=None, at=timezone.now())
    Submission.objects.filter(pk=overdue.pk).update(
        extended_end_date=late, extension_reason="Moved"
    )
    page = visit(member(Role.CONTRIBUTOR, locality=overdue.locality, username="input-late"))
    page.goto(f"/desk/submissions/{overdue.pk}/")
    expect(page.locator("main")).to_contain_text(late.isoformat())
    expect(page.locator(f"#card-{FIELD}")).to_contain_text("55")
    assert page.get_by_role("button", name="Save draft").count() == 0
    assert page.locator("main input").count() == 0


DROP = """([selector, names]) => {
  const data = new DataTransfer();
  for (const name of names) {
    data.items.add(new File([`%PDF-1.4\\n%${name}\\nendobj\\n%%EOF\\n`], name));
  }
  const event = new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true });
  document.querySelector(selector).dispatchEvent(event);
}"""


def test_files_dropped_on_an_answer_go_up_one_by_one(stage: Stage, form: str, visit: Visit) -> None:
    """One is refused by the server; one waits until the line is back. The page is never left."""
    page = visit(stage.contributor)
    page.goto(form)
    card = page.locator(f"#card-{FIELD}")
    page.evaluate(DROP, [f"#card-{FIELD} .lp-evidence", ["one.pdf", "two.pdf", "three.xlsx"]])
    expect(card.locator(".lp-file__name")).to_contain_text(["one.pdf", "two.pdf"])
    expect(page.locator(f"#id_{FIELD}-files_error")).to_contain_text("three.xlsx")
    go_offline(page)
    page.evaluate(DROP, [f"#card-{FIELD} .lp-evidence", ["four.pdf"]])
    expect(card.locator(".lp-upload__fault")).to_contain_text("the connection was lost")
    page.context.set_offline(False)
    card.get_by_role("button", name="Try again").click()
    expect(card.locator(".lp-file__name").last).to_have_text("four.pdf")
    assert Evidence.objects.filter(submission=stage.form, indicator=FIELD).count() == 3
