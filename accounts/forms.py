"""Forms of sign-in, passwords and preferences, worded for this product."""

from typing import Any

from allauth.account.forms import (
    ChangePasswordForm,
    LoginForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
)
from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from accounts.form_words import Form, FormWords
from accounts.models import User

# Said by Django's check of new passwords, whose Chinese catalogue has it no more.
DJANGO_TOO_SHORT = ngettext_lazy(
    "This password is too short. It must contain at least %d character.",
    "This password is too short. It must contain at least %d characters.",
)
_PASSWORD_RULES = _(
    "At least 10 characters, not digits alone, not a common password, not close to your name."
)


class SignInForm(FormWords, LoginForm):  # type: ignore[misc]
    """User name or e-mail, and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, "login", _("User name or e-mail"), autocomplete="username", autofocus=True)
        _word(self, "password", _("Password"))


class PasswordForm(FormWords, ChangePasswordForm):  # type: ignore[misc]
    """The present password and the new one twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, "oldpassword", _("Present password"))
        _word(self, "password1", _("New password"), _PASSWORD_RULES)
        _word(self, "password2", _("New password again"))

    def clean(self) -> dict[str, Any]:
        """Refuse the present password as the new one: who thinks it was seen changes nothing."""
        cleaned: dict[str, Any] = super().clean() or {}
        present = cleaned.get("oldpassword")
        if present and cleaned.get("password1") == present:
            self.add_error("password1", _("This is your present password. Choose another one."))
        return cleaned


class AskResetForm(FormWords, ResetPasswordForm):  # type: ignore[misc]
    """The address the link is sent to."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, "email", _("E-mail"), _("The address your account was made with."))


class ResetForm(FormWords, ResetPasswordKeyForm):  # type: ignore[misc]
    """The new password twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, "password1", _("New password"), _PASSWORD_RULES)
        _word(self, "password2", _("New password again"))


class LanguageForm(Form):
    """The language of the interface; each is written in itself."""

    language = forms.ChoiceField(
        label=_("Language of the interface and of e-mails"),
        required=False,
        widget=forms.RadioSelect,
        choices=[
            (User.Language.BROWSER, _("As the browser asks")),
            (User.Language.CHINESE, "简体中文"),
            (User.Language.ENGLISH, "English"),
        ],
    )


class EmailForm(Form):
    """Whether notices come by e-mail, too."""

    wants_email = forms.BooleanField(
        label=_("Send me reminders and urgent notices by e-mail, too"),
        required=False,
        help_text=_(
            "At most one reminder a day. Without it you still find them among your notices."
        ),
    )


def _word(form: forms.Form, name: str, label: Any, help_text: Any = "", **attrs: Any) -> None:
    """Give a field our words; a label says what a placeholder would take away on typing."""
    field = form.fields[name]
    field.label, field.help_text = label, help_text
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update(attrs)
