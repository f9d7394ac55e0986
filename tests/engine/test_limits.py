"""Hostile bundles and documents: refused by counting, before anything is computed."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest

from assessment.engine import (
    FrameworkError,
    Limits,
    load_framework,
    outline,
    reading,
    stored,
    verification,
    verify,
)
from assessment.engine.limits import size_text
from tests.engine.bundles import bundle, packed, resealed, unpacked
from tests.engine.documents import document, group


def chain_of(count: int) -> dict[str, Any]:
    """A document with that many dimensions, each below the one before."""
    nodes = [group("index", None, 100)]
    nodes += [group(f"d{n}", f"d{n - 1}" if n else "index", 100) for n in range(count)]
    return {**document(), "nodes": nodes}


def forbid(monkeypatch: pytest.MonkeyPatch, where: Any, name: str) -> None:
    def refuse(*_args: object, **_kwargs: object) -> None:
        raise AssertionError(f"{name} was reached")

    monkeypatch.setattr(where, name, refuse)


def test_too_many_nodes_stop_the_reading_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    forbid(monkeypatch, reading, "schema_faults")
    forbid(monkeypatch, reading, "check_outline")
    with pytest.raises(FrameworkError) as caught:
        load_framework(chain_of(20_000))
    (problem,) = caught.value.problems
    assert problem.text() == "$.nodes takes at most 2000 items."


def test_too_many_values_stop_the_reading_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    forbid(monkeypatch, reading, "schema_faults")
    node = {**group("index", None, 100), "title": {str(n): n for n in range(50_000)}}
    with pytest.raises(FrameworkError) as caught:
        load_framework({**document(), "nodes": [node]})
    assert [problem.code for problem in caught.value.problems] == ["document_too_large"]


def test_children_are_found_in_one_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = 0

    class Counted(outline.OutlineNode):
        def __getattribute__(self, name: str) -> Any:
            nonlocal asked
            asked += 1
            return super().__getattribute__(name)

    monkeypatch.setattr(outline, "OutlineNode", Counted)
    counts = []
    for size in (100, 400):
        asked = 0
        outline.check_outline(chain_of(size))
        counts.append(asked)
    assert counts[1] < 5 * counts[0]


def test_the_schema_s_faults_are_counted_no_further_than_needed() -> None:
    nodes = [{"code": f"n{n}", "x": n} for n in range(400)]
    with pytest.raises(FrameworkError) as caught:
        load_framework({**document(), "nodes": nodes})
    found = [p for p in caught.value.problems if p.code.startswith("schema_")]
    assert 0 < len(found) <= 200


@pytest.mark.parametrize(
    ("limits", "name"),
    [
        (Limits(file_bytes=4000), "trace.json"),
        (Limits(rows=12), "results.csv"),
        (Limits(columns=1), "localities.csv"),
        (Limits(steps=11), "localities.csv × framework.json"),
    ],
)
def test_beyond_the_limits_nothing_is_computed(
    monkeypatch: pytest.MonkeyPatch, limits: Limits, name: str
) -> None:
    forbid(monkeypatch, stored, "score")
    report = verify(bundle(), limits)
    assert report.exit_status == 2
    (problem,) = report.problems
    assert (problem.code, problem.params["name"]) == ("bundle_too_much_work", name)


def test_a_bundle_at_the_limits_is_verified() -> None:
    assert verify(bundle(), Limits(rows=13, columns=2, steps=12, files=8)).is_ok


def test_a_directory_of_too_many_entries_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    content = packed({f"{n}.txt": b"" for n in range(65)})
    forbid(monkeypatch, zipfile, "ZipFile")
    report = verify(content)
    assert [problem.code for problem in report.problems] == ["bundle_too_many_files"]


def test_only_stored_and_deflated_files_are_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("manifest.json", "{}")
    assert [problem.code for problem in verify(out.getvalue()).problems] == ["bundle_not_zip"]


def test_differences_are_counted_up_to_a_bound() -> None:
    files = unpacked(bundle())
    trace = json.loads(files["trace.json"]) | {f"x{n}": n for n in range(5000)}
    report = verify(resealed({**files, "trace.json": json.dumps(trace).encode()}))
    assert (report.exit_status, len(report.problems)) == (1, verification.MAX_PROBLEMS)


@pytest.mark.parametrize(
    ("size", "text"),
    [(512, "512 B"), (2**20, "1 MB"), (32 * 2**20, "32 MB"), (32 * 2**20 + 1, "32.1 MB")],
)
def test_sizes_are_told_in_megabytes(size: int, text: str) -> None:
    assert size_text(size) == text
