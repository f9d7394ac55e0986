"""The roles of the product, and the place each one is held in."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a membership allows its holder to do."""

    CONTRIBUTOR = "contributor", _("Contributor")
    APPROVER = "approver", _("Approver")
    COORDINATOR = "coordinator", _("Coordinator")
    REVIEWER = "reviewer", _("Reviewer")
    AUDITOR = "auditor", _("Auditor")
    INTEGRATOR = "integrator", _("Integrator")
    SYSTEM_ADMINISTRATOR = "system_administrator", _("System administrator")
    SECURITY_ADMINISTRATOR = "security_administrator", _("Security administrator")
    AUDIT_ADMINISTRATOR = "audit_administrator", _("Audit administrator")


LOCALITY_ROLES = frozenset({Role.CONTRIBUTOR, Role.APPROVER})
# Who writes answers of a locality's form.
FILLING_ROLES = frozenset({Role.CONTRIBUTOR, Role.INTEGRATOR})
REGION_ROLES = frozenset({Role.COORDINATOR, Role.REVIEWER, Role.AUDITOR})
# Held in a locality or a region by a system, never by a person; through the API alone.
SYSTEM_ROLES = frozenset({Role.INTEGRATOR})
# 三员: the three administrators exclude one another and every assessing role.
ADMINISTRATOR_ROLES = frozenset(
    {Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.AUDIT_ADMINISTRATOR}
)
