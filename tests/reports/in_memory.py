"""A report of a scored run of made-up values, without a database: to lay out and to look at."""

from datetime import UTC, date, datetime
from pathlib import Path

from accounts.models import Locality, Region
from assessment.cycles.models import Cycle
from assessment.engine import load_framework, load_localities, load_observations, score
from assessment.engine.adjustments import adjustments_csv
from assessment.engine.version import ENGINE_VERSION
from assessment.publication.models import Publication
from assessment.reports import contents as report
from assessment.reports.attachments import DataFile
from assessment.reports.effects import adjustments, rule_effects
from assessment.reports.frozen import FrozenResults
from assessment.reports.pictures import code_picture, profile_picture, ranking_pictures, rows_beside
from assessment.reports.sentences import method
from assessment.reports.signing import signing_credential
from assessment.reports.sources import Sources
from assessment.reports.summary import summary_points
from assessment.reports.tables import dimension_rows, tree_branches
from assessment.reports.texts.in_force import Framing, Letterhead
from assessment.scores.models import ScoreRun

LIBRARY = Path(__file__).resolve().parents[2] / "assessment/frameworks/library"
LOCALITIES = 28


def frozen_results(count: int = LOCALITIES) -> FrozenResults:
    """A scored run of made-up values, in memory."""
    framework = load_framework(LIBRARY / "regional-cooperation.json")
    places = [
        Locality(code=f"{110000 + n * 100}", name_zh=f"地区{n}", name_en=f"Place {n}")
        for n in range(count)
    ]
    rows = [
        f"{place.code},{node.code},{_value(node.value.levels if node.value else (), n, k)},value"
        for n, place in enumerate(places)
        for k, node in enumerate(framework.observed)
    ]
    observations = load_observations("locality,indicator,value,status\n" + "\n".join(rows) + "\n")
    names = "\n".join(f"{place.code},{place.name_zh}" for place in places)
    localities = load_localities(f"locality,name\n{names}\n")
    results = score(framework, observations, localities, (), date(2016, 12, 31))
    run = ScoreRun(
        number=1,
        framework=framework.as_dict(),
        observations_csv=observations.as_csv(),
        adjustments_csv=adjustments_csv(()),
        trace=results.trace(),
        localities_csv=localities.as_csv(),
        snapshot_sha256="0" * 64,
        engine_version=ENGINE_VERSION,
    )
    cycle = run.cycle = Cycle(
        code="bench",
        name_zh="基准考核",
        name_en="Bench",
        region=Region(body_name_zh="协作小组办公室", body_name_en="Office"),
        period_start_date=date(2016, 1, 1),
        period_end_date=date(2016, 12, 31),
    )
    publication = Publication(
        cycle=cycle, run=run, kind="final", number=1, bundle_sha256="0" * 64,
        made_at=datetime(2017, 5, 1, tzinfo=UTC),
    )  # fmt: skip
    return FrozenResults(publication, places[3])


def _value(levels: tuple[object, ...], n: int, k: int) -> str:
    return "2" if levels else str(1 + (n * 7 + k * 3) % 20)


FRAMING = Framing(Letterhead("京津冀协作小组办公室", "京津冀协作小组办公室"))


def in_memory(results: FrozenResults) -> report.ReportContents:
    """The contents as ``report_contents`` builds them, without its queries and the bundle."""
    language = "zh-hans"
    at = results.publication.made_at
    table = results.publication.run.localities_csv
    return report.ReportContents(
        language=language,
        locality=results.place,
        publication=results.publication,
        publication_date=at.date(),
        published_at=at,
        overall=report._overall(results, None, language),
        summary=summary_points(results, None, None, [], language),
        dimensions=dimension_rows(results, None, language),
        branches=tree_branches(results, None, {}, language),
        before="",
        rules=rule_effects(results, language),
        adjustments=adjustments(results, language),
        comments=[],
        air=None,
        sources=Sources((), ()),
        framework=results.framework.title.text(language),
        method=method(results, language),
        caveats=[],
        profile=profile_picture(results, None, language),
        ranking=ranking_pictures(
            results,
            language,
            results.locality.code,
            whole=rows_beside(len(results.framework.dimensions)),
        ),
        headings=report.report_headings(language, FRAMING, has_air=False, has_comments=False),
        framing=FRAMING,
        air_chart=None,
        code=code_picture(results.publication),
        attached=lambda: (DataFile("localities.csv", "", table.encode(), at),),
        credential=signing_credential(),
    )
