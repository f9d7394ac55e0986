"""The steps a coordinator takes with a publication, each with the question it asks first."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from assessment.cycles.workflow import Stage, StageAction

Text = str | Promise


@dataclass(frozen=True)
class Step:
    """One step: the words of its question and what follows from it.

    With ``reason_help`` it asks for a reason, in both languages.
    """

    code: str
    action: StageAction
    label: Text
    heading: Text
    text: Text
    consequences: tuple[Text, ...]
    is_irreversible: bool = False
    reason_help: Text = ""
    needs_run: bool = False


PRELIMINARY = Step(
    code="preliminary",
    action=StageAction.PUBLISH_PRELIMINARY,
    label=_("Publish preliminary results"),
    heading=_("Publish the preliminary results?"),
    text=_("The results become public as preliminary and localities may object."),
    consequences=(
        _("Anyone can read the ranking and download the bundle."),
        _("The publication can be withdrawn with a reason; it stays on record."),
    ),
    needs_run=True,
)
WITHDRAW = Step(
    code="withdraw",
    action=StageAction.WITHDRAW_PRELIMINARY,
    label=_("Withdraw the preliminary results"),
    heading=_("Withdraw the preliminary results?"),
    text=_("The results are no longer public and the cycle returns to the review."),
    consequences=(
        _("The publication and your reason stay on record."),
        _("Its public addresses say that it was withdrawn, when, and the reason you give here."),
    ),
    reason_help=_("Everybody can read it: it is shown in public where the results were."),
)
FINALISE = Step(
    code="finalise",
    action=StageAction.FINALISE,
    label=_("Fix the final results"),
    heading=_("Fix the final results?"),
    text=_("The results become final, and are public with the next step."),
    consequences=(
        _("Observations, adjustments and scores of the cycle can no longer change."),
        _("The final bundle is made and verified. It is public only after the next step."),
        _("Until then the final results can be taken back with a reason."),
    ),
    needs_run=True,
)
PUBLISH = Step(
    code="publish",
    action=StageAction.PUBLISH,
    label=_("Publish the final results"),
    heading=_("Publish the final results?"),
    text=_("The final results replace the preliminary ones in public. This cannot be undone."),
    consequences=(_("Anyone can read the final ranking and download the bundle."),),
    is_irreversible=True,
)
REOPEN = Step(
    code="reopen",
    action=StageAction.REOPEN_PRELIMINARY,
    label=_("Take back the final results"),
    heading=_("Take back the final results?"),
    text=_("The cycle returns to its preliminary results, which stay public meanwhile."),
    consequences=(
        _("Values can be corrected, scores computed again, and the results fixed anew."),
        _("The final publication and your reason stay on record; it never was public."),
    ),
    reason_help=_("It is kept with the publication and in the audit log."),
)
STEPS: Mapping[str, Step] = {
    step.code: step for step in (PRELIMINARY, WITHDRAW, FINALISE, REOPEN, PUBLISH)
}


def steps_at(stage: Stage | str) -> list[Step]:
    """What can follow in the stage, the way forward first."""
    offered: Mapping[str, list[Step]] = {
        Stage.REVIEWING: [PRELIMINARY],
        Stage.PRELIMINARY: [FINALISE, WITHDRAW],
        Stage.FINAL: [PUBLISH, REOPEN],
    }
    return offered.get(stage, [])
