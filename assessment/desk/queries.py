"""What the overview of a cycle gathers from the rooms."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.queries import locality_ids
from accounts.roles import LOCALITY_ROLES
from assessment.cycles.models import STAGE_LABELS, Cycle
from assessment.cycles.steps import STEPS, Step
from assessment.cycles.workflow import Stage, StageAction
from assessment.observations.models import Observation
from assessment.observations.statuses import Status
from assessment.submissions.models import Submission
from assessment.submissions.workflow import EDITABLE, SubmissionState

ORDER = list(Stage)
# Taken by the room of forms, which makes them; asked for like the steps of the cycles' own.
OPENING = Step(
    StageAction.OPEN_COLLECTION,
    label=gettext_lazy("Open the collection"),
    question=gettext_lazy("Open the collection?"),
    text=gettext_lazy(
        "Every participant gets its form. The framework and the participants can then no longer "
        "change."
    ),
    done=gettext_lazy("The collection is open: every locality has its form."),
)

Label = str | Promise


def own_forms(user: User, cycle: Cycle) -> QuerySet[Submission]:
    """The cycle's forms of the localities for which the person writes or signs."""
    own = locality_ids(user, LOCALITY_ROLES)
    return Submission.objects.filter(cycle=cycle, locality_id__in=own).select_related("locality")


@dataclass(frozen=True)
class FormCounts:
    """How many forms stand where; an overdue form counts as overdue alone."""

    draft: int
    submitted: int
    in_review: int
    returned: int
    reopened: int
    accepted: int
    overdue: int

    @property
    def total(self) -> int:
        """All forms of the cycle."""
        open_forms = self.overdue + self.draft + self.returned + self.reopened
        return open_forms + self.submitted + self.in_review + self.accepted


def form_counts(cycle: Cycle, today: date) -> FormCounts:
    """Count the cycle's forms by state in one query."""
    counts: Counter[str] = Counter()
    for state, extended in Submission.objects.filter(cycle=cycle).values_list(
        "state", "extended_end_date"
    ):
        is_late = state in EDITABLE and today > (extended or cycle.collection_end_date)
        counts["overdue" if is_late else state] += 1
    return FormCounts(
        **{state.value: counts[state.value] for state in SubmissionState}, overdue=counts["overdue"]
    )


@dataclass(frozen=True)
class ValueCounts:
    """How many observations the cycle has of those it expects."""

    present: int
    expected: int


def value_counts(cycle: Cycle) -> ValueCounts:
    """Observations that say something, against participants × observed indicators."""
    present = Observation.objects.filter(cycle=cycle).exclude(status=Status.MISSING).count()
    observed = len(cycle.framework_version.parsed.observed)
    return ValueCounts(present, observed * cycle.participants.count())


def stage_steps(cycle: Cycle) -> list[dict[str, Any]]:
    """The stages as the steps component shows them, with the days planned for them."""
    collection = {"first": cycle.collection_start_date, "last": cycle.collection_end_date}
    days = {
        Stage.COLLECTING: _("%(first)s to %(last)s") % collection,
        Stage.REVIEWING: _("until %(last)s") % {"last": cycle.review_end_date},
        Stage.PRELIMINARY: _("objections until %(last)s") % {"last": cycle.objection_end_date},
    }
    position = ORDER.index(Stage(cycle.stage))
    return [
        {
            "label": STAGE_LABELS[stage],
            "state": "done" if n < position else "current" if n == position else "coming",
            "days": days.get(stage, ""),
        }
        for n, stage in enumerate(ORDER)
    ]


def form_figures(cycle: Cycle, counts: FormCounts) -> list[dict[str, Any]]:
    """The tiles of the overview, each leading to the forms it counts."""
    board = reverse("submissions:board", args=[cycle.code])
    reviews = reverse("reviews:list", args=[cycle.code])
    return [
        {
            "label": _("Overdue"),
            "value": counts.overdue,
            "url": f"{board}?state=overdue",
            "tone": "danger" if counts.overdue else "",
        },
        {"label": _("Draft"), "value": counts.draft, "url": f"{board}?state=draft"},
        {
            "label": _("To verify"),
            "value": counts.submitted,
            "url": f"{reviews}?state=submitted",
            "tone": "info" if counts.submitted else "",
        },
        {
            "label": _("Under review"),
            "value": counts.in_review,
            "url": f"{reviews}?state=in_review",
            "tone": "info" if counts.in_review else "",
        },
        {
            "label": _("Returned"),
            "value": counts.returned,
            "url": f"{reviews}?state=returned",
            "tone": "warning" if counts.returned else "",
        },
        {
            "label": _("Open again"),
            "value": counts.reopened,
            "url": f"{reviews}?state=reopened",
            "tone": "warning" if counts.reopened else "",
        },
        {
            "label": _("Accepted"),
            "value": counts.accepted,
            "url": f"{reviews}?state=accepted",
            "tone": "success" if counts.accepted else "",
        },
    ]


@dataclass(frozen=True)
class NextStep:
    """What brings the cycle on, and where it is done.

    ``step`` is set where ``url`` does it at once, after the question the step asks.
    """

    text: Label
    label: Label
    url: str
    step: Step | None = None


def next_step(cycle: Cycle, counts: FormCounts) -> NextStep | None:
    """The coordinator's next step; ``None`` for an archived cycle."""
    if cycle.stage == Stage.DRAFT:
        opening = reverse("desk:open-collection", args=[cycle.code])
        return NextStep(OPENING.text, OPENING.label, opening, OPENING)
    stage = reverse("cycles:stage", args=[cycle.code])
    if cycle.stage == Stage.COLLECTING:
        start = STEPS[StageAction.START_REVIEW]
        return NextStep(start.text, start.label, f"{stage}?action={start.action}", start)
    publication = reverse("publication:detail", args=[cycle.code])
    if cycle.stage == Stage.REVIEWING and counts.accepted < counts.total:
        reviews = reverse("reviews:list", args=[cycle.code]) + "?state=submitted"
        text = _("Verify the forms: results can be published once every form is accepted.")
        return NextStep(text, _("Verify the forms"), reviews)
    if cycle.stage == Stage.REVIEWING:
        runs = reverse("scores:list", args=[cycle.code])
        text = _("All forms are accepted: settle the expert scores, compute, then publish.")
        return NextStep(text, _("Compute scores"), runs)
    if cycle.stage == Stage.PRELIMINARY:
        text = _("The preliminary results are public: decide on objections, then make them final.")
        return NextStep(text, _("Make the results final"), publication)
    if cycle.stage == Stage.FINAL:
        return NextStep(_("The results are final and not public yet."), _("Publish"), publication)
    if cycle.stage == Stage.PUBLISHED:
        archive = STEPS[StageAction.ARCHIVE]
        return NextStep(archive.text, archive.label, f"{stage}?action={archive.action}")
    return None
