"""ECharts on the server: same bytes, nothing cut, nothing a strict page refuses."""

import hashlib
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import pytest

from assessment.charts import (
    ChartDefinition,
    DistributionRow,
    ProfileRow,
    RankingRow,
    Threshold,
    dimension_profile,
    indicator_distribution,
    ranking_bars,
)
from assessment.charts.measure import text_width
from assessment.charts.palette import FONT_SIZE
from assessment.charts.render import ChartRenderer, to_svg
from assessment.charts.svg import finished_svg

ROOT = Path(__file__).resolve().parents[2]
ECHARTS = ROOT / "node_modules/echarts/dist/echarts.min.js"
SVG = "{http://www.w3.org/2000/svg}"
LONG_ZH = "细颗粒物（PM2.5）年均浓度下降率与可吸入颗粒物（PM10）年均浓度下降率"
LONG_EN = "Share of the enterprises that have an emission reduction plan of their own"


def charts(language: str) -> dict[str, ChartDefinition]:
    """One of each kind, with labels as long as frameworks have them."""
    chinese = language != "en"
    city = "新疆生产建设兵团第一师阿拉尔市" if chinese else "Inner Mongolia autonomous region"
    dimension = LONG_ZH if chinese else LONG_EN
    ranking = [RankingRow(city, Decimal("71.005"), 1, "good", is_marked=True)]
    ranking += [RankingRow(f"{city[:4]} {n}", Decimal(70 - n), n + 2, "good") for n in range(30)]
    ranking += [RankingRow("Z", None, None)]
    grades = [Threshold(f"{word} {cut}", Decimal(cut)) for word, cut in
              [("优秀" if chinese else "Excellent", 90), ("良好" if chinese else "Good", 70),
               ("合格" if chinese else "Pass", 60)]]  # fmt: skip
    values = [DistributionRow(city, Decimal("-15.2"), is_marked=True)]
    values += [DistributionRow(str(n), Decimal(n)) for n in range(28)]
    return {
        "ranking": ranking_bars(ranking, language=language, decimals=2, thresholds=grades),
        "profile": dimension_profile(
            [ProfileRow(dimension, Decimal(80), Decimal(66)), ProfileRow("B", None, None)],
            name=city,
            language=language,
            decimals=2,
        ),
        "distribution": indicator_distribution(
            values, indicator=dimension, unit="%", language=language, decimals=1
        ),
    }


CASES = [(language, name) for language in ("zh-hans", "en") for name in charts(language)]


def drawn(language: str, name: str) -> str:
    return to_svg(charts(language)[name], echarts_path=ECHARTS)


@pytest.mark.parametrize(("language", "name"), CASES)
def test_svg_is_well_formed_with_the_alternative_text_as_title(language: str, name: str) -> None:
    root = ElementTree.fromstring(drawn(language, name))
    assert root.tag == f"{SVG}svg"
    assert root[0].tag == f"{SVG}title"
    assert root[0].text == charts(language)[name].alternative_text
    assert root.get("role") == "img"


@pytest.mark.parametrize(("language", "name"), CASES)
def test_svg_has_nothing_a_strict_policy_refuses(language: str, name: str) -> None:
    svg = drawn(language, name)
    assert not re.search(r"\sstyle=|<style|<script|\son\w+=|href=|class=|ecmeta", svg)


@pytest.mark.parametrize(("language", "name"), CASES)
def test_no_label_is_cut_or_shortened(language: str, name: str) -> None:
    definition = charts(language)[name]
    root = ElementTree.fromstring(drawn(language, name))
    texts = root.findall(f"{SVG}text")
    assert texts
    for element in texts:
        left, right, y = _extent(element)
        assert left >= 0, element.text
        assert right <= definition.width, element.text
        assert FONT_SIZE / 2 <= y <= definition.height - FONT_SIZE / 2, element.text
        assert "…" not in (element.text or "")
        assert "..." not in (element.text or "")


def _extent(element: ElementTree.Element) -> tuple[float, float, float]:
    """Left, right and vertical middle of a text, by the widths the layout counts with."""
    x, y = float(element.get("x", 0)), float(element.get("y", 0))
    moved = re.match(r"translate\(([-\d.]+) ([-\d.]+)\)", element.get("transform", ""))
    if moved:
        x, y = x + float(moved[1]), y + float(moved[2])
    size = float((element.get("font-size") or str(FONT_SIZE)).removesuffix("px"))
    width = text_width(element.text or "", size)
    shift = {"start": 0.0, "middle": 0.5, "end": 1.0}[element.get("text-anchor", "start")]
    return x - shift * width, x + (1 - shift) * width, y


def test_every_name_of_a_ranking_is_shown() -> None:
    root = ElementTree.fromstring(drawn("zh-hans", "ranking"))
    shown = {element.text for element in root.findall(f"{SVG}text")}
    labels = {item["value"] for item in charts("zh-hans")["ranking"].option["yAxis"][0]["data"]}
    assert labels <= shown


def test_same_definition_gives_the_same_bytes_again() -> None:
    first = drawn("zh-hans", "ranking")
    drawn("en", "profile")
    assert drawn("zh-hans", "ranking") == first


def test_same_definition_gives_the_same_bytes_in_another_process() -> None:
    script = (
        "import hashlib\nfrom tests.charts.test_render import drawn\n"
        "drawn('en', 'profile')\n"
        "print(hashlib.sha256(drawn('zh-hans', 'distribution').encode()).hexdigest())"
    )
    other = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    here = hashlib.sha256(drawn("zh-hans", "distribution").encode()).hexdigest()
    assert other.stdout.strip() == here


def test_threads_share_one_renderer() -> None:
    expected = drawn("en", "profile")
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _n: drawn("en", "profile"), range(12)))
    assert results == [expected] * 12


def test_a_forked_child_draws_with_its_own_context() -> None:
    script = (
        "import os\nfrom tests.charts.test_render import drawn\n"
        "expected = drawn('en', 'profile')\n"
        "child = os.fork()\n"
        "if child == 0:\n    raise SystemExit(0 if drawn('en', 'profile') == expected else 3)\n"
        "raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, timeout=60, check=False)
    assert done.returncode == 0


def test_a_lock_held_at_the_fork_does_not_stop_the_child() -> None:
    renderer = ChartRenderer(ECHARTS)
    held = renderer._lock
    with held:
        renderer._forget()
        assert renderer._lock is not held
        assert renderer._lock.acquire(blocking=False)
        renderer._lock.release()  # the renderer is closed when the interpreter ends


def test_a_closed_renderer_begins_anew() -> None:
    renderer = ChartRenderer(ECHARTS)
    definition = charts("en")["profile"]
    first = renderer.to_svg(definition)
    renderer.close()
    renderer.close()
    assert renderer.to_svg(definition) == first
    renderer.close()


@pytest.mark.parametrize(
    "name", ["</title><script>x</script>", "A{b}{c}$&", "a\x00b\x0bc", "&amp;"]
)
def test_names_are_text_wherever_they_appear(name: str) -> None:
    definition = indicator_distribution(
        [DistributionRow(name, Decimal(1), is_marked=True), DistributionRow("B", Decimal(2))],
        indicator=name,
        unit="%",
        language="en",
        decimals=0,
    )
    root = ElementTree.fromstring(to_svg(definition, echarts_path=ECHARTS))
    assert not root.findall(f".//{SVG}script")
    clean = name.replace("\x00", "").replace("\x0b", "")
    labels = [element.text for element in root.findall(f"{SVG}text")]
    assert f"{clean.replace('{', '｛')} 1 %" in labels


def test_negative_figures_of_an_axis_carry_the_minus_sign() -> None:
    drawn = '<svg width="9"><text x="-4">-10</text><text>2026-01</text></svg>'
    made = finished_svg(drawn, alternative_text="-5", seed="a")
    assert '<text x="-4">\N{MINUS SIGN}10</text><text>2026-01</text>' in made
