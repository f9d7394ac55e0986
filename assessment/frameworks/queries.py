"""Reads of frameworks."""

from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, FilteredRelation, Q, QuerySet

from accounts.models import Region, User
from accounts.queries import locality_ids, region_ids
from accounts.roles import LOCALITY_ROLES, REGION_ROLES, Role
from assessment.audit.models import Event
from assessment.frameworks.models import FrameworkVersion
from assessment.frameworks.reading import document_problems
from assessment.frameworks.workflow import VersionState

# A cycle in preparation is not shown to localities; the room of cycles lies above this one.
_CYCLE_IN_PREPARATION = "draft"


def visible_to(user: User | AnonymousUser) -> QuerySet[FrameworkVersion]:
    """Versions the user may read.

    Roles of a region see all of the region's; localities see the versions that the cycles
    they take part in use; administrators see none.
    """
    used = FrameworkVersion.objects.annotate(
        open_cycle=FilteredRelation("cycles", condition=~Q(cycles__stage=_CYCLE_IN_PREPARATION))
    ).filter(open_cycle__participants__locality__in=locality_ids(user, LOCALITY_ROLES))
    return FrameworkVersion.objects.filter(
        Q(framework__region__in=region_ids(user, REGION_ROLES)) | Q(pk__in=used.values("pk"))
    ).select_related("framework__region")


def listed_versions(user: User | AnonymousUser) -> QuerySet[FrameworkVersion]:
    """The visible versions with ``cycle_count``, without their documents."""
    return visible_to(user).defer("document").annotate(cycle_count=Count("cycles", distinct=True))


def find_version(user: User | AnonymousUser, *, code: str, number: int) -> FrameworkVersion | None:
    """The visible version at this address, with the people who made and froze it."""
    return (
        visible_to(user)
        .select_related("created_by", "frozen_by")
        .filter(framework__code=code, number=number)
        .first()
    )


def coordinated_regions(user: User | AnonymousUser) -> QuerySet[Region]:
    """Regions in which the user may start a framework."""
    return Region.objects.filter(pk__in=region_ids(user, [Role.COORDINATOR]))


def changes_since(version: FrameworkVersion, revision: int) -> list[Event]:
    """The saves of a version after the revision the reader had before them, oldest first."""
    events: Iterable[Event] = Event.objects.filter(
        target_type=version._meta.label_lower, target_id=str(version.pk)
    ).order_by("sequence")
    return [event for event in events if event.after.get("revision", 0) > revision]


def unusable_versions(region: Region) -> frozenset[int]:
    """Keys of the region's drafts that must be corrected before they can be frozen; one query."""
    drafts = FrameworkVersion.objects.filter(framework__region=region, state=VersionState.DRAFT)
    return frozenset(draft.pk for draft in drafts if document_problems(draft.document))
