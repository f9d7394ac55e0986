"""Reads of the public area: public publications, what came before, finished reports."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import QuerySet

from accounts.models import Region
from assessment.cycles.calendar import days_left
from assessment.cycles.workflow import Stage
from assessment.publication.models import Publication
from assessment.publication.queries import (
    of_cycle,
    public_publications,
    withdrawn_publications,
)
from assessment.reports.models import Document, Report
from assessment.reports.queries import public_documents, public_reports
from assessment.scores.places import AssessedPlace, Place


class Standing(StrEnum):
    """How what was once public stands today."""

    CURRENT = "current"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class FinishedReport:
    """A report that can be downloaded, of a locality under the name it was assessed by."""

    report: Report
    locality: Place


def listed_publications() -> QuerySet[Publication]:
    """The public publications, newest first, without their documents and localities."""
    return public_publications().defer("run__framework", "run__localities_csv")


def find_publication(cycle: str) -> Publication | None:
    """The public publication of the cycle with this code; None where there is none."""
    return of_cycle(cycle)


def find_withdrawn(cycle: str) -> Publication | None:
    """The publication of the cycle that was withdrawn last; None where none ever was."""
    return withdrawn_publications().filter(cycle__code=cycle).first()


def find_locality(publication: Publication, code: str) -> AssessedPlace | None:
    """The locality with this code as the publication knows it; None for others."""
    return publication.run.places.get(code)


def finished_reports(publication: Publication, locality: str | None = None) -> list[FinishedReport]:
    """The evaluation reports that can be downloaded, by locality and language.

    ``locality`` is a code and keeps that locality's only.
    """
    found = public_reports().filter(publication=publication).order_by("locality__code", "-language")
    if locality is not None:
        found = found.filter(locality__code=locality)
    return [
        FinishedReport(report, publication.run.places[report.locality.code]) for report in found
    ]


def find_report(publication: Publication, locality: str, language: str) -> Report | None:
    """One finished report of the publication."""
    return (
        public_reports()
        .filter(publication=publication, locality__code=locality, language=language)
        .first()
    )


def finished_documents(publication: Publication) -> list[Document]:
    """Regional summary and commendation of the publication that can be downloaded."""
    return list(public_documents().filter(publication=publication).order_by("-kind", "-language"))


def find_document(publication: Publication, kind: str, language: str) -> Document | None:
    """One finished document about the publication."""
    return public_documents().filter(publication=publication, kind=kind, language=language).first()


def find_bundle(digits: str) -> Publication | None:
    """What was ever public here whose bundle's SHA-256 is or begins so; ``standing_of`` it."""
    return (
        Publication.objects.filter(published_at__isnull=False, bundle_sha256__startswith=digits)
        .select_related("cycle__region")
        .first()
    )


def standing_of(publication: Publication) -> Standing:
    """How a publication that was ever public stands today."""
    if publication.withdrawn_at is not None:
        return Standing.WITHDRAWN
    is_public = public_publications().filter(pk=publication.pk).exists()
    return Standing.CURRENT if is_public else Standing.SUPERSEDED


def preliminary_publications() -> QuerySet[Publication]:
    """The public publications that are not final, newest first."""
    return listed_publications().filter(kind=Publication.Kind.PRELIMINARY)


def coordinating_bodies() -> list[Region]:
    """The regions whose bodies answer the public: those that have published, else every one."""
    regions = Region.objects.order_by("code")
    published = regions.filter(cycles__publications__published_at__isnull=False).distinct()
    return list(published) or list(regions)


def is_contestable(publication: Publication, at: datetime) -> bool:
    """Whether objections are accepted: preliminary, not fixed, the last day not yet over."""
    cycle = publication.cycle
    return (
        publication.kind == Publication.Kind.PRELIMINARY
        and cycle.stage == Stage.PRELIMINARY
        and days_left(publication.last_objection_day, at) >= 0
    )
