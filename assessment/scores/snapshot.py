"""What a run is computed from, taken as text so that it can be kept and compared."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from accounts.models import Locality
from assessment.cycles.models import Cycle
from assessment.engine.adjustments import Adjustment as EngineAdjustment
from assessment.engine.adjustments import adjustments_csv
from assessment.engine.localities import load_localities
from assessment.observations.queries import as_csv
from assessment.scores.history import take_history
from assessment.scores.models import Adjustment, ScoreRun
from assessment.scores.places import (
    GROUP_CODE,
    GROUP_COLUMN,
    GROUP_NAME_EN,
    LATITUDE,
    LONGITUDE,
)


@dataclass(frozen=True)
class Snapshot:
    """Framework document and the tables of the engine.

    ``history_csv`` is ``None`` where the framework asks for no other period.
    """

    framework: dict[str, Any]
    observations_csv: str
    localities_csv: str
    adjustments_csv: str
    history_csv: str | None = None

    @property
    def sha256(self) -> str:
        """Equal exactly when all parts are."""
        document = json.dumps(
            self.framework, ensure_ascii=False, sort_keys=True, separators=(",", ":")
        )
        parts = [document, self.observations_csv, self.localities_csv, self.adjustments_csv]
        if self.history_csv is not None:
            parts.append(self.history_csv)
        whole = hashlib.sha256()
        for part in parts:
            whole.update(hashlib.sha256(part.encode()).digest())
        return whole.hexdigest()


def take_snapshot(cycle: Cycle) -> Snapshot:
    """The inputs as they are now; the same content gives the same text."""
    return Snapshot(
        framework=cycle.framework_version.document,
        observations_csv=as_csv(cycle),
        localities_csv=_localities_csv(cycle),
        adjustments_csv=_adjustments_csv(cycle),
        history_csv=take_history(cycle),
    )


def changed_parts(run: ScoreRun, now: Snapshot) -> list[str]:
    """Which parts differ from the run's, by their keys in ``wording.PART_LABELS``."""
    pairs = {
        "framework": (run.framework, now.framework),
        "observations": (run.observations_csv, now.observations_csv),
        "localities": (run.localities_csv, now.localities_csv),
        "adjustments": (run.adjustments_csv, now.adjustments_csv),
        "history": (run.history_csv, now.history_csv),
    }
    return [name for name, (then, current) in pairs.items() if then != current]


def _localities_csv(cycle: Cycle) -> str:
    participants = cycle.participants.select_related("locality__parent")
    localities = [p.locality for p in participants.order_by("locality__code")]
    has_positions = any(each.latitude is not None for each in localities)
    return load_localities(
        [
            {
                "locality": locality.code,
                "name": locality.name_zh,
                "name_en": locality.name_en,
                GROUP_COLUMN: group.name_zh,
                GROUP_CODE: group.code,
                GROUP_NAME_EN: group.name_en,
                **(_position_cells(locality) if has_positions else {}),
            }
            # A municipality has no province above it: it is one itself.
            for locality, group in ((each, each.parent or each) for each in localities)
        ]
    ).as_csv()


def _position_cells(locality: Locality) -> dict[str, object]:
    """Both coordinates, with the four places that are stored; empty where there are none."""
    return {LATITUDE: locality.latitude, LONGITUDE: locality.longitude}


def standing_adjustments(cycle: Cycle) -> QuerySet[Adjustment]:
    """The cycle's adjustments that were not withdrawn: they count from the next run on."""
    return Adjustment.objects.filter(cycle=cycle, withdrawn_at__isnull=True)


def _adjustments_csv(cycle: Cycle) -> str:
    standing = standing_adjustments(cycle)
    return adjustments_csv(
        EngineAdjustment(
            locality=adjustment.locality.code,
            node=adjustment.node,
            points=float(adjustment.points),
            article=adjustment.article_zh,
            reason=adjustment.reason_zh,
            article_en=_differing(adjustment.article_en, adjustment.article_zh),
            reason_en=_differing(adjustment.reason_en, adjustment.reason_zh),
        )
        for adjustment in standing.select_related("locality").order_by("made_at", "pk")
    )


def _differing(english: str, chinese: str) -> str:
    """The English text where it says something else: one text in both languages stands once."""
    return "" if english == chinese else english
