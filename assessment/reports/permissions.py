"""Who sees the reports of a cycle, and who has them made."""

from typing import NamedTuple

import rules
from django.contrib.auth.models import AnonymousUser

from accounts.models import Locality, Region, User
from accounts.queries import has_role, locality_ids
from accounts.roles import LOCALITY_ROLES, Role
from assessment.cycles.models import Cycle
from assessment.cycles.permissions import (
    can_coordinate_cycle,
    is_auditor_of,
    is_participant_of,
)
from assessment.frameworks.models import FrameworkVersion
from assessment.publication.models import Publication
from assessment.publication.queries import public_publications
from assessment.submissions.models import Submission


class ReportOf(NamedTuple):
    """What a report is about, before there is one."""

    publication: Publication
    locality: Locality


@rules.predicate
def is_coordinated(user: User | AnonymousUser, target: ReportOf) -> bool:
    """Coordinates the region the report belongs to."""
    return has_role(user, Role.COORDINATOR, region_id=target.publication.cycle.region_id)


@rules.predicate
def is_own_and_public(user: User | AnonymousUser, target: ReportOf) -> bool:
    """Reports for the locality, and its results are public already."""
    if target.locality.pk not in locality_ids(user, LOCALITY_ROLES):
        return False
    return public_publications().filter(pk=target.publication.pk).exists()


can_request_report = is_coordinated | is_own_and_public
can_request_all_reports = can_coordinate_cycle


@rules.predicate
def can_read_form_documents(user: User | AnonymousUser, submission: Submission) -> bool:
    """What is about one form is read by its locality and by who oversees the region."""
    if submission.locality_id in locality_ids(user, LOCALITY_ROLES):
        return True
    return has_role(user, Role.COORDINATOR, Role.AUDITOR, region_id=submission.cycle.region_id)


@rules.predicate
def can_print_framework(user: User | AnonymousUser, version: FrameworkVersion) -> bool:
    """Coordinates its region, or works for a locality; who sees the version is asked before."""
    is_coordinator = has_role(user, Role.COORDINATOR, region_id=version.framework.region_id)
    return is_coordinator or bool(locality_ids(user, LOCALITY_ROLES))


@rules.predicate
def can_write_texts(user: User | AnonymousUser, region: Region) -> bool:
    """Coordinates the region whose documents they are."""
    return has_role(user, Role.COORDINATOR, region_id=region.pk)


@rules.predicate
def can_read_texts(user: User | AnonymousUser, region: Region) -> bool:
    """Coordinates or audits that region."""
    return has_role(user, Role.COORDINATOR, Role.AUDITOR, region_id=region.pk)


@rules.predicate
def can_list_reports(user: User | AnonymousUser, cycle: Cycle) -> bool:
    """Coordinators and auditors see all reports of the cycle, localities their own."""
    return bool(
        can_coordinate_cycle(user, cycle)
        or is_auditor_of(user, cycle)
        or is_participant_of(user, cycle)
    )
