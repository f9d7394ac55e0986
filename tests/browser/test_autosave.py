"""Answers save themselves: nothing typed is lost, nobody is overwritten, both see each other."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone
from playwright.sync_api import expect

from assessment.submissions.services import (
    AnswerInput,
    save_answers,
)
from scripts.child import Child
from scripts.throwaway import free_port
from tests.browser.answers import SEEN_WITHIN_MS, go_offline, kept, saves, state, stored
from tests.browser.conftest import Visit
from tests.browser.stage import Stage, set_stage
from tests.services.conftest import wait_until


@pytest.fixture(scope="module")
def stage(database: None, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """Four cities whose forms are open."""
    return set_stage("autosave", tmp_path_factory.mktemp("means"))


@pytest.fixture
def form(stage: Stage) -> str:
    """The address of the first city's form."""
    return f"/desk/submissions/{stage.form.pk}/"


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


def test_badge_and_counts_tell_what_is_stored(stage: Stage, form: str, visit: Visit) -> None:
    page = visit(stage.contributor)
    page.goto(form)
    code = "SHARING_COMPLETE"
    card, box = page.locator(f"#card-{code}"), page.locator(f"#id_{code}-value")
    badge = card.locator("[data-card-state]")
    count = page.locator(".lp-form-nav__link", has=page.locator(".lp-count")).first.locator(
        ".lp-count"
    )
    box.fill("64")
    page.keyboard.press("Enter")
    expect(state(page, code)).to_contain_text("Saved")
    before, stored_state = count.inner_text(), str(badge.get_attribute("data-stored-state"))
    box.fill("abc")
    # The reason is told when the field is left for another one of the same answer.
    card.locator("input[type=radio]").first.or_(card.locator("summary").last).focus()
    expect(card.locator("[data-refusal]")).to_contain_text("Found “abc”")
    expect(badge).to_have_attribute("data-card-state", "unsaved")
    expect(count).to_have_text(before)
    box.fill("64")
    page.keyboard.press("Enter")
    expect(card.locator("[data-refusal]")).to_have_count(0)
    expect(badge).not_to_have_attribute("data-card-state", "unsaved")
    expect(badge).to_have_attribute("data-card-state", stored_state)
    expect(count).to_have_text(before)
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
    badge = page.locator("#card-ONE_PLAN_SHARE [data-card-state]")
    expect(badge).to_have_attribute("data-card-state", "unsaved")
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
    go_offline(page)
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


def test_an_answer_cleared_before_its_saving_was_known_is_a_conflict(
    stage: Stage, form: str, visit: Visit
) -> None:
    """The server saves, the answer never arrives, and a colleague empties it meanwhile."""
    page = visit(stage.contributor)
    page.goto(form)
    code, lost = "ORANGE_REDUCTION", []

    def clear_meanwhile(route: object) -> None:
        if route.request.method == "PATCH" and not lost:  # type: ignore[attr-defined]
            route.fetch()  # type: ignore[attr-defined]
            revision = stage.form.answers.get(indicator=code).revision
            emptied = {code: AnswerInput(revision=revision)}
            save_answers(
                submission=stage.form, answers=emptied, by=stage.colleague, at=timezone.now()
            )
            lost.append(True)
            route.abort()  # type: ignore[attr-defined]
        else:
            route.continue_()  # type: ignore[attr-defined]

    page.route("**/answers/**", clear_meanwhile)
    page.locator(f"#id_{code}-value").fill("78")
    page.keyboard.press("Enter")
    conflict = page.locator(f"#card-{code} .lp-conflict")
    for words in ("78", str(stage.colleague), "Nothing was overwritten"):
        expect(conflict).to_contain_text(words)
    assert stored(stage.form, code) == ""
    conflict.get_by_role("button", name="Save mine instead").click()
    expect(state(page, code)).to_contain_text("Saved")
    assert stored(stage.form, code) == "78"


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
    go_offline(mine)
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
