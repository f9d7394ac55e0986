"""Annual means come in, reductions go to the observations."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.authorization import require
from accounts.models import Locality, Region, User
from assessment.airquality.models import AnnualMean
from assessment.airquality.permissions import can_derive_reductions, can_import_means
from assessment.airquality.queries import covers_calendar_year, derived_indicators, reductions_of
from assessment.airquality.table_file import (
    OBSERVED_SOURCE,
    OBSERVED_TABLE,
    MeanRow,
    read_means,
)
from assessment.audit.services import record_event
from assessment.cycles.models import Cycle
from assessment.cycles.services import lock_cycle
from assessment.observations.services import (
    ObservationInput,
    RecordOutcome,
    record_observations,
)
from assessment.observations.statuses import Status


@transaction.atomic
def import_annual_means(
    *,
    path: Path = OBSERVED_TABLE,
    source: str = OBSERVED_SOURCE,
    by: User | None,
    at: datetime,
) -> int:
    """Read a table of annual means (µg/m³) over what is stored; returns the rows changed.

    ``source`` is kept with each mean. Raises ``ValidationError`` on ``path`` with every
    fault, and changes nothing then. A year of fewer than 324 days may not carry a mean. Each
    region the means concern reads of them in its own log.
    """
    content = path.read_bytes()
    # Locked, so that of two imports at once the second compares with what the first wrote.
    locked = Locality.objects.select_for_update(no_key=True).order_by("pk")
    localities = {locality.code: locality for locality in locked}
    rows = read_means(content, localities)
    if by is not None:
        require(can_import_means, by, frozenset(region.pk for region in _regions_of(rows)))
    stored = {(m.locality_id, m.year, m.pollutant): m for m in AnnualMean.objects.all()}
    changed = [
        row
        for row in rows
        if _content_of(stored.get((row.locality.pk, row.year, row.pollutant)))
        != (row.mean, row.days, row.heavy_days, source)
    ]
    if not changed:
        return 0
    written = _write(changed, source)
    file = {
        "file": path.name,
        "sha256": hashlib.sha256(content).hexdigest(),
        "source": source,
        "rows": len(changed),
    }
    concerned: list[Region | None] = [*_regions_of(changed)]
    for region in concerned or [None]:
        record_event(
            action="airquality.import_annual_means",
            by=by,
            at=at,
            target=written[0],
            after=file,
            region=region,
        )
    return len(changed)


def _regions_of(rows: Sequence[MeanRow]) -> list[Region]:
    concerned = {row.locality.pk for row in rows}
    return list(Region.objects.filter(localities__in=concerned).distinct().order_by("pk"))


def _content_of(mean: AnnualMean | None) -> object:
    return None if mean is None else (mean.mean, mean.days, mean.heavy_days, mean.source)


def _write(rows: Sequence[MeanRow], source: str) -> list[AnnualMean]:
    return AnnualMean.objects.bulk_create(
        [
            AnnualMean(
                locality=row.locality,
                year=row.year,
                pollutant=row.pollutant,
                mean=row.mean,
                days=row.days,
                heavy_days=row.heavy_days,
                source=source,
            )
            for row in rows
        ],
        update_conflicts=True,
        unique_fields=["locality", "year", "pollutant"],
        update_fields=["mean", "days", "heavy_days", "source"],
    )


@transaction.atomic
def derive_reductions(*, cycle: Cycle, by: User | None, at: datetime) -> RecordOutcome:
    """Record the fall of each annual mean against the year before, for every participant.

    100 × (base − now) / base in per cent, negative for a rise; ``missing`` where either
    year has no valid mean. Raises ``ValidationError`` where the framework has no such
    indicator or the period is not a calendar year; else as ``record_observations``.
    """
    cycle = lock_cycle(cycle)
    if by is not None:
        require(can_derive_reductions, by, cycle)
    if not derived_indicators(cycle):
        message = _(
            "The framework has no indicator that is derived from annual means. Import the values "
            "as a file on the page of the observations."
        )
        raise ValidationError({"cycle": [message]})
    if not covers_calendar_year(cycle):
        message = _("Annual means describe a calendar year; the period of this cycle is not one.")
        raise ValidationError({"cycle": [message]})
    rows = [
        ObservationInput(
            line.locality.pk,
            node.code,
            Status.MISSING if reduction.percent is None else Status.VALUE,
            reduction.percent,
            reduction.as_provenance(),
        )
        for line in reductions_of(cycle)
        for node, reduction in line.reductions
    ]
    return record_observations(cycle=cycle, rows=rows, source="airquality", by=by, at=at)
