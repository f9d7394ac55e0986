"""The ASEM data as the engine's files, and as plain arrays for computing results anew."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

FOLDER = Path(__file__).parent


class Asem(NamedTuple):
    """Units × indicators as they were published (NaN where empty) and what describes them."""

    units: list[str]
    codes: list[str]
    raw: np.ndarray
    cells: dict[str, list[str]]
    meta: dict[str, dict[str, str]]
    weights: dict[str, float]

    def sizes(self, column: str) -> np.ndarray:
        return np.array([float(cell or "nan") for cell in self.cells[column]])

    def below(self, parent: str) -> list[str]:
        return [code for code, row in self.meta.items() if row["Parent"] == parent]


def table(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def asem() -> Asem:
    rows, units = table("indicators_raw.csv"), table("units.csv")
    assert [row["uCode"] for row in rows] == [row["uCode"] for row in units]
    codes = [name for name in rows[0] if name != "uCode"]
    raw = np.array([[float(row[code]) if row[code] else np.nan for code in codes] for row in rows])
    kept = ("Indicator", "Aggregate")
    return Asem(
        units=[row["uCode"] for row in rows],
        codes=codes,
        raw=raw,
        cells={name: [row[name] for row in units] for name in units[0]},
        meta={row["iCode"]: row for row in table("imeta.csv") if row["Type"] in kept},
        weights={row["iCode"]: float(row["Weight"]) for row in table("weights_unequal.csv")},
    )


def framework() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / "framework.json").read_text(encoding="utf-8"))
    return found


def observations_csv(data: Asem) -> str:
    """OBSERVATIONS.csv: an empty cell is a value that is missing."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["locality", "indicator", "value", "status"])
    for row in table("indicators_raw.csv"):
        for code in data.codes:
            status = "value" if row[code] else "missing"
            writer.writerow([row["uCode"], code, row[code], status])
    return out.getvalue()


def localities_csv(data: Asem) -> str:
    """LOCALITIES.csv with the groups and the denominators."""
    names = [name for name in data.cells if name not in ("uCode", "uName")]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["locality", "name", *names])
    for row in table("units.csv"):
        writer.writerow([row["uCode"], row["uName"], *(row[name] for name in names)])
    return out.getvalue()


def denominated(data: Asem) -> dict[str, np.ndarray]:
    """The values per head, per area, per product, as the tree states them."""
    found = {}
    for column, code in enumerate(data.codes):
        size = data.meta[code]["Denominator"]
        values = data.raw[:, column]
        found[code] = values / data.sizes(size) if size else values
        if size == "Population":
            found[code] = found[code] * 1000
    return found
