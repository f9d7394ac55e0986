"""The lists beside the rankings: runs, differences between runs, adjustments."""

from collections.abc import Callable, Mapping, Sequence

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.lists import (
    Choice,
    Column,
    Filter,
    ListPage,
    Search,
    Switch,
    read_computed,
    read_stored,
    value_choices,
)
from accounts.moments import time_text
from accounts.searching import place_texts
from assessment.scores.models import Adjustment, Result, ScoreRun
from assessment.scores.queries import Change
from assessment.scores.ranking_list import title_of

RUNS_CSV: Mapping[str, Callable[[ScoreRun], object]] = {
    "run": lambda run: run.number,
    "computed_at": lambda run: time_text(run.made_at),
    "by": lambda run: str(run.made_by or ""),
    "snapshot_sha256": lambda run: run.snapshot_sha256,
    "engine": lambda run: run.engine_version,
}


def read_runs(runs: QuerySet[ScoreRun], chosen: QueryDict) -> ListPage[ScoreRun]:
    """The runs of a cycle, newest first."""
    return read_stored(
        runs,
        chosen,
        columns=[
            Column(_("Run"), "run", ("number",), descending_first=True),
            Column(_("Computed"), "computed", ("made_at",), descending_first=True),
            Column(_("By"), "by", ("made_by__full_name",)),
            Column(_("Snapshot")),
            Column(_("Engine"), "engine", ("engine_version",)),
            Column(_("Compare")),
        ],
        sort="-run",
        ties=("-number",),
        search=Search(_("Person or snapshot"), ("made_by__full_name", "snapshot_sha256")),
    )


def _part(of: Callable[[Change], Result | None], name: str) -> Callable[[Change], object]:
    def cell(change: Change) -> object:
        result = of(change)
        return None if result is None else getattr(result, name)

    return cell


def _old(change: Change) -> Result | None:
    return change.old


def _new(change: Change) -> Result | None:
    return change.new


CHANGES_CSV: Mapping[str, Callable[[Change], object]] = {
    "locality": lambda change: change.locality.code,
    "name_zh": lambda change: change.locality.name_zh,
    "name_en": lambda change: change.locality.name_en,
    "node": lambda change: change.node.code,
    **{f"{name}_before": _part(_old, name) for name in ("published", "rank", "grade")},
    **{f"{name}_after": _part(_new, name) for name in ("published", "rank", "grade")},
}


def read_changes(
    changes: Sequence[Change], chosen: QueryDict, earlier: Sequence[ScoreRun], compared: ScoreRun
) -> ListPage[Change]:
    """What differs between two runs, by locality and part; ``with`` chooses the earlier run."""
    nodes = {change.node.code: change.node for change in changes}
    runs = [(str(run.number), run_name(run)) for run in earlier]
    old, new = _part(_old, "published"), _part(_new, "published")
    return read_computed(
        changes,
        chosen,
        columns=[
            Column(_("Locality and part"), "locality", value=lambda each: each.locality.code),
            Column(run_name(compared), "before", value=old, descending_first=True),
            Column(_("This run"), "after", value=new, descending_first=True),
        ],
        sort="locality",
        search=Search(_("Search localities"), texts=lambda each: place_texts(each.locality)),
        filters=[
            Filter(
                "node",
                _("Part"),
                value_choices(
                    lambda each: each.node.code,
                    [(code, title_of(node)) for code, node in nodes.items()],
                ),
            )
        ],
        switches=[Switch("with", _("Compare with"), runs, str(compared.number))],
    )


def run_name(run: ScoreRun) -> str:
    """What a run is called."""
    return _("Run %(number)s") % {"number": run.number}


ADJUSTMENTS_CSV: Mapping[str, Callable[[Adjustment], object]] = {
    "locality": lambda each: each.locality.code,
    "name_zh": lambda each: each.locality.name_zh,
    "name_en": lambda each: each.locality.name_en,
    "node": lambda each: each.node,
    "points": lambda each: each.points,
    "reason_zh": lambda each: each.reason_zh,
    "article_zh": lambda each: each.article_zh,
    "reason_en": lambda each: each.reason_en,
    "article_en": lambda each: each.article_en,
    "made_at": lambda each: time_text(each.made_at),
    "made_by": lambda each: str(each.made_by or ""),
    "withdrawn_at": lambda each: time_text(each.withdrawn_at) if each.withdrawn_at else None,
    "withdrawal_reason": lambda each: each.withdrawal_reason,
}


def read_adjustments(adjustments: QuerySet[Adjustment], chosen: QueryDict) -> ListPage[Adjustment]:
    """The adjustments of a cycle, oldest first, withdrawn ones included."""
    in_force = Q(withdrawn_at__isnull=True)
    states: list[Choice[Adjustment]] = [
        Choice("in_force", pgettext("adjustment", "In force"), where=in_force),
        Choice("withdrawn", _("Withdrawn"), where=~in_force),
    ]
    return read_stored(
        adjustments,
        chosen,
        columns=[
            Column(_("Locality"), "locality", ("locality__code",)),
            Column(_("Part"), "node", ("node",)),
            Column(_("Points"), "points", ("points",), is_numeric=True, descending_first=True),
            Column(_("Reason and article")),
            Column(_("Made"), "made", ("made_at",), descending_first=True),
            Column(_("Actions"), is_unseen=True),
        ],
        sort="made",
        ties=("made_at", "pk"),
        search=Search(
            _("Locality, reason or article"),
            (
                *("locality__code", "locality__name_zh", "locality__name_en"),
                *("reason_zh", "reason_en", "article_zh", "article_en"),
            ),
        ),
        filters=[Filter("state", _("State"), states)],
    )
