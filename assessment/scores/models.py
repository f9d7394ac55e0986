"""Score runs: the engine applied to a snapshot, kept for good."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Locality
from accounts.text import is_chinese
from assessment.audit.models import WrittenOnce
from assessment.cycles.models import Cycle
from assessment.engine import FrameworkDocument
from assessment.engine.arithmetic import has_same_arithmetic
from assessment.engine.document import CODE_LENGTH
from assessment.frameworks.canonical import in_order
from assessment.frameworks.parsing import frozen_document
from assessment.scores.places import AssessedPlace, read_places


class Adjustment(models.Model):
    """Points a coordinator adds to or takes from a node, with the article that allows it."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="adjustments")
    locality = models.ForeignKey(Locality, models.PROTECT, related_name="+")
    node = models.CharField(_("node"), max_length=CODE_LENGTH)
    points = models.DecimalField(_("points"), max_digits=6, decimal_places=2)
    article_zh = models.CharField(_("article (Chinese)"), max_length=300)
    article_en = models.CharField(_("article (English)"), max_length=300)
    reason_zh = models.TextField(_("reason (Chinese)"), max_length=2000)
    reason_en = models.TextField(_("reason (English)"), max_length=2000)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField(_("made at"))
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawal_reason = models.TextField(_("reason of the withdrawal"), blank=True)

    class Meta:
        ordering = ["made_at", "pk"]
        verbose_name = _("adjustment")
        verbose_name_plural = _("adjustments")
        constraints = [
            models.CheckConstraint(name="scores_adjustment_not_zero", condition=~Q(points=0)),
            models.CheckConstraint(
                name="scores_adjustment_has_reason",
                condition=~Q(reason_zh="")
                & ~Q(reason_en="")
                & ~Q(article_zh="")
                & ~Q(article_en=""),
            ),
            models.CheckConstraint(
                name="scores_withdrawal_has_reason",
                condition=Q(withdrawn_at__isnull=True, withdrawal_reason="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawal_reason="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.locality} {self.node} {self.points:+}"

    @property
    def article(self) -> str:
        """The article in the reader's language."""
        return self.article_zh if is_chinese() else self.article_en

    @property
    def reason(self) -> str:
        """The reason in the reader's language."""
        return self.reason_zh if is_chinese() else self.reason_en

    @property
    def is_withdrawn(self) -> bool:
        """Whether it no longer counts."""
        return self.withdrawn_at is not None


class ScoreRun(WrittenOnce):
    """One run of the engine; inputs, results and trace are never changed.

    ``history_csv`` is null where the framework asks for no other period, which is not the same
    as a history without values.
    """

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="runs")
    number = models.PositiveIntegerField(_("run"))
    framework = models.JSONField(_("framework document"))
    observations_csv = models.TextField()
    localities_csv = models.TextField()
    adjustments_csv = models.TextField()
    history_csv = models.TextField(null=True)  # noqa: DJ001 - null and empty differ
    snapshot_sha256 = models.CharField(max_length=64)
    trace = models.JSONField(_("trace"))
    engine_version = models.CharField(max_length=20)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        ordering = ["cycle", "-number"]
        verbose_name = _("score run")
        verbose_name_plural = _("score runs")
        constraints = [models.UniqueConstraint(fields=["cycle", "number"], name="scores_run_once")]

    def __str__(self) -> str:
        return f"{self.cycle} #{self.number}"

    @cached_property
    def parsed(self) -> FrameworkDocument:
        """The framework as it was when the run was made."""
        return frozen_document(self.document)

    @property
    def is_recomputable(self) -> bool:
        """Whether this engine has the arithmetic of the version that made the run."""
        return has_same_arithmetic(self.engine_version)

    @cached_property
    def document(self) -> dict[str, Any]:
        """``framework`` with its keys in the published order, which jsonb forgets."""
        return in_order(self.framework)

    @cached_property
    def places(self) -> dict[str, AssessedPlace]:
        """The localities by code, named and grouped as they were when the run was made."""
        return read_places(self.localities_csv)


@dataclass(frozen=True)
class Origin:
    """The origin of one value.

    ``source`` and ``provenance`` are the observation's (codes and parameters, worded by
    ``observations.provenance``), ``record`` its primary key, ``recorded_by`` the name of whoever
    recorded it, empty for the system, ``recorded_at`` the moment (ISO 8601, UTC), ``evidence``
    the number of files that the signed version held for it.
    """

    source: str
    record: int
    provenance: Mapping[str, Any]
    recorded_by: str
    recorded_at: str
    evidence: int

    def as_json(self) -> dict[str, Any]:
        """The plain values that are stored."""
        return asdict(self)


class Origins(WrittenOnce):
    """Where the values of one locality in a run came from, as it stood when the run was made.

    ``entries`` holds an ``Origin`` by indicator. It is no input of the engine and no
    part of the snapshot's hash.
    """

    run = models.ForeignKey(ScoreRun, models.PROTECT, related_name="origins")
    locality = models.ForeignKey(Locality, models.PROTECT, related_name="+")
    entries = models.JSONField(_("origins"))

    class Meta:
        ordering = ["run", "locality__code"]
        verbose_name = _("origins of values")
        verbose_name_plural = _("origins of values")
        constraints = [
            models.UniqueConstraint(fields=["run", "locality"], name="scores_origins_once")
        ]

    def __str__(self) -> str:
        return f"{self.run} {self.locality}"


class Result(WrittenOnce):
    """The score of one node of one locality in a run; empty where it cannot be given."""

    run = models.ForeignKey(ScoreRun, models.PROTECT, related_name="results")
    locality = models.ForeignKey(Locality, models.PROTECT, related_name="+")
    node = models.CharField(_("node"), max_length=CODE_LENGTH)
    score = models.FloatField(_("score"), null=True)
    published = models.DecimalField(
        _("published score"), max_digits=16, decimal_places=6, null=True
    )
    rank = models.PositiveIntegerField(_("rank"), null=True)
    grade = models.CharField(_("grade"), max_length=CODE_LENGTH, blank=True)

    class Meta:
        ordering = ["run", "node", "rank", "locality__code"]
        verbose_name = _("result")
        verbose_name_plural = _("results")
        constraints = [
            models.UniqueConstraint(fields=["run", "locality", "node"], name="scores_result_once")
        ]
        indexes = [models.Index(fields=["run", "node", "rank"])]

    def __str__(self) -> str:
        return f"{self.locality} {self.node}"
