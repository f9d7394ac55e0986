"""Accounts: made and switched off by the system administrator; passwords are never shown."""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from allauth.account.forms import ResetPasswordForm
from allauth.core.context import request_context
from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.administration import RoleAdmin
from accounts.models import User
from accounts.permissions import is_system_administrator
from accounts.services import create_user, update_user

if TYPE_CHECKING:
    UserModelForm = ModelForm[User]
else:
    UserModelForm = ModelForm

logger = logging.getLogger(__name__)


class UserForm(UserModelForm):
    """What an account says about its person."""

    class Meta:
        model = User
        fields = ("username", "email", "full_name", "phone", "language", "is_active")


class UserAdmin(RoleAdmin):
    """Accounts of people."""

    opens_to = is_system_administrator
    form = UserForm
    change_form_template = "admin/accounts/user/change_form.html"
    list_display = ("username", "full_name", "email", "is_active", "last_login")
    list_filter = ("is_active",)
    search_fields = ("username", "full_name", "email")
    ordering = ("username",)
    actions = ("send_reset_links",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A new account is active; later one sees when it was used."""
        always = ["username", "email", "full_name", "phone", "language"]
        return always if obj is None else [*always, "is_active", "date_joined", "last_login"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The user name stays as it was given."""
        return () if obj is None else ("username", "date_joined", "last_login")

    def create(self, values: Mapping[str, Any], *, by: User, at: datetime) -> User:
        """An account without a password; the reset link gives the first one."""
        return create_user(**values, password=None, by=by, at=at)

    def update(self, thing: Any, values: Mapping[str, Any], *, by: User, at: datetime) -> None:
        """Change what the form changed."""
        update_user(user=thing, changes=values, by=by, at=at)

    def response_add(
        self, request: HttpRequest, obj: User, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Send the link to the new person where the button asks for it."""
        self._send_where_asked(request, obj)
        return super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: User) -> HttpResponse:
        """Send the link where the button asks for it."""
        self._send_where_asked(request, obj)
        return super().response_change(request, obj)

    @admin.action(description=gettext_lazy("Send a link to set a new password"))
    def send_reset_links(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Send every chosen person the link."""
        for user in queryset:
            send_reset_link(request, user)

    def _send_where_asked(self, request: HttpRequest, user: User) -> None:
        """Once the change is committed: a slow mail server holds no lock, no letter is untrue."""
        if "_send_reset_link" in request.POST:
            transaction.on_commit(lambda: send_reset_link(request, user))


def send_reset_link(request: HttpRequest, user: User) -> None:
    """Send the person the link of a password reset and tell the administrator what came of it."""
    if not user.is_active:
        messages.warning(
            request, _("%(person)s: the account is switched off, no link was sent.") % _named(user)
        )
        return
    form = ResetPasswordForm({"email": user.email})
    if not form.is_valid():
        messages.error(request, _("%(person)s: the e-mail address is not valid.") % _named(user))
        return
    try:
        # After the commit allauth no longer finds the request by itself in every case.
        with request_context(request):
            form.save(request)
    except OSError:
        logger.exception("The e-mail with the reset link could not be sent")
        messages.error(request, _("%(person)s: the e-mail could not be sent.") % _named(user))
        return
    messages.success(request, _("%(person)s: the link is on its way.") % _named(user))


def _named(user: User) -> dict[str, str]:
    return {"person": str(user)}
