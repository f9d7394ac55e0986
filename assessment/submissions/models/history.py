"""What was signed, and every step a form took."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.text import has_chinese
from assessment.audit.models import WrittenOnce
from assessment.submissions.models.submission import STATE_LABELS, Submission
from assessment.submissions.workflow import SubmissionAction

ACTION_LABELS = {
    SubmissionAction.SAVE: _("Saved"),
    SubmissionAction.SUBMIT: _("Signed off and submitted"),
    SubmissionAction.WITHDRAW: _("Taken back by the locality"),
    SubmissionAction.REVIEW: _("Review started"),
    SubmissionAction.RETURN: _("Returned"),
    SubmissionAction.ACCEPT: _("Accepted"),
    SubmissionAction.EXTEND: _("Last day extended"),
    SubmissionAction.ASK_UNLOCK: _("Unlocking requested"),
    SubmissionAction.UNLOCK: _("Unlocked"),
    SubmissionAction.REFUSE_UNLOCK: _("Unlocking refused"),
}
# Steps that nobody takes without saying why.
REASONED = (
    SubmissionAction.WITHDRAW,
    SubmissionAction.RETURN,
    SubmissionAction.ASK_UNLOCK,
    SubmissionAction.UNLOCK,
    SubmissionAction.REFUSE_UNLOCK,
)


class Version(WrittenOnce):
    """The exact content an approver signed; never changed, never deleted."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    content = models.JSONField(_("content"))
    sha256 = models.CharField(max_length=64)
    statement = models.TextField(_("statement"), blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    signed_at = models.DateTimeField(_("signed at"))

    class Meta:
        ordering = ["submission", "-number"]
        verbose_name = _("signed version")
        verbose_name_plural = _("signed versions")
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "number"], name="submissions_version_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.submission} v{self.number}"

    @property
    def statement_language(self) -> str:
        """The language the statement was read and signed in, as HTML names it."""
        return "zh-Hans" if has_chinese(self.statement) else "en"


class Step(models.Model):
    """One change of state, with its reason."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="steps")
    action = models.CharField(_("action"), max_length=10, choices=ACTION_LABELS.items())
    from_state = models.CharField(max_length=10, choices=STATE_LABELS.items())
    to_state = models.CharField(max_length=10, choices=STATE_LABELS.items())
    reason = models.TextField(_("reason"), blank=True, max_length=5000)
    version = models.ForeignKey(Version, models.PROTECT, null=True, blank=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("time"))

    class Meta:
        ordering = ["submission", "at", "pk"]
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        constraints = [
            models.CheckConstraint(
                name="submissions_step_has_reason",
                condition=~Q(action__in=REASONED) | ~Q(reason=""),
            )
        ]

    def __str__(self) -> str:
        return f"{self.submission} {self.action}"
