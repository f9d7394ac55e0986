"""Why something is not done in the present stage of a cycle, and who can change that."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from accounts.text import join_items
from assessment.cycles.models import STAGE_LABELS
from assessment.cycles.workflow import Stage


def stage_refusal(stage: str, possible: Collection[Stage]) -> str:
    """Where the cycle stands, when this is possible, and whose step would make it so.

    For the people of the region: of a form's own state its locality reads elsewhere.
    """
    text = _("The cycle is in the stage “%(stage)s”; this is possible in: %(stages)s.")
    labels = [str(STAGE_LABELS[each]) for each in Stage if each in possible]
    told = text % {
        "stage": STAGE_LABELS[Stage(stage)],
        "stages": join_items(labels),
    }
    # In Chinese the two sentences stand without a space.
    return _("%(told)s %(way)s") % {"told": told, "way": _way_there(Stage(stage), possible)}


def _way_there(stage: Stage, possible: Collection[Stage]) -> str:
    order = list(Stage)
    if stage == Stage.DRAFT:
        return _("A coordinator opens the collection first.")
    if stage == Stage.COLLECTING and Stage.REVIEWING in possible:
        return _("A coordinator starts the review first.")
    if stage == Stage.FINAL and any(order.index(each) < order.index(stage) for each in possible):
        return _("While they are not public, a coordinator can take the final results back.")
    if any(order.index(each) > order.index(stage) for each in possible):
        return _("The cycle has to come to that stage first.")
    if stage == Stage.REVIEWING and Stage.COLLECTING in possible:
        return _("A coordinator can reopen the collection.")
    if stage == Stage.PRELIMINARY and Stage.REVIEWING in possible:
        return _("A coordinator can withdraw the preliminary results; the review then goes on.")
    return _("Nobody can do it any more.")
