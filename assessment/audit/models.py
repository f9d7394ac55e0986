"""The event log: one row per change, each sealed by the hash of the one before."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Locality, Region
from assessment.audit.actions import ACTIONS


class WrittenOnce(models.Model):
    """A row that is inserted and then neither changed nor deleted.

    The model refuses in Python; ``write_once.refuse`` in a migration has the database refuse,
    too, what passes the model by.
    """

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert only; ``TypeError`` for a row that is stored."""
        if self.pk is not None:
            raise TypeError(f"{type(self).__name__}: a row is written once and never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refused with ``TypeError``."""
        raise TypeError(f"{type(self).__name__}: a row is never deleted.")


class Event(WrittenOnce):
    """Who did what to what, when and from where; never changed, never deleted.

    ``hash`` is SHA-256 over the canonical JSON of the row's content and
    ``previous_hash``; database triggers refuse to change or delete rows.
    """

    sequence = models.PositiveBigIntegerField(_("number"), unique=True)
    at = models.DateTimeField(_("time"), db_index=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    actor_name = models.CharField(_("person"), max_length=200)
    channel = models.CharField(_("channel"), max_length=20)
    address = models.CharField(_("address"), max_length=64, blank=True)
    action = models.CharField(_("action"), max_length=80, db_index=True)
    target_type = models.CharField(_("kind of thing"), max_length=80)
    target_id = models.CharField(_("identifier"), max_length=64)
    target_label = models.CharField(_("thing"), max_length=300)
    region = models.ForeignKey(Region, models.PROTECT, null=True, related_name="+")
    locality = models.ForeignKey(Locality, models.PROTECT, null=True, related_name="+")
    # Null in events from before operations were noted: their hashes stay as they were sealed.
    operation = models.CharField(_("operation"), max_length=32, null=True)  # noqa: DJ001
    before = models.JSONField(_("before"), default=dict)
    after = models.JSONField(_("after"), default=dict)
    previous_hash = models.CharField(_("hash before"), max_length=64)
    hash = models.CharField(_("hash"), max_length=64)

    class Meta:
        ordering = ["-sequence"]
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = [
            models.Index(fields=["target_type", "target_id"]),
            models.Index(fields=["operation"], name="audit_event_operation"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {ACTIONS.get(self.action, self.action)}"


class ChainHead(models.Model):
    """The one row that is locked to append: number and hash of the newest event."""

    sequence = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)

    def __str__(self) -> str:
        return f"{self.sequence} {self.hash}"
