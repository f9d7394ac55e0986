"""What pages and reports show of a publication, figure by figure, against the engine's results."""

import re
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path
from statistics import median

from playwright.sync_api import Page
from pypdf import PdfReader

from assessment.engine import Node
from tests.browser.stage import Stage

DIMENSIONS = ("sharing", "reduction", "compliance", "rating")
# Cells of a report's tables stand at least two blanks apart; one blank is within a cell.
BETWEEN_CELLS = re.compile(r" {2,}")
# Rows of results.csv by locality and node.
Results = dict[tuple[str, str], dict[str, str]]


def report_rows(file: Path) -> list[list[str]]:
    """Every line of the report as the cells that stand apart in it, read by their place."""
    pages = [page.extract_text(extraction_mode="layout") for page in PdfReader(file).pages]
    assert len(pages) >= 2
    return [BETWEEN_CELLS.split(line.strip()) for text in pages for line in text.splitlines()]


def compare_reports(stage: Stage, reports: dict[str, Path], results: Results) -> None:
    """Every figure of the city's report, cell by cell, against the engine's results."""
    framework = stage.cycle.framework_version.parsed
    total = results[stage.cities[0].code, "index"]
    for language, key in (("zh-hans", "zh-Hans"), ("en", "en")):
        rows = report_rows(reports[language])
        grade = framework.grade(total["grade"]).title.text(key)
        median = median_of(stage, results, "index")
        key_figures = [total["published"], grade, f"{total['rank']} / {len(stage.cities)}", median]
        assert rows.count(key_figures) == 1
        compare_dimensions(stage, rows, results, key)
        compare_tree(stage, rows, results, key)


def compare_dimensions(
    stage: Stage, rows: list[list[str]], results: Results, language: str
) -> None:
    """Table 1: weight, score, median, points and rank of each dimension."""
    framework, city = stage.cycle.framework_version.parsed, stage.cities[0].code
    for code in DIMENSIONS:
        node, result = framework.node(code), results[city, code]
        figures = [f"{node.weight:g}", result["published"], median_of(stage, results, code)]
        expected = [*figures, points_of(node, result), result["rank"]]
        assert rows.count([node.title.text(language), *expected]) == 1, (code, expected)


def compare_tree(stage: Stage, rows: list[list[str]], results: Results, language: str) -> None:
    """Table 2: score, weight and points of each node in the order of the tree."""
    framework, city = stage.cycle.framework_version.parsed, stage.cities[0].code
    below = [node for node in framework.depth_first if node.parent is not None]
    widths = {True: 7, False: 4}  # title, unit, value, median of indicators alone
    left = iter(rows)
    for node in below:
        result, width = results[city, node.code], widths[node.is_leaf]
        figures = [result["published"], f"{node.weight:g}", points_of(node, result)]
        title = squeezed(node.title.text(language))
        found = (
            row
            for row in left
            if len(row) == width and row[-3:] == figures and title.startswith(squeezed(row[0]))
        )
        assert next(found, None) is not None, (node.code, figures)


def median_of(stage: Stage, results: Results, node: str) -> str:
    """The median of the published scores of all cities, two decimals."""
    scores = [Decimal(results[city.code, node]["published"]) for city in stage.cities]
    return str(median(scores).quantize(Decimal("0.01"), ROUND_HALF_EVEN))


def points_of(node: Node, result: dict[str, str]) -> str:
    """The score times the weight, per cent, two decimals."""
    points = Decimal(result["score"]) * Decimal(str(node.weight)) / 100
    return str(points.quantize(Decimal("0.01"), ROUND_HALF_EVEN))


def squeezed(text: str) -> str:
    return "".join(text.split())


def compare_ranking(stage: Stage, page: Page, results: Results) -> None:
    """Every figure of the public ranking: ranks, scores, dimensions; the grade by its word."""
    grades = {g.code: g.title.en for g in stage.cycle.framework_version.parsed.grades}
    page.goto(f"/cycles/{stage.cycle.code}/ranking/")
    shown = {}
    for row in page.locator(".lp-ranking tbody tr").all():
        name = row.locator("th a").inner_text()
        dimensions = [
            re.findall(r"[\d.]+", cell.inner_text())[0]
            for cell in row.locator(".lp-ranking__dimension").all()
        ]
        score = row.locator(".lp-ranking__score .lp-bar__text").inner_text()
        grade = row.locator(".lp-grade").inner_text().strip()
        shown[name] = [row.locator(".lp-rank").inner_text(), score, grade, *dimensions]
    expected = {}
    for city in stage.cities:
        total = results[city.code, "index"]
        parts = [results[city.code, node]["published"] for node in DIMENSIONS]
        expected[city.name_en] = [
            total["rank"],
            total["published"],
            grades[total["grade"]],
            *parts,
        ]
    assert shown == expected


def compare_localities(stage: Stage, page: Page, results: Results) -> None:
    """Score and rank of every node on every locality's page."""
    titles = {node.title.en: node.code for node in stage.cycle.framework_version.parsed.nodes}
    for city in stage.cities:
        page.goto(f"/cycles/{stage.cycle.code}/localities/{city.code}/")
        tiles = page.locator(".lp-tile__value").all_inner_texts()
        total = results[city.code, "index"]
        assert tiles[:2] == [total["published"], total["rank"]]
        seen = set()
        for row in page.locator("main tbody tr").all():
            title = row.locator("th a").first.inner_text()
            score = row.locator('td[data-label="Score"]').inner_text()
            rank = row.locator('td[data-label="Rank"]').inner_text()
            result = results[city.code, titles[title]]
            assert (title, score, rank) == (title, result["published"], result["rank"])
            seen.add(titles[title])
        assert seen == {node for _code, node in results} - {"index"}
