"""Verification: recompute a bundle's results from its own inputs and compare every digit."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final

from assessment.engine import bundle
from assessment.engine.archive import read_archive
from assessment.engine.facts import ABSENT, facts_of, read_facts
from assessment.engine.limits import Limits
from assessment.engine.localities import load_localities
from assessment.engine.messages import render
from assessment.engine.problems import BundleError, EngineError, Problem
from assessment.engine.reading import load_framework
from assessment.engine.results import RESULT_COLUMNS, Results
from assessment.engine.run import score
from assessment.engine.tables import read_table

# Full-precision scores may differ in the last places between machines; published ones may not.
FLOAT_TOLERANCE: Final = 1e-9

# No reader looks through more differences; a hostile bundle could hold millions.
MAX_PROBLEMS: Final = 1000

OK, DIFFERS, UNUSABLE = 0, 1, 2


@dataclass(frozen=True, slots=True)
class VerificationReport:
    """The outcome: exit status 0 agrees, 1 differs, 2 unusable.

    ``problems`` are in the order found, at most ``MAX_PROBLEMS`` differences.
    """

    exit_status: int
    problems: tuple[Problem, ...] = ()
    checked: int = 0

    @property
    def is_ok(self) -> bool:
        """Whether everything agreed."""
        return self.exit_status == OK

    def text(self, language: str = "en") -> str:
        """Return the first difference or fault as a sentence, or that all agrees."""
        if self.problems:
            return self.problems[0].text(language)
        return render("verified", {"count": self.checked}, language)


def verify(source: str | Path | bytes, limits: Limits | None = None) -> VerificationReport:
    """Verify a bundle given as a path or as bytes; never raises for a bad bundle.

    ``limits`` are for those who verify what strangers bring; beyond them a bundle is
    unusable before anything is computed.
    """
    limits = limits or Limits()
    try:
        files = read_archive(source, limits)
        limits.check_files(files)
        manifest = _manifest(files)
        on = date.fromisoformat(manifest["cycle"]["period"]["end"])
        results = _recomputed(files, on, limits)
        found = chain(
            _file_differences(files, manifest),
            _fact_differences(files["README.txt"], manifest),
            _result_differences(files["results.csv"], results),
            _trace_differences(files["trace.json"], results),
        )
        differences = tuple(islice(found, MAX_PROBLEMS))
    except EngineError as error:
        return VerificationReport(UNUSABLE, error.problems)
    except RecursionError:
        return VerificationReport(UNUSABLE, (Problem("bundle_nested_too_deeply"),))
    status = DIFFERS if differences else OK
    return VerificationReport(status, differences, len(results.rows()))


def _manifest(files: Mapping[str, bytes]) -> Mapping[str, Any]:
    absent = [
        Problem("bundle_missing_file", params={"name": name})
        for name in (bundle.MANIFEST, *bundle.REQUIRED_FILES)
        if name not in files
    ]
    if absent:
        raise BundleError(absent)
    manifest = _json(bundle.MANIFEST, files[bundle.MANIFEST])
    reason = _manifest_fault(manifest)
    if reason is not None:
        raise BundleError([Problem("manifest_invalid", params={"reason": reason})])
    return dict(manifest)


def _manifest_fault(manifest: object) -> str | None:
    if not isinstance(manifest, Mapping) or manifest.get("format") != bundle.FORMAT:
        return f"format ≠ {bundle.FORMAT}"
    try:
        date.fromisoformat(manifest["cycle"]["period"]["end"])
    except (KeyError, TypeError, ValueError):
        return "cycle.period.end"
    listed = manifest.get("files")
    if not isinstance(listed, list) or not all(
        isinstance(item, Mapping)
        and isinstance(item.get("path"), str)
        and isinstance(item.get("sha256"), str)
        for item in listed
    ):
        return "files"
    return None


def _json(name: str, content: bytes) -> Any:
    try:
        return json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        params = {"name": name, "reason": str(error)[:200]}
        raise BundleError([Problem("file_invalid", params=params)]) from error


def _recomputed(files: Mapping[str, bytes], on: date, limits: Limits) -> Results:
    framework = load_framework(files["framework.json"], max_values=limits.framework_values)
    localities = load_localities(files["localities.csv"])
    limits.check_work(framework, localities)
    return score(
        framework,
        files["observations.csv"],
        localities,
        files["adjustments.csv"],
        on,
    )


def _file_differences(files: Mapping[str, bytes], manifest: Mapping[str, Any]) -> Iterator[Problem]:
    listed = {item["path"]: item for item in manifest["files"]}
    for name in sorted(set(listed) | (set(files) - {bundle.MANIFEST})):
        if name not in files:
            yield Problem("bundle_missing_file", params={"name": name})
        elif name not in listed:
            yield Problem("file_unlisted", params={"name": name})
        elif bundle.digest(files[name]) != listed[name]["sha256"]:
            params = {
                "name": name,
                "published": listed[name]["sha256"],
                "recomputed": bundle.digest(files[name]),
            }
            yield Problem("hash_differs", params=params)
        elif listed[name].get("bytes") != len(files[name]):
            params = {
                "name": name,
                "published": listed[name].get("bytes"),
                "recomputed": len(files[name]),
            }
            yield Problem("size_differs", params=params)


def _fact_differences(readme: bytes, manifest: Mapping[str, Any]) -> Iterator[Problem]:
    stated, repeated = facts_of(manifest), read_facts(readme.decode("utf-8", "replace"))
    for field in dict.fromkeys([*stated, *repeated]):
        one, two = stated.get(field, ABSENT), repeated.get(field, ABSENT)
        if one != two:
            params = {"field": field[:80], "published": one[:80], "recomputed": two[:80]}
            yield Problem("fact_differs", params=params)


def _result_differences(content: bytes, results: Results) -> Iterator[Problem]:
    published = read_table(content, file="results.csv", required=RESULT_COLUMNS).rows
    recomputed = read_table(results.results_csv(), file="results.csv", required=RESULT_COLUMNS).rows
    expected = {(cells["locality"], cells["node"]): cells for _, cells in recomputed}
    for _, cells in published:
        key = (cells["locality"], cells["node"])
        own = expected.pop(key, None)
        if own is None:
            yield Problem("result_unexpected", key[1], key[0])
        else:
            yield from _row_differences(key, cells, own)
    for locality, node in expected:
        yield Problem("result_missing", node, locality)


def _row_differences(
    key: tuple[str, str], cells: Mapping[str, str], own: Mapping[str, str]
) -> Iterator[Problem]:
    # What readers see comes first; the full-precision score is compared last.
    for column in ("published", "rank", "grade", "score"):
        same = cells[column] == own[column]
        if column == "score" and not same:
            same = _is_close(_float(cells[column]), _float(own[column]))
        if not same:
            params = {
                "column": column,
                "published": cells[column] or "—",
                "recomputed": own[column] or "—",
            }
            yield Problem("result_differs", key[1], key[0], params)


def _float(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _is_close(one: float | None, two: float | None) -> bool:
    if one is None or two is None:
        return False
    return math.isclose(one, two, rel_tol=FLOAT_TOLERANCE, abs_tol=FLOAT_TOLERANCE)


def _trace_differences(content: bytes, results: Results) -> Iterator[Problem]:
    published, recomputed = _json("trace.json", content), json.loads(results.trace_json())
    for path, one, two in _differences(published, recomputed, "$"):
        params = {"path": path[:200], "published": _shown(one), "recomputed": _shown(two)}
        yield Problem("trace_differs", params=params)


def _shown(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)[:80]


def _differences(one: Any, two: Any, path: str) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(one, dict) and isinstance(two, dict):
        for key in dict.fromkeys([*one, *two]):
            yield from _differences(one.get(key), two.get(key), f"{path}.{key}")
    elif isinstance(one, list) and isinstance(two, list) and len(one) == len(two):
        for index, (left, right) in enumerate(zip(one, two, strict=True)):
            yield from _differences(left, right, f"{path}[{index}]")
    elif isinstance(one, float) and isinstance(two, (int, float)):
        if not _is_close(one, float(two)):
            yield path, one, two
    elif one != two:
        yield path, one, two
