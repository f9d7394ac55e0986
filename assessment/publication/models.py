"""Publications: what the public sees, frozen with everything needed to recompute it."""

import uuid
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.text import is_chinese
from assessment.audit.models import WrittenOnce
from assessment.cycles.models import Cycle
from assessment.scores.models import ScoreRun

# Of the bundle's SHA-256: enough that no two publications share them.
CODE_DIGITS = 12


def bundle_path(publication: "Publication", filename: str) -> str:
    """A random name; downloads carry the speaking one."""
    return f"publications/{uuid.uuid4()}.zip"


class FrozenNames(models.Model):
    """What cycle, region and coordinating body were called when the publication was made.

    A publication stays as it was read: who renames the cycle or the region later changes
    nothing of it. Only the body's contact is today's, for it is there to be used.
    """

    cycle_name_zh = models.CharField(_("name of the cycle (Chinese)"), max_length=200)
    cycle_name_en = models.CharField(_("name of the cycle (English)"), max_length=200)
    region_name_zh = models.CharField(_("name of the region (Chinese)"), max_length=200)
    region_name_en = models.CharField(_("name of the region (English)"), max_length=200)
    body_name_zh = models.CharField(_("coordinating body (Chinese)"), max_length=200)
    body_name_en = models.CharField(_("coordinating body (English)"), max_length=200)
    region_code = models.CharField(_("code of the region"), max_length=40)

    class Meta:
        abstract = True

    @property
    def cycle_name(self) -> str:
        """The cycle's name in the reader's language."""
        return self.cycle_name_zh if is_chinese() else self.cycle_name_en

    @property
    def body_name(self) -> str:
        """The coordinating body's name in the reader's language."""
        return self.body_name_zh if is_chinese() else self.body_name_en


def names_of(cycle: Cycle) -> dict[str, str]:
    """The fields of ``FrozenNames`` as cycle and region are called now."""
    region = cycle.region
    return {
        "cycle_name_zh": cycle.name_zh,
        "cycle_name_en": cycle.name_en,
        "region_name_zh": region.name_zh,
        "region_name_en": region.name_en,
        "body_name_zh": region.body_name_zh,
        "body_name_en": region.body_name_en,
        "region_code": region.code,
    }


class Publication(FrozenNames):
    """One preliminary or final publication of a cycle."""

    class Kind(models.TextChoices):
        """公示 or 发布."""

        PRELIMINARY = "preliminary", _("Preliminary")
        FINAL = "final", _("Final")

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="publications")
    run = models.ForeignKey(ScoreRun, models.PROTECT, related_name="publications")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    number = models.PositiveIntegerField(_("number"))
    bundle = models.FileField(_("bundle"), upload_to=bundle_path)
    bundle_sha256 = models.CharField(max_length=64)
    bundle_bytes = models.PositiveBigIntegerField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    made_at = models.DateTimeField(_("made at"))
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    # The gaps it was made in spite of, as codes (``wording.Caveat``), and why.
    caveats = models.JSONField(_("gaps confirmed"), default=list, blank=True)
    caveats_reason_zh = models.TextField(
        _("reason of publishing in spite of them (Chinese)"), blank=True
    )
    caveats_reason_en = models.TextField(
        _("reason of publishing in spite of them (English)"), blank=True
    )
    # As announced with the results; a period that is extended while they stand ends later.
    objection_end_date = models.DateField(_("last day to object"))
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawal_reason_zh = models.TextField(_("reason of the withdrawal (Chinese)"), blank=True)
    withdrawal_reason_en = models.TextField(_("reason of the withdrawal (English)"), blank=True)

    class Meta:
        ordering = ["cycle", "-number"]
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        constraints = [
            models.UniqueConstraint(fields=["cycle", "number"], name="publication_number_once"),
            models.CheckConstraint(
                name="publication_withdrawal_has_reason",
                condition=Q(
                    withdrawn_at__isnull=True, withdrawal_reason_zh="", withdrawal_reason_en=""
                )
                | (
                    Q(withdrawn_at__isnull=False)
                    & ~Q(withdrawal_reason_zh="")
                    & ~Q(withdrawal_reason_en="")
                ),
            ),
            models.UniqueConstraint(
                fields=["cycle", "kind"],
                condition=Q(withdrawn_at__isnull=True),
                name="publication_one_current_of_a_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cycle} · {self.get_kind_display()} {self.number}"

    @property
    def caveats_reason(self) -> str:
        """Why it was made in spite of its gaps, in the reader's language; empty without any."""
        return self.caveats_reason_zh if is_chinese() else self.caveats_reason_en

    @property
    def withdrawal_reason(self) -> str:
        """Why it was withdrawn, in the reader's language; empty while it stands."""
        return self.withdrawal_reason_zh if is_chinese() else self.withdrawal_reason_en

    @property
    def last_objection_day(self) -> date:
        """The day announced, or a later one where the period was extended since."""
        if self.kind == self.Kind.FINAL or self.withdrawn_at is not None:
            return self.objection_end_date
        return max(self.objection_end_date, self.cycle.objection_end_date)

    @property
    def short_code(self) -> str:
        """What a report prints so that people can look its publication up: 1A2B-3C4D-5E6F."""
        digits = self.bundle_sha256[:CODE_DIGITS].upper()
        return "-".join(digits[start : start + 4] for start in range(0, CODE_DIGITS, 4))

    @property
    def file_name(self) -> str:
        """The name a downloaded bundle carries."""
        return f"{self.cycle.code}-{self.kind}-{self.number}.zip"


class Analysis(WrittenOnce):
    """How firm the results of a publication are and what changed, computed once and kept.

    ``document`` holds what the engine found, as its own files have it: ``uncertainty``,
    ``sensitivity``, ``coherence``, and ``comparison`` with ``previous``, the publication of the
    cycle before that was public then, of index and dimensions; ``None`` where the two cannot be
    compared. Older ones hold ``air_quality``, which is kept as ``PublishedMeans`` since. What
    is printed from it is thus the same in every report, whatever the engine does and whichever
    publication follows later.
    """

    publication = models.OneToOneField(Publication, models.PROTECT, related_name="analysis")
    previous = models.ForeignKey(
        Publication, models.PROTECT, null=True, blank=True, related_name="+"
    )
    document = models.JSONField(_("findings"))
    engine_version = models.CharField(max_length=20)
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        ordering = ["publication"]
        verbose_name = _("analysis of a publication")
        verbose_name_plural = _("analyses of publications")

    def __str__(self) -> str:
        return f"{self.publication}"

    @property
    def compared(self) -> Publication | None:
        """The publication of the cycle before, where both were scored in the same way."""
        return None if self.document["comparison"] is None else self.previous


class PublishedMeans(WrittenOnce):
    """The annual means of the air as they were stored when a publication was made.

    ``document`` has them as ``airquality.queries.means_until`` gives them. Reports tell these,
    whatever is corrected later. Publications from before means were kept have those of the moment
    at which their first report needed them, which ``made_at`` says.
    """

    publication = models.OneToOneField(Publication, models.PROTECT, related_name="means")
    document = models.JSONField(_("annual means"))
    made_at = models.DateTimeField(_("made at"))

    class Meta:
        ordering = ["publication"]
        verbose_name = _("annual means of a publication")
        verbose_name_plural = _("annual means of publications")

    def __str__(self) -> str:
        return f"{self.publication}"
