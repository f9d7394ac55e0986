"""The command line in a process that has nothing but NumPy and jsonschema."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from assessment.engine import load_framework, load_observations, score
from tests.engine.bundles import bundle, changed
from tests.engine.commands import here
from tests.engine.documents import document, rows

ROOT = Path(__file__).resolve().parents[2]

# Refuses every import beside the standard library, the engine and its two dependencies (with
# what those need), and first proves that the refusal works on Django and on the product.
ALONE = """
import sys
ALLOWED = set(sys.stdlib_module_names) | {
    "numpy", "jsonschema", "jsonschema_specifications", "referencing", "rpds", "attr", "attrs",
    "typing_extensions",
}
class Refuse:
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        is_engine = name == "assessment" or (name + ".").startswith("assessment.engine.")
        if top in ALLOWED or is_engine:
            return None
        raise ImportError("refused: " + name)
sys.meta_path.insert(0, Refuse())
for name in ("django", "assessment.frameworks", "rest_framework", "scipy"):
    try:
        __import__(name)
    except ImportError as error:
        assert str(error).startswith("refused"), error
    else:
        raise SystemExit(name + " could be imported")
import runpy
sys.argv[0] = "engine"
runpy.run_module("assessment.engine", run_name="__main__")
"""


def engine(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", ALONE, *map(str, arguments)]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )


@pytest.fixture
def inputs(tmp_path: Path) -> tuple[Path, Path]:
    framework, observations = tmp_path / "framework.json", tmp_path / "observations.csv"
    framework.write_text(json.dumps(document()), encoding="utf-8")
    table = {"a": {"a1": 80, "a2": 60, "b1": 90}, "b": {"a1": 50, "a2": 50, "b1": 50}}
    observations.write_text(load_observations(rows(table)).as_csv(), encoding="utf-8")
    return framework, observations


def test_score_writes_what_the_library_finds(inputs: tuple[Path, Path], tmp_path: Path) -> None:
    done = engine("score", *inputs, "--out", tmp_path / "out")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    expected = score(load_framework(inputs[0]), load_observations(inputs[1]))
    written = (tmp_path / "out" / "results.csv").read_text(encoding="utf-8")
    assert written == expected.results_csv()
    assert (tmp_path / "out" / "trace.json").read_text(encoding="utf-8") == expected.trace_json()


def test_score_takes_localities_adjustments_and_a_day(
    inputs: tuple[Path, Path], tmp_path: Path
) -> None:
    places, moved = tmp_path / "localities.csv", tmp_path / "adjustments.csv"
    places.write_text("locality,name\nb,B\na,A\n", encoding="utf-8")
    moved.write_text(
        "locality,node,points,article,reason\nb,index,5,Article 9,\n", encoding="utf-8"
    )
    options = ["--localities", places, "--adjustments", moved, "--on", "2016-12-31"]
    done = engine("score", *inputs, *options, "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    with (tmp_path / "out" / "results.csv").open(encoding="utf-8") as file:
        first = next(csv.DictReader(file))
    assert (first["locality"], first["published"]) == ("b", "55.00")


def test_faults_go_to_standard_error_in_the_language_asked(
    inputs: tuple[Path, Path], tmp_path: Path
) -> None:
    inputs[1].write_text(
        "locality,indicator,value,status\na,a1,x,value\nb,b1,1,odd\n", encoding="utf-8"
    )
    done = here("score", *inputs, "--out", tmp_path / "out", "--lang", "zh-Hans")
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "[a] [a1] observations.csv 第 2 行的值“x”不是数字。请改为普通的有限数。",
        "[b] [b1] observations.csv 第 3 行的状态“odd”未定义。"
        "状态应为 value、nothing_to_report、not_applicable、missing 或 excluded。",
    ]
    assert not (tmp_path / "out").exists()


def test_uncertainty_is_written(inputs: tuple[Path, Path], tmp_path: Path) -> None:
    done = engine("uncertainty", *inputs, "--draws", "20", "--seed", "3", "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "out" / "uncertainty.json").read_text(encoding="utf-8"))
    assert (found["draws"], found["seed"], found["failed_draws"]) == (20, 3, 0)
    assert (tmp_path / "out" / "uncertainty.csv").read_text(encoding="utf-8").count("\n") == 3


@pytest.mark.parametrize(
    "setting",
    [
        ("--seed", "-1"),
        ("--concentration", "nan"),
        ("--measurement-error", "inf"),
        ("--weight-range", "nan"),
    ],
)
@pytest.mark.parametrize("study", ["uncertainty", "sensitivity"])
def test_a_setting_without_a_meaning_is_refused_in_one_line(
    study: str, setting: tuple[str, str], inputs: tuple[Path, Path], tmp_path: Path
) -> None:
    done = here(study, *inputs, *setting, "--out", tmp_path / "out")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1


def test_verify_has_three_outcomes(tmp_path: Path) -> None:
    good, forged, broken = (tmp_path / name for name in ("good.zip", "forged.zip", "broken.zip"))
    good.write_bytes(bundle())
    forged.write_bytes(changed("results.csv", b"79.25,1", b"79.26,1", reseal=True))
    broken.write_bytes(b"")
    outcomes = [engine("verify", good), here("verify", forged), here("verify", broken)]
    assert [done.returncode for done in outcomes] == [0, 1, 2]
    assert outcomes[0].stdout == "Verified: all 12 results were recomputed and agree.\n"
    assert outcomes[1].stderr == (
        "[a] [index] results.csv, column published: published as 79.26, recomputed as 79.25.\n"
    )
    assert outcomes[2].stderr == "This is not a valid ZIP file.\n"
