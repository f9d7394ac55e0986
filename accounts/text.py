"""Names and texts kept in both languages."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


def is_chinese() -> bool:
    """Whether the reader of the moment reads Chinese."""
    return (get_language() or "zh-hans").startswith("zh")


class NamedInBoth(models.Model):
    """A thing with a Chinese and an English name; ``name`` is the reader's."""

    name_zh = models.CharField(_("Chinese name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=200)

    class Meta:
        abstract = True

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return self.name_zh if is_chinese() else self.name_en
