"""Who improved most since the cycle before, and why: the engine's comparison as kept."""

from dataclasses import dataclass
from decimal import Decimal

from assessment.engine.figures import signed_number
from assessment.publication.models import Analysis
from assessment.reports.frozen import FrozenRun
from assessment.reports.numbers import ABSENT


@dataclass(frozen=True)
class Move:
    """One locality's change of the overall score, split into own data and those of others."""

    place: str
    name: str
    before: str
    after: str
    change: str
    own: str
    peers: str
    ranks: str
    is_gain: bool


def moves_of(run: FrozenRun, analysis: Analysis | None) -> list[Move]:
    """The improvement ranking, largest gain first; empty without a cycle to compare with."""
    comparison = None if analysis is None else analysis.document["comparison"]
    if comparison is None:
        return []
    root, places = run.framework.root.code, run.publication.run.places
    changes = [
        item
        for item in comparison["changes"]
        if item["node"] == root and item["change"] is not None and item["locality"] in places
    ]
    changes.sort(key=lambda item: (item["improvement_rank"], item["locality"]))
    return [
        Move(
            place=str(item["improvement_rank"]),
            name=places[item["locality"]].name,
            before=item["before"]["published"],
            after=item["after"]["published"],
            change=signed_number(Decimal(item["change"])),
            own=_part(item["parts"], "own"),
            peers=_part(item["parts"], "peers"),
            ranks=ABSENT if item["rank_change"] is None else signed_number(item["rank_change"]),
            is_gain=Decimal(item["change"]) > 0,
        )
        for item in changes
    ]


def _part(parts: dict[str, str] | None, name: str) -> str:
    return ABSENT if parts is None else signed_number(Decimal(parts[name]))
