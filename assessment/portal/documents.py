"""Publications and results as plain values, alike in downloads and in the open API."""

from decimal import Decimal
from typing import Any

from django.db.models import F, QuerySet

from assessment.cycles.demonstration import notice_document
from assessment.publication.models import Publication
from assessment.publication.wording import (
    caveats_in_both_languages,
    reason_in_both_languages,
)
from assessment.scores.models import Result
from assessment.scores.places import Place


def publication_document(publication: Publication) -> dict[str, Any]:
    """What is published: cycle, kind, dates, framework, and the bundle that proves it."""
    cycle, run = publication.cycle, publication.run
    reason = reason_in_both_languages(publication)
    return {
        "cycle": cycle.code,
        "title": _both(publication.cycle_name_zh, publication.cycle_name_en),
        "region": {
            "code": publication.region_code,
            "name": _both(publication.region_name_zh, publication.region_name_en),
            "coordinating_body": _both(publication.body_name_zh, publication.body_name_en),
        },
        "period": {
            "start": cycle.period_start_date.isoformat(),
            "end": cycle.period_end_date.isoformat(),
        },
        "kind": publication.kind,
        "number": publication.number,
        "published_at": publication.published_at and publication.published_at.isoformat(),
        "objection_end_date": publication.last_objection_day.isoformat(),
        "is_demonstration": cycle.is_demonstration,
        "notice": notice_document(cycle),
        "framework_version": {
            "code": run.document["code"],
            "version": run.document["version"],
            "title": run.document["title"],
        },
        "caveats": [gap.as_dict() for gap in caveats_in_both_languages(publication)],
        "caveats_reason": reason and reason.as_dict(),
        "engine_version": run.engine_version,
        "bundle": {
            "sha256": publication.bundle_sha256,
            "bytes": publication.bundle_bytes,
        },
    }


def results_of(publication: Publication) -> list[Result]:
    """All results with the framework's decimals, localities by code, nodes depth first."""
    framework = publication.run.parsed
    order = {node.code: place for place, node in enumerate(framework.depth_first)}
    found = publication.run.results.select_related("locality")
    return sorted(
        (rounded(result, framework.decimals) for result in found),
        key=lambda result: (result.locality.code, order[result.node]),
    )


def selected_results(
    publication: Publication, node: str = "", locality: str = ""
) -> QuerySet[Result]:
    """Results of a node or of a locality, best first within each node, the unranked last."""
    found = publication.run.results.select_related("locality")
    if node:
        found = found.filter(node=node)
    if locality:
        found = found.filter(locality__code=locality)
    return found.order_by("node", F("rank").asc(nulls_last=True), "locality__code")


def rounded(result: Result, decimals: int) -> Result:
    """The result with as many decimals as were published; the store keeps more places."""
    if result.published is not None:
        result.published = result.published.quantize(Decimal(1).scaleb(-decimals))
    return result


def result_document(publication: Publication, result: Result) -> dict[str, Any]:
    """One result; ``published`` is text so that no digit is lost on the way."""
    return {
        "locality": locality_document(publication.run.places[result.locality.code]),
        "node": result.node,
        "score": result.score,
        "published": None if result.published is None else str(result.published),
        "rank": result.rank,
        "grade": result.grade or None,
    }


def locality_document(locality: Place) -> dict[str, Any]:
    """Code and both names, as they were when the run was made."""
    return {"code": locality.code, "name": _both(locality.name_zh, locality.name_en)}


def _both(chinese: str, english: str) -> dict[str, str]:
    return {"zh-Hans": chinese, "en": english}
