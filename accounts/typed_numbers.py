"""The one way to read the digits of a typed number, whatever they stand for."""

import re
import unicodedata

# Signs an input method or a pasted document puts in place of the plain ones. Full-width
# letters, digits and signs (U+FF01–FF5E) lie at a fixed distance from ASCII; the general
# NFKC folding is not used because it would turn 5² into 52.
_MINUS_SIGNS = "\u2212\u2013\u2014\ufe63"
_SIGNS = {ord(sign): "-" for sign in _MINUS_SIGNS} | {0x3002: ".", 0xFE6A: "%", 0x03BC: "\u00b5"}
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_PLAIN = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)\Z")
# No number is grouped below a thousand: 0,050 is a decimal comma, not fifty.
_GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]*)?\Z")
_GROUPED_BY_SPACE = re.compile(r"[+-]?[1-9][0-9]{0,2}(?: [0-9]{3})+(?:\.[0-9]*)?\Z")


def fold_signs(text: str) -> str:
    """The text with full-width and look-alike signs as ASCII, invisible characters gone."""
    folded = text.translate(_FULL_WIDTH).translate(_SIGNS)
    kept = (
        " " if unicodedata.category(sign) == "Zs" or sign in "\t\r\n" else sign
        for sign in folded
        if unicodedata.category(sign) != "Cf"
    )
    return "".join(kept).strip()


def plain_digits(folded: str) -> str:
    """The ASCII digits, sign and point of a text without look-alikes; empty if it is no number.

    Thousands may be grouped by comma or space. ``folded`` comes from ``fold_signs``.
    """
    if _PLAIN.match(folded):
        return folded
    if _GROUPED.match(folded) or _GROUPED_BY_SPACE.match(folded):
        return folded.replace(",", "").replace(" ", "")
    return ""
