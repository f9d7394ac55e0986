"""How wide a text is before anything draws it, so that labels get the room they need."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from assessment.charts.palette import FONT_SIZE

# Advance widths in em, upper bounds over the faces of the font stack.
_WIDE, _UPPER, _LOWER, _NARROW = 1.0, 0.72, 0.6, 0.36
_ELLIPSIS = "…"


def text_width(text: str, size: float = FONT_SIZE) -> float:
    """Pixels one line takes at most at this font size."""
    return sum(_advance(character) for character in text) * size


def widest(texts: Iterable[str], size: float = FONT_SIZE) -> float:
    """Pixels the widest line of all the texts takes; 0 for no text."""
    lines = (line for text in texts for line in text.split("\n"))
    return max((text_width(line, size) for line in lines), default=0.0)


def wrapped(text: str, width: float, size: float = FONT_SIZE) -> str:
    """Break the text into lines that fit: Latin between words, Chinese between characters."""
    lines = [""]
    for piece in _pieces(text):
        if lines[-1] and text_width((lines[-1] + piece).rstrip(), size) > width:
            lines.append("")
        lines[-1] += piece if lines[-1] else piece.lstrip()
    return "\n".join(line.rstrip() for line in lines)


def shortened(text: str, width: float, size: float = FONT_SIZE) -> str:
    """The text where it fits the width, else its beginning and an ellipsis."""
    if text_width(text, size) <= width:
        return text
    room, kept = width - text_width(_ELLIPSIS, size), ""
    for character in text:
        room -= _advance(character) * size
        if room < 0:
            break
        kept += character
    return kept.rstrip() + _ELLIPSIS


def _advance(character: str) -> float:
    if unicodedata.east_asian_width(character) in "WFA":
        return _WIDE
    if character in " .,:;'|!()[]-ilIjtfr·":
        return _NARROW
    if character.isupper() or character in "MW%@—":
        return _UPPER if character not in "MW%@—" else 0.95
    return _LOWER


def _pieces(text: str) -> list[str]:
    """Pieces that stay whole: a word with the space after it, or one wide character."""
    pieces: list[str] = []
    for character in text:
        is_wide = unicodedata.east_asian_width(character) in "WFA"
        # Closing punctuation must not begin a line.
        if is_wide and unicodedata.category(character) not in ("Pe", "Po", "Pf"):
            pieces.append(character)
        elif pieces and not pieces[-1].endswith(" ") and not _is_wide_word(pieces[-1], is_wide):
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


def _is_wide_word(piece: str, is_closing: bool) -> bool:
    return not is_closing and unicodedata.east_asian_width(piece[-1]) in "WFA"
