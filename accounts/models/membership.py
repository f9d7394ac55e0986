"""Who holds which role where."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.territory import Department, Locality, Region
from accounts.roles import ADMINISTRATOR_ROLES, LOCALITY_ROLES, REGION_ROLES, SYSTEM_ROLES, Role


class Membership(models.Model):
    """One role of one person in one place.

    Contributors and approvers belong to a locality (and, where it is known, a
    department); coordinators, reviewers and auditors to a region; integrators, which
    are systems, to either; the three administrators to the installation.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        verbose_name=_("person"),
        related_name="memberships",
    )
    role = models.CharField(_("role"), max_length=30, choices=Role)
    region = models.ForeignKey(
        Region,
        models.CASCADE,
        verbose_name=_("region"),
        null=True,
        blank=True,
        related_name="memberships",
    )
    locality = models.ForeignKey(
        Locality,
        models.CASCADE,
        verbose_name=_("locality"),
        null=True,
        blank=True,
        related_name="memberships",
    )
    department = models.ForeignKey(
        Department,
        models.SET_NULL,
        verbose_name=_("department"),
        null=True,
        blank=True,
        related_name="memberships",
    )
    created_at = models.DateTimeField(_("created at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.CheckConstraint(
                name="accounts_membership_place_fits_role",
                condition=(
                    Q(role__in=sorted(LOCALITY_ROLES), locality__isnull=False, region__isnull=True)
                    | Q(
                        role__in=sorted(REGION_ROLES),
                        region__isnull=False,
                        locality__isnull=True,
                        department__isnull=True,
                    )
                    | Q(role__in=sorted(SYSTEM_ROLES), locality__isnull=False, region__isnull=True)
                    | Q(
                        role__in=sorted(SYSTEM_ROLES),
                        region__isnull=False,
                        locality__isnull=True,
                        department__isnull=True,
                    )
                    | Q(
                        role__in=sorted(ADMINISTRATOR_ROLES),
                        region__isnull=True,
                        locality__isnull=True,
                        department__isnull=True,
                    )
                ),
            ),
            models.UniqueConstraint(
                name="accounts_membership_once_in_region",
                fields=["user", "role", "region"],
                condition=Q(ended_at__isnull=True, region__isnull=False),
            ),
            models.UniqueConstraint(
                name="accounts_membership_once_in_locality",
                fields=["user", "role", "locality"],
                condition=Q(ended_at__isnull=True, locality__isnull=False),
            ),
            models.UniqueConstraint(
                name="accounts_one_administrator_role",
                fields=["user"],
                condition=Q(ended_at__isnull=True, role__in=sorted(ADMINISTRATOR_ROLES)),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def place_name(self) -> str:
        """The locality's or the region's name; empty for the installation."""
        if self.locality is not None:
            return self.locality.name
        return self.region.name if self.region is not None else ""

    @property
    def region_name(self) -> str:
        """The region's name where the role is held in a region."""
        return self.region.name if self.region is not None else ""

    @property
    def label(self) -> str:
        """Place and role, as the role switch shows them."""
        role = str(Role(self.role).label)
        return f"{self.place_name} · {role}" if self.place_name else role
