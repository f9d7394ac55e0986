"""How wide the columns of a table are, from what stands in them."""

import re
from collections.abc import Sequence
from itertools import pairwise
from unicodedata import east_asian_width

# White space around the text of a cell, in points, as word processors leave it.
PADDING = 10.0
# No column asks for more than this many characters as of right, or at all.
_LONGEST_WORD, _LONGEST_LINE = 9.0, 34.0
_SHORTEST = 2.0
# A text of so few characters stays on one line.
_SHORT = 5.0
_WORDS = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]|[^\s\u2e80-\u9fff\uff00-\uffef]+")


def line_width(text: str) -> float:
    """Of the text on one line, in the width of a Chinese character."""
    return sum(1.0 if east_asian_width(sign) in "WFA" else 0.56 for sign in text)


def column_widths(
    rows: Sequence[Sequence[tuple[str, bool]]], size: float, total: float
) -> list[int]:
    """Points for each column, ``total`` together.

    Of every cell the text, and whether it is a figure, which is never broken. Each column gets
    what its longest word needs; what is left goes to those with the longest lines.
    """
    least = [_SHORTEST] * len(rows[0])
    most = [_SHORTEST] * len(rows[0])
    for row in rows:
        for place, (text, is_figure) in enumerate(row):
            whole = min(max(map(line_width, text.split("\n"))), _LONGEST_LINE)
            words = _WORDS.findall(text)
            is_whole = is_figure or whole <= _SHORT
            needs = (
                whole if is_whole else min(max(map(line_width, words), default=0), _LONGEST_WORD)
            )
            least[place] = max(least[place], min(needs, _LONGEST_LINE))
            most[place] = max(most[place], whole)
    floor = [need * size + PADDING for need in least]
    if sum(floor) >= total:
        return _rounded([part * total / sum(floor) for part in floor], total)
    wish = [max(line - need, 0.0) for line, need in zip(most, least, strict=True)]
    spare, wished = total - sum(floor), sum(wish)
    if wished * size <= spare:  # everything fits on one line: the rest is shared evenly
        more = (spare - wished * size) / len(floor)
        grown = [part + want * size + more for part, want in zip(floor, wish, strict=True)]
        return _rounded(grown, total)
    grown = [part + spare * want / wished for part, want in zip(floor, wish, strict=True)]
    return _rounded(grown, total)


def _rounded(widths: Sequence[float], total: float) -> list[int]:
    """Whole points that add up to the total."""
    edges, sums = [0], 0.0
    for width in widths:
        sums += width
        edges.append(round(sums))
    edges[-1] = int(total)
    return [after - before for before, after in pairwise(edges)]
