"""Answers save themselves: nothing typed is lost, nobody is overwritten, both see each other."""

import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.roles import Role
from accounts.sending import RENEWED
from assessment.audit.models import Event
from assessment.cycles.calendar import local_date
from assessment.submissions.models import Submission
from assessment.submissions.services import (
    AnswerInput,
    open_collection,
    save_answers,
    submit_submission,
)
from scripts.child import Child
from scripts.throwaway import free_port
from tests.browser.conftest import Visit, sign_in
from tests.browser.stage import PASSWORD, Stage, answer_all, set_stage
from tests.factories import CycleFactory, member, participants, wide_framework
from tests.services.conftest import wait_until

# The page asks what others saved every ten seconds, and longer apart where nobody answers.
SEEN_WITHIN_MS = 30_000
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
    return set_stage("autosave", tmp_path_factory.mktemp("means"))


@pytest.fixture
def form(stage: Stage) -> str:
    """The address of the first city's form."""
    return f"/desk/submissions/{stage.form.pk}/"


def stored(submission: Submission, code: str) -> str:
    answer = submission.answers.filter(indicator=code).first()
    return "" if answer is None or answer.value is None else f"{answer.value.normalize():f}"


def saves(submission: Submission, code: str) -> int:
    """How often the log has the answer saved."""
    events = Event.objects.filter(action="submissions.save_answers", target_id=str(submission.pk))
    return events.filter(after__has_key=code).count()


def field(page: Page, code: str) -> "object":
    return page.locator(f"#id_{code}-value")


def state(page: Page, code: str) -> "object":
    return page.locator(f"#card-{code} [data-save-state]")


def kept(page: Page) -> list[str]:
    """Names of what the browser keeps of answers."""
    names: list[str] = page.evaluate(
        "Object.keys(localStorage).filter((name) => name.includes(':answer:'))"
    )
    return names


def test_an_answer_is_saved_when_the_field_is_left(stage: Stage, form: str, visit: Visit) -> None:
    page = visit(stage.contributor)
    page.goto(form)
    page.locator("#id_SHARING_COMPLETE-value").fill("８５．５")
    page.keyboard.press("Enter")
    expect(state(page, "SHARING_COMPLETE")).to_contain_text("Saved")
    # The number as it was understood stands in the field; the next one is ready to be typed in.
    expect(page.locator("#id_SHARING_COMPLETE-value")).to_have_value("85.5")
    expect(page.locator("[data-save-summary]")).to_contain_text("All answers saved")
    assert page.evaluate("document.activeElement.name").endswith("-value")
    assert stored(stage.form, "SHARING_COMPLETE") == "85.5"
    assert kept(page) == []


def test_a_refusal_stands_at_its_field_once_the_writer_has_left(
    stage: Stage, form: str, visit: Visit
) -> None:
    page = visit(stage.contributor)
    page.goto(form)
    box = page.locator("#id_SHARING_VALID-value")
    box.fill("about ninety")
    page.keyboard.press("Enter")
    card = page.locator("#card-SHARING_VALID")
    expect(card.locator(".lp-field__error").first).to_contain_text("Found “about ninety”")
    expect(box).to_have_attribute("aria-invalid", "true")
    assert len(kept(page)) == 1
    box.fill("90")
    page.keyboard.press("Enter")
    expect(card.locator("[data-refusal]")).to_have_count(0)
    expect(state(page, "SHARING_VALID")).to_contain_text("Saved")
    assert kept(page) == []


@pytest.fixture
def own_server(database: None, tmp_path: Path) -> Iterator[tuple[str, "OwnServer"]]:
    """A server process that can be killed and started again on the same port."""
    running = OwnServer(tmp_path)
    running.start()
    yield running.url, running
    running.stop()


class OwnServer:
    """The product as a process of its own on the database of this run."""

    def __init__(self, folder: Path) -> None:
        self.port, self.folder = free_port(), folder
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Begin to listen; returns when it does."""
        found = connection.settings_dict
        env = {
            "DJANGO_SETTINGS_MODULE": "config.settings_test",
            "DATABASE_URL": (
                f"postgres://{found['USER']}@{found['HOST']}:{found['PORT']}/{found['NAME']}"
            ),
            # Static files come from where the packages and the product keep them.
            "LIANPING_DEBUG": "1",
            "LIANPING_HOME": str(self.folder / "home"),
            "LIANPING_TEST_FILES": str(settings.MEDIA_ROOT),
        }
        command = [sys.executable, "manage.py", "runserver", f"127.0.0.1:{self.port}"]
        command += ["--noreload", "--skip-checks"]
        path = self.folder / "server.log"
        self.log = path.open("a+", encoding="utf-8")
        self.child = Child("server", command, env, log=self.log)
        wait_until(lambda: "Quit the server" in path.read_text(), path.read_text)

    def stop(self) -> None:
        """End it and forget what it said."""
        self.child.stop()
        self.log.close()
        (self.folder / "server.log").write_text("")


def test_typing_goes_on_while_the_server_is_away(
    stage: Stage, form: str, visit: Visit, own_server: tuple[str, OwnServer]
) -> None:
    url, server = own_server
    page = visit(stage.contributor)
    page.goto(url + form)
    box = page.locator("#id_ONE_PLAN_SHARE-value")
    box.press_sequentially("4")
    server.stop()
    box.press_sequentially("2")
    page.keyboard.press("Enter")
    expect(state(page, "ONE_PLAN_SHARE")).to_contain_text("will be tried again")
    expect(page.locator("[data-save-summary]")).to_contain_text("No connection")
    assert len(kept(page)) == 1
    box.press("End")
    box.press_sequentially(".5")
    page.keyboard.press("Enter")
    server.start()
    expect(state(page, "ONE_PLAN_SHARE")).to_contain_text("Saved", timeout=SEEN_WITHIN_MS)
    expect(page.locator("[data-save-summary]")).to_contain_text("All answers saved")
    assert stored(stage.form, "ONE_PLAN_SHARE") == "42.5"
    assert kept(page) == []


def test_a_closed_tab_gives_back_what_was_typed_without_a_connection(
    stage: Stage, form: str, visit: Visit
) -> None:
    page = visit(stage.contributor)
    page.goto(form)
    page.context.set_offline(True)
    page.locator("#id_PLAN_OPTIONS-value").or_(page.locator("#id_WARNING_LEAD-value")).first.fill(
        "61"
    )
    page.keyboard.press("Enter")
    expect(page.locator("[data-save-summary]")).to_contain_text("No connection")
    context = page.context
    page.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto(form)
    expect(again.locator("[data-restored]")).to_be_visible()
    expect(state(again, "WARNING_LEAD")).to_contain_text("Saved")
    assert stored(stage.form, "WARNING_LEAD") == "61"
    assert kept(again) == []


def test_an_answer_lost_on_the_way_is_not_saved_twice(
    stage: Stage, form: str, visit: Visit
) -> None:
    """The server saves, the answer never arrives: the script asks again with the same key."""
    page = visit(stage.contributor)
    page.goto(form)
    lost = []

    def lose_first(route: object) -> None:
        if route.request.method == "PATCH" and not lost:  # type: ignore[attr-defined]
            route.fetch()  # type: ignore[attr-defined]
            lost.append(True)
            route.abort()  # type: ignore[attr-defined]
        else:
            route.continue_()  # type: ignore[attr-defined]

    page.route("**/answers/**", lose_first)
    page.locator("#id_RESPONSE_ON_TIME-value").fill("77")
    page.keyboard.press("Enter")
    expect(state(page, "RESPONSE_ON_TIME")).to_contain_text("Saved")
    assert lost == [True]
    assert saves(stage.form, "RESPONSE_ON_TIME") == 1


def test_two_people_fill_one_form_and_see_each_other(stage: Stage, form: str, visit: Visit) -> None:
    mine, theirs = visit(stage.contributor), visit(stage.colleague)
    for page in (mine, theirs):
        page.goto(form)
    codes = ("SHARING_ON_TIME", "SHARING_VALID")
    for page, code, value in zip((mine, theirs), codes, ("33", "44"), strict=True):
        page.locator(f"#id_{code}-value").fill(value)
        page.keyboard.press("Enter")
    for page, own, other, value, name in (
        (mine, codes[0], codes[1], "44", stage.colleague),
        (theirs, codes[1], codes[0], "33", stage.contributor),
    ):
        expect(state(page, own)).to_contain_text("Saved")
        expect(page.locator(f"#id_{other}-value")).to_have_value(value, timeout=SEEN_WITHIN_MS)
        expect(state(page, other)).to_contain_text(f"Changed by {name}", timeout=SEEN_WITHIN_MS)
        expect(page.locator(".lp-conflict")).to_have_count(0)


@pytest.mark.parametrize(
    ("button", "value"),
    [("Save mine instead", "51"), ("Keep the saved answer", "62"), ("Edit mine", "53.5")],
)
def test_one_answer_written_by_two_is_decided_side_by_side(
    stage: Stage, form: str, visit: Visit, button: str, value: str
) -> None:
    mine, theirs = visit(stage.contributor), visit(stage.colleague)
    for page in (mine, theirs):
        page.goto(form)
    code, typed, other = "JOINT_MEASURES", value.split(".")[0], "62"
    if button == "Keep the saved answer":
        typed = "61"
    mine.context.set_offline(True)
    mine.locator(f"#id_{code}-value").fill(typed)
    theirs.locator(f"#id_{code}-value").fill(other)
    theirs.keyboard.press("Enter")
    expect(state(theirs, code)).to_contain_text("Saved")
    mine.context.set_offline(False)
    conflict = mine.locator(f"#card-{code} .lp-conflict")
    for words in (typed, other, str(stage.colleague), "Nothing was overwritten"):
        expect(conflict).to_contain_text(words)
    assert stored(stage.form, code) == other
    conflict.get_by_role("button", name=button).click()
    expect(conflict).to_have_count(0)
    if button == "Edit mine":
        expect(mine.locator(f"#id_{code}-value")).to_be_focused()
        mine.locator(f"#id_{code}-value").fill(value)
        mine.keyboard.press("Enter")
    expect(mine.locator(f"#id_{code}-value")).to_have_value(value)
    expect(theirs.locator(f"#id_{code}-value")).to_have_value(value, timeout=SEEN_WITHIN_MS)
    assert stored(stage.form, code) == value
    assert kept(mine) == []
    save_answers(
        submission=stage.form,
        answers={code: AnswerInput(revision=stage.form.answers.get(indicator=code).revision)},
        by=None,
        at=timezone.now(),
    )


def test_after_the_session_has_ended_another_tab_is_enough(
    stage: Stage, form: str, visit: Visit
) -> None:
    page = visit(stage.contributor)
    page.goto(form)
    Session.objects.all().delete()
    page.locator("#id_SHARING_ALERT_HOURS-value").fill("7")
    page.keyboard.press("Enter")
    notice = page.locator("[data-session-notice]")
    expect(notice).to_contain_text("Your session has ended")
    assert len(kept(page)) == 1
    with page.context.expect_page() as opened:
        notice.get_by_role("link", name="Sign in in another tab").click()
    tab = opened.value
    tab.locator("#id_login").fill(stage.contributor.username)
    tab.locator("#id_password").fill(PASSWORD)
    tab.get_by_role("button", name="Sign in").click()
    tab.wait_for_url("**/desk/**")
    expect(state(page, "SHARING_ALERT_HOURS")).to_contain_text("Saved")
    expect(notice).to_be_hidden(timeout=SEEN_WITHIN_MS)
    assert stored(stage.form, "SHARING_ALERT_HOURS") == "7"
    assert kept(page) == []


def test_another_person_signed_in_meanwhile_saves_nothing_for_the_first(
    stage: Stage, form: str, visit: Visit, server: str
) -> None:
    page = visit(stage.contributor)
    page.goto(form)
    before = stored(stage.form, "SHARING_COMPLETE")
    sign_in(page.context, stage.colleague, server)
    page.locator("#id_SHARING_COMPLETE-value").fill("11")
    page.keyboard.press("Enter")
    notice = page.locator("[data-session-notice]")
    expect(notice).to_contain_text(f"You are signed in as {stage.colleague}")
    assert stored(stage.form, "SHARING_COMPLETE") == before
    sign_in(page.context, stage.contributor, server)
    expect(notice).to_be_hidden(timeout=SEEN_WITHIN_MS)
    expect(state(page, "SHARING_COMPLETE")).to_contain_text("Saved")


def test_the_end_of_the_session_is_announced_and_can_be_put_off(
    stage: Stage, form: str, visit: Visit
) -> None:
    page = visit(stage.contributor)
    page.goto(form)
    key = next(c["value"] for c in page.context.cookies() if c["name"] == "sessionid")
    found = Session.objects.get(pk=key)
    content = found.get_decoded()
    content[RENEWED] = int(timezone.now().timestamp()) - settings.SESSION_COOKIE_AGE + 120
    found.session_data = Session.objects.encode(content)
    found.save()
    notice = page.locator("[data-session-notice]")
    expect(notice).to_contain_text("You will be signed out at", timeout=SEEN_WITHIN_MS)
    notice.get_by_role("button", name="Stay signed in").click()
    expect(notice).to_be_hidden()


def test_leaving_asks_only_while_something_is_unsaved(
    stage: Stage, form: str, visit: Visit
) -> None:
    page = visit(stage.contributor)
    asked: list[str] = []

    def accept(dialog: object) -> None:
        asked.append(dialog.type)  # type: ignore[attr-defined]
        dialog.accept()  # type: ignore[attr-defined]

    page.on("dialog", accept)
    page.goto(form)
    page.locator("#id_SHARING_VALID-value").fill("81")
    page.keyboard.press("Enter")
    expect(state(page, "SHARING_VALID")).to_contain_text("Saved")
    page.reload()
    assert asked == []
    page.context.set_offline(True)
    page.locator("#id_SHARING_VALID-value").fill("82")
    page.keyboard.press("Enter")
    expect(page.locator("[data-save-summary]")).to_contain_text("No connection")
    page.context.set_offline(False)
    page.reload()
    assert asked == ["beforeunload"]


def test_signing_out_leaves_nothing_on_the_computer(stage: Stage, form: str, visit: Visit) -> None:
    page = visit(stage.contributor)
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(form)
    page.context.set_offline(True)
    page.locator("#id_SHARING_VALID-value").fill("83")
    others = "localStorage.setItem('lianping:draft:0:answer:1:S1', `{\"at\": ${Date.now()}}`)"
    page.evaluate(others)
    expect(page.locator("[data-save-summary]")).to_contain_text("No connection")
    assert len(kept(page)) == 2
    page.context.set_offline(False)
    page.goto("/account/")
    page.locator("details[data-menu] summary").last.click()
    page.locator("form[data-sign-out] button").first.click()
    page.wait_for_url("**/")
    assert kept(page) == []


def test_a_form_signed_meanwhile_keeps_what_was_typed_to_copy(stage: Stage, visit: Visit) -> None:
    submission = stage.others()[0]
    writer = member(Role.CONTRIBUTOR, locality=submission.locality)
    answer_all(submission, {"SHARING_ALERT_HOURS": "5"}, by=None)
    page = visit(writer)
    page.goto(f"/desk/submissions/{submission.pk}/")
    submit_submission(
        submission=submission,
        revision=submission.revision,
        statement="True and complete.",
        by=None,
        at=timezone.now(),
    )
    page.locator("#id_SHARING_VALID-value").fill("12.5")
    page.keyboard.press("Enter")
    closed = page.locator("[data-locked]")
    expect(closed).to_contain_text("signed off and waits")
    expect(closed.locator("pre")).to_contain_text("12.5")
    expect(page.locator("#id_SHARING_VALID-value")).to_have_value("12.5")
    # Loaded again, the closed form still shows it.
    page.reload()
    expect(page.locator("[data-kept] pre")).to_contain_text("12.5")
    assert stored(submission, "SHARING_VALID") == "80"


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
