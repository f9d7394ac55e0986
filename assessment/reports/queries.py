"""Reads of reports and of the publications they are made of."""

from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import Max, Q, QuerySet

from accounts.models import Locality, Region, User
from accounts.queries import has_role, locality_ids, region_ids
from accounts.roles import LOCALITY_ROLES, Role
from assessment.cycles.calendar import local_date
from assessment.cycles.models import Cycle
from assessment.frameworks.queries import visible_to as visible_versions
from assessment.publication.models import Publication
from assessment.publication.queries import history_of, public_publications
from assessment.reports.models import (
    Document,
    DocumentNumber,
    IssuedFile,
    Logo,
    Report,
    TextVersion,
)
from assessment.submissions.models import Version
from assessment.submissions.queries import visible_to as visible_forms

# The order of the columns: Chinese first.
LANGUAGES: tuple[str, ...] = (User.Language.CHINESE.value, User.Language.ENGLISH.value)
_OVERSEEING = (Role.COORDINATOR, Role.AUDITOR)


def visible_to(user: User | AnonymousUser) -> QuerySet[Report]:
    """All reports of the regions one oversees; for localities their own, once public."""
    return Report.objects.filter(
        Q(publication__cycle__region_id__in=region_ids(user, _OVERSEEING))
        | Q(
            locality_id__in=locality_ids(user, LOCALITY_ROLES),
            publication__in=public_publications().order_by().values("pk"),
        )
    ).select_related("publication__cycle", "locality")


def documents_visible_to(user: User | AnonymousUser) -> QuerySet[Document]:
    """What is about publications one sees, one's own or overseen forms, frameworks one sees.

    Of publications that are not public yet and of forms of others, the region's own people see
    the documents; reviewers see none.
    """
    overseen = region_ids(user, _OVERSEEING)
    own = locality_ids(user, LOCALITY_ROLES)
    return Document.objects.filter(
        Q(publication__cycle__region_id__in=overseen)
        | Q(version__submission__cycle__region_id__in=overseen)
        | Q(version__submission__locality_id__in=own)
        | Q(submission__cycle__region_id__in=overseen)
        | Q(submission__locality_id__in=own)
        | Q(framework_version__in=visible_versions(user).order_by().values("pk"))
        | Q(
            publication__in=public_publications().order_by().values("pk"),
            publication__cycle__participants__locality_id__in=own,
        )
    ).distinct()


def documents_of(publication: Publication) -> QuerySet[Document]:
    """Every document about a publication, made or asked for, with its job."""
    return Document.objects.filter(publication=publication).select_related("job")


def signed_version(user: User | AnonymousUser, submission: int, number: int) -> Version | None:
    """A signed version of a form the user may see."""
    return (
        Version.objects.select_related("submission__cycle__region", "submission__locality")
        .filter(submission__in=visible_forms(user), submission_id=submission, number=number)
        .first()
    )


def reports_of(publication: Publication) -> QuerySet[Report]:
    """Every report of a publication, made or asked for, with its job."""
    return Report.objects.filter(publication=publication).select_related("locality", "job")


def made_report(publication: Publication, locality: Locality, language: str) -> Report | None:
    """The finished report of a locality in one language; None where it was not made."""
    return Report.objects.filter(
        publication=publication, locality=locality, language=language, rendered_at__isnull=False
    ).first()


def made_document(named: Document) -> Document | None:
    """The finished document about the same thing, of the same kind and language, as this one."""
    return Document.objects.filter(
        kind=named.kind,
        language=named.language,
        publication=named.publication,
        version=named.version,
        submission=named.submission,
        framework_version=named.framework_version,
        rendered_at__isnull=False,
    ).first()


def public_reports() -> QuerySet[Report]:
    """Finished reports of what is public now; anyone may download them."""
    return Report.objects.filter(
        publication__in=public_publications().order_by().values("pk"),
        rendered_at__isnull=False,
    ).select_related("publication__cycle", "locality")


def public_documents() -> QuerySet[Document]:
    """Finished documents about what is public now; receipts never are among them."""
    return Document.objects.filter(
        publication__in=public_publications().order_by().values("pk"),
        kind__in=Document.PUBLIC_KINDS,
        rendered_at__isnull=False,
    ).select_related("publication__cycle")


def issued_file(sha256: str) -> IssuedFile | None:
    """The file of this SHA-256 that was issued here: a receipt, or of a publication once public."""
    once_public = Q(report__publication__published_at__isnull=False) | Q(
        document__publication__published_at__isnull=False
    )
    return (
        IssuedFile.objects.filter(
            once_public | Q(document__kind=Document.Kind.RECEIPT), sha256=sha256
        )
        .select_related("report__publication__cycle__region", "report__publication__run")
        .select_related("report__locality", "document__publication__cycle__region")
        .select_related("document__version__submission__cycle")
        .select_related("document__version__submission__locality")
        .first()
    )


def reportable_publications(user: User | AnonymousUser, cycle: Cycle) -> list[Publication]:
    """Publications of the cycle whose reports the user may see, newest first.

    Withdrawn ones have no reports any more; those not yet public are for the region alone.
    """
    if has_role(user, *_OVERSEEING, region_id=cycle.region_id):
        return list(history_of(cycle).filter(withdrawn_at__isnull=True))
    return list(public_publications().filter(cycle=cycle))


def reportable_localities(
    user: User | AnonymousUser, publication: Publication
) -> QuerySet[Locality]:
    """The localities of the publication whose reports the user may see, by code."""
    assessed = Locality.objects.filter(
        pk__in=publication.run.results.order_by().values("locality")
    ).order_by("code")
    if has_role(user, *_OVERSEEING, region_id=publication.cycle.region_id):
        return assessed
    return assessed.filter(pk__in=locality_ids(user, LOCALITY_ROLES))


def regions_with_texts(user: User | AnonymousUser) -> QuerySet[Region]:
    """The regions whose texts and letterhead the user may read."""
    return Region.objects.filter(pk__in=region_ids(user, _OVERSEEING))


def texts_in_force(region: Region, at: datetime | None = None) -> dict[str, TextVersion]:
    """What the office last wrote for each text, today or at that moment; one SQL query."""
    versions = TextVersion.objects.filter(region=region)
    if at is not None:
        versions = versions.filter(written_at__lte=at)
    newest = versions.order_by().values("key").annotate(last=Max("pk")).values("last")
    found = TextVersion.objects.filter(pk__in=newest).select_related("written_by")
    return {version.key: version for version in found}


def versions_of(region: Region, key: str) -> QuerySet[TextVersion]:
    """Every version of one text, newest first."""
    found = TextVersion.objects.filter(region=region, key=key)
    return found.select_related("written_by").order_by("-number")


def logo_in_force(region: Region, at: datetime | None = None) -> Logo | None:
    """The logo of the letterhead, today's or that of a moment, if there is one; one SQL query."""
    newest = newest_logo(region, at)
    return newest if newest is not None and newest.file else None


def newest_logo(region: Region, at: datetime | None = None) -> Logo | None:
    """The last change of the logo, one that took it out included."""
    logos = Logo.objects.filter(region=region).select_related("written_by")
    if at is not None:
        logos = logos.filter(written_at__lte=at)
    return logos.order_by("-number").first()


def newest_publication(region: Region) -> Publication | None:
    """The region's last publication that was not withdrawn, with cycle and run; one SQL query."""
    stands = Publication.objects.filter(cycle__region=region, withdrawn_at__isnull=True)
    return stands.select_related("cycle__region", "run").order_by("-made_at", "-pk").first()


def newest_signed(region: Region) -> Version | None:
    """The last form that was signed in the region; one SQL query."""
    signed = Version.objects.filter(submission__cycle__region=region)
    return (
        signed.select_related("submission__cycle__region", "submission__locality")
        .order_by("-signed_at", "-pk")
        .first()
    )


def number_of(publication: Publication) -> int | None:
    """The number the publication's commendation was given, if it was; one SQL query."""
    numbers = DocumentNumber.objects.filter(publication=publication).order_by("-pk")
    return numbers.values_list("number", flat=True).first()


def number_names_issuer(region: Region) -> bool:
    """Whether the office has worded document numbers in Chinese; one SQL query.

    GB/T 9704-2012 begins them with characters of the issuing body (发文机关代字), which no standard
    wording can know.
    """
    worded = texts_in_force(region).get("letterhead-number")
    return worded is not None and bool(worded.text_zh)


def numbered(region: Region, year: int) -> dict[int, Publication]:
    """The publications of a year whose commendations have a number, by it; one SQL query."""
    newest = DocumentNumber.objects.filter(
        publication__cycle__region=region, publication__published_at__isnull=False
    )
    found: dict[int, DocumentNumber] = {}
    for each in newest.select_related("publication__cycle").order_by("pk"):
        found[each.publication_id] = each
    return {
        each.number: each.publication
        for each in found.values()
        if each.number is not None
        and each.publication.published_at is not None
        and local_date(each.publication.published_at).year == year
    }
