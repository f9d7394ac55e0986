"""The other lists of the public area: publications, reports, values of an indicator."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _

from accounts.lists import (
    Column,
    Filter,
    ListPage,
    Search,
    field_choices,
    list_csv,
    read_computed,
    read_stored,
    value_choices,
)
from accounts.searching import place_texts
from assessment.cycles.calendar import local_date
from assessment.cycles.demonstration import notice_of
from assessment.portal.indicator import IndicatorPage, ValueLine
from assessment.portal.queries import FinishedReport
from assessment.publication.models import Publication
from assessment.reports.wording import language_label

PUBLICATIONS_CSV: Mapping[str, Callable[[Publication], object]] = {
    "cycle": lambda item: item.cycle.code,
    "name_zh": lambda item: item.cycle_name_zh,
    "name_en": lambda item: item.cycle_name_en,
    "kind": lambda item: item.kind,
    "published_on": lambda item: item.published_at and local_date(item.published_at).isoformat(),
    "period_start_date": lambda item: item.cycle.period_start_date.isoformat(),
    "period_end_date": lambda item: item.cycle.period_end_date.isoformat(),
    "body_zh": lambda item: item.body_name_zh,
    "body_en": lambda item: item.body_name_en,
    "bundle": lambda item: item.file_name,
    "bytes": lambda item: item.bundle_bytes,
    "sha256": lambda item: item.bundle_sha256,
    "notice": lambda item: notice_of(item.cycle),
}
VALUES_CSV: Mapping[str, Callable[[ValueLine], object]] = {
    "locality": lambda line: line.locality.code,
    "name_zh": lambda line: line.locality.name_zh,
    "name_en": lambda line: line.locality.name_en,
    "value": lambda line: line.raw,
    "status": lambda line: line.status,
    "score": lambda line: line.published,
    "rank": lambda line: line.rank,
}


def read_publications(
    publications: QuerySet[Publication],
    chosen: QueryDict,
    *,
    with_bundles: bool,
    export: str | None = "",
) -> ListPage[Publication]:
    """Public publications, newest first; with their bundles, or with period and body."""
    last: list[Column[Publication]] = [
        Column(_("Period"), "period", ("cycle__period_end_date",), descending_first=True),
        Column(_("Coordinating body"), "body", ("cycle__region__code",)),
    ]
    bundle: Column[Publication] = Column(
        _("Bundle"), "size", ("bundle_bytes",), descending_first=True
    )
    return read_stored(
        publications,
        chosen,
        columns=[
            Column(_("Cycle"), "cycle", ("cycle__code",)),
            Column(_("State"), "state", ("kind",)),
            Column(_("Date of publication"), "published", ("published_at",), descending_first=True),
            *([bundle] if with_bundles else last),
        ],
        sort="-published",
        ties=("-published_at", "-pk"),
        search=Search(
            _("Search publications"),
            (
                *("cycle__code", "cycle_name_zh", "cycle_name_en"),
                *("region_name_zh", "region_name_en", "bundle_sha256"),
            ),
        ),
        filters=[
            Filter(
                "kind",
                _("State"),
                field_choices("kind", dict(Publication.Kind.choices)),
                hides_empty=True,
            )
        ],
        export=export,
    )


def publications_csv(publications: Iterable[Publication]) -> HttpResponse:
    """The publications with what identifies their bundles."""
    return list_csv("publications.csv", publications, PUBLICATIONS_CSV)


def read_finished_reports(
    reports: Sequence[FinishedReport], chosen: QueryDict
) -> ListPage[FinishedReport]:
    """The reports of a publication by locality, searched, filtered by language."""
    languages = sorted({item.report.language for item in reports}, reverse=True)
    return read_computed(
        reports,
        chosen,
        columns=[Column(_("Locality"), "locality", value=lambda item: item.locality.code)],
        sort="locality",
        search=Search(_("Search localities"), texts=lambda item: place_texts(item.locality)),
        filters=[
            Filter(
                "language",
                _("Language"),
                value_choices(
                    lambda item: item.report.language,
                    [(code, language_label(code)) for code in languages],
                ),
            )
        ],
        export=None,
    )


def read_values(page: IndicatorPage, chosen: QueryDict) -> ListPage[ValueLine]:
    """Every locality's value of an indicator, best rank first; gaps last."""
    columns: list[Column[ValueLine]] = [
        Column(_("Locality"), "locality", value=lambda line: line.locality.code),
        Column(
            _("Value"),
            "value",
            value=lambda line: line.raw,
            is_numeric=True,
            unit=page.unit,
            descending_first=True,
        ),
        Column(
            _("Score"),
            "score",
            value=lambda line: line.published,
            is_numeric=True,
            descending_first=True,
        ),
        Column(_("Rank"), "rank", value=lambda line: line.rank, is_numeric=True),
    ]
    is_scored = page.node.kind == "indicator"
    return read_computed(
        page.lines,
        chosen,
        columns=columns if is_scored else columns[:2],
        sort="rank" if is_scored else "locality",
        search=Search(_("Search localities"), texts=lambda line: place_texts(line.locality)),
    )


def values_csv(
    publication: Publication, indicator: str, lines: Iterable[ValueLine]
) -> HttpResponse:
    """The values of an indicator as published."""
    cycle = publication.cycle
    name = f"{cycle.code}-{publication.kind}-{indicator}.csv"
    return list_csv(name, lines, VALUES_CSV, notice=notice_of(cycle))
