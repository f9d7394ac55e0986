"""How much verification takes on before it begins to compute."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from assessment.engine.document import FrameworkDocument, Node
from assessment.engine.localities import Localities
from assessment.engine.pairwise import PAIRWISE
from assessment.engine.problems import BundleError, Problem
from assessment.engine.reading import MAX_VALUES

_TABLES: Final = (
    *("observations.csv", "localities.csv", "adjustments.csv", "results.csv"),
    "history.csv",
)


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper bounds, all checked by counting; ``None`` sets no bound.

    ``steps`` bounds localities × (nodes + rules), which the time of a recomputation follows, and
    more for branches that compare every two localities; ``rows`` the lines of each table,
    ``columns`` those of the localities.
    """

    files: int = 64
    unpacked_bytes: int = 256 * 1024 * 1024
    file_bytes: int | None = None
    rows: int | None = None
    columns: int | None = None
    steps: int | None = None
    framework_values: int = MAX_VALUES

    def check_files(self, files: Mapping[str, bytes]) -> None:
        """Raise BundleError for a file too large or a table of too many lines."""
        for name, content in files.items():
            _check(name, len(content), self.file_bytes, is_size=True)
            if name in _TABLES:
                _check(name, content.count(b"\n") + content.count(b"\r"), self.rows)

    def check_work(self, framework: FrameworkDocument, localities: Localities) -> None:
        """Raise BundleError where the recomputation would take too many steps."""
        _check("localities.csv", len(localities.columns), self.columns)
        count = len(localities.items)
        steps = count * (len(framework.nodes) + len(framework.rules))
        steps += sum(count * count // _pairs_a_step(node) for node in framework.weighted_nodes)
        _check("localities.csv × framework.json", steps, self.steps)


def size_text(size: int) -> str:
    """A number of bytes as people write it: 32 MB; the unit is the same in both languages."""
    if size < 1024**2:
        return f"{size} B"
    # Rounded up, so that one byte above a limit does not read like the limit.
    return f"{math.ceil(size / 1024**2 * 10) / 10:g} MB"


def _check(name: str, found: int, limit: int | None, *, is_size: bool = False) -> None:
    if limit is not None and found > limit:
        params = {"name": name, "limit": size_text(limit) if is_size else limit}
        raise BundleError([Problem("bundle_too_much_work", params=params)])


def _pairs_a_step(node: Node) -> int:
    """How many pairs of localities are compared in the time of one step."""
    if node.weighting.method == "benefit_of_doubt":
        return 10  # one linear programme for each locality, with a row for every other
    return 1000 if node.aggregation.method in PAIRWISE else 10**12
