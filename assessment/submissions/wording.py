"""Sentences and labels of this room that pages and API share."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.text import join_sentences
from assessment.cycles.models import STAGE_LABELS
from assessment.cycles.wording import stage_refusal
from assessment.cycles.workflow import NotAllowedNow, Stage
from assessment.engine.document import FrameworkDocument, Node
from assessment.engine.figures import plain_number, value_text
from assessment.engine.methods import MissingPolicy
from assessment.engine.texts import LocalizedText
from assessment.observations.statuses import Status
from assessment.submissions.models import Submission
from assessment.submissions.queries import MissingItem
from assessment.submissions.versions import Difference
from assessment.submissions.workflow import (
    OPEN_STAGES,
    AlreadyAsked,
    LastDayPassed,
    NothingAsked,
    StageClosed,
    StillWithdrawable,
    SubmissionState,
)


def read(text: LocalizedText | None) -> str:
    """A framework's text in the reader's language; nothing where there is none."""
    return text.text(get_language() or "zh-hans") if text is not None else ""


def status_label(status: str) -> str:
    """The word for an answer's status; the empty one is "not answered yet"."""
    return str(Status(status).label) if status else _("Not answered yet")


def whom_to_ask(submission: Submission) -> str:
    """The coordinating body, with its contact where one is given."""
    region = submission.cycle.region
    if not region.contact:
        return region.body_name
    return _("%(body)s (%(contact)s)") % {"body": region.body_name, "contact": region.contact}


def refusal(error: NotAllowedNow, submission: Submission) -> str:
    """Why nothing can be changed now, and whom to ask: for people of the locality."""
    return join_sentences(filter(None, [cause(error, submission), _way_out(error, submission)]))


def decision_refusal(error: NotAllowedNow, submission: Submission) -> str:
    """Why the coordinating body cannot decide this now, and what it can do instead."""
    if isinstance(error, StageClosed):
        return stage_refusal(error.state, OPEN_STAGES)
    way_out = {
        SubmissionState.SUBMITTED: _("Accept it, or return it with a reason and a new last day."),
        SubmissionState.IN_REVIEW: _("Accept it, or return it with a reason and a new last day."),
        SubmissionState.ACCEPTED: _("Return it with a reason to let its locality change it."),
    }.get(SubmissionState(submission.state), "")
    return join_sentences(filter(None, [cause(error, submission), way_out]))


def cause(error: NotAllowedNow, submission: Submission) -> str:
    """Why nothing can be changed now."""
    if isinstance(error, LastDayPassed):
        return _("The last day to change and submit this form was %(day)s (that day included).") % {
            "day": error.last_day.isoformat()
        }
    if isinstance(error, StageClosed):
        return _("The cycle is in the stage “%(stage)s”: its forms are closed.") % {
            "stage": STAGE_LABELS[Stage(error.state)]
        }
    if isinstance(error, AlreadyAsked):
        return _("Its unlocking is requested: the coordinating body has not decided yet.")
    if isinstance(error, StillWithdrawable):
        return _("The review of this form has not started: the approver can take it back.")
    if isinstance(error, NothingAsked):
        return _("No request to unlock this form waits for an answer.")
    if submission.state == SubmissionState.SUBMITTED:
        return _("The form is signed off and waits for the decision of the coordinating body.")
    if submission.state == SubmissionState.IN_REVIEW:
        return _("The coordinating body is reviewing the form.")
    if submission.state == SubmissionState.ACCEPTED:
        return _("The form is accepted.")
    return _("The form is with its locality: this is possible only after it is submitted.")


def _way_out(error: NotAllowedNow, submission: Submission) -> str:
    body = whom_to_ask(submission)
    if isinstance(error, LastDayPassed) and not submission.is_editable_state:
        return _("If something must be corrected, request its unlocking: %(body)s decides.") % {
            "body": body
        }
    if isinstance(error, LastDayPassed):
        return _("If you need more time, ask %(body)s to extend it.") % {"body": body}
    if isinstance(error, StageClosed) and error.state == Stage.PRELIMINARY:
        return _("If a result is wrong, object to it: %(body)s decides.") % {"body": body}
    if isinstance(error, StageClosed | AlreadyAsked | StillWithdrawable):
        return _("If you have questions, ask %(body)s.") % {"body": body}
    if submission.state == SubmissionState.SUBMITTED:
        return _(
            "If something must be corrected, the approver can take it back until its review "
            "starts, at the latest on the last day; after that, request its unlocking."
        )
    if submission.state in {SubmissionState.IN_REVIEW, SubmissionState.ACCEPTED}:
        return _("If something must be corrected, request its unlocking: %(body)s decides.") % {
            "body": body
        }
    return _("If you have questions, ask %(body)s.") % {"body": body}


def score_effect(document: FrameworkDocument, node: Node, status: Status) -> str:
    """What choosing the status does to the score, as the framework states it."""
    spec = node.value
    missing = document.node(node.parent).missing if node.parent else MissingPolicy()
    if status == Status.NOT_APPLICABLE:
        return _not_applicable_effect(missing.not_applicable)
    if spec is not None and spec.nothing_to_report_score is not None:
        return _("Scores %(score)s of %(max)s points.") % {
            "score": plain_number(spec.nothing_to_report_score),
            "max": plain_number(document.scale.max),
        }
    if missing.policy == "zero":
        return _("Scores 0 points.")
    if missing.policy == "redistribute":
        return _("Counts as a missing value: its weight goes to the other indicators beside it.")
    return _("Counts as a missing value: without it no score can be computed for this section.")


def _not_applicable_effect(policy: str) -> str:
    if policy == "zero":
        return _("Scores 0 points and keeps its weight. The reason is verified.")
    if policy == "error":
        return _(
            "While it stands, no score can be computed for this section. The reason is verified."
        )
    return _(
        "The indicator does not count; its weight goes to the other indicators beside it. "
        "The reason is verified."
    )


@dataclass(frozen=True)
class DifferenceRow:
    """One line of a difference table."""

    label: str
    code: str
    old: str
    new: str
    unit: str


def difference_rows(
    document: FrameworkDocument, found: Iterable[Difference]
) -> list[DifferenceRow]:
    """The differences in document order, with titles and labels in the reader's language."""
    order = {node.code: number for number, node in enumerate(document.nodes)}
    ordered = sorted(found, key=lambda item: order.get(item.indicator, len(order)))
    return [_difference_row(document.by_code, item) for item in ordered]


def _difference_row(nodes: Mapping[str, Node], item: Difference) -> DifferenceRow:
    node = nodes.get(item.indicator)
    title = read(node.title) if node is not None else item.indicator
    is_value = item.field == "value"
    old, new = item.old, item.new
    if item.field == "status":
        old, new = status_label(old), status_label(new)
    elif is_value and node is not None:
        old, new = (_value_words(node, text) for text in (old, new))
    elif item.field in {"evidence", "explanation"}:
        old, new = (text.replace("\n", " · ") for text in (old, new))
    return DifferenceRow(
        label=f"{title} · {field_label(item.field)}",
        code=item.indicator,
        old=old,
        new=new,
        unit=read(node.unit) if node is not None and is_value else "",
    )


def _value_words(node: Node, text: str) -> str:
    """A value of a signed version as readers see it; empty stays empty."""
    return value_text(node, Decimal(text), get_language() or "zh-hans") if text else ""


def field_label(name: str) -> str:
    """The name of one part of an answer."""
    return {
        "status": _("Status"),
        "value": _("Value"),
        "reason": _("Reason"),
        "note": _("Note"),
        "explanation": _("Explanation"),
        "evidence": _("Evidence"),
    }[name]


def thread_refusal() -> str:
    """Why something can no longer be written or marked in the thread of a remark."""
    return _("This is no longer possible: the remark or its form moved on. Your words stand below.")


def missing_sentence(item: MissingItem) -> str:
    """What one indicator still lacks."""
    return item.finding.sentence if item.finding is not None else _("not answered yet")
