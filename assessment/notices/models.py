"""What a person has read; what there is to read stands in the event log."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


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
