"""Reads of runs: rankings, one locality's results, traces, differences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np
from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, Func, OuterRef, QuerySet

from accounts.models import Locality, User
from accounts.queries import region_ids
from accounts.roles import Role
from assessment.cycles.models import Cycle
from assessment.engine import Results, score
from assessment.engine.arithmetic import require_same_arithmetic
from assessment.engine.document import Node
from assessment.engine.ranks import group_ranks, rank_number
from assessment.engine.verification import is_close
from assessment.scores.models import Adjustment, Origin, Origins, Result, ScoreRun
from assessment.scores.places import AssessedPlace, Place, read_places
from assessment.scores.snapshot import changed_parts, standing_adjustments, take_snapshot
from assessment.scores.trace_parts import LocalityPart, NodePart

# What a list of runs does not need and what may be large.
_LARGE = (
    *("framework", "observations_csv", "localities_csv", "adjustments_csv", "history_csv"),
    "trace",
)


@dataclass(frozen=True)
class RankingRow:
    """One locality in the ranking of a node.

    ``published`` has the framework's decimals. ``group`` is the province (a municipality is
    its own), ``group_rank`` the rank within it; names and provinces are the run's, not
    today's. ``results`` holds every node's result.
    """

    locality: AssessedPlace
    score: float | None
    published: Decimal | None
    rank: int | None
    grade: str
    group_rank: int | None
    results: Mapping[str, Result] = field(repr=False)

    @property
    def group(self) -> Place:
        """The province the locality was ranked in."""
        return self.locality.group


@dataclass(frozen=True)
class Change:
    """One node of one locality before and after; ``None`` where there was no score."""

    locality: AssessedPlace
    node: Node
    old: Result | None
    new: Result | None


def visible_to(user: User | AnonymousUser) -> QuerySet[ScoreRun]:
    """Runs of the regions one coordinates or audits, or is a system of."""
    regions = region_ids(user, (Role.COORDINATOR, Role.AUDITOR, Role.INTEGRATOR))
    return ScoreRun.objects.filter(cycle__region_id__in=regions)


def adjustments_visible_to(user: User | AnonymousUser) -> QuerySet[Adjustment]:
    """Adjustments of the regions one coordinates or audits."""
    regions = region_ids(user, (Role.COORDINATOR, Role.AUDITOR))
    return Adjustment.objects.filter(cycle__region_id__in=regions)


def runs_of(cycle: Cycle) -> QuerySet[ScoreRun]:
    """The cycle's runs, newest first, without their large fields."""
    return (
        ScoreRun.objects.filter(cycle=cycle)
        .defer(*_LARGE)
        .select_related("made_by")
        .order_by("-number")
    )


def run_numbered(cycle: Cycle, number: int) -> ScoreRun | None:
    """The cycle's run with this number, whole, or ``None``; ``cycle`` is its cycle."""
    run = ScoreRun.objects.filter(cycle=cycle, number=number).select_related("made_by").first()
    if run is not None:
        run.cycle = cycle
    return run


def count_adjustments(cycle: Cycle) -> int:
    """How many adjustments the next run would take in."""
    return standing_adjustments(cycle).count()


def latest_run(cycle: Cycle) -> ScoreRun | None:
    """The newest run, complete; None before the first."""
    return ScoreRun.objects.filter(cycle=cycle).order_by("-number").first()


def stale_parts(run: ScoreRun) -> list[str]:
    """What changed in the cycle since the run; empty while the run is current."""
    return changed_parts(run, take_snapshot(run.cycle))


def recompute(run: ScoreRun) -> Results:
    """The engine's results from the run's own frozen inputs.

    ``EngineVersionError`` for a run of another version, whose arithmetic this engine has not.
    """
    require_same_arithmetic(run.engine_version)
    return score(
        run.parsed,
        run.observations_csv,
        run.localities_csv,
        run.adjustments_csv,
        run.cycle.on,
        run.history_csv,
    )


def differs_from(run: ScoreRun, results: Results) -> list[tuple[str, str]]:
    """Locality and node of every stored result that is not what the engine found.

    What is published, rank and grade agree exactly; the last places of a score at full
    precision differ between machines (``verification.FLOAT_TOLERANCE``).
    """
    stored = {
        (result.locality.code, result.node): result
        for result in run.results.select_related("locality")
    }
    found = {(row.locality, row.node): row for row in results.rows()}
    return [
        key
        for key in sorted(stored.keys() | found.keys())
        if key not in stored
        or key not in found
        or (stored[key].published, stored[key].rank, stored[key].grade)
        != (found[key].published, found[key].rank, found[key].grade or "")
        or not _is_same_score(stored[key].score, found[key].score)
    ]


def ranking(run: ScoreRun, node: str | None = None, group: str | None = None) -> list[RankingRow]:
    """Best first, the unranked last; ``group`` (a province's code) keeps its localities only.

    ``node`` is the index unless another is named; unknown nodes give an empty list. One SQL
    query.
    """
    wanted = run.parsed.root.code if node is None else node
    by_locality: dict[str, dict[str, Result]] = {}
    for result in _results(run):
        by_locality.setdefault(result.locality.code, {})[result.node] = result
    found = [
        (run.places[code], results) for code, results in by_locality.items() if wanted in results
    ]
    group_ranks = _group_ranks(found, wanted)
    rows = [
        _ranking_row(place, results, wanted, group_ranks[place.code]) for place, results in found
    ]
    kept = [row for row in rows if group is None or row.group.code == group]
    return sorted(kept, key=lambda row: (row.rank is None, row.rank or 0, row.locality.code))


def locality_results(run: ScoreRun, locality: Locality) -> dict[str, Result]:
    """Every node's result of one locality by node code, in the framework's order."""
    found = {result.node: result for result in _results(run, locality)}
    return {node.code: found[node.code] for node in run.parsed.nodes if node.code in found}


def origins_of(run: ScoreRun, locality: Locality) -> dict[str, Origin]:
    """Where the locality's values in the run came from, by indicator; one SQL query.

    Of runs made before origins were kept, those are missing that were recorded anew since.
    """
    stored = Origins.objects.filter(run=run, locality=locality)
    entries = stored.values_list("entries", flat=True).first() or {}
    return {code: Origin(**entry) for code, entry in entries.items()}


def tied_nodes(run: ScoreRun, locality: Locality | Place) -> frozenset[str]:
    """The nodes at which others share the locality's rank in the run; one SQL query."""
    own = Result.objects.filter(run=run, locality__code=locality.code)
    same = Result.objects.filter(run=run, node=OuterRef("node"), rank=OuterRef("rank"))
    found = own.filter(Exists(same.exclude(pk=OuterRef("pk"))))
    return frozenset(found.values_list("node", flat=True))


def trace_of(run: ScoreRun, locality: Locality | Place) -> dict[str, Any] | None:
    """The locality's part of the trace: ``name``, ``nodes`` by code, ``flags``."""
    traced: dict[str, Any] | None = run.trace["localities"].get(locality.code)
    return traced


def locality_trace(run: ScoreRun, locality: Locality | Place) -> dict[str, Any] | None:
    """What ``trace_of`` gives, of a run read without its trace; one SQL query."""
    return _part_of_trace(run, LocalityPart(locality.code))


def node_traces(run: ScoreRun, node: Node) -> dict[str, dict[str, Any]]:
    """One node's (or flag's) part of every locality's trace, by code; one SQL query."""
    return _part_of_trace(run, NodePart(node.code, is_flag=node.kind == "flag")) or {}


def differences(old: ScoreRun, new: ScoreRun) -> list[Change]:
    """Nodes whose published score, rank or grade differ, by locality, index first."""
    before, after = _by_place(old), _by_place(new)
    nodes = {node.code: node for run in (old, new) for node in run.parsed.nodes}
    order = {code: index for index, code in enumerate(nodes)}
    places = {**old.places, **new.places}
    keys = sorted(before.keys() | after.keys(), key=lambda key: (key[0], order[key[1]]))
    return [
        Change(places[code], nodes[node], before.get((code, node)), after.get((code, node)))
        for code, node in keys
        if _shown(before.get((code, node))) != _shown(after.get((code, node)))
    ]


def places_of(run_id: int) -> dict[str, AssessedPlace]:
    """The localities of a run by code, without reading the rest of it; one SQL query."""
    return read_places(ScoreRun.objects.values_list("localities_csv", flat=True).get(pk=run_id))


def _is_same_score(one: float | None, two: float | None) -> bool:
    return one == two or is_close(one, two)


def _part_of_trace(run: ScoreRun, part: Func) -> dict[str, Any] | None:
    found = ScoreRun.objects.filter(pk=run.pk).values_list(part, flat=True)
    traced: dict[str, Any] | None = found.get()
    return traced


def _results(run: ScoreRun, locality: Locality | None = None) -> list[Result]:
    """The stored results with the framework's decimals; one SQL query."""
    places = Decimal(1).scaleb(-run.parsed.decimals)
    found = run.results.select_related("locality")
    results = list(found if locality is None else found.filter(locality=locality))
    for result in results:
        if result.published is not None:
            result.published = result.published.quantize(places)
    return results


def _ranking_row(
    place: AssessedPlace, results: Mapping[str, Result], node: str, group_rank: int | None
) -> RankingRow:
    result = results[node]
    return RankingRow(
        locality=place,
        score=result.score,
        published=result.published,
        rank=result.rank,
        grade=result.grade,
        group_rank=group_rank,
        results=results,
    )


def _group_ranks(
    found: Sequence[tuple[AssessedPlace, Mapping[str, Result]]], node: str
) -> dict[str, int | None]:
    """The engine's rank within the run's province, by code.

    From frozen figures and provinces alone, so it is the trace's ``group_ranks``; the trace
    itself is too large to be read for every page.
    """
    published = [results[node].published for _place, results in found]
    column = [[np.nan if value is None else float(value)] for value in published]
    groups = [place.group.code for place, _results in found]
    ranks = group_ranks(np.array(column, dtype=np.float64).reshape(-1, 1), groups)[:, 0]
    return {place.code: rank_number(rank) for (place, _), rank in zip(found, ranks, strict=True)}


def _by_place(run: ScoreRun) -> dict[tuple[str, str], Result]:
    return {(result.locality.code, result.node): result for result in _results(run)}


def _shown(result: Result | None) -> object:
    return None if result is None else (result.published, result.rank, result.grade)
