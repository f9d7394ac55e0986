"""Only what has this engine's arithmetic is computed anew; every other version is named."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from assessment.engine import ENGINE_VERSION, load_run, verify
from assessment.engine.problems import EngineVersionError
from tests.engine.bundles import CYCLE, bundle, packed, resealed, unpacked
from tests.engine.commands import here
from tests.engine.documents import document, group, indicator, run

ROOT = Path(__file__).resolve().parents[2]

OWN = f'"engine": {{\n    "version": "{ENGINE_VERSION}"\n  }}'.encode()


def made_by(engine: bytes) -> bytes:
    """The bundle, its manifest and README changed to say another engine, and sealed anew."""
    files = unpacked(bundle())
    assert OWN in files["manifest.json"]
    files["manifest.json"] = files["manifest.json"].replace(OWN, b'"engine": ' + engine)
    return resealed(files)


@pytest.mark.parametrize("version", ["1.3.0", "9.9.9"])
def test_a_bundle_of_another_version_is_unusable_and_names_the_version_to_use(version: str) -> None:
    report = verify(made_by(b'{"version": "%s"}' % version.encode()))
    assert (report.exit_status, [item.code for item in report.problems]) == (2, ["engine_other"])
    assert report.text("en") == (
        f"Scored by engine {version}. This is engine {ENGINE_VERSION}, which recomputes results "
        f"of {ENGINE_VERSION} only. Use engine {version}."
    )
    assert f"请改用 {version} 版" in report.text("zh-Hans")


@pytest.mark.parametrize(
    "engine",
    [b'{"version": "banana"}', b'{"version": null}', b"{}", b"null", b'"1.4.0"', b'{"version": 1}'],
)
def test_a_bundle_that_states_no_version_is_unusable(engine: bytes) -> None:
    report = verify(made_by(engine))
    assert (report.exit_status, [item.code for item in report.problems]) == (2, ["engine_unstated"])


def test_a_bundle_without_the_entry_is_unusable() -> None:
    files = unpacked(bundle())
    files["manifest.json"] = files["manifest.json"].replace(OWN, b'"motor": 1')
    assert verify(resealed(files)).exit_status == 2


def test_runs_of_another_version_are_not_compared(tmp_path: Path) -> None:
    old, new = tmp_path / "old.zip", tmp_path / "new.zip"
    old.write_bytes(made_by(b'{"version": "1.2.0"}'))
    new.write_bytes(packed(unpacked(bundle())))
    with pytest.raises(EngineVersionError):
        load_run(old)
    done = here("compare", old, new, "--out", tmp_path / "out")
    assert done.returncode == 2
    assert "Use engine 1.2.0." in done.stderr


BENEFIT = document(
    group("index", None, 100, weighting={"method": "benefit_of_doubt"}),
    indicator("x", "index", 50),
    indicator("y", "index", 50),
)


def test_without_scipy_nothing_differs(monkeypatch: pytest.MonkeyPatch) -> None:
    table = {"a": {"x": 10, "y": 80}, "b": {"x": 40, "y": 20}}
    content = bundle(results=run(BENEFIT, table, on=CYCLE.end))
    assert verify(content).exit_status == 0
    monkeypatch.setitem(sys.modules, "scipy.optimize", None)
    report = verify(content)
    assert (report.exit_status, report.problems[0].code) == (2, "module_needed")
    assert "SciPy" in report.text("en")
    assert "SciPy" in report.text("zh-Hans")
    readmes = [unpacked(each)["README.txt"].decode() for each in (content, bundle())]
    assert [readme.count("SciPy") for readme in readmes] == [2, 0]


def test_without_numpy_the_command_asks_for_it() -> None:
    # Without site-packages there is neither NumPy nor jsonschema.
    asked = [sys.executable, "-S", "-m", "assessment.engine", "verify", "bundle.zip"]
    done = subprocess.run(asked, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 2
    assert done.stderr.endswith("Install numpy, jsonschema first.\n")


def test_nothing_unexpected_is_a_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_given: Any) -> None:
        raise KeyError("x")

    monkeypatch.setattr("assessment.engine.verification.recomputed", fails)
    report = verify(bundle())
    assert (report.exit_status, report.problems[0].code) == (2, "verification_failed")
    assert "KeyError" in report.text("en")
