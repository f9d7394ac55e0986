"""Gaps a publication may have in spite of them, once the coordinator confirms each and says why."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _

from assessment.cycles.calendar import local_date
from assessment.cycles.models import Cycle
from assessment.engine.texts import LocalizedText
from assessment.observations.statuses import Status
from assessment.publication.models import Publication
from assessment.publication.preconditions import Obstacle, Remedy
from assessment.publication.reasons import NO_REASON, reason_faults, stripped
from assessment.publication.wording import Caveat, caveat_text
from assessment.reviews.models import RubricScore
from assessment.reviews.queries import rubric_rows, settled_level
from assessment.scores.models import ScoreRun

# Where the values of a source come in; of any other source they are imported as a file.
_SOURCE_PAGES = {
    "submissions": "reviews:list",
    "reviews": "reviews:rubric",
    "airquality": "airquality:means",
}


@dataclass(frozen=True)
class Confirmation:
    """That the coordinator read these caveats (``digest_of``) and goes on for a reason."""

    digest: str
    reason: LocalizedText


def caveats_of(cycle: Cycle, run: ScoreRun, kind: str, at: datetime) -> list[Caveat]:
    """What must be confirmed before the run is published as ``kind``; at most three SQL queries.

    Rules that could not be judged, indicators without a value, experts' scores that are not
    what the run was computed on, and a period for objections cut short.
    """
    found = _unjudged_rules(run)
    unsettled = _unsettled(cycle, run)
    found += _missing_values(run, unsettled)
    found += unsettled
    if kind == Publication.Kind.FINAL and local_date(at) <= (last := objection_day(cycle)):
        found.append(Caveat("objections_open", last.isoformat()))
    return found


def objection_day(cycle: Cycle) -> date:
    """The last day to object: as announced with the preliminary results, or extended since."""
    shown = Publication.objects.filter(
        cycle=cycle, kind=Publication.Kind.PRELIMINARY, withdrawn_at__isnull=True
    )
    announced = shown.values_list("objection_end_date", flat=True).first()
    return max(announced or cycle.objection_end_date, cycle.objection_end_date)


def digest_of(caveats: Sequence[Caveat]) -> str:
    """A short name of exactly these caveats; a confirmation counts for them alone."""
    text = json.dumps([caveat.as_dict() for caveat in caveats], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def require_confirmed(caveats: Sequence[Caveat], given: Confirmation | None) -> LocalizedText:
    """The reason given, empty where there is nothing to confirm.

    Raises ``ValidationError`` on ``confirmed``, ``reason_zh`` and ``reason_en``.
    """
    if not caveats:
        return NO_REASON
    reason = stripped(given.reason if given else NO_REASON)
    errors: dict[str, Any] = reason_faults(
        reason, _("Give the reason; it is shown with the results.")
    )
    if given is None or not given.digest:
        errors["confirmed"] = _("Confirm that the results are published in spite of this.")
    elif given.digest != digest_of(caveats):
        errors["confirmed"] = _("The list changed meanwhile. Read it again and confirm it.")
    if errors:
        raise ValidationError(errors)
    return reason


def warnings_of(cycle: Cycle, run: ScoreRun, caveats: Sequence[Caveat]) -> list[Obstacle]:
    """The caveats as sentences with the page that mends each."""
    return [Obstacle(caveat_text(caveat, run), _remedies(cycle, run, caveat)) for caveat in caveats]


def _remedies(cycle: Cycle, run: ScoreRun, caveat: Caveat) -> tuple[Remedy, ...]:
    if caveat.kind == "objections_open":
        return ()
    code = caveat.code
    if caveat.kind == "unjudged_rule":
        rule = next(rule for rule in run.parsed.rules if rule.id == code)
        code = rule.indicator or ""
    source = run.parsed.node(code).source or ""
    labels = {
        "submissions": _("Forms"),
        "reviews": _("Settle the experts’ scores"),
        "airquality": _("Record the reductions"),
    }
    page = _SOURCE_PAGES.get(source, "observations:import")
    label = labels.get(source, _("Import values"))
    return (Remedy(label, reverse(page, args=[cycle.code])),)


def _unjudged_rules(run: ScoreRun) -> list[Caveat]:
    localities: dict[str, list[str]] = {}
    for code, place in _places(run):
        for node in place["nodes"].values():
            for rule in node["rules"]:
                if rule["outcome"] == "not_judged":
                    localities.setdefault(rule["id"], []).append(code)
    return [
        Caveat("unjudged_rule", rule.id, tuple(localities[rule.id]))
        for rule in run.parsed.rules
        if rule.id in localities
    ]


def _missing_values(run: ScoreRun, unsettled: Sequence[Caveat]) -> list[Caveat]:
    waiting = {(caveat.code, code) for caveat in unsettled for code in caveat.localities}
    found = []
    for node in run.parsed.observed:
        localities = tuple(
            code
            for code, place in _places(run)
            if _observed(place, node.code)["status"] == Status.MISSING
            and (node.code, code) not in waiting
        )
        if localities:
            found.append(Caveat("missing_values", node.code, localities))
    return found


def _unsettled(cycle: Cycle, run: ScoreRun) -> list[Caveat]:
    places = dict(_places(run))
    localities: dict[str, list[str]] = {}
    for row in rubric_rows(cycle, RubricScore.objects.filter(cycle=cycle)):
        place = places.get(row.locality.code)
        for indicator, scores in row.scores.items():
            level = settled_level(scores)
            if place is None or level is None or indicator not in run.parsed.by_code:
                continue
            observed = _observed(place, indicator)
            is_open = observed["status"] in (Status.VALUE, Status.MISSING)
            if is_open and observed["raw"] != float(level):
                localities.setdefault(indicator, []).append(row.locality.code)
    return [
        Caveat("unsettled_rubric", node.code, tuple(localities[node.code]))
        for node in run.parsed.observed
        if node.code in localities
    ]


def _places(run: ScoreRun) -> list[tuple[str, dict[str, Any]]]:
    return sorted(run.trace["localities"].items())


def _observed(place: dict[str, Any], code: str) -> dict[str, Any]:
    found: dict[str, Any] = place["nodes"].get(code) or place["flags"][code]
    return found
