"""Puts our own site under the address of Django's admin."""

from django.contrib.admin.apps import AdminConfig


class AdministrationConfig(AdminConfig):
    """Django's admin, entered through ``AdministrationSite``."""

    default_site = "accounts.administration.AdministrationSite"
