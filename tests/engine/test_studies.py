"""The commands that study runs, in a process that has nothing but NumPy and jsonschema."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assessment.engine import Adjustment, coherence, compare, load_framework, load_run, score
from assessment.engine.problems import BundleError
from tests.engine.bundles import CYCLE, bundle, parts, unpacked
from tests.engine.commands import here
from tests.engine.documents import document, rows, run
from tests.engine.test_command_line import engine

TABLE = {c: {"a1": 9 * i, "a2": i * i, "b1": 50 - i} for i, c in enumerate("abcd")}


@pytest.fixture
def inputs(tmp_path: Path) -> tuple[Path, Path]:
    framework, observations = tmp_path / "framework.json", tmp_path / "observations.csv"
    framework.write_text(json.dumps(document()), encoding="utf-8")
    observations.write_text(run(document(), TABLE).observations.as_csv(), encoding="utf-8")
    return framework, observations


@pytest.fixture
def bundles(tmp_path: Path) -> tuple[Path, Path]:
    """Two bundles: in the later one b's adjustment takes the place of a's."""
    first, second = tmp_path / "first.zip", tmp_path / "second.zip"
    first.write_bytes(bundle())
    results = parts().results
    later = score(
        results.framework,
        results.observations,
        results.localities,
        [Adjustment("b", "B", 4.0, "Article 9")],
        CYCLE.end,
    )
    second.write_bytes(bundle(results=later))
    return first, second


def test_coherence_is_written(inputs: tuple[Path, Path], tmp_path: Path) -> None:
    done = engine("coherence", *inputs, "--out", tmp_path / "out")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    written = json.loads((tmp_path / "out" / "coherence.json").read_text(encoding="utf-8"))
    found = coherence(score(load_framework(document()), rows(TABLE)))
    assert written == json.loads(json.dumps(found.as_dict()))


def test_two_bundles_are_compared(bundles: tuple[Path, Path], tmp_path: Path) -> None:
    done = engine("compare", *bundles, "--out", tmp_path / "out")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    found = compare(*map(load_run, bundles))
    written = (tmp_path / "out" / "comparison.csv").read_text(encoding="utf-8")
    assert written == found.as_csv()
    # B weighs 40 of 100: two points less for a, four more for b.
    assert [str(found.change(code).change) for code in "ab"] == ["-0.80", "1.60"]


def test_a_folder_with_a_bundles_files_is_the_same_run(
    bundles: tuple[Path, Path], tmp_path: Path
) -> None:
    folder = tmp_path / "unpacked"
    folder.mkdir()
    for name, content in unpacked(bundles[0].read_bytes()).items():
        (folder / name).write_bytes(content)
    assert load_run(folder).on == CYCLE.end
    assert load_run(folder).results_csv() == load_run(bundles[0]).results_csv()


def test_framework_and_observations_make_a_folder_a_run(inputs: tuple[Path, Path]) -> None:
    found = load_run(inputs[0].parent)
    assert found.on is None
    assert found.results_csv() == run(document(), TABLE).results_csv()


def test_what_a_folder_lacks_is_named(tmp_path: Path) -> None:
    with pytest.raises(BundleError) as caught:
        load_run(tmp_path)
    named = [item.params["name"] for item in caught.value.problems]
    assert named == ["framework.json", "observations.csv"]


def test_what_is_no_run_ends_in_one_clear_error(bundles: tuple[Path, Path], tmp_path: Path) -> None:
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"nothing")
    done = here("compare", bundles[0], broken, "--out", tmp_path / "out", "--lang", "zh-Hans")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "不是有效的 ZIP 文件。\n"
    assert not (tmp_path / "out").exists()
