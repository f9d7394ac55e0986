"""Rendered reports and official documents."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Locality, Region, User
from accounts.text import MAX_REMARK
from assessment.audit.models import WrittenOnce
from assessment.cycles.models import Cycle
from assessment.frameworks.models import Framework, FrameworkVersion
from assessment.jobs.models import Job
from assessment.publication.models import Publication
from assessment.submissions.models import Submission, Version


def report_path(report: "Rendered", filename: str) -> str:
    """A random name; downloads carry the speaking one."""
    return f"reports/{uuid.uuid4()}.pdf"


def logo_path(logo: "Logo", filename: str) -> str:
    """A random name."""
    return f"logos/{uuid.uuid4()}.png"


class Rendered(models.Model):
    """A file that a job makes in one language, and the job asked for last."""

    language = models.CharField(_("language"), max_length=10, choices=User.Language)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, blank=True, related_name="%(class)ss")
    file = models.FileField(_("file"), upload_to=report_path, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    # What the file was made of (``keys.content_key``); empty where that is not known.
    content_key = models.CharField(max_length=64, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    rendered_at = models.DateTimeField(_("rendered at"), null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def is_ready(self) -> bool:
        """Whether the file can be downloaded."""
        return self.rendered_at is not None


class Report(Rendered):
    """The evaluation report of one locality in one language."""

    publication = models.ForeignKey(Publication, models.PROTECT, related_name="reports")
    locality = models.ForeignKey(Locality, models.PROTECT, related_name="+")
    # What its contents were read from (``keys.inputs_key``): known without reading them.
    inputs_key = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["publication", "locality__code", "language"]
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        constraints = [
            models.UniqueConstraint(
                fields=["publication", "locality", "language"], name="reports_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.locality} · {self.get_language_display()}"


class Batch(models.Model):
    """The reports of a publication that were asked for in one go.

    ``jobs`` makes them, those of others that were under way already included; once none of them
    waits or runs, ``ended_at`` is set and whoever asked is told, once.
    """

    publication = models.ForeignKey(Publication, models.PROTECT, related_name="batches")
    jobs = models.ManyToManyField(Job, related_name="+", verbose_name=_("jobs"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    asked_at = models.DateTimeField(_("asked for at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        verbose_name = _("batch of reports")
        verbose_name_plural = _("batches of reports")
        indexes = [
            models.Index(
                fields=["asked_at"],
                condition=Q(ended_at__isnull=True),
                name="reports_batches_under_way",
            )
        ]

    def __str__(self) -> str:
        return f"{self.publication} · {self.asked_at:%Y-%m-%d %H:%M}"


_THINGS = ("publication", "version", "submission", "framework_version")


def _about(thing: str, **more: str) -> Q:
    """A document about this one of the things it may be about."""
    return Q(**{f"{name}__isnull": name != thing for name in _THINGS}, **more)


class Document(Rendered):
    """A document about a whole publication, the receipt of a signed form, or a blank form.

    A blank form is one locality's of a cycle, or that of a framework version as such.
    """

    class Kind(models.TextChoices):
        """What it is."""

        REGIONAL = "regional", _("Regional summary report")
        COMMENDATION = "commendation", _("Commendation")
        RECEIPT = "receipt", _("Receipt")
        BLANK = "blank", _("Blank form")

    # What everybody may read once the results are public; a receipt is the locality's own.
    PUBLIC_KINDS = (Kind.REGIONAL, Kind.COMMENDATION)

    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    publication = models.ForeignKey(
        Publication, models.PROTECT, null=True, blank=True, related_name="documents"
    )
    version = models.ForeignKey(
        Version, models.PROTECT, null=True, blank=True, related_name="receipts"
    )
    submission = models.ForeignKey(
        Submission, models.PROTECT, null=True, blank=True, related_name="blank_forms"
    )
    framework_version = models.ForeignKey(
        FrameworkVersion, models.PROTECT, null=True, blank=True, related_name="blank_forms"
    )

    class Meta:
        ordering = ["kind", "language"]
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        constraints = [
            models.CheckConstraint(
                name="documents_about_one_thing",
                condition=_about("version", kind="receipt")
                | _about("submission", kind="blank")
                | _about("framework_version", kind="blank")
                | (~Q(kind__in=["receipt", "blank"]) & _about("publication")),
            ),
            models.UniqueConstraint(
                fields=["publication", "kind", "language"], name="documents_once"
            ),
            models.UniqueConstraint(fields=["version", "language"], name="receipts_once"),
            models.UniqueConstraint(fields=["submission", "language"], name="blank_forms_once"),
            models.UniqueConstraint(
                fields=["framework_version", "language"], name="blank_frameworks_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.get_language_display()}"

    @property
    def form(self) -> Submission | None:
        """The form a receipt confirms or a blank one is of."""
        return self.submission if self.version is None else self.version.submission

    @property
    def cycle(self) -> Cycle | None:
        """The cycle it belongs to; none for a blank form of a framework as such."""
        if self.publication is not None:
            return self.publication.cycle
        return self.form.cycle if self.form is not None else None

    @property
    def region(self) -> Region:
        """The region whose coordinating body issues it."""
        if self.cycle is not None:
            return self.cycle.region
        if self.framework_version is None:
            raise ValueError("a document is about a publication, a form or a framework")
        return self.framework_version.framework.region

    @property
    def locality(self) -> Locality | None:
        """The locality whose form it is about; none for a whole region."""
        return None if self.form is None else self.form.locality

    @property
    def whose(self) -> Locality | Framework | None:
        """What a blank form or a receipt is named after."""
        if self.framework_version is not None:
            return self.framework_version.framework
        return self.locality


class IssuedFile(WrittenOnce):
    """One file a report or document has had, by its SHA-256; known whatever replaced it since."""

    report = models.ForeignKey(Report, models.PROTECT, null=True, blank=True, related_name="issued")
    document = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="issued"
    )
    sha256 = models.CharField(max_length=64, db_index=True)
    issued_at = models.DateTimeField(_("issued at"))

    class Meta:
        ordering = ["issued_at", "pk"]
        verbose_name = _("issued file")
        verbose_name_plural = _("issued files")
        constraints = [
            models.CheckConstraint(
                name="issued_for_one_thing",
                condition=Q(report__isnull=False, document__isnull=True)
                | Q(report__isnull=True, document__isnull=False),
            ),
            models.UniqueConstraint(fields=["report", "sha256"], name="reports_issued_once"),
            models.UniqueConstraint(fields=["document", "sha256"], name="documents_issued_once"),
        ]

    def __str__(self) -> str:
        return f"{self.of} · {self.sha256[:8]}"

    @property
    def of(self) -> Report | Document:
        """What it is a file of."""
        found = self.report or self.document
        if found is None:
            raise ValueError("an issued file belongs to a report or a document")
        return found


class RegionVersion(WrittenOnce):
    """One version of something a region's office sets itself; the highest number is in force."""

    region = models.ForeignKey(Region, models.PROTECT, related_name="%(class)ss")
    number = models.PositiveIntegerField(_("number"))
    written_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField(_("written at"))

    class Meta:
        abstract = True


class TextVersion(RegionVersion):
    """What an office wrote in place of a standard wording; an empty language is the standard."""

    key = models.CharField(_("text"), max_length=60)
    text_zh = models.TextField(_("text (Chinese)"), max_length=MAX_REMARK, blank=True)
    text_en = models.TextField(_("text (English)"), max_length=MAX_REMARK, blank=True)

    class Meta:
        ordering = ["region", "key", "number"]
        verbose_name = _("text of documents")
        verbose_name_plural = _("texts of documents")
        constraints = [
            models.UniqueConstraint(fields=["region", "key", "number"], name="text_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.region} · {self.key} {self.number}"

    @property
    def is_standard(self) -> bool:
        """Whether both languages are the standard wording."""
        return not (self.text_zh or self.text_en)


class DocumentNumber(WrittenOnce):
    """The serial number (发文顺序号) of a publication's commendation; the newest is in force.

    Without a number, the one before was taken back.
    """

    publication = models.ForeignKey(Publication, models.PROTECT, related_name="numbers")
    number = models.PositiveIntegerField(_("number"), null=True)
    written_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField(_("written at"))

    class Meta:
        ordering = ["publication", "pk"]
        verbose_name = _("document number")
        verbose_name_plural = _("document numbers")

    def __str__(self) -> str:
        return f"{self.publication} · {self.number}"


class Logo(RegionVersion):
    """The picture of a region's letterhead, a PNG drawn anew; without a file it was taken out."""

    file = models.FileField(_("file"), upload_to=logo_path, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    width = models.PositiveIntegerField(_("width in pixels"), default=0)
    height = models.PositiveIntegerField(_("height in pixels"), default=0)

    class Meta:
        ordering = ["region", "number"]
        verbose_name = _("logo")
        verbose_name_plural = _("logos")
        constraints = [
            models.UniqueConstraint(fields=["region", "number"], name="logo_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.region} · {self.number}"
