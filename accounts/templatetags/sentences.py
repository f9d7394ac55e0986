"""Sentences that follow one another, as the reader's language sets them."""

from collections.abc import Iterable

from django import template

from accounts import text
from assessment.engine.texts import inner_quotes

register = template.Library()
register.filter("inner_quotes", inner_quotes)


@register.simple_tag
def sentence_gap() -> str:
    """What stands between two sentences: a space, in Chinese nothing."""
    return text.sentence_gap()


@register.filter
def listed(items: Iterable[object]) -> str:
    """The items with the reader's comma between them."""
    return text.join_items(items)


@register.filter
def sentences(found: Iterable[object]) -> str:
    """The sentences one after the other."""
    return text.join_sentences(found)
