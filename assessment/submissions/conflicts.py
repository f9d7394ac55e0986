"""Two people at one form: the steps it took since a page was opened, and by whom."""

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.moments import time_text
from accounts.text import join_clauses
from assessment.submissions.models import Step, Submission
from assessment.submissions.queries import step_of
from assessment.submissions.workflow import SubmissionAction

_TAKEN: dict[str, Promise] = {
    SubmissionAction.SUBMIT: gettext_lazy("signed off meanwhile by %(person)s at %(time)s"),
    SubmissionAction.WITHDRAW: gettext_lazy("taken back meanwhile by %(person)s at %(time)s"),
    SubmissionAction.REVIEW: gettext_lazy("taken up meanwhile by %(person)s at %(time)s"),
    SubmissionAction.ASK_UNLOCK: gettext_lazy(
        "asked to be unlocked meanwhile by %(person)s at %(time)s"
    ),
    SubmissionAction.UNLOCK: gettext_lazy("unlocked meanwhile by %(person)s at %(time)s"),
    SubmissionAction.REFUSE_UNLOCK: gettext_lazy("left locked meanwhile by %(person)s at %(time)s"),
    SubmissionAction.RETURN: gettext_lazy("returned meanwhile by %(person)s at %(time)s"),
    SubmissionAction.ACCEPT: gettext_lazy("accepted meanwhile by %(person)s at %(time)s"),
    SubmissionAction.EXTEND: gettext_lazy(
        "given another last day meanwhile by %(person)s at %(time)s"
    ),
}


class StaleDecisionError(ValidationError):
    """The form took steps that the deciding person did not see; told on ``step``."""

    def __init__(self, submission: Submission, step: int) -> None:
        steps = submission.steps.select_related("by").order_by("pk")[max(step, 0) :]
        told = _("This form was %(what)s: look at it before you decide.")
        what = join_clauses(_said(each) for each in steps)
        unknown = _("The form was changed after you opened this page: look at it first.")
        super().__init__({"step": [told % {"what": what} if what else unknown]})


def require_step(submission: Submission, step: int | None) -> None:
    """Raise ``StaleDecisionError`` if the locked form took a step since the one seen."""
    if step is not None and step != step_of(submission):
        raise StaleDecisionError(submission, step)


def _said(step: Step) -> str:
    by = str(step.by) if step.by is not None else _("the system")
    return str(_TAKEN[step.action]) % {"person": by, "time": time_text(step.at)}
