"""What a study of uncertainty found: how ranks and grades spread over the draws."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from assessment.engine.arrays import FloatArray
from assessment.engine.problems import Problem
from assessment.engine.ranks import rank_number
from assessment.engine.tables import write_table
from assessment.engine.variation import Variation

FORMAT: Final = "lianping-uncertainty/2"
INTERVAL: Final = (5.0, 95.0)

# Two localities are told apart where one is ahead in at least this share of the draws.
CONFIDENCE: Final = 0.95


@dataclass(frozen=True)
class UncertaintyResults:
    """Ranks of the index by draw (draws × localities, NaN unranked) and their summary.

    ``grade_counts`` (localities × ``grades``) counts the draws that gave each grade. ``notes``
    say which choices of the variation change nothing, or only a part.
    """

    localities: tuple[str, ...]
    nominal: FloatArray
    ranks: npt.NDArray[np.float32]
    draws: int
    seed: int
    variation: Variation
    failed: int
    failures: tuple[str, ...]
    grades: tuple[str, ...]
    grade_counts: npt.NDArray[np.int64]
    notes: tuple[Problem, ...] = ()

    def summary(self) -> list[dict[str, Any]]:
        """Return per locality: nominal rank, mean, median, 5–95 % interval, probabilities.

        ``probability`` maps each rank reached, and ``grades`` each grade, to its share of the
        draws in which the locality was ranked; ``ranked_draws`` counts those draws.
        """
        return [self._locality(index, code) for index, code in enumerate(self.localities)]

    def _locality(self, index: int, code: str) -> dict[str, Any]:
        ranks = self.ranks[:, index]
        ranks = ranks[np.isfinite(ranks)]
        found: dict[str, Any] = {
            "locality": code,
            "rank": rank_number(self.nominal[index]),
            "ranked_draws": int(ranks.size),
            "mean": None,
            "median": None,
            "low": None,
            "high": None,
            "probability": {},
            "grades": {},
        }
        if ranks.size:
            low, high = np.percentile(ranks, INTERVAL, method="inverted_cdf")
            reached, counts = np.unique(ranks, return_counts=True)
            shares = (counts / ranks.size).tolist()
            graded = self.grade_counts[index] / ranks.size
            found |= {
                "mean": float(ranks.mean(dtype=np.float64)),
                "median": float(np.median(ranks)),
                "low": int(low),
                "high": int(high),
                "probability": dict(zip((str(int(r)) for r in reached), shares, strict=True)),
                "grades": {
                    grade: share
                    for grade, share in zip(self.grades, graded.tolist(), strict=True)
                    if share
                },
            }
        return found

    def tied_groups(self) -> list[list[str]]:
        """Return the ranking in groups that the draws cannot tell apart, best first.

        From the top down a locality joins the group unless the group's first is ahead of it in
        at least 95 % of the draws that ranked both. The unranked are in none.
        """
        order = [row for row in np.argsort(self.nominal, kind="stable") if self._is_ranked(row)]
        groups: list[list[int]] = []
        for row in order:
            if groups and self._share_ahead(groups[-1][0], row) < CONFIDENCE:
                groups[-1].append(int(row))
            else:
                groups.append([int(row)])
        return [[self.localities[row] for row in group] for group in groups]

    def _is_ranked(self, row: int) -> bool:
        return bool(np.isfinite(self.nominal[row]))

    def _share_ahead(self, first: int, other: int) -> float:
        one, two = self.ranks[:, first], self.ranks[:, other]
        both = np.isfinite(one) & np.isfinite(two)
        return float((one[both] < two[both]).mean()) if both.any() else 0.0

    def as_dict(self) -> dict[str, Any]:
        """Return settings, failures and the summary as JSON values."""
        return {
            "format": FORMAT,
            "draws": self.draws,
            "seed": self.seed,
            "variation": {
                name: list(value) if isinstance(value, tuple) else value
                for name, value in asdict(self.variation).items()
            },
            "interval": list(INTERVAL),
            "failed_draws": self.failed,
            "failures": list(self.failures),
            "notes": [item.note() for item in self.notes],
            "tied_groups": self.tied_groups(),
            "localities": self.summary(),
        }

    def write(self, directory: str | Path) -> None:
        """Write ``uncertainty.json`` and ``uncertainty.csv``."""
        folder = Path(directory)
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(self.as_dict(), ensure_ascii=False, indent=1, allow_nan=False) + "\n"
        (folder / "uncertainty.json").write_text(text, encoding="utf-8", newline="\n")
        columns = ("locality", "rank", "ranked_draws", "mean", "median", "low", "high")
        rows = (
            ["" if item[name] is None else str(item[name]) for name in columns]
            for item in self.summary()
        )
        table = write_table(columns, rows)
        (folder / "uncertainty.csv").write_text(table, encoding="utf-8", newline="\n")
