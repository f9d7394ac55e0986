"""Makes ECharts' SVG fit for strict pages and for print: no styles, no counters, a title."""

from __future__ import annotations

import hashlib
import re
from html import escape, unescape

_STYLE_ELEMENT = re.compile(r"<style\b.*?</style>", re.DOTALL)
_STYLE = re.compile(r'\sstyle="([^"]*)"')
# Counters of the process, hover classes, marks for ECharts' own client script.
_NOISE = re.compile(r'\s(?:class="zr[^"]*"|ecmeta_\w+="[^"]*"|baseProfile="full"|version="1\.1")')
_ID = re.compile(r"\bzr\d+-(\w+)")
# ECharts writes the figures of an axis with a hyphen; ours carry the minus sign.
_NEGATIVE = re.compile(r">-(?=[0-9])")
_ROOT = re.compile(r"<svg\b[^>]*>")
# Control characters that no XML document may contain.
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def finished_svg(svg: str, *, alternative_text: str, seed: str) -> str:
    """The picture with its title first, presentation attributes only, and stable ids.

    Inline styles become attributes, for a strict content security policy refuses them.
    Ids are taken from ``seed``, so several charts can stand on one page, and the same chart
    always has the same bytes.
    """
    svg = _NOISE.sub("", _STYLE_ELEMENT.sub("", svg))
    svg = _NEGATIVE.sub(">\N{MINUS SIGN}", _STYLE.sub(_attributes, svg))
    prefix = hashlib.sha256(seed.encode()).hexdigest()[:10]
    svg = _ID.sub(rf"c{prefix}-\1", svg)
    title = escape(_FORBIDDEN.sub("", alternative_text))
    head = _ROOT.search(svg)
    if head is None:
        raise ValueError("the renderer returned no SVG")
    root = head.group().replace("<svg", '<svg role="img"', 1)
    return f"{root}<title>{title}</title>{_FORBIDDEN.sub('', svg[head.end() :])}".strip()


def _attributes(match: re.Match[str]) -> str:
    """``style="a:b;c:d"`` as ``a="b" c="d"``; what has no such attribute is left out."""
    pairs = (part.split(":", 1) for part in unescape(match.group(1)).split(";") if ":" in part)
    return "".join(
        f' {name.strip()}="{escape(value.strip())}"'
        for name, value in pairs
        if name.strip() not in ("position", "left", "top", "user-select", "cursor", "white-space")
    )
