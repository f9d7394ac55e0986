"""What stands in the way of a publication, in words."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from assessment.cycles.models import Cycle
from assessment.scores.models import ScoreRun
from assessment.scores.queries import ranking, stale_parts
from assessment.scores.wording import PART_LABELS
from assessment.submissions.models import Submission
from assessment.submissions.workflow import SubmissionState


def obstacles(cycle: Cycle, run: ScoreRun | None) -> list[str]:
    """One sentence per obstacle; empty when the run can be published.

    The run must be of the cycle, computed on what the cycle holds now, and rank somebody;
    every form must be accepted.
    """
    return [*_run_obstacles(cycle, run), *_form_obstacles(cycle)]


def _run_obstacles(cycle: Cycle, run: ScoreRun | None) -> list[str]:
    if run is None:
        return [_("No scores have been computed yet. Compute a score run first.")]
    if run.cycle_id != cycle.pk:
        return [_("The score run belongs to another cycle.")]
    changed = stale_parts(run)
    if changed:
        return [
            _("Changed since run %(number)s: %(parts)s. Compute the scores again.")
            % {"number": run.number, "parts": _listed(str(PART_LABELS[part]) for part in changed)}
        ]
    if not any(row.rank for row in ranking(run)):
        return [_("Run %(number)s ranks no locality.") % {"number": run.number}]
    return []


def _listed(items: Iterable[str]) -> str:
    return pgettext("list separator", ", ").join(items)


def _form_obstacles(cycle: Cycle) -> list[str]:
    open_forms = (
        Submission.objects.filter(cycle=cycle)
        .exclude(state=SubmissionState.ACCEPTED)
        .select_related("locality")
        .order_by("locality__code")
    )
    names = [
        _("%(locality)s (%(state)s)")
        % {"locality": form.locality.name, "state": form.get_state_display()}
        for form in open_forms
    ]
    if not names:
        return []
    sentence = ngettext(
        "%(count)s form is not accepted: %(names)s.",
        "%(count)s forms are not accepted: %(names)s.",
        len(names),
    )
    return [sentence % {"count": len(names), "names": _listed(names)}]
