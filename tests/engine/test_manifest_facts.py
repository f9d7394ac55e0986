"""What a manifest says is covered: README.txt repeats it and verification compares."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from assessment.engine import verify
from tests.engine.bundles import bundle, packed, resealed, unpacked

Change = Callable[[dict[str, Any]], object]


def with_manifest(change: Change) -> bytes:
    files = unpacked(bundle())
    manifest = json.loads(files["manifest.json"])
    change(manifest)
    return packed({**files, "manifest.json": json.dumps(manifest).encode()})


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("number", lambda m: m.update(number=8)),
        ("kind", lambda m: m.update(kind="preliminary")),
        ("cycle.code", lambda m: m["cycle"].update(code="2019")),
        ("cycle.title.en", lambda m: m["cycle"]["title"].update(en="Year 2019")),
        ("cycle.title.zh-Hans", lambda m: m["cycle"]["title"].pop("zh-Hans")),
        ("cycle.period.start", lambda m: m["cycle"]["period"].update(start="2015-01-01")),
        ("generated_at", lambda m: m.update(generated_at="1999-01-01T00:00:00+00:00")),
        ("notice", lambda m: m.update(notice=None)),
        ("notice.en", lambda m: m["notice"].update(en="")),
        ("engine.build", lambda m: m["engine"].update(build=9)),
        ("approved_by", lambda m: m.update(approved_by="nobody")),
    ],
)
def test_a_changed_manifest_differs_and_the_field_is_named(field: str, change: Change) -> None:
    report = verify(with_manifest(change))
    assert report.exit_status == 1
    assert report.problems[0].params["field"] == field
    assert {problem.code for problem in report.problems} == {"fact_differs"}
    assert field in report.text("zh-Hans")


def test_the_order_of_the_manifest_s_keys_says_nothing() -> None:
    assert verify(with_manifest(lambda m: m.update(kind=m.pop("kind")))).is_ok


def test_a_readme_without_the_facts_differs_even_with_renewed_digests() -> None:
    files = unpacked(bundle())
    start = files["README.txt"].index(b"----- manifest")
    report = verify(resealed({**files, "README.txt": files["README.txt"][:start]}))
    assert report.exit_status == 1
    assert {problem.params["recomputed"] for problem in report.problems} == {"—"}


def test_line_breaks_in_a_title_stay_inside_their_fact() -> None:
    spoiled = with_manifest(lambda m: m["cycle"]["title"].update(en='Year\nnumber: 1\n"'))
    assert [p.params["field"] for p in verify(spoiled).problems] == ["cycle.title.en"]
