"""The publication room."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PublicationConfig(AppConfig):
    """Frozen bundles of results that anyone can recompute."""

    name = "assessment.publication"
    label = "publication"
    verbose_name = _("Publication")
