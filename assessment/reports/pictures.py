"""The charts of a report."""

import io
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

import segno
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from assessment.charts import (
    ChartDefinition,
    DistributionRow,
    HeatRow,
    MapDot,
    MeansPanel,
    ProfileRow,
    RankingRow,
    Threshold,
    annual_means,
    dimension_profile,
    dot_map,
    even_parts,
    heat_map,
    indicator_distribution,
    ranking_bars,
)
from assessment.charts.definition import Table
from assessment.charts.palette import PRINT_FONTS
from assessment.charts.render import ChartFailure, to_svg
from assessment.engine.figures import plain_number
from assessment.jobs.failures import JobFailed
from assessment.publication.models import Publication
from assessment.reports.air_quality import AirQuality
from assessment.reports.earlier import earlier_score
from assessment.reports.frozen import FrozenResults, FrozenRun
from assessment.reports.numbers import ABSENT, published

# The text block of the page is 156 mm wide, which is 590 CSS pixels.
WIDTH = 590
# Rows of a chart that fit a page with its heading; of a longer one, two pictures fit a page.
_ROWS_OF_A_PAGE = 33
_ROWS_OF_HALF_A_PAGE = 18
# The public page that looks publications up; the portal stands above this room.
VERIFY_PATH = "/verify/"
# A report is kept, signed with its sum and handed on: one without the figures its text refers
# to would pass for complete. A page is made anew for each reader and may do without.
NO_CHARTS = gettext_noop(
    "The charts of the report cannot be drawn on this server, so no report was made. "
    "Ask your administrator to run “manage.py check”, then try again."
)


@dataclass(frozen=True)
class Picture:
    """A chart as the template places it and the renderer serves it.

    ``name`` is its address inside the document; nothing outside can use it. ``table`` are its
    figures, heads first, for files that hold no drawings.
    """

    name: str
    title: str
    alternative_text: str
    svg: bytes
    table: Table = ()


def profile_picture(
    results: FrozenResults, earlier: FrozenResults | None, language: str
) -> Picture:
    """The locality's dimensions against the medians and its own scores of the cycle before."""
    framework = results.framework
    rows = [
        ProfileRow(
            label=node.title.text(language),
            score=published(results.nodes[node.code]["published"]),
            median=results.median_score(node),
            before=earlier_score(earlier, node),
        )
        for node in framework.dimensions
    ]
    definition = dimension_profile(
        rows,
        name=results.place.name,
        language=language,
        decimals=framework.decimals,
        highest=Decimal(plain_number(framework.scale.max)),
        width=WIDTH,
    )
    return _drawn("profile.svg", definition)


def ranking_pictures(
    results: FrozenRun, language: str, marked: str = "", *, whole: int = _ROWS_OF_A_PAGE
) -> tuple[Picture, ...]:
    """All localities by overall score, the one with the code ``marked`` standing out.

    No picture is higher than a page: of more than ``whole`` localities there are several, one
    after the other.
    """
    framework = results.framework
    places = results.publication.run.places
    rows = [
        RankingRow(
            label=places[code].name,
            score=published(index["published"]),
            rank=index["rank"],
            grade=index["grade"] or "",
            is_marked=code == marked,
        )
        for code, index in results.in_order
    ]
    thresholds = [
        Threshold(
            f"{grade.title.text(language)} {plain_number(grade.lower)}",
            Decimal(plain_number(grade.lower)),
        )
        for grade in framework.grades
        if grade.lower > framework.scale.min
    ]
    return tuple(
        _drawn(
            f"ranking-{number}.svg",
            ranking_bars(
                rows,
                language=language,
                decimals=framework.decimals,
                highest=Decimal(plain_number(framework.scale.max)),
                thresholds=thresholds,
                width=WIDTH,
                shown=part,
            ),
        )
        for number, part in enumerate(_parts(len(rows), whole), start=1)
    )


def rows_beside(dimensions: int) -> int:
    """Rows of the ranking that fit the page below the table of so many dimensions."""
    return 36 - 2 * dimensions


def scores_picture(run: FrozenRun, language: str) -> Picture:
    """How the overall scores are distributed."""
    framework = run.framework
    rows = [
        DistributionRow(run.publication.run.places[code].name, published(index["published"]))
        for code, index in run.in_order
    ]
    definition = indicator_distribution(
        rows,
        indicator=framework.root.title.text(language),
        unit="",
        language=language,
        decimals=framework.decimals,
        width=WIDTH,
    )
    return _drawn("scores.svg", definition)


def heat_pictures(run: FrozenRun, language: str) -> tuple[Picture, ...]:
    """Localities, best first, by dimension; of many localities several pictures."""
    framework = run.framework
    rows = [
        HeatRow(
            run.publication.run.places[code].name,
            [
                published(run.localities[code]["nodes"][node.code]["published"])
                for node in framework.dimensions
            ],
        )
        for code, _index in run.in_order
    ]
    return tuple(
        _drawn(
            f"heat-{number}.svg",
            heat_map(
                rows,
                [node.title.text(language) for node in framework.dimensions],
                language=language,
                decimals=framework.decimals,
                highest=Decimal(plain_number(framework.scale.max)),
                width=WIDTH,
                shown=part,
            ),
        )
        for number, part in enumerate(_parts(len(rows)), start=1)
    )


def map_picture(run: FrozenRun, language: str) -> Picture | None:
    """The localities at the coordinates that the run keeps; None where it keeps none."""
    framework, places = run.framework, run.publication.run.places
    dots = [
        MapDot(
            label=places[code].name,
            latitude=position.latitude,
            longitude=position.longitude,
            score=published(index["published"]),
            rank=index["rank"],
            grade=index["grade"] or "",
        )
        for code, index in run.in_order
        if (position := places[code].position) is not None
    ]
    if not dots:
        return None
    definition = dot_map(
        dots,
        [(grade.code, grade.title.text(language)) for grade in framework.grades],
        language=language,
        decimals=framework.decimals,
        width=WIDTH,
    )
    return _drawn("map.svg", definition)


def air_picture(air: AirQuality, name: str, language: str) -> Picture:
    """The annual means of each pollutant with the limit of the last year."""
    panels = [
        MeansPanel(row.name, None if row.limit == ABSENT else Decimal(row.limit), row.means)
        for row in air.rows
    ]
    definition = annual_means(panels, air.years, name=name, language=language, width=WIDTH)
    return _drawn("air.svg", definition)


def _parts(rows: int, whole: int = _ROWS_OF_A_PAGE) -> list[slice]:
    return even_parts(rows, whole=whole, part=_ROWS_OF_HALF_A_PAGE)


def code_picture(publication: Publication) -> Picture:
    """The publication's address for a phone's camera; its bundle's hash where there is none."""
    address = settings.SITE_URL
    told = (
        f"{address}{VERIFY_PATH}?code={publication.short_code}"
        if address
        else f"sha256:{publication.bundle_sha256}"
    )
    title = _("QR code: %(content)s") % {"content": told}
    return Picture("code.svg", title, title, _code(told))


@lru_cache(maxsize=4)
def _code(told: str) -> bytes:
    """The same in every report of a publication, and a tenth of reading one."""
    out = io.BytesIO()
    segno.make(told, error="m", micro=False).save(out, kind="svg", border=0, xmldecl=False)
    return out.getvalue()


def _drawn(name: str, definition: ChartDefinition) -> Picture:
    try:
        svg = to_svg(definition, echarts_path=settings.ECHARTS_FILE, fonts=PRINT_FONTS)
    except ChartFailure as failure:
        raise JobFailed(NO_CHARTS) from failure
    return Picture(
        name, definition.title, definition.alternative_text, svg.encode(), definition.table
    )
