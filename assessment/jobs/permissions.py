"""Who sees a job and who may stop or repeat it."""

import rules
from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from accounts.queries import region_ids
from accounts.roles import Role
from assessment.jobs.models import Job

# Those who see the jobs of their region besides their own.
OVERSEEING_ROLES = (Role.COORDINATOR, Role.AUDITOR)


@rules.predicate
def is_creator(user: User | AnonymousUser, job: Job) -> bool:
    """Asked for the job."""
    return user.pk is not None and job.created_by_id == user.pk


@rules.predicate
def coordinates_region_of(user: User | AnonymousUser, job: Job) -> bool:
    """Coordinates the region that the job's parameters name."""
    return job.parameters.get("region") in region_ids(user, [Role.COORDINATOR])


can_steer_job = is_creator | coordinates_region_of
