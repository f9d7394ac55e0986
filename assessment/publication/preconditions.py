"""What stands in the way of a publication, in words, and where it is mended."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.text import join_sentences
from assessment.cycles.models import Cycle
from assessment.engine.version import ENGINE_VERSION
from assessment.publication.wording import listed
from assessment.scores.models import ScoreRun
from assessment.scores.queries import ranking, stale_parts
from assessment.scores.wording import PART_LABELS
from assessment.submissions.models import Submission
from assessment.submissions.workflow import UNDECIDED, SubmissionState

# Where each part of what a run is computed on is looked at and changed.
_PART_PAGES = {
    "framework": "cycles:edit",
    "observations": "observations:matrix",
    "localities": "cycles:edit",
    "adjustments": "scores:adjust",
    "history": "cycles:edit",
}


@dataclass(frozen=True)
class Remedy:
    """A page on which an obstacle is mended."""

    label: str
    url: str


@dataclass(frozen=True)
class Obstacle:
    """A sentence on what stands in the way, and the pages that mend it, the first one first.

    Where ``is_listing`` the labels of the remedies complete the sentence.
    """

    text: str
    remedies: tuple[Remedy, ...] = ()
    is_listing: bool = False
    # The run was computed on what has changed since: so is all that is told of it.
    is_outdated_run: bool = False

    def __str__(self) -> str:
        if not self.is_listing:
            return self.text
        return join_sentences([self.text, listed(remedy.label for remedy in self.remedies)])


def obstacles(cycle: Cycle, run: ScoreRun | None) -> list[Obstacle]:
    """Everything in the way; empty when the run can be published.

    The run must be of the cycle, computed on what the cycle holds now, and rank somebody;
    every form must be accepted.
    """
    return [*_run_obstacles(cycle, run), *_form_obstacles(cycle)]


def _run_obstacles(cycle: Cycle, run: ScoreRun | None) -> list[Obstacle]:
    runs = Remedy(_("Score runs"), reverse("scores:list", args=[cycle.code]))
    if run is None:
        return [
            Obstacle(_("No scores have been computed yet. Compute a score run first."), (runs,))
        ]
    if run.cycle_id != cycle.pk:
        return [Obstacle(_("The score run belongs to another cycle."), (runs,))]
    changed = stale_parts(run)
    if changed:
        sentence = _("Changed since run %(number)s: %(parts)s. Compute the scores again.") % {
            "number": run.number,
            "parts": listed(str(PART_LABELS[part]) for part in changed),
        }
        pages = (
            Remedy(
                _("Look at: %(part)s") % {"part": PART_LABELS[part]},
                reverse(_PART_PAGES[part], args=[cycle.code]),
            )
            for part in changed
        )
        return [Obstacle(sentence, (runs, *pages), is_outdated_run=True)]
    if not run.is_recomputable:
        sentence = _(
            "Run %(number)s was made by engine %(version)s; this is engine %(own)s. "
            "Compute the scores again."
        ) % {"number": run.number, "version": run.engine_version, "own": ENGINE_VERSION}
        return [Obstacle(sentence, (runs,), is_outdated_run=True)]
    if not any(row.rank for row in ranking(run)):
        sentence = _("Run %(number)s ranks no locality.") % {"number": run.number}
        values = Remedy(_("Observations"), reverse("observations:matrix", args=[cycle.code]))
        return [Obstacle(sentence, (values, runs))]
    return []


def _form_obstacles(cycle: Cycle) -> list[Obstacle]:
    open_forms = (
        Submission.objects.filter(cycle=cycle)
        .exclude(state=SubmissionState.ACCEPTED)
        .select_related("locality")
        .order_by("locality__code")
    )
    remedies = tuple(_form_remedy(cycle, form) for form in open_forms)
    if not remedies:
        return []
    sentence = ngettext(
        "%(count)s form is not accepted:", "%(count)s forms are not accepted:", len(remedies)
    )
    return [Obstacle(sentence % {"count": len(remedies)}, remedies, is_listing=True)]


def unlock_requests(cycle: Cycle) -> tuple[Remedy, ...]:
    """Localities whose request to unlock their form nobody has answered, with the page to do so.

    They hinder no publication, but can no longer be granted after it.
    """
    asking = (
        Submission.objects.filter(cycle=cycle, unlock_request__isnull=False)
        .select_related("locality")
        .order_by("locality__code")
    )
    return tuple(
        Remedy(form.locality.name, reverse("reviews:unlock", args=[cycle.code, form.locality.code]))
        for form in asking
    )


def _form_remedy(cycle: Cycle, form: Submission) -> Remedy:
    """A form handed in is verified; one still with its locality is looked at."""
    label = _("%(locality)s (%(state)s)") % {
        "locality": form.locality.name,
        "state": form.get_state_display(),
    }
    if form.state in UNDECIDED:
        return Remedy(label, reverse("reviews:submission", args=[cycle.code, form.locality.code]))
    return Remedy(label, reverse("submissions:form", args=[form.pk]))
