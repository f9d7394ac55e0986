"""The accounts app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Users, territories and memberships."""

    name = "accounts"
    verbose_name = _("Accounts")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Hear what django-allauth does; teach the database to search."""
        from accounts.receivers import connect_receivers
        from accounts.searching import connect_search

        connect_receivers()
        connect_search()
