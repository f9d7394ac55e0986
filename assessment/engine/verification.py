"""Verification: recompute a bundle's results from its own inputs and compare every digit."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final

from assessment.engine import bundle
from assessment.engine.archive import read_archive
from assessment.engine.facts import ABSENT, facts_of, read_facts
from assessment.engine.limits import Limits
from assessment.engine.messages import render
from assessment.engine.problems import EngineError, Problem
from assessment.engine.results import RESULT_COLUMNS, Results
from assessment.engine.stored import last_day, read_json, read_manifest, recomputed
from assessment.engine.tables import read_table
from assessment.engine.trace import locality_traces, trace_head

# Full-precision scores may differ in the last places between machines; published ones may not.
FLOAT_TOLERANCE: Final = 1e-9

# No reader looks through more differences; a hostile bundle could hold millions.
MAX_PROBLEMS: Final = 1000

OK, DIFFERS, UNUSABLE = 0, 1, 2

# Files that are made anew, so that what differs in them can be named.
_RECOMPUTED: Final = ("results.csv", "trace.json")


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
        manifest = read_manifest(files)
        results = recomputed(files, last_day(manifest), limits)
        # A changed digit is named before the sum of the file it stands in.
        spoiled = list(_file_differences(files, manifest))
        found = chain(
            (item for item in spoiled if item.params["name"] not in _RECOMPUTED),
            _fact_differences(files["README.txt"], manifest),
            _result_differences(files["results.csv"], results),
            _trace_differences(files["trace.json"], results),
            (item for item in spoiled if item.params["name"] in _RECOMPUTED),
        )
        differences = tuple(islice(found, MAX_PROBLEMS))
    except EngineError as error:
        return VerificationReport(UNUSABLE, error.problems)
    except RecursionError:
        return VerificationReport(UNUSABLE, (Problem("bundle_nested_too_deeply"),))
    status = DIFFERS if differences else OK
    return VerificationReport(status, differences, results.scores.size)


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
    own_rows = read_table(results.results_csv(), file="results.csv", required=RESULT_COLUMNS).rows
    expected = {(cells["locality"], cells["node"]): cells for _, cells in own_rows}
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
            same = is_close(_float(cells[column]), _float(own[column]))
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


def is_close(one: float | None, two: float | None) -> bool:
    """Whether two full-precision figures agree but for the last places; absent ones never do."""
    if one is None or two is None:
        return False
    return math.isclose(one, two, rel_tol=FLOAT_TOLERANCE, abs_tol=FLOAT_TOLERANCE)


def _trace_differences(content: bytes, results: Results) -> Iterator[Problem]:
    published = read_json("trace.json", content)
    if not isinstance(published, dict) or not isinstance(published.get("localities"), dict):
        published = {"localities": {}}
    for path, one, two in _trace_pairs(published, results):
        params = {"path": path[:200], "published": _shown(one), "recomputed": _shown(two)}
        yield Problem("trace_differs", params=params)


def _trace_pairs(published: dict[str, Any], results: Results) -> Iterator[tuple[str, Any, Any]]:
    """The differences of two traces; the own one is made a locality at a time."""
    theirs = published.pop("localities")
    yield from _differences(published, _as_json(trace_head(results)), "$")
    for code, own in locality_traces(results):
        path = f"$.localities.{code}"
        yield from _differences(theirs.pop(code, None), _as_json(own), path)
    for code, unexpected in theirs.items():
        yield from _differences(unexpected, None, f"$.localities.{code}")


def _as_json(value: Any) -> Any:
    """A value as it comes back from its file."""
    return json.loads(json.dumps(value))


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
        if not is_close(one, float(two)):
            yield path, one, two
    elif one != two:
        yield path, one, two
