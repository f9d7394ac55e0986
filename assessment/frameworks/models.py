"""Frameworks and their versions; a version is a FRAMEWORK.json document."""

from functools import cached_property

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Region
from accounts.text import NamedInBoth
from assessment.engine import FrameworkDocument
from assessment.frameworks.parsing import frozen_document, parse_document, parse_frozen
from assessment.frameworks.workflow import VersionState

STATE_LABELS = {VersionState.DRAFT: _("Draft"), VersionState.FROZEN: _("Frozen")}


class Framework(NamedInBoth):
    """A family of versions owned by one coordinating body."""

    region = models.ForeignKey(Region, models.PROTECT, related_name="frameworks")
    # Once in the installation, not once per region: the code alone is the address.
    code = models.SlugField(_("code"), max_length=60, unique=True)

    class Meta:
        ordering = ["code"]
        verbose_name = _("framework")
        verbose_name_plural = _("frameworks")

    def __str__(self) -> str:
        return self.name


class FrameworkVersion(models.Model):
    """One version: a draft that can be edited, or frozen for good once a cycle uses it."""

    framework = models.ForeignKey(Framework, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    state = models.CharField(
        _("state"), max_length=10, choices=STATE_LABELS.items(), default=VersionState.DRAFT
    )
    document = models.JSONField(_("document"))
    revision = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(_("created at"))
    updated_at = models.DateTimeField(_("updated at"))
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    frozen_at = models.DateTimeField(_("frozen at"), null=True, blank=True)

    class Meta:
        ordering = ["framework", "-number"]
        verbose_name = _("framework version")
        verbose_name_plural = _("framework versions")
        constraints = [
            models.UniqueConstraint(fields=["framework", "number"], name="frameworks_version_once"),
            models.CheckConstraint(
                name="frameworks_frozen_has_time",
                condition=Q(state=VersionState.FROZEN, frozen_at__isnull=False)
                | Q(state=VersionState.DRAFT, frozen_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.framework} v{self.number}"

    @cached_property
    def parsed(self) -> FrameworkDocument:
        """The document as the engine reads it.

        Who needs no more of a version leaves its document in the database
        (``defer("…__document")``): the database keeps a frozen one as it is, so the process
        reads it once.
        """
        if self.state != VersionState.FROZEN:
            return parse_document(self.document)
        if "document" in self.__dict__:
            return frozen_document(self.document)
        key = (self.pk, self.updated_at, self.frozen_at)
        return parse_frozen(key, lambda: self.document)
