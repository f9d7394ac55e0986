"""The steps of a cycle this room takes by itself, in words: question, consequences, tone."""

from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assessment.cycles.models import Cycle
from assessment.cycles.services import REASONED
from assessment.cycles.workflow import TRANSITIONS, Stage, StageAction


@dataclass(frozen=True)
class Step:
    """A step a coordinator can take here, as its confirmation asks for it."""

    action: StageAction
    label: Promise
    question: Promise
    text: Promise
    done: Promise
    tone: str = "primary"
    consequences: list[Promise] = field(default_factory=list)

    @property
    def is_reasoned(self) -> bool:
        """Whether a reason must be given."""
        return self.action in REASONED


STEPS: dict[StageAction, Step] = {
    StageAction.START_REVIEW: Step(
        StageAction.START_REVIEW,
        label=_("Start the review"),
        question=_("Start the review?"),
        text=_("Forms that are still open can be submitted until their last day."),
        done=_("The review has started."),
    ),
    StageAction.REOPEN_COLLECTION: Step(
        StageAction.REOPEN_COLLECTION,
        label=_("Reopen the collection"),
        question=_("Reopen the collection?"),
        text=_("The cycle goes back from review to collection."),
        done=_("The collection is open again."),
        tone="danger",
        consequences=[
            _("Forms that were accepted stay accepted."),
            _("Forms can be submitted again until their last day; change the timetable if needed."),
        ],
    ),
    StageAction.ARCHIVE: Step(
        StageAction.ARCHIVE,
        label=_("Archive the cycle"),
        question=_("Archive the cycle?"),
        text=_("An archived cycle stays public and can no longer change."),
        done=_("The cycle is archived."),
        tone="danger",
    ),
}


def possible_steps(cycle: Cycle) -> list[Step]:
    """The steps of this room that fit the cycle's stage."""
    return [step for step in STEPS.values() if (Stage(cycle.stage), step.action) in TRANSITIONS]
