"""What happened to the experts' scores of a cycle since a page was opened, and by whom."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from assessment.audit.models import Event
from assessment.audit.staleness import newest, require_newest
from assessment.cycles.models import Cycle
from assessment.reviews.models import RubricScore


def last_judgement(cycle: Cycle) -> int:
    """The number of the newest score or settlement of the cycle; 0 before the first."""
    return newest(_judgements(cycle))


def require_last_judgement(cycle: Cycle, seen: int | None) -> None:
    """Raise ``ValidationError`` on ``seen`` if a score was given or settled since then."""
    again = _("Look at the scores again before you settle them.")
    require_newest(_judgements(cycle), seen, again)


def _judgements(cycle: Cycle) -> QuerySet[Event]:
    scores = RubricScore.objects.filter(cycle=cycle).values_list("pk", flat=True)
    given = Q(target_type=RubricScore._meta.label_lower, target_id__in=[str(pk) for pk in scores])
    settled = Q(
        action="reviews.settle_rubric",
        target_type=Cycle._meta.label_lower,
        target_id=str(cycle.pk),
    )
    return Event.objects.filter(given | settled)
