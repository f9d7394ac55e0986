"""What is known of a value; a blank never means several things."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    """The explicit state of one observation or answer."""

    VALUE = "value", _("Value")
    NOTHING_TO_REPORT = "nothing_to_report", _("Nothing to report")
    NOT_APPLICABLE = "not_applicable", _("Not applicable")
    MISSING = "missing", _("Missing")
    EXCLUDED = "excluded", _("Excluded")
