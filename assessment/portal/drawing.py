"""Charts on public pages: drawn on the server, laid out for a wide and for a narrow screen."""

import hashlib
import json
import logging
from collections.abc import Callable
from dataclasses import astuple, dataclass

from django.conf import settings
from django.core.cache import cache
from django.utils.html import html_safe

from accounts.software import software_digest
from assessment.charts import ChartDefinition
from assessment.charts.render import ChartFailure, to_svg

# Shown a fifth larger on wide screens (portal.css), so that its letters are as large as the text.
WIDE, NARROW = 880, 340
# A drawing that nobody looks at for so long is drawn anew.
KEPT_SECONDS = 30 * 24 * 3600

log = logging.getLogger(__name__)


@html_safe
@dataclass(frozen=True)
class Drawing:
    """One SVG element. Safe in a page: the renderer escapes every text it is given."""

    svg: str

    def __str__(self) -> str:
        return self.svg


@dataclass(frozen=True)
class Chart:
    """The finding as title and the two drawings, of which a page shows one."""

    title: str
    wide: Drawing
    narrow: Drawing


def draw(definition: Callable[[int], ChartDefinition]) -> Chart | None:
    """Draw the chart that ``definition`` lays out for a width in pixels.

    ``None``, and a line in the log, where it cannot be drawn: a page has all its figures in
    tables and stands without the picture.
    """
    wide, narrow = definition(WIDE), definition(NARROW)
    try:
        return Chart(wide.title, _drawn(wide), _drawn(narrow))
    except ChartFailure:
        log.exception("the chart %r was left out of a page", wide.title)
        return None


def _drawn(definition: ChartDefinition) -> Drawing:
    """From the cache that all processes share: each of them draws one chart at a time."""
    key = _key(definition)
    kept = cache.get(key)
    if kept is not None:
        return Drawing(kept)
    svg = to_svg(definition, echarts_path=settings.ECHARTS_FILE)
    cache.set(key, svg, KEPT_SECONDS)
    return Drawing(svg)


def _key(definition: ChartDefinition) -> str:
    """Of everything the drawing is made of, so that a kept one is never out of date."""
    parts = [software_digest(), str(settings.ECHARTS_FILE), astuple(definition)]
    text = json.dumps(parts, sort_keys=True)
    return f"chart:{hashlib.sha256(text.encode()).hexdigest()}"
