"""Sensitivity: known indices of a known function, and what a ranking depends on."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from assessment.engine import Variation, load_framework, sensitivity
from assessment.engine.__main__ import main
from assessment.engine.observations import load_observations
from assessment.engine.sensitivity import SobolIndex, sobol
from tests.engine.commands import here
from tests.engine.documents import document, group, indicator, rows

# Ishigami and Homma (1990) with a = 7, b = 0.1; indices after Sobol and Levitan (1999).
VARIANCE = 7**2 / 8 + 0.1 * np.pi**4 / 5 + 0.1**2 * np.pi**8 / 18 + 1 / 2
FIRST = {
    "x1": (1 + 0.1 * np.pi**4 / 5) ** 2 / 2 / VARIANCE,
    "x2": 7**2 / 8 / VARIANCE,
    "x3": 0.0,
}
THIRD = 0.1**2 * np.pi**8 * (1 / 18 - 1 / 50) / VARIANCE
TOTAL = {"x1": FIRST["x1"] + THIRD, "x2": FIRST["x2"], "x3": THIRD}


def ishigami(points: np.ndarray) -> np.ndarray:
    one, two, three = (np.pi * (2 * points - 1)).T
    return np.sin(one) + 7 * np.sin(two) ** 2 + 0.1 * three**4 * np.sin(one)


def test_indices_of_the_ishigami_function() -> None:
    first, total = sobol(ishigami, ("x1", "x2", "x3"), base=1024, seed=1)
    assert {name: index.value for name, index in first.items()} == pytest.approx(FIRST, abs=0.05)
    assert {name: index.value for name, index in total.items()} == pytest.approx(TOTAL, abs=0.05)
    for name in FIRST:
        assert first[name].low - 0.05 <= FIRST[name] <= first[name].high + 0.05
        assert total[name].low - 0.05 <= TOTAL[name] <= total[name].high + 0.05


@pytest.mark.parametrize("factors", [("x",), ("x", "y")])
def test_what_does_not_vary_has_no_indices(factors: tuple[str, ...]) -> None:
    first, total = sobol(lambda points: np.ones(len(points)), factors, base=64)
    assert (first["x"].value, total["x"].value) == (0.0, 0.0)


TABLE = {
    "a": {"a1": 80, "a2": 60, "b1": 90},
    "b": {"a1": 78, "a2": 70, "b1": 80},
    "c": {"a1": 72, "a2": 74, "b1": 82},
    "d": {"a1": 69, "a2": 90, "b1": 70},
}


def test_the_spread_is_split_among_weights_and_choices() -> None:
    nodes = document()["nodes"]
    nodes[2] |= {"impute": {"method": "mean"}}
    table = {**TABLE, "d": {"a1": "missing", "a2": 50, "b1": 60}}
    study = Variation(imputations=("as_stated", "none"))
    found = sensitivity(load_framework(document(*nodes)), rows(table), base=64, variation=study)
    assert found.failed > 0  # a1 may not be missing
    assert found.first == {}
    study = Variation(aggregations=("as_stated", "geometric"))
    means = sensitivity(load_framework(document()), rows(TABLE), base=64, variation=study)
    assert set(means.first) == {"weights", "normalisations", "aggregations"}
    plain = sensitivity(load_framework(document()), rows(TABLE), base=256)
    assert set(plain.first) == {"weights", "normalisations"}
    assert plain.draws == 256 * 4
    assert sum(index.value for index in plain.total.values()) > 0.5


def test_a_choice_that_changes_no_score_explains_nothing_and_the_weights_everything() -> None:
    # Values from 0 to 100: min-max gives the scores that the goalposts give.
    ends = {"e": dict.fromkeys(("a1", "a2", "b1"), 0), "f": dict.fromkeys(("a1", "a2", "b1"), 100)}
    found = sensitivity(load_framework(document()), rows({**TABLE, **ends}), base=256)
    assert found.total["normalisations"] == SobolIndex(0.0, 0.0, 0.0)
    assert found.total["weights"].value == pytest.approx(1.0, abs=0.1)
    again = sensitivity(load_framework(document()), rows({**TABLE, **ends}), base=256)
    assert again.as_dict() == found.as_dict()


def test_weights_explain_nothing_where_one_is_ahead_in_everything() -> None:
    only = Variation(normalisations=("as_stated",))
    table = {"a": {"a1": 90, "a2": 90, "b1": 90}, "b": {"a1": 10, "a2": 10, "b1": 10}}
    found = sensitivity(load_framework(document()), rows(table), base=64, variation=only)
    assert found.total["weights"].value == 0.0


@pytest.mark.parametrize(
    "options",
    [
        {"base": 100},
        {"base": 1},
        {"base": 2**40},
        {"seed": -1},
        {"variation": Variation(measurement_error=0.1)},
    ],
)
def test_unusable_settings_are_refused(options: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"power of two|measurement|seed"):
        sensitivity(load_framework(document()), rows(TABLE), **options)  # type: ignore[arg-type]


def test_the_command_writes_the_indices(tmp_path: Path) -> None:
    raw = document(group("index", None, 2), indicator("x", "index", 1), indicator("y", "index", 1))
    table = rows({"a": {"x": 5, "y": 50}, "b": {"x": 50, "y": 10}})
    (tmp_path / "f.json").write_text(load_framework(raw).as_json(), encoding="utf-8")
    (tmp_path / "o.csv").write_text(load_observations(table).as_csv(), encoding="utf-8")
    files, out = [str(tmp_path / name) for name in ("f.json", "o.csv")], str(tmp_path / "out")
    assert main(["sensitivity", *files, "--base", "64", "--seed", "2", "--out", out]) == 0
    found = json.loads((tmp_path / "out" / "sensitivity.json").read_text(encoding="utf-8"))
    assert (found["base"], set(found["total"])) == (64, {"weights", "normalisations"})
    assert main(["sensitivity", *files, "--base", "65", "--out", out]) == 2


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (
            ["sensitivity", "--base", "65"],
            "样本基数 base 应为 2 至 131072 之间的 2 的幂，不能为 65。",
        ),
        (["uncertainty", "--draws", "100000000000000"], "抽样次数应在 1 至 125000000 之间"),
        (["uncertainty", "--draws", "0"], "抽样次数应在 1 至 125000000 之间"),
        (["uncertainty", "--seed", "-1"], "随机种子 seed 不能为负数。"),
        (["uncertainty", "--weight-range", "2"], "权重变动幅度 weight_range 应不小于 0 且小于 1。"),
    ],
)
def test_settings_are_refused_in_the_language_asked_for(
    tmp_path: Path, command: list[str], said: str
) -> None:
    table = rows({"a": {"a1": 5, "a2": 5, "b1": 50}, "b": {"a1": 1, "a2": 5, "b1": 50}})
    (tmp_path / "f.json").write_text(load_framework(document()).as_json(), encoding="utf-8")
    (tmp_path / "o.csv").write_text(load_observations(table).as_csv(), encoding="utf-8")
    files = [tmp_path / name for name in ("f.json", "o.csv")]
    done = here(*command, *files, "--out", tmp_path / "out", "--lang", "zh-Hans")
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
