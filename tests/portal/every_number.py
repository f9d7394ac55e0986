"""Holds every way out of a publication against a fresh run of the engine on its bundle."""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal
from html.parser import HTMLParser
from typing import Any

from django.test import Client
from django.utils import translation

from accounts.models import Locality
from assessment.engine import FrameworkDocument, score
from assessment.publication.models import Publication
from assessment.reports.contents import report_contents
from tests.portal.published import bundle_files

ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}
VOID = {"img", "input", "br", "meta", "link", "hr", "use", "path", "col"}


@dataclass
class Row:
    """A row of a table: texts by ``data-label`` or class of the cell, and its addresses."""

    cells: dict[str, str] = field(default_factory=dict)
    links: list[str] = field(default_factory=list)


class Rows(HTMLParser):
    """The rows of all tables of a page; drawings and icons are no text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.rows: list[Row] = []
        self._cell = ""
        self._silent: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if self._silent or tag == "svg" or "visually-hidden" in (given.get("class") or ""):
            if tag not in VOID:
                self._silent.append(tag)
            return
        if tag == "tr":
            self.rows.append(Row())
        elif tag in ("td", "th") and self.rows:
            classes = (given.get("class") or "").split()
            self._cell = given.get("data-label") or (classes[-1] if classes else tag)
            self.rows[-1].cells[self._cell] = ""
        elif tag == "a" and self.rows:
            self.rows[-1].links.append(given.get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        if self._silent:
            if self._silent[-1] == tag:
                self._silent.pop()
        elif tag in ("td", "th"):
            self._cell = ""

    def handle_data(self, data: str) -> None:
        if self._cell and not self._silent and self.rows:
            cells = self.rows[-1].cells
            cells[self._cell] = f"{cells[self._cell]} {data.strip()}".strip()


def half_even(number: float, decimals: int) -> Decimal:
    """GB/T 8170 on the decimal number meant: 4.074999999999999 of a product is 4.075."""
    meant = Decimal(repr(number)).quantize(Decimal("1e-9"), ROUND_HALF_EVEN)
    return meant.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_EVEN)


@dataclass(frozen=True)
class Engine:
    """What the engine says of the bundle's inputs, with ranks by province of our own."""

    framework: FrameworkDocument
    rows: Mapping[tuple[str, str], Mapping[str, Any]]
    trace: Mapping[str, Any]
    province: Mapping[str, str]
    province_names: Mapping[str, str]

    def published(self, locality: str, node: str) -> str:
        return str(self.rows[locality, node]["published"] or "")

    def rank(self, locality: str, node: str) -> str:
        return str(self.rows[locality, node]["rank"] or "")

    def group_rank(self, locality: str, node: str) -> str:
        own = self.published(locality, node)
        others = [
            Decimal(self.published(other, node))
            for other, province in self.province.items()
            if province == self.province[locality] and self.published(other, node)
        ]
        return str(1 + sum(other > Decimal(own) for other in others)) if own else ""

    def value(self, locality: str, node: str) -> str:
        """The observed number with the indicator's decimals; empty for words and gaps."""
        raw = self.trace[locality]["nodes"][node]["raw"]
        spec = self.framework.node(node).value
        if raw is None or spec is None or spec.levels or spec.decimals is None:
            return ""
        return str(half_even(raw, spec.decimals)).replace("-", "−")

    def points(self, locality: str, node: str) -> str:
        found = self.trace[locality]["nodes"][node]["points"]
        if found is None:
            return ""
        return str(half_even(found, self.framework.decimals))


def engine_of(publication: Publication) -> Engine:
    """Score the inputs of the stored bundle again."""
    files = {name: content.decode() for name, content in bundle_files(publication).items()}
    framework = publication.run.parsed
    on = publication.cycle.period_end_date
    parts = (files["observations.csv"], files["localities.csv"], files["adjustments.csv"])
    results = score(framework, *parts, on)
    rows = {
        (row["locality"], row["node"]): {key: value or None for key, value in row.items()}
        for row in csv.DictReader(io.StringIO(results.results_csv()))
    }
    places = list(csv.DictReader(io.StringIO(files["localities.csv"])))
    return Engine(
        framework=framework,
        rows=rows,
        trace=json.loads(results.trace_json())["localities"],
        province={row["locality"]: row["province"] for row in places},
        province_names={row["name_province_code"]: row["province"] for row in places},
    )


def differences(publication: Publication) -> list[str]:
    """Every figure on a page, in a file, the API or a report that is not the engine's."""
    engine = engine_of(publication)
    start = f"/cycles/{publication.cycle.code}/"
    checks = (_rankings, _ranking_files, _localities, _indicators, _files, _api)
    found = [problem for check in checks for problem in check(engine, start)]
    return [*found, *_reports(engine, publication)]


def _page(address: str) -> list[Row]:
    response = Client().get(address, **ENGLISH)
    assert response.status_code == 200, address
    return Rows(response.content.decode()).rows


def _code(row: Row, kind: str) -> str:
    found = [link.split("/")[-2] for link in row.links if f"/{kind}/" in link]
    return found[0] if found else ""


def _unlike(place: str, shown: object, expected: object) -> Iterator[str]:
    if shown != expected:
        yield f"{place}: {shown!r}, engine {expected!r}"


def _ranked(engine: Engine) -> list[str]:
    return [engine.framework.root.code, *(node.code for node in engine.framework.dimensions)]


def _rankings(engine: Engine, start: str) -> Iterator[str]:
    titles = {node.title.en: node.code for node in engine.framework.dimensions}
    provinces = engine.province_names
    for node in _ranked(engine):
        for query in ("", *(f"&group={code}" for code in provinces)):
            address = f"{start}ranking/?node={node}{query}"
            rows = {_code(row, "localities"): row.cells for row in _page(address)}
            rows.pop("", None)
            chosen = provinces.get(query.removeprefix("&group="))
            yield from _unlike(
                address,
                set(rows),
                {
                    code
                    for code, province in engine.province.items()
                    if engine.rank(code, node) and chosen in (None, province)
                },
            )
            for code, cells in rows.items():
                place = f"{address} {code}"
                shown_rank = cells.get("lp-rank") or cells.get("lp-rank--top")
                yield from _unlike(place, shown_rank, engine.rank(code, node))
                shown = cells["lp-ranking__score"].split()[-1]
                yield from _unlike(place, shown, engine.published(code, node))
                yield from _unlike(place, cells["In province"], engine.group_rank(code, node))
                for title, dimension in titles.items() if title_shown(cells, titles) else ():
                    expected = engine.published(code, dimension) or "No score"
                    yield from _unlike(f"{place} {title}", cells[title], expected)


def title_shown(cells: Mapping[str, str], titles: Mapping[str, str]) -> bool:
    """Whether the ranking shows the dimensions: the overall one does."""
    return bool(titles.keys() & cells.keys())


def _table(address: str) -> list[dict[str, str]]:
    response = Client().get(address)
    assert response.status_code == 200, address
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


def _ranking_files(engine: Engine, start: str) -> Iterator[str]:
    for node in _ranked(engine):
        address = f"{start}ranking.csv?node={node}"
        for row in _table(address):
            code, place = row["locality"], f"{address} {row['locality']}"
            shown = (row["rank"], row["score"], row["province_rank"])
            expected = (
                engine.rank(code, node),
                engine.published(code, node),
                engine.group_rank(code, node),
            )
            yield from _unlike(place, shown, expected)
            for dimension in engine.framework.dimensions:
                if dimension.code in row:
                    figure = engine.published(code, dimension.code)
                    yield from _unlike(place, row[dimension.code], figure)


def _localities(engine: Engine, start: str) -> Iterator[str]:
    titles = {node.title.en: node.code for node in engine.framework.dimensions}
    for code in engine.province:
        address = f"{start}localities/{code}/"
        shown = set()
        for row in _page(address):
            anchors = [link.removeprefix("#") for link in row.links if link.startswith("#")]
            node = _code(row, "indicators") or (anchors[0] if anchors else "")
            if not node or "Score" not in row.cells:
                continue
            shown.add(node)
            place = f"{address} {node}"
            expected = {
                "Score": engine.published(code, node) or "No score",
                "Rank": engine.rank(code, node),
                "Points": engine.points(code, node),
            }
            for name, figure in expected.items():
                yield from _unlike(f"{place} {name}", row.cells[name].strip("—"), figure)
        leaves = {node.code for node in engine.framework.nodes if node.kind == "indicator"}
        yield from _unlike(address, shown, leaves | set(titles.values()))


def _indicators(engine: Engine, start: str) -> Iterator[str]:
    for node in engine.framework.nodes:
        if node.kind != "indicator":
            continue
        address = f"{start}indicators/{node.code}/"
        html = Client().get(address, **ENGLISH).content.decode()
        for code in engine.province:
            row = html.split(f'/localities/{code}/">')[1].split("</tr>")[0]
            cells = [_text(cell) for cell in re.findall(r"<td.*?>(.*?)</td>", row, re.DOTALL)]
            expected = [
                engine.value(code, node.code) or cells[0],
                engine.published(code, node.code) or "No score",
                engine.rank(code, node.code) or "—",
            ]
            yield from _unlike(f"{address} {code}", cells, expected)


def _text(cell: str) -> str:
    return re.sub(r"<[^>]+>", "", cell).strip()


def _files(engine: Engine, start: str) -> Iterator[str]:
    table = {
        (row["locality"], row["node"]): {
            key: row[key] or None
            for key in ("locality", "node", "score", "published", "rank", "grade")
        }
        for row in _table(f"{start}downloads/results.csv")
    }
    yield from _unlike(f"{start}downloads/results.csv", table, dict(engine.rows))
    document = json.loads(Client().get(f"{start}downloads/publication.json").content)
    yield from _results(f"{start}downloads/publication.json", engine, document["results"])
    trace = document["trace"]["localities"]
    yield from _unlike(f"{start}downloads/publication.json trace", trace, engine.trace)


def _api(engine: Engine, start: str) -> Iterator[str]:
    code = start.split("/")[2]
    address: str | None = f"/api/v1/publications/{code}/results/"
    results: list[dict[str, Any]] = []
    while address:
        page = Client().get(address).json()
        results += page["results"]
        address = page["next"]
    yield from _results(f"API {code}", engine, results)


def _results(place: str, engine: Engine, results: list[dict[str, Any]]) -> Iterator[str]:
    shown = {
        (item["locality"]["code"], item["node"]): (
            item["score"],
            item["published"],
            item["rank"],
            item["grade"],
        )
        for item in results
    }
    expected = {
        key: (
            None if row["score"] is None else float(row["score"]),
            row["published"],
            None if row["rank"] is None else int(row["rank"]),
            row["grade"],
        )
        for key, row in engine.rows.items()
    }
    for key in shown.keys() | expected.keys():
        yield from _unlike(f"{place} {key}", shown.get(key), expected.get(key))


def _reports(engine: Engine, publication: Publication) -> Iterator[str]:
    nodes = [node.code for node in engine.framework.depth_first if node.parent is not None]
    for locality in Locality.objects.filter(code__in=engine.province):
        code = locality.code
        with translation.override("en"):
            report = report_contents(publication=publication, locality=locality, language="en")
        root = engine.framework.root.code
        place = f"report {code}"
        yield from _unlike(place, report.overall.score, engine.published(code, root))
        yield from _unlike(place, report.overall.rank, engine.rank(code, root))
        rows = [row for branch in report.branches for row in branch]
        for node, row in zip(nodes, rows, strict=True):
            shown = (str(row.score).strip("—"), str(row.points).strip("—"))
            expected = (engine.published(code, node), engine.points(code, node))
            yield from _unlike(f"{place} {node}", shown, expected)
        for node, line in zip(engine.framework.dimensions, report.dimensions, strict=True):
            yield from _unlike(place, line.rank.strip("—"), engine.rank(code, node.code))
