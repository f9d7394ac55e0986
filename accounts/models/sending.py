"""Forms that were sent."""

from django.conf import settings
from django.db import models


class SentForm(models.Model):
    """One form somebody sent: whoever sends the same again is led to where it led.

    ``digest`` is the SHA-256 of address and content: a page taken back from the browser's
    memory and sent with other words is another form. ``outcome`` is the address of the page
    that followed; empty while the form is being carried out.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sent_forms"
    )
    key = models.CharField(max_length=32)
    digest = models.CharField(max_length=64)
    outcome = models.CharField(max_length=2000, blank=True)
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "key", "digest"], name="accounts_sent_form_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.key}"
