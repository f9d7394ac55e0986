"""Reads of jobs."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.db.models.fields.json import KT

from accounts.models import User
from accounts.queries import region_ids
from assessment.jobs.models import Job
from assessment.jobs.permissions import OVERSEEING_ROLES
from assessment.jobs.workflow import JobState


def visible_to(user: User | AnonymousUser) -> QuerySet[Job]:
    """Own jobs; for coordinators and auditors also those of their regions, newest first."""
    if not isinstance(user, User):
        return Job.objects.none()
    regions = region_ids(user, OVERSEEING_ROLES)
    return Job.objects.filter(
        Q(created_by=user) | Q(parameters__region__in=sorted(regions))
    ).select_related("created_by")


def listed_jobs(user: User | AnonymousUser) -> QuerySet[Job]:
    """The visible jobs with what they are about, as far as their parameters name it.

    ``about_cycle``, ``about_zh``, ``about_en``: code of the cycle, names of the place.
    """
    return visible_to(user).annotate(
        about_cycle=KT("parameters__cycle"),
        about_zh=KT("parameters__name_zh"),
        about_en=KT("parameters__name_en"),
    )


def without_sign_of_life(since: datetime) -> Iterable[UUID]:
    """Ids of waiting and running jobs of which nothing was heard since, oldest first."""
    return (
        Job.objects.filter(
            state__in=[JobState.QUEUED, JobState.RUNNING],
            heartbeat_at__lt=since,
        )
        .order_by("heartbeat_at")
        .values_list("pk", flat=True)
    )
