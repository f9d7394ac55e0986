"""Verification: recompute a bundle's results from its own inputs and compare every digit."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final, TypeVar

from assessment.engine import bundle
from assessment.engine.archive import read_archive
from assessment.engine.facts import ABSENT, facts_of, read_facts
from assessment.engine.json_stream import members
from assessment.engine.limits import Limits
from assessment.engine.messages import render
from assessment.engine.problems import BundleError, EngineError, Problem
from assessment.engine.results import RESULT_COLUMNS, Results
from assessment.engine.stored import read_manifest, recomputed
from assessment.engine.tables import each_row
from assessment.engine.trace import locality_traces, trace_head

# Full-precision scores may differ in the last places between machines; published ones may not.
FLOAT_TOLERANCE: Final = 1e-9

# No reader looks through more differences; a hostile bundle could hold millions.
MAX_PROBLEMS: Final = 1000

# Beside a key that the other trace does not have.
_ABSENT: Final = object()

K = TypeVar("K")
V = TypeVar("V")

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
        results = recomputed(files, manifest, limits)
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
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"[:200]
        return VerificationReport(
            UNUSABLE, (Problem("verification_failed", params={"reason": reason}),)
        )
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
    rows = each_row(content, file="results.csv", required=RESULT_COLUMNS)
    published = (((cells["locality"], cells["node"]), cells) for _, cells in rows)
    cells_of = (dict(zip(RESULT_COLUMNS, cells, strict=True)) for cells in results.cells())
    expected = (((cells["locality"], cells["node"]), cells) for cells in cells_of)
    for (locality, node), theirs, own in _paired(published, expected):
        if own is None:
            yield Problem("result_unexpected", node, locality)
        elif theirs is None:
            yield Problem("result_missing", node, locality)
        else:
            yield from _row_differences((locality, node), theirs, own)


def _paired(
    published: Iterable[tuple[K, V]], expected: Iterable[tuple[K, V]]
) -> Iterator[tuple[K, V | None, V | None]]:
    """Both sides of each key, ``None`` where one is absent; those come last.

    Both are read on together, so that as long as they are in the same order, as they are made,
    no more than what is out of step is held.
    """
    theirs: dict[K, V] = {}
    ours: dict[K, V] = {}
    rest = iter(expected)
    for key, value in published:
        if key in theirs:  # a second one of the same key
            yield key, value, None
            continue
        theirs[key] = value
        own = next(rest, None)
        if own is not None:
            ours[own[0]] = own[1]
        for each in (key,) if own is None or own[0] == key else (key, own[0]):
            if each in theirs and each in ours:
                yield each, theirs.pop(each), ours.pop(each)
    absent: list[tuple[K, V]] = []
    for key, value in chain(ours.items(), rest):
        if key in theirs:
            yield key, theirs.pop(key), value
        elif theirs:
            absent.append((key, value))
        else:
            yield key, None, value
    for key, value in theirs.items():
        yield key, value, None
    for key, value in absent:
        yield key, None, value


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
    for path, one, two in _trace_pairs(content, results):
        params = {"path": path[:200], "published": _shown(one), "recomputed": _shown(two)}
        yield Problem("trace_differs", params=params)


def _trace_pairs(content: bytes, results: Results) -> Iterator[tuple[str, Any, Any]]:
    """The differences of two traces; both are made and read a locality at a time."""
    head: dict[str, Any] = {}

    def published() -> Iterator[tuple[str, Any]]:
        for parent, key, value in members(content, "localities"):
            if parent is None:
                head[key] = value
            else:
                yield key, value

    try:
        for code, theirs, own in _paired(published(), locality_traces(results)):
            yield from _differences(theirs, _as_json(own), f"$.localities.{code}")
    except ValueError as error:
        params = {"name": "trace.json", "reason": str(error)[:200]}
        raise BundleError([Problem("file_invalid", params=params)]) from error
    yield from _differences(head, _as_json(trace_head(results)), "$")


def _as_json(value: Any) -> Any:
    """A value as it comes back from its file."""
    return json.loads(json.dumps(value))


def _shown(value: object) -> str:
    return "—" if value is _ABSENT else json.dumps(value, ensure_ascii=False)[:80]


def _differences(one: Any, two: Any, path: str) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(one, dict) and isinstance(two, dict):
        for key in dict.fromkeys([*one, *two]):
            left, right = one.get(key, _ABSENT), two.get(key, _ABSENT)
            yield from _differences(left, right, f"{path}.{key}")
    elif isinstance(one, list) and isinstance(two, list) and len(one) == len(two):
        for index, (left, right) in enumerate(zip(one, two, strict=True)):
            yield from _differences(left, right, f"{path}[{index}]")
    elif isinstance(one, float) and isinstance(two, (int, float)):
        if not is_close(one, float(two)):
            yield path, one, two
    elif one != two or isinstance(one, bool) != isinstance(two, bool):
        yield path, one, two
