"""Names and texts kept in both languages, and how long what people write may be."""

import re
from collections.abc import Iterable, Mapping
from unicodedata import bidirectional

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language, gettext, pgettext
from django.utils.translation import gettext_lazy as _

# Characters of a free text: a reference to an article, a reason, a comment or remark.
MAX_ARTICLE, MAX_REASON, MAX_REMARK = 300, 2000, 5000


# PostgreSQL refuses NUL; half of a surrogate pair, which JSON can spell, has no UTF-8 form.
_NOT_STORABLE = re.compile("[\0\ud800-\udfff]")


# Marks, embeddings, overrides and isolates of writing from right to left.
_DIRECTING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_FROM_THE_RIGHT = frozenset({"R", "AL", "AN"})


def is_storable(text: str) -> bool:
    """Whether a text from outside can be written to the database and to a page."""
    return not _NOT_STORABLE.search(text)


def is_directing(text: str) -> bool:
    """Whether a text holds invisible characters that turn the direction of writing."""
    return _DIRECTING.search(text) is not None


def isolated(name: str) -> str:
    """A name that turns no word around it, even one that is written from right to left.

    Invisible characters of direction are left out: what is shown is what was typed.
    """
    if name.isascii():
        return name
    plain = _DIRECTING.sub("", name)
    if any(bidirectional(sign) in _FROM_THE_RIGHT for sign in plain):
        return f"\N{FIRST STRONG ISOLATE}{plain}\N{POP DIRECTIONAL ISOLATE}"
    return plain


def is_chinese() -> bool:
    """Whether the reader of the moment reads Chinese."""
    return (get_language() or "zh-hans").startswith("zh")


def has_chinese(text: str) -> bool:
    """Whether Chinese characters stand in a text."""
    return any("\u4e00" <= sign <= "\u9fff" for sign in text)


def sentence_gap() -> str:
    """What stands between two sentences in the reader's language: a space, in Chinese nothing."""
    return "" if is_chinese() else " "


def join_sentences(sentences: Iterable[object]) -> str:
    """The sentences one after the other."""
    return sentence_gap().join(str(each) for each in sentences)


def join_items(items: Iterable[object]) -> str:
    """The items of a list one after the other, with the comma of the reader's language."""
    return pgettext("list separator", ", ").join(str(each) for each in items)


def join_clauses(clauses: Iterable[object]) -> str:
    """Parts of a sentence that have commas of their own, one after the other."""
    return pgettext("list separator", "; ").join(str(each) for each in clauses)


def labelled(label: object, text: object) -> str:
    """A text behind what it is about, with the colon of the reader's language."""
    return gettext("%(label)s: %(value)s") % {"label": label, "value": text}


class NamedInBoth(models.Model):
    """A thing with a Chinese and an English name; ``name`` is the reader's."""

    name_zh = models.CharField(_("Chinese name"), max_length=200)
    name_en = models.CharField(_("English name"), max_length=200)

    class Meta:
        abstract = True

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return isolated(self.name_zh if is_chinese() else self.name_en)


def length_faults(text: str, longest: int) -> list[str]:
    """What is wrong with the length of a free text; empty where nothing is.

    Asked by the services, for a form is not the only way in. White space around the text is
    not kept and not counted.
    """
    count = len(text.strip())
    if count <= longest:
        return []
    sentence = gettext(
        "Found %(count)d characters; expected at most %(longest)d characters. Shorten the text."
    )
    return [sentence % {"count": count, "longest": longest}]


def refuse_long_texts(texts: Mapping[str, str], longest: int) -> None:
    """Raise ``ValidationError`` by field for every text that is longer."""
    faults = {name: length_faults(text, longest) for name, text in texts.items()}
    if any(faults.values()):
        raise ValidationError({name: found for name, found in faults.items() if found})
