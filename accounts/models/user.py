"""The user model."""

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Value
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.text import isolated


class User(AbstractUser):
    """A person who signs in. What they may do comes from their memberships alone."""

    class Language(models.TextChoices):
        """The interface language; empty follows the browser."""

        BROWSER = "", _("As the browser asks")
        CHINESE = "zh-hans", _("Chinese (simplified)")
        ENGLISH = "en", _("English")

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    full_name = models.CharField(_("name"), max_length=100)
    email = models.EmailField(_("e-mail"), unique=True)
    language = models.CharField(
        _("language"), max_length=10, choices=Language, default=Language.BROWSER, blank=True
    )
    # Letters about one's own account are sent in any case.
    wants_email = models.BooleanField(_("notices by e-mail"), default=True, db_default=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)

    REQUIRED_FIELDS = ["email", "full_name"]

    class Meta(AbstractUser.Meta):
        constraints = [
            models.UniqueConstraint(Lower("email"), name="accounts_user_email_once"),
            models.UniqueConstraint(Lower("username"), name="accounts_user_username_once"),
        ]

    def clean(self) -> None:
        """A name or an address is one in whatever case: said at its field, not by the database."""
        super().clean()
        taken = {
            "username": _("Another account has this user name. Choose another one."),
            "email": _("Another account has this e-mail address."),
        }
        others = User.objects.exclude(pk=self.pk)
        faults = {
            name: ValidationError(text, code="unique")
            for name, text in taken.items()
            if others.alias(lowered=Lower(name))
            .filter(lowered=Lower(Value(getattr(self, name))))
            .exists()
        }
        if faults:
            raise ValidationError(faults)

    def __str__(self) -> str:
        return isolated(self.full_name) or self.username

    def get_full_name(self) -> str:
        """The name shown beside what the person did."""
        return str(self)

    def get_short_name(self) -> str:
        """The same: Chinese names have no short form of their own."""
        return str(self)
