"""What browser and database say of single answers, for the tests of the form."""

from playwright.sync_api import Locator, Page

from assessment.audit.models import Event
from assessment.submissions.models import Submission

# The page asks what others saved every ten seconds, and longer apart where nobody answers.
SEEN_WITHIN_MS = 30_000


def stored(submission: Submission, code: str) -> str:
    """The value in the database; empty where there is none."""
    answer = submission.answers.filter(indicator=code).first()
    return "" if answer is None or answer.value is None else f"{answer.value.normalize():f}"


def saves(submission: Submission, code: str) -> int:
    """How often the log has the answer saved."""
    events = Event.objects.filter(action="submissions.save_answers", target_id=str(submission.pk))
    return events.filter(after__has_key=code).count()


def state(page: Page, code: str) -> Locator:
    """What stands beside the answer."""
    return page.locator(f"#card-{code} [data-save-state]")


def kept(page: Page) -> list[str]:
    """Names of what the browser keeps of answers."""
    names: list[str] = page.evaluate(
        "Object.keys(localStorage).filter((name) => name.includes(':answer:'))"
    )
    return names


def go_offline(page: Page) -> None:
    """Cut the connection, and wait until the page knows: a request just begun would get through."""
    page.context.set_offline(True)
    page.wait_for_function("() => !navigator.onLine")
