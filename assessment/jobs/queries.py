"""Reads of jobs."""

from datetime import datetime, timedelta

from django.conf import settings
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


def without_sign_of_life(at: datetime) -> QuerySet[Job]:
    """Jobs that need somebody to take them up, silent longest first.

    A running one shows signs of life, and one the queue never heard of waits for nothing else;
    one that was announced may wait for a worker to become free, and is left alone for longer.
    """
    lost = at - timedelta(seconds=settings.JOB_LOST_AFTER_SECONDS)
    forgotten = at - timedelta(seconds=settings.JOB_WAITING_AGAIN_SECONDS)
    return Job.objects.filter(
        Q(state=JobState.RUNNING, heartbeat_at__lt=lost)
        | Q(state=JobState.QUEUED, is_announced=False, heartbeat_at__lt=lost)
        | Q(state=JobState.QUEUED, heartbeat_at__lt=forgotten)
    ).order_by("heartbeat_at")
