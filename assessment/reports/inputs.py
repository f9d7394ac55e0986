"""The rows that documents of a publication are read from, in a form that two moments compare."""

import hashlib
import json
from typing import Any

from django.db import models
from django.utils import timezone

from accounts.models import Locality
from assessment.cycles.calendar import local_date
from assessment.publication.models import Analysis, Publication
from assessment.publication.queries import means_of
from assessment.reports.queries import logo_in_force, texts_in_force
from assessment.reviews.queries import remarks_of
from assessment.scores.models import Origins


def rows_read(publication: Publication, locality: Locality | None) -> list[Any]:
    """What a locality's report, or the summary of all, is read from; a few small SQL queries.

    A run, its origins and analysis, the office's texts and logo are written once, so that their
    keys stand for them.
    """
    cycle = publication.cycle
    analyses = Analysis.objects.filter(publication=publication)
    rows: list[Any] = [
        *(_row(thing) for thing in (publication, cycle, cycle.region)),
        list(analyses.order_by("pk").values_list("pk", "previous_id")),
        sorted(text.pk for text in texts_in_force(cycle.region).values()),
        _pk(logo_in_force(cycle.region)),
    ]
    if locality is not None:
        remarks = remarks_of(cycle, locality, until=publication.made_at)
        origins = Origins.objects.filter(run=publication.run_id, locality=locality)
        rows += [
            _row(locality),
            _means_read(publication),
            list(origins.order_by("pk").values_list("pk", flat=True)),
            [_row(remark) for remark in remarks],
        ]
    return rows


def _means_read(publication: Publication) -> Any:
    """The key of what is kept with the publication; where nothing is, all that there is."""
    means = means_of(publication, timezone.now())
    day = local_date(means.made_at).isoformat()
    return means.pk or [day, means.document]


def digest_of(parts: list[Any]) -> str:
    """The SHA-256 of plain values, in hexadecimal."""
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _row(thing: models.Model) -> dict[str, str]:
    """Every stored field, those added later included."""
    return {
        field.attname: str(getattr(thing, field.attname)) for field in thing._meta.concrete_fields
    }


def _pk(thing: models.Model | None) -> int | None:
    return None if thing is None else thing.pk
