"""Reads of publications; the public ones need nobody signed in."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.queries import region_ids
from accounts.roles import Role
from assessment.airquality.queries import means_until
from assessment.audit.models import Event
from assessment.audit.wording import person_label
from assessment.cycles.models import Cycle
from assessment.cycles.workflow import Stage
from assessment.engine.texts import LocalizedText
from assessment.publication.caveats import Confirmation, caveats_of, digest_of
from assessment.publication.models import Analysis, Publication, PublishedMeans
from assessment.scores import queries as score_queries
from assessment.scores.models import ScoreRun
from assessment.scores.queries import RankingRow

# What lists of publications do not need of the run.
_LARGE = (
    "run__trace",
    "run__observations_csv",
    "run__adjustments_csv",
    "run__history_csv",
)


def visible_to(user: User | AnonymousUser) -> QuerySet[Publication]:
    """Every publication, withdrawn and unpublished too, of regions one coordinates or audits."""
    regions = region_ids(user, (Role.COORDINATOR, Role.AUDITOR))
    return _complete().filter(cycle__region_id__in=regions)


def public_publications() -> QuerySet[Publication]:
    """What the public reads now, newest first: one publication per cycle.

    The preliminary one while its cycle is preliminary or final, the final one once it is
    published; withdrawn ones never. Carries the cycle, its region and the run.
    """
    return (
        _complete()
        .filter(published_at__isnull=False, withdrawn_at__isnull=True)
        .filter(
            Q(
                kind=Publication.Kind.PRELIMINARY,
                cycle__stage__in=[Stage.PRELIMINARY, Stage.FINAL],
            )
            | Q(
                kind=Publication.Kind.FINAL,
                cycle__stage__in=[Stage.PUBLISHED, Stage.ARCHIVED],
            )
        )
        .order_by("-published_at", "-pk")
    )


def latest() -> Publication | None:
    """The newest public publication; None before the first."""
    return public_publications().first()


def of_cycle(code: str) -> Publication | None:
    """The public publication of the cycle with this code; None where there is none."""
    return public_publications().filter(cycle__code=code).first()


def previous_publication(publication: Publication) -> Publication | None:
    """The public publication of the cycle before; None without one."""
    previous = publication.cycle.previous_id
    if previous is None:
        return None
    return public_publications().filter(cycle_id=previous).first()


def withdrawn_publications() -> QuerySet[Publication]:
    """What was public and was taken back, the last one first; the public may know of it."""
    taken_back = _complete().filter(withdrawn_at__isnull=False, published_at__isnull=False)
    return taken_back.order_by("-withdrawn_at", "-pk")


def confirmation_of(
    cycle: Cycle, run: ScoreRun, kind: str, at: datetime, reason: LocalizedText
) -> Confirmation:
    """A confirmation of the caveats as they stand, where nobody reads them on a page."""
    return Confirmation(digest_of(caveats_of(cycle, run, kind, at)), reason)


def history_of(cycle: Cycle) -> QuerySet[Publication]:
    """All publications of a cycle, newest first: current, superseded, withdrawn."""
    return _complete().filter(cycle=cycle).order_by("-number")


def published_by(cycle: Cycle) -> dict[int, str]:
    """Who made the final results of the cycle public, by publication; one query to the log.

    A publication itself names who made its bundle, and that is another step.
    """
    finals = Publication.objects.filter(cycle=cycle, published_at__isnull=False)
    events = Event.objects.filter(
        action="publication.publish",
        target_type=Publication._meta.label_lower,
        target_id__in=[str(pk) for pk in finals.values_list("pk", flat=True)],
    )
    return {int(event.target_id): person_label(event) for event in events.order_by("sequence")}


def current(publications: Iterable[Publication], kind: str) -> Publication | None:
    """The one of the kind that is not withdrawn."""
    return next((p for p in publications if p.kind == kind and p.withdrawn_at is None), None)


def ranking(
    publication: Publication, node: str | None = None, group: str | None = None
) -> list[RankingRow]:
    """The ranking of the publication's frozen run; see ``scores.queries.ranking``."""
    return score_queries.ranking(publication.run, node, group)


def analysis_of(publication: Publication) -> Analysis | None:
    """How firm the results are and what changed; None while nobody asked. One SQL query."""
    return (
        Analysis.objects.select_related("previous__cycle", "previous__run")
        .filter(publication=publication)
        .first()
    )


def means_of(publication: Publication, at: datetime) -> PublishedMeans:
    """The annual means of the air kept with the publication; one SQL query.

    Where it is older than they are: those of its analysis, else those of ``at``, not stored yet.
    """
    kept = PublishedMeans.objects.filter(publication=publication).first()
    if kept is not None:
        return kept
    analysis = analysis_of(publication)
    if analysis is not None and "air_quality" in analysis.document:
        found, at = analysis.document["air_quality"], analysis.made_at
    else:
        found = means_until(publication.cycle)
    return PublishedMeans(publication=publication, document=found, made_at=at)


def _complete() -> QuerySet[Publication]:
    return (
        Publication.objects.select_related("cycle__region", "run", "made_by", "withdrawn_by")
        .defer(*_LARGE)
        .order_by("cycle", "-number")
    )
