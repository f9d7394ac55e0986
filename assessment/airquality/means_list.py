"""Annual means and reductions of a cycle's localities as a list."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal

from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext as _

from accounts.lists import Choice, Column, Filter, ListPage, Search, list_csv, read_computed
from accounts.searching import place_texts
from assessment.airquality.queries import LocalityReductions
from assessment.airquality.reduction import POLLUTANT_OF, Reduction
from assessment.cycles.demonstration import notice_of
from assessment.cycles.models import Cycle
from assessment.engine.document import Node

UNIT = "µg/m³"
Cell = Callable[[LocalityReductions], object]


def read_means(
    lines: Sequence[LocalityReductions],
    nodes: Sequence[Node],
    years: tuple[int, int],
    chosen: QueryDict,
) -> ListPage[LocalityReductions]:
    """By locality; filtered by whether a reduction is missing or negative."""
    columns: list[Column[LocalityReductions]] = [
        Column(_("Locality"), "locality", value=lambda line: line.locality.code)
    ]
    for node in nodes:
        name = str(POLLUTANT_OF[node.code].label)
        figures = [
            (f"{name} {years[0]}", "base", UNIT, _base_mean),
            (f"{name} {years[1]}", "now", UNIT, _now_mean),
            (_("%(pollutant)s fall") % {"pollutant": name}, "fall", "%", _percent),
        ]
        columns += [
            Column(
                label,
                f"{node.code}-{key}",
                value=_figure(node, read),
                is_numeric=True,
                unit=unit,
                descending_first=True,
            )
            for label, key, unit, read in figures
        ]
    choices: list[Choice[LocalityReductions]] = [
        Choice("complete", _("All there"), fits=lambda line: None not in _falls(line)),
        Choice("missing", _("Missing"), fits=lambda line: None in _falls(line)),
        Choice("risen", _("With a rise"), fits=has_risen),
    ]
    return read_computed(
        lines,
        chosen,
        columns=columns,
        sort="locality",
        search=Search(_("Search localities"), texts=lambda line: place_texts(line.locality)),
        filters=[Filter("reductions", _("Reductions"), choices)],
    )


def means_csv(
    cycle: Cycle, nodes: Sequence[Node], lines: Iterable[LocalityReductions]
) -> HttpResponse:
    """The lines as a file: both means with their valid days, and the fall in per cent."""
    columns: dict[str, Cell] = {
        "locality": lambda line: line.locality.code,
        "name_zh": lambda line: line.locality.name_zh,
        "name_en": lambda line: line.locality.name_en,
    }
    reads: Mapping[str, Callable[[Reduction], object]] = {
        "base_mean": _base_mean,
        "base_days": lambda reduction: reduction.base.days if reduction.base else 0,
        "mean": _now_mean,
        "days": lambda reduction: reduction.now.days if reduction.now else 0,
        "fall_percent": _percent,
    }
    for node in nodes:
        pollutant = POLLUTANT_OF[node.code].value
        columns |= {f"{pollutant}_{name}": _figure(node, read) for name, read in reads.items()}
    return list_csv(f"{cycle.code}-annual-means.csv", lines, columns, notice=notice_of(cycle))


def has_risen(line: LocalityReductions) -> bool:
    """Whether a pollutant rose."""
    return any(fall is not None and fall < 0 for fall in _falls(line))


def is_complete(line: LocalityReductions) -> bool:
    """Whether every reduction can be given."""
    falls = _falls(line)
    return bool(falls) and None not in falls


def _falls(line: LocalityReductions) -> list[Decimal | None]:
    return [reduction.percent for _node, reduction in line.reductions]


def _figure(node: Node, read: Callable[[Reduction], object]) -> Cell:
    def cell(line: LocalityReductions) -> object:
        return next(read(found) for each, found in line.reductions if each.code == node.code)

    return cell


def _base_mean(reduction: Reduction) -> object:
    return reduction.base.mean if reduction.base else None


def _now_mean(reduction: Reduction) -> object:
    return reduction.now.mean if reduction.now else None


def _percent(reduction: Reduction) -> object:
    return reduction.percent
