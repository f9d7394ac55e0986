"""How pages look: against kept pictures, and what the comparison sees and overlooks."""

from types import SimpleNamespace

import numpy as np
import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from assessment.charts import dot_map
from assessment.charts.palette import PRINT_FONTS
from assessment.charts.render import to_svg
from assessment.reports.headings import Heading
from assessment.reports.pdf import pdf_of
from tests.charts.test_dot_map import GRADES, cities
from tests.reports.looks import KEPT, TOLERANCE, Grey, assert_looks, difference, looks, picture

NAMES = {
    "en": GRADES,
    "zh-hans": [("excellent", "优秀"), ("good", "良好"), ("pass", "合格"), ("fail", "不合格")],
}


def page_of_the_map(language: str) -> bytes:
    """The section of the regional summary that has the map of 28 cities."""
    key = "zh" if language == "zh-hans" else "en"
    chart = dot_map(cities(key), NAMES[language], language=language, decimals=2, width=590)
    svg = to_svg(chart, echarts_path=settings.ECHARTS_FILE, fonts=PRINT_FONTS)
    report = SimpleNamespace(
        map=SimpleNamespace(
            name="map.svg", title=chart.title, alternative_text=chart.alternative_text
        ),
        off_the_map="雄安新区",
        headings={"map": Heading("section-map", "4. ", "Map")},
    )
    with translation.override(language):
        body = render_to_string("reports/pdf/map.html", {"report": report})
    html = f"<!doctype html><html lang={language}><title>t</title><body>{body}</body></html>"
    return pdf_of(html, {"map.svg": svg.encode()})


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_page_of_the_map_looks_as_kept(language: str) -> None:
    assert_looks(f"map-{language}", looks(page_of_the_map(language), 1))


def kept() -> list[str]:
    return sorted(path.stem for path in KEPT.glob("*.png"))


@pytest.mark.parametrize("name", kept())
def test_what_a_reader_would_see_is_seen(name: str) -> None:
    """A block 2.4 mm lower, text over text, a part that is gone: each alone differs enough."""
    page = picture(KEPT / f"{name}.png")
    top, end = _middle(page)
    moved, over, gone = page.copy(), page.copy(), page.copy()
    block = page[top:end]
    moved[top:end] = 0
    moved[top + 3 : end + 3] = np.maximum(moved[top + 3 : end + 3], block)
    over[top + 3 : end + 3] = np.maximum(over[top + 3 : end + 3], block)
    gone[top:end] = 0
    for changed in (moved, over, gone):
        assert difference(page, changed)[0] > TOLERANCE


@pytest.mark.parametrize("name", kept())
def test_what_another_rasterizer_does_is_overlooked(name: str) -> None:
    """Everything a pixel aside, and softer: as fonts of another version are drawn."""
    page = picture(KEPT / f"{name}.png")
    aside = np.pad(page, 1, mode="edge")[2:, 1:-1][: page.shape[0]]
    softer = (page + np.pad(page, 1, mode="edge")[1:-1, 2:][:, : page.shape[1]]) / 2
    for drawn in (aside, softer):
        assert difference(page, drawn)[0] < TOLERANCE


def _middle(page: Grey) -> tuple[int, int]:
    """Rows of a block of a sixth of the page, where most is written."""
    high = page.shape[0] // 6
    dark = [page[start : start + high].sum() for start in range(page.shape[0] - high - 3)]
    start = int(np.argmax(dark))
    return start, start + high


def test_another_program_draws_the_same_page() -> None:
    """Cairo in the place of Splash: farther apart than two versions of either."""
    page = page_of_the_map("en")
    assert difference(looks(page, 1), looks(page, 1, "pdftocairo"))[0] < TOLERANCE / 2
