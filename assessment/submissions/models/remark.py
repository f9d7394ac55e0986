"""What the coordinating body remarks on single answers, and what is said of it on both sides."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assessment.engine.document import CODE_LENGTH
from assessment.submissions.models.history import Version
from assessment.submissions.models.submission import Submission
from assessment.submissions.workflow import RemarkAction, RemarkState


class RemarkKind(models.TextChoices):
    """What a remark asks of the locality."""

    CHANGE = "change", _("Required change")
    NOTE = "note", pgettext_lazy("kind of remark", "Note")


REMARK_STATE_LABELS = {
    RemarkState.OPEN: _("Open"),
    RemarkState.DEALT: _("Dealt with"),
    RemarkState.RESOLVED: _("Resolved"),
}
REMARK_ACTION_LABELS = {
    RemarkAction.ANSWER: _("Replied"),
    RemarkAction.DEAL: _("Marked as dealt with"),
    RemarkAction.RESOLVE: _("Resolved"),
    RemarkAction.REOPEN: _("Opened again"),
}


class AnswerRemark(models.Model):
    """A remark pinned to one answer of a signed version.

    Until the form goes back or is accepted (``sent_at``) only the coordinating body knows it.
    """

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="remarks")
    indicator = models.CharField(_("indicator"), max_length=CODE_LENGTH)
    kind = models.CharField(_("kind"), max_length=10, choices=RemarkKind.choices)
    text = models.TextField(_("remark on an answer"), max_length=2000)
    version = models.ForeignKey(Version, models.PROTECT, related_name="+")
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=REMARK_STATE_LABELS.items(),
        default=RemarkState.OPEN,
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("time"))
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)

    class Meta:
        ordering = ["submission", "pk"]
        verbose_name = _("remark on an answer")
        verbose_name_plural = _("remarks on answers")
        constraints = [
            models.CheckConstraint(name="submissions_remark_not_empty", condition=~Q(text=""))
        ]

    def __str__(self) -> str:
        return f"{self.submission} · {self.indicator}"

    @property
    def is_resolved(self) -> bool:
        """Whether the coordinating body has nothing more to say on it."""
        return self.state == RemarkState.RESOLVED


class RemarkEntry(models.Model):
    """One line of a remark's thread: an answer, or a change of its state with its words."""

    remark = models.ForeignKey(AnswerRemark, models.PROTECT, related_name="entries")
    action = models.CharField(_("action"), max_length=10, choices=REMARK_ACTION_LABELS.items())
    text = models.TextField(_("answer"), blank=True, max_length=2000)
    # Whose word it was, whatever roles the person came to hold since.
    is_localitys = models.BooleanField(_("of the locality"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("time"))

    class Meta:
        ordering = ["remark", "pk"]
        verbose_name = _("entry of a thread")
        verbose_name_plural = _("entries of threads")
        constraints = [
            models.CheckConstraint(
                name="submissions_answer_has_words",
                condition=~Q(action=RemarkAction.ANSWER) | ~Q(text=""),
            )
        ]

    def __str__(self) -> str:
        return f"{self.remark} · {self.get_action_display()}"
