"""Where: coordinating bodies with their regions, localities, departments."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.text import NamedInBoth, is_chinese


class Locality(NamedInBoth):
    """A province, city or county, with its six-digit code as in GB/T 2260.

    ``latitude`` and ``longitude`` are degrees of WGS 84, north and east positive; both or none.
    """

    code = models.CharField(
        _("code"),
        max_length=6,
        unique=True,
        validators=[
            RegexValidator(
                r"^[1-9][0-9]{5}\Z", _("Six digits as in GB/T 2260, not beginning with 0.")
            )
        ],
        error_messages={"unique": _("Another locality has this code.")},
    )
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("lies within"),
        null=True,
        blank=True,
        related_name="children",
    )
    latitude = models.DecimalField(
        _("latitude"),
        max_digits=6,
        decimal_places=4,
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
        help_text=_(
            "Degrees of WGS 84, north positive, such as 39.91. Coordinates of Chinese web maps "
            "(GCJ-02, BD-09) lie some hundred metres aside."
        ),
    )
    longitude = models.DecimalField(
        _("longitude"),
        max_digits=7,
        decimal_places=4,
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
        help_text=_("Degrees of WGS 84, east positive, such as 116.40."),
    )

    class Meta:
        ordering = ["code"]
        verbose_name = _("locality")
        verbose_name_plural = _("localities")
        constraints = [
            models.CheckConstraint(
                name="accounts_locality_whole_position",
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__range=(-90, 90),
                    longitude__range=(-180, 180),
                ),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """A position is whole or absent: said at the coordinate that lacks."""
        super().clean()
        if (self.latitude is None) != (self.longitude is None):
            lacking = "latitude" if self.latitude is None else "longitude"
            fault = _("Give both coordinates or neither.")
            raise ValidationError({lacking: ValidationError(fault, code="incomplete")})


class Region(NamedInBoth):
    """The territory of one regional coordinating body."""

    code = models.SlugField(
        _("code"),
        max_length=40,
        unique=True,
        error_messages={"unique": _("Another region has this code.")},
    )
    body_name_zh = models.CharField(_("coordinating body (Chinese)"), max_length=200)
    body_name_en = models.CharField(_("coordinating body (English)"), max_length=200)
    contact = models.CharField(_("contact"), max_length=200, blank=True)
    localities = models.ManyToManyField(
        Locality, verbose_name=_("localities"), related_name="regions", blank=True
    )

    class Meta:
        ordering = ["code"]
        verbose_name = _("region")
        verbose_name_plural = _("regions")

    def __str__(self) -> str:
        return self.name

    @property
    def body_name(self) -> str:
        """The coordinating body's name in the reader's language."""
        return self.body_name_zh if is_chinese() else self.body_name_en


class Department(NamedInBoth):
    """A department of a locality's government."""

    locality = models.ForeignKey(
        Locality, models.CASCADE, verbose_name=_("locality"), related_name="departments"
    )
    code = models.SlugField(_("code"), max_length=40)

    class Meta:
        ordering = ["locality", "code"]
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        constraints = [
            models.UniqueConstraint(fields=["locality", "code"], name="accounts_department_once")
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """A code is taken once in a locality: said at the code."""
        super().clean()
        others = Department.objects.filter(locality_id=self.locality_id, code=self.code)
        if others.exclude(pk=self.pk).exists():
            fault = _("Another department of this locality has this code.")
            raise ValidationError({"code": ValidationError(fault, code="unique")})
