"""A step of a form asked for on a page: taken, or told why not with what was typed kept."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.form_words import typed_texts
from accounts.service_errors import add_service_errors
from assessment.cycles.workflow import NotAllowedNow
from assessment.submissions.models import Submission
from assessment.submissions.queries import step_of


@dataclass(frozen=True)
class Attempt:
    """What came of a step: ``done`` says it, empty where it was not taken.

    ``is_stale`` where the form took a step that the page did not show.
    """

    done: str = ""
    is_stale: bool = False


def attempt(form: forms.Form, act: Callable[[], str]) -> Attempt:
    """Take the step if the form was sent and is valid; ``act`` does it and says what was done.

    What the service refuses stands at the fields. A form that is closed to the step refuses
    without words: the page made next says why, beside what was typed (``page_after``).
    """
    if not form.is_bound or not form.is_valid():
        return Attempt()
    try:
        return Attempt(done=act())
    except ValidationError as error:
        # The step is nothing one could correct in a field.
        add_service_errors(form, error, {"step": ""})
        return Attempt(is_stale="step" in error.message_dict)
    except NotAllowedNow:
        return Attempt()


def page_after(
    form: forms.Form, submission: Submission, tried: Attempt, locked_text: str
) -> tuple[dict[str, Any], int]:
    """Context and status of the page that asks for the step, or says why it is closed.

    ``submission`` is as it stands after the attempt, ``locked_text`` why it is closed to the
    step, empty where it is open.
    """
    context = {
        "form": form,
        # Told of a step they had not seen, they may send the same words again.
        "seen": step_of(submission) if tried.is_stale else form["step"].value(),
        "locked_text": locked_text,
        "kept": typed_texts(form) if locked_text else [],
    }
    return context, 409 if locked_text and form.is_bound else 200
