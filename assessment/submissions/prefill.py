"""What a locality has said or was measured before, offered for answers that are not given yet.

Nothing of it is stored until somebody takes it over. A value of the period before is proposed
where the framework says that it may still hold (``prefill.previous: propose``); otherwise it is
shown to compare, for a result of one period is not the result of the next. That an indicator does
not apply, with its reason, is proposed unless the framework says that nothing is; that there
was nothing to report is a result of the period. Whose unit, kind of value or levels changed is
not offered; what was defined otherwise then is shown, and says so.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from assessment.cycles.calendar import local_date
from assessment.engine.document import Node
from assessment.engine.figures import plain_number
from assessment.observations.measured import Measurement, measured_in
from assessment.observations.statuses import Status
from assessment.submissions.answers import AnswerState, reported_nodes, state_problems
from assessment.submissions.models import Evidence, Submission, Version
from assessment.submissions.periods import Period
from assessment.submissions.queries import document_of
from assessment.submissions.versions import signed_state
from assessment.submissions.workflow import SubmissionAction, SubmissionState

PREVIOUS, MEASURED = "previous", "measured"
# Years and months are not all equally long.
_SAME_LENGTH_DAYS = 3


@dataclass(frozen=True)
class Suggestion:
    """What could be answered, and where that comes from.

    ``day``: when the earlier form was accepted, or the last day measured. ``origin``: the code
    of the earlier cycle, or the name of the quantity measured. ``is_proposed``: may be taken
    over; else it is there to compare.
    """

    source: str
    origin: str
    day: date
    state: AnswerState
    is_proposed: bool
    year: str = ""
    by: str = ""
    form: int | None = None
    version: int | None = None
    is_redefined: bool = False

    @cached_property
    def mark(self) -> str:
        """Names exactly what was seen: other contents have another mark."""
        text = json.dumps(self.as_taken(), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def as_taken(self) -> dict[str, Any]:
        """What an answer taken over keeps of it, in plain JSON values."""
        value = self.state.value
        return {
            "kind": self.source,
            "origin": self.origin,
            "day": self.day.isoformat(),
            "status": self.state.status,
            "value": None if value is None else plain_number(value),
            "reason": self.state.reason,
            **({"by": self.by} if self.by else {}),
            **({"form": self.form, "version": self.version} if self.form else {}),
        }


def is_changed(taken: Mapping[str, Any], state: AnswerState) -> bool:
    """Whether an answer says otherwise than what it was taken over from; a note is its own."""
    value = None if state.value is None else plain_number(state.value)
    said = (state.status, value, state.reason)
    return said != (taken["status"], taken["value"], taken["reason"])


@dataclass(frozen=True)
class Earlier:
    """The form of the last period that was accepted, as it was signed."""

    submission: Submission
    version: Version
    accepted_on: date

    @property
    def nodes(self) -> Mapping[str, Node]:
        """What it asked."""
        return reported_nodes(document_of(self.submission))

    def state(self, code: str) -> AnswerState:
        """What it says of an indicator."""
        return signed_state(self.version.content["answers"].get(code))


def earlier_form(submission: Submission) -> Earlier | None:
    """The locality's accepted form of the latest period before this one; two SQL queries."""
    cycle = submission.cycle
    form = (
        Submission.objects.filter(
            locality_id=submission.locality_id,
            state=SubmissionState.ACCEPTED,
            cycle__region_id=cycle.region_id,
            cycle__period_end_date__lt=cycle.period_start_date,
        )
        .select_related("cycle__framework_version", "locality")
        .order_by("-cycle__period_end_date", "-pk")
        .first()
    )
    if form is None:
        return None
    steps = form.steps.filter(action=SubmissionAction.ACCEPT).select_related("version")
    accepted = steps.order_by("pk").last()
    if accepted is None or accepted.version is None:
        return None
    if form.cycle.framework_version_id == cycle.framework_version_id:
        form.cycle.framework_version = cycle.framework_version  # read once
    return Earlier(form, accepted.version, local_date(accepted.at))


def suggestions_of(
    submission: Submission, earlier: Earlier | None = None
) -> dict[str, list[Suggestion]]:
    """What is offered, by indicator: measured in this period, then of the period before.

    ``earlier`` as ``earlier_form`` gives it; it is looked for where it is not given.
    """
    earlier = earlier or earlier_form(submission)
    nodes = reported_nodes(document_of(submission))
    wanted = {node.prefill.measured for node in nodes.values() if node.prefill.measured}
    measured = measured_in(submission.cycle, submission.locality, wanted) if wanted else {}
    found: dict[str, list[Suggestion]] = {}
    for code, node in nodes.items():
        measurement = measured.get(node.prefill.measured or "")
        offered = [
            _of_measurement(node, measurement) if measurement is not None else None,
            _of_earlier(node, earlier, submission) if earlier is not None else None,
        ]
        found[code] = [each for each in offered if each is not None]
    return {code: each for code, each in found.items() if each}


def find_suggestion(offered: Iterable[Suggestion], mark: str) -> Suggestion | None:
    """The one of this mark that may be taken over."""
    return next((each for each in offered if each.mark == mark and each.is_proposed), None)


def _of_earlier(node: Node, earlier: Earlier, submission: Submission) -> Suggestion | None:
    before = earlier.nodes.get(node.code)
    state = earlier.state(node.code)
    if before is None or not state.is_answered or node.prefill.previous == "none":
        return None
    if not _is_same_kind(before, node):
        return None
    is_redefined = (before.definition, before.formula) != (node.definition, node.formula)
    lasts = node.prefill.previous == "propose" or state.status == Status.NOT_APPLICABLE
    old, now = Period.of(earlier.submission.cycle), Period.of(submission.cycle)
    if not lasts and abs(old.days - now.days) > _SAME_LENGTH_DAYS:
        return None
    return Suggestion(
        source=PREVIOUS,
        origin=earlier.submission.cycle.code,
        day=earlier.accepted_on,
        state=state,
        is_proposed=lasts and not is_redefined and not state_problems(node, state),
        year=_called(old),
        form=earlier.submission.pk,
        version=earlier.version.number,
        is_redefined=is_redefined,
    )


def _is_same_kind(before: Node, now: Node) -> bool:
    """Whether a value of the one can be read as a value of the other."""
    if before.value is None or now.value is None:
        return False
    levels = [
        [(each.value, each.title) for each in node.levels] for node in (before.value, now.value)
    ]
    return (before.unit, before.value.type, levels[0]) == (now.unit, now.value.type, levels[1])


def _called(period: Period) -> str:
    """A calendar year by its number, any other period by its days."""
    year = period.first.year
    is_year = period == Period(date(year, 1, 1), date(year, 12, 31))
    return str(year) if is_year else str(period)


def _of_measurement(node: Node, measured: Measurement) -> Suggestion | None:
    value = measured.value
    if node.value is not None and node.value.decimals is not None:
        value = value.quantize(Decimal(1).scaleb(-node.value.decimals))
    state = AnswerState(Status.VALUE.value, value)
    return Suggestion(
        source=MEASURED,
        origin=node.prefill.measured or "",
        day=measured.day,
        state=state,
        is_proposed=not state_problems(node, state),
        by=measured.source,
    )


def taken_state(suggestion: Suggestion, note: str, earlier_note: str = "") -> AnswerState:
    """The answer as it is taken over; a note already written stays."""
    return replace(suggestion.state, note=note or earlier_note or suggestion.state.note)


def still_valid(submission: Submission, earlier: Earlier | None) -> dict[str, list[Evidence]]:
    """The files of the earlier form that prove this period, too, by indicator; two SQL queries.

    Left out are those the indicator has already, whatever they are called.
    """
    if earlier is None:
        return {}
    there = set(
        submission.evidence.filter(removed_at__isnull=True).values_list("indicator", "sha256")
    )
    assessed = Period.of(submission.cycle)
    asked = reported_nodes(document_of(submission))
    files = earlier.submission.evidence.filter(
        removed_at__isnull=True, period_from__lte=assessed.first, period_to__gte=assessed.last
    )
    found: dict[str, list[Evidence]] = {}
    for each in files:
        if each.indicator in asked and (each.indicator, each.sha256) not in there:
            found.setdefault(each.indicator, []).append(each)
    return found
