"""Whom an event was told directly, and what a person has read; the rest is the event log."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Region


class Letter(models.Model):
    """An event told to one person: it stands in their notices, and is mailed where they want it.

    Of a digest ``day`` is the local day it is for; nobody gets two for one day.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    sequence = models.PositiveBigIntegerField(_("number"))
    day = models.DateField(_("day"), null=True)
    # Whose coordinators see, among their jobs, that e-mails do not get through.
    region = models.ForeignKey(Region, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(_("created at"))
    is_mailed = models.BooleanField(_("by e-mail"))
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(_("sent at"), null=True)
    # The mail server will not take it, today or later: the address is at fault.
    refused_at = models.DateTimeField(_("refused at"), null=True)
    error = models.CharField(_("error"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        constraints = [
            models.UniqueConstraint(fields=["user", "sequence"], name="notices_letter_once"),
            models.UniqueConstraint(
                fields=["user", "day"], condition=Q(day__isnull=False), name="notices_digest_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["region"],
                condition=Q(is_mailed=True, sent_at__isnull=True, refused_at__isnull=True),
                name="notices_letters_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.sequence}"


class ReadUntil(models.Model):
    """Everything up to this event counts as read: what "mark all as read" writes."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    sequence = models.PositiveBigIntegerField(_("number"))

    class Meta:
        verbose_name = _("read notices")
        verbose_name_plural = _("read notices")

    def __str__(self) -> str:
        return f"{self.user} ≤ {self.sequence}"


class ReadNotice(models.Model):
    """One event read by itself, past those that are all read."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    sequence = models.PositiveBigIntegerField(_("number"))

    class Meta:
        verbose_name = _("read notice")
        verbose_name_plural = _("read notices")
        constraints = [
            models.UniqueConstraint(fields=["user", "sequence"], name="notices_read_once")
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.sequence}"
