"""Addresses of accounts: django-allauth's names where its code asks for them, then ours."""

from allauth.account import views as allauth
from django.urls import URLPattern, URLResolver, include, path, re_path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.views.generic import RedirectView

from accounts import token_views, views
from accounts.forms import PasswordForm, ResetForm, SignInForm

_own: list[URLPattern | URLResolver] = [
    path("", views.profile, name="profile"),
    path("language/", views.switch_language, name="language"),
    path("tokens/", token_views.token_list, name="tokens"),
    path("tokens/new/", token_views.token_new, name="token-new"),
    path("tokens/<int:pk>/revoke/", token_views.token_revoke, name="token-revoke"),
    path("switch/", views.switch_membership, name="switch"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include((_own, "accounts"))),
    path("login/", allauth.LoginView.as_view(form_class=SignInForm), name="account_login"),
    path("logout/", allauth.logout, name="account_logout"),
    path("inactive/", allauth.account_inactive, name="account_inactive"),
    path("signup/", views.closed_signup, name="account_signup"),
    path(
        "password/change/",
        allauth.PasswordChangeView.as_view(
            form_class=PasswordForm,
            extra_context={
                "breadcrumbs": [
                    (_("Start"), reverse_lazy("desk:start")),
                    (_("My account"), reverse_lazy("accounts:profile")),
                    (_("Change password"), ""),
                ]
            },
        ),
        name="account_change_password",
    ),
    # An account without a password gets its first one through the link of a reset e-mail.
    path(
        "password/set/",
        RedirectView.as_view(pattern_name="account_reset_password"),
        name="account_set_password",
    ),
    path("password/reset/", views.AskResetView.as_view(), name="account_reset_password"),
    path("password/reset/done/", allauth.password_reset_done, name="account_reset_password_done"),
    path(
        "password/reset/key/done/",
        allauth.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/\Z",
        allauth.PasswordResetFromKeyView.as_view(form_class=ResetForm),
        name="account_reset_password_from_key",
    ),
]
