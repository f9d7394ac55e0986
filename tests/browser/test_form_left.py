"""A form left alone or taken away: the session ends, somebody else signs in, it is closed."""

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import expect

from accounts.roles import Role
from accounts.sending import RENEWED
from assessment.submissions.services import (
    submit_submission,
)
from tests.browser.answers import SEEN_WITHIN_MS, go_offline, kept, state, stored
from tests.browser.conftest import Visit, sign_in
from tests.browser.stage import PASSWORD, Stage, answer_all, set_stage
from tests.factories import member


@pytest.fixture(scope="module")
def stage(database: None, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """Four cities whose forms are open."""
    return set_stage("left", tmp_path_factory.mktemp("means"))


@pytest.fixture
def form(stage: Stage) -> str:
    """The address of the first city's form."""
    return f"/desk/submissions/{stage.form.pk}/"


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
    go_offline(page)
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
    go_offline(page)
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
