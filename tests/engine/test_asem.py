"""Real data from raw values to ranks, each figure computed anew in plain NumPy and SciPy."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from assessment.engine import (
    BundleParts,
    build_bundle,
    load_framework,
    load_localities,
    score,
    verify,
)
from tests.engine.asem import (
    Asem,
    asem,
    denominated,
    framework,
    localities_csv,
    observations_csv,
)
from tests.engine.bundles import CYCLE, GENERATED_AT, packed, resealed, unpacked
from tests.engine.commands import here

ROOT = Path(__file__).resolve().parents[2]
SCREENED = ["LAO", "LUX", "MMR"]  # two below 86 % of values, one by name; BRN is kept by name
SCREENED_LATE = ["LAO", "LUX"]  # once gaps were filled MMR has all values, LAO still lacks one
TOLERANCE = {"rtol": 1e-9, "atol": 1e-12}


@pytest.fixture(scope="module")
def data() -> Asem:
    return asem()


# What the framework document says, in plain arithmetic on units × indicators.


def screened(data: Asem) -> np.ndarray:
    available = np.isfinite(np.column_stack(list(denominated(data).values()))).mean(axis=1)
    kept = (available >= 0.86) | (np.array(data.units) == "BRN")
    return ~kept | (np.array(data.units) == "LUX")


def screened_late(data: Asem) -> np.ndarray:
    """The same, but judged after gaps were filled, and more strictly: all values."""
    full = [filled(data, code, values) for code, values in denominated(data).items()]
    available = np.isfinite(np.column_stack(full)).mean(axis=1)
    kept = (available >= 1) | (np.array(data.units) == "BRN")
    return ~kept | (np.array(data.units) == "LUX")


def filled(data: Asem, code: str, values: np.ndarray) -> np.ndarray:
    parent, found = data.meta[code]["Parent"], values.copy()
    if parent == "SusEcFin":
        found[np.isnan(values)] = np.nanmean(values)
    elif parent == "Political":
        found[np.isnan(values)] = 100.0
    elif parent != "Environ":
        groups = np.array(data.cells["EurAsia_group"])
        for group in set(groups):
            members = groups == group
            found[members & np.isnan(values)] = np.nanmedian(values[members])
    return found


def is_outlying(values: np.ndarray) -> bool:
    skewness = stats.skew(values, bias=False)
    return bool(abs(skewness) >= 2 and stats.kurtosis(values, bias=False) >= 3.5)


def treated(values: np.ndarray) -> tuple[np.ndarray, str]:
    """Winsorise up to five points, else the logarithm of the original."""
    found = values.copy()
    order = np.argsort(values)
    for count in range(1, 6):
        if not is_outlying(found):
            break
        if stats.skew(found, bias=False) > 0:
            found[order[-count:]] = values[order[-count - 1]]
        else:
            found[order[:count]] = values[order[count]]
    if not is_outlying(found):
        return found, "winsorised" if (found != values).any() else ""
    low, high = values.min(), values.max()
    return np.log(values - low + 0.01 * (high - low)), "log"


def normalised(data: Asem, code: str, values: np.ndarray) -> np.ndarray:
    better = values * int(data.meta[code]["Direction"])  # the direction before all else
    parent = data.meta[code]["Parent"]
    if parent == "Environ":
        low, high = POSTS[code]
        share = (values - low) / (high - low)
        share = share if int(data.meta[code]["Direction"]) == 1 else 1 - share
        return 100 * np.clip(share, 0, 1)
    if parent == "Social":
        seen = ~np.isnan(better)
        rank = np.full(better.shape, np.nan)
        rank[seen] = stats.rankdata(better[seen], method="min")
        return 100 * (rank - 1) / (seen.sum() - 1)
    low, high = (1, 100) if parent == "Instit" else (0, 100)
    span = np.nanmax(better) - np.nanmin(better)
    return low + (high - low) * (better - np.nanmin(better)) / span


with (Path(__file__).parent / "asem" / "goalposts.csv").open(encoding="utf-8") as file:
    POSTS = {
        row["iCode"]: (float(row["goalpost_lower"]), float(row["goalpost_upper"]))
        for row in csv.DictReader(file)
    }


def leaf_scores(data: Asem) -> dict[str, np.ndarray]:
    kept = ~screened(data)
    scores = {}
    for code, values in denominated(data).items():
        part = np.where(kept, values, np.nan)
        part[kept] = filled_among(data, code, values, kept)
        if data.meta[code]["Parent"] != "Environ":
            part[kept], _ = treated(part[kept])
        scores[code] = normalised(data, code, part)
    return scores


def filled_among(data: Asem, code: str, values: np.ndarray, kept: np.ndarray) -> np.ndarray:
    cells = {
        name: [c for c, k in zip(col, kept, strict=True) if k] for name, col in data.cells.items()
    }
    return filled(data._replace(cells=cells), code, values[kept])


def scores_of(data: Asem, leaves: dict[str, np.ndarray], out: np.ndarray) -> dict[str, np.ndarray]:
    scores = dict(leaves)
    for level in ("2", "3", "4"):
        for code in (c for c, row in data.meta.items() if row["Level"] == level):
            children = np.column_stack([scores[child] for child in data.below(code)])
            given = np.array([data.weights[child] for child in data.below(code)])
            weights = np.where(np.isnan(children), 0.0, given)
            weights = weights / weights.sum(axis=1, keepdims=True).clip(1e-300)
            values = np.nan_to_num(children)
            if code == "Physical":
                found = (weights * np.sqrt(values)).sum(axis=1) ** 2
            elif code in ("Conn", "Sust"):
                found = np.exp((weights * np.log(np.maximum(values, 1e-300))).sum(axis=1))
            else:
                found = (weights * values).sum(axis=1)
            scores[code] = np.where(out, np.nan, found)
    return scores


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory, data: Asem) -> Path:
    folder = tmp_path_factory.mktemp("asem")
    (folder / "observations.csv").write_text(observations_csv(data), encoding="utf-8")
    (folder / "localities.csv").write_text(localities_csv(data), encoding="utf-8")
    document = Path(__file__).parent / "asem" / "framework.json"
    command = [
        *(sys.executable, "-m", "assessment.engine", "score"),
        *(document, folder / "observations.csv"),
        *("--localities", folder / "localities.csv", "--out", folder / "out"),
    ]
    done = subprocess.run(
        [str(part) for part in command], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    return folder / "out"


def test_every_score_from_the_command_line_agrees_with_plain_arithmetic(
    written: Path, data: Asem
) -> None:
    expected = scores_of(data, leaf_scores(data), screened(data))
    with (written / "results.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 51 * 60
    for node, values in expected.items():
        found = [float(row["score"] or "nan") for row in rows if row["node"] == node]
        np.testing.assert_allclose(found, values, err_msg=node, **TOLERANCE)
    index = np.round(expected["Index"], 2)
    ranked = ~np.isnan(index)
    ranks = np.full(index.shape, np.nan)
    ranks[ranked] = stats.rankdata(-index[ranked], method="min")
    found = [float(row["rank"] or "nan") for row in rows if row["node"] == "Index"]
    np.testing.assert_array_equal(found, ranks)


def test_the_same_with_gaps_filled_before_the_screen(tmp_path: Path, data: Asem) -> None:
    raw = framework()
    index = next(node for node in raw["nodes"] if node["kind"] == "index")
    index["screen"] |= {"when": "after_imputation", "available": 1}
    files = [tmp_path / name for name in ("framework.json", "observations.csv", "localities.csv")]
    texts = (json.dumps(raw), observations_csv(data), localities_csv(data))
    for file, content in zip(files, texts, strict=True):
        file.write_text(content, encoding="utf-8")
    out = tmp_path / "out"
    assert here("score", *files[:2], "--localities", files[2], "--out", out).returncode == 0
    kept = ~screened_late(data)
    leaves = {}
    for code, values in denominated(data).items():
        part = np.where(kept, filled(data, code, values), np.nan)  # filled from all units
        if data.meta[code]["Parent"] != "Environ":
            part[kept], _ = treated(part[kept])
        leaves[code] = normalised(data, code, part)
    expected = scores_of(data, leaves, ~kept)
    assert [data.units[row] for row in np.flatnonzero(~kept)] == SCREENED_LATE
    with (out / "results.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for node, scores in expected.items():
        found = [float(row["score"] or "nan") for row in rows if row["node"] == node]
        np.testing.assert_allclose(found, scores, err_msg=node, **TOLERANCE)


def test_the_trace_names_what_was_screened_imputed_and_treated(written: Path, data: Asem) -> None:
    trace = json.loads((written / "trace.json").read_text(encoding="utf-8"))["localities"]
    remarks = {unit: trace[unit]["nodes"]["Index"]["notes"] for unit in data.units}
    assert [unit for unit in remarks if remarks[unit]] == SCREENED
    assert remarks["LUX"] == [{"code": "note_screened", "params": {}}]
    kept = ~screened(data)
    for code, values in denominated(data).items():
        steps = [trace[unit]["nodes"][code].get("steps") for unit in data.units]
        if data.meta[code]["Parent"] == "Environ":
            assert {None if step is None else tuple(step) for step in steps} <= {
                None,
                ("denominated",),
            }
            continue
        full = filled_among(data, code, values, kept)
        clean, method = treated(full)
        among = [step for step, is_kept in zip(steps, kept, strict=True) if is_kept]
        imputed = [step["imputed"] for step in among]
        gaps = np.isnan(values[kept])
        assert [value is not None for value in imputed] == gaps.tolist(), code
        found = np.array([step["treated"] for step in among])
        np.testing.assert_allclose(found, clean, err_msg=code, **TOLERANCE)
        assert {step["treatment"] for step in among if step["treatment"]} == (
            {method} if method else set()
        ), code
    story = score(
        load_framework(framework()), observations_csv(data), load_localities(localities_csv(data))
    ).explain("BRN", "Flights")
    assert story.startswith("Brunei Darussalam, International flights passenger capacity: ")


def test_a_publication_of_these_choices_can_be_verified(data: Asem) -> None:
    results = score(
        load_framework(framework()), observations_csv(data), localities_csv(data), on=CYCLE.end
    )
    published = BundleParts(results, CYCLE, "final", 1, GENERATED_AT)
    files = unpacked(build_bundle(published))
    assert verify(packed(files)).exit_status == 0
    trace = json.loads(files["trace.json"])
    trace["localities"]["BRN"]["nodes"]["Flights"]["steps"]["treated"] += 0.5
    report = verify(resealed({**files, "trace.json": json.dumps(trace).encode()}))
    assert report.exit_status == 1
    assert "nodes.Flights.steps.treated" in report.text("en")


def test_the_document_keeps_its_text() -> None:
    text = (Path(__file__).parent / "asem" / "framework.json").read_text(encoding="utf-8")
    assert load_framework(text).as_json() == text
