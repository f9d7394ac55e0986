"""The reviews room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReviewsConfig(AppConfig):
    """Source: verification of submissions and rubric scoring."""

    name = "assessment.reviews"
    label = "reviews"
    verbose_name = _("Reviews")
