"""Texts that exist in both languages of the product."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

LANGUAGES = ("zh-Hans", "en")


@dataclass(frozen=True, slots=True)
class LocalizedText:
    """A text in simplified Chinese and in English; neither is the original of the other."""

    zh_hans: str
    en: str

    def text(self, language: str) -> str:
        """Return the text for a language tag: any ``zh…`` gives Chinese, all else English."""
        return self.zh_hans if is_chinese(language) else self.en

    def as_dict(self) -> dict[str, str]:
        """Return the JSON shape ``{"zh-Hans": …, "en": …}``."""
        return {"zh-Hans": self.zh_hans, "en": self.en}


def is_chinese(language: str) -> bool:
    """Tell whether a language tag such as ``zh-hans`` or ``zh-CN`` asks for Chinese."""
    return language.lower().startswith("zh")


def inner_quotes(text: str) -> str:
    """A text that is to stand in quotation marks: its own become single ones."""
    return text.replace("“", "‘").replace("”", "’")


def localized(value: object) -> LocalizedText | None:
    """Read the JSON shape; a plain string stands for both languages, ``None`` stays ``None``."""
    if isinstance(value, str):
        return LocalizedText(value, value)
    if isinstance(value, Mapping):
        return LocalizedText(str(value["zh-Hans"]), str(value["en"]))
    return None
