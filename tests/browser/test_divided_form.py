"""A contributor's own part of a divided form, and a word to a colleague."""

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from assessment.submissions.services import PartInput, divide_submission
from tests.browser.conftest import Visit
from tests.browser.stage import Stage, set_stage


@pytest.fixture(scope="module")
def stage(database: None, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """A city whose sharing is the contributor's and whose compliance is the colleague's."""
    found = set_stage("divided", tmp_path_factory.mktemp("divided"))
    divide_submission(
        submission=found.form,
        parts={
            "sharing": PartInput(person=found.contributor),
            "compliance": PartInput(person=found.colleague),
        },
        lead=None,
        by=found.approver,
        at=timezone.now(),
    )
    return found


@pytest.mark.parametrize("width", [360, 1440])
def test_ones_own_part_is_filled_and_others_are_read(
    stage: Stage, visit: Visit, width: int
) -> None:
    page = visit(stage.contributor, width=width)
    page.goto("/desk/")
    page.get_by_role("link", name="your part of “Information sharing”").click()
    expect(page.locator("#card-SHARING_VALID")).to_be_visible()
    expect(page.locator("#card-JOINT_MEASURES")).to_have_count(0)
    page.locator("#id_SHARING_VALID-value").fill(str(width % 100))
    page.get_by_role("button", name="Save draft").last.click()
    expect(page.locator("#id_SHARING_VALID-value")).to_have_value(str(width % 100))
    page.get_by_role("link", name="Whole form").click()
    others = page.locator("#card-JOINT_MEASURES")
    expect(others).to_contain_text(f"Responsible: {stage.colleague}")
    expect(others.get_by_role("textbox")).to_have_count(0)
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(overflow) == 0


def test_a_comment_without_scripts_reaches_whom_it_mentions(stage: Stage, visit: Visit) -> None:
    address = reverse("submissions:comments", args=[stage.form.pk, "SHARING_ON_TIME"])
    page = visit(stage.contributor, java_script_enabled=False)
    page.goto(address)
    page.get_by_label("Internal comment", exact=True).fill("<b>Look</b> at the ledger")
    page.get_by_label(str(stage.colleague)).press("Space")
    page.get_by_role("button", name="Write the comment").press("Enter")
    expect(page.get_by_text("<b>Look</b> at the ledger")).to_be_visible()
    theirs = visit(stage.colleague)
    theirs.goto("/account/notices/")
    theirs.get_by_role("link", name="You were mentioned").first.click()
    expect(theirs.get_by_text("<b>Look</b> at the ledger")).to_be_visible()


def test_the_approver_divides_by_keyboard(stage: Stage, visit: Visit) -> None:
    page = visit(stage.approver)
    page.goto(reverse("submissions:division", args=[stage.form.pk]))
    page.get_by_label("Named person: Joint measures completed").select_option(
        str(stage.contributor.pk)
    )
    page.get_by_role("button", name="Save the division").press("Enter")
    expect(page.get_by_text("The work is divided.")).to_be_visible()
    assert stage.form.assignments.filter(code="JOINT_MEASURES").exists()
