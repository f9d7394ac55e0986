"""Runs read back from where they are kept: a published bundle, or a folder of its files."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from assessment.engine import bundle
from assessment.engine.archive import read_archive
from assessment.engine.arithmetic import require_same_arithmetic
from assessment.engine.document import FrameworkDocument
from assessment.engine.json_stream import unique_keys
from assessment.engine.limits import Limits
from assessment.engine.localities import load_localities
from assessment.engine.problems import BundleError, Problem
from assessment.engine.reading import load_framework
from assessment.engine.results import Results
from assessment.engine.run import score

_INPUTS: Final = (
    *("framework.json", "observations.csv", "localities.csv", "adjustments.csv"),
    bundle.HISTORY,
)
_NEEDED: Final = _INPUTS[:2]


def load_run(source: str | Path) -> Results:
    """Score the inputs of a bundle (zip) or of a folder that holds the same files anew.

    In a folder ``localities.csv``, ``adjustments.csv`` and ``history.csv`` may be absent, and
    so may ``manifest.json``, which says the period's last day; without it the rules and
    parameters that have no end apply. Whether a bundle's digits are right is for ``verify`` to
    say. Raises BundleError for what cannot be opened and whatever ``score`` raises.
    """
    folder = Path(source)
    if not folder.is_dir():
        files = read_archive(source, Limits())
        return recomputed(files, read_manifest(files), Limits())
    names = (bundle.MANIFEST, *_INPUTS)
    files = {name: (folder / name).read_bytes() for name in names if (folder / name).is_file()}
    _need(files, _NEEDED)
    manifest = _checked_manifest(files) if bundle.MANIFEST in files else None
    return recomputed(files, manifest, Limits())


def recomputed(
    files: Mapping[str, bytes], manifest: Mapping[str, Any] | None, limits: Limits
) -> Results:
    """Score the inputs among files; ``limits`` hold before anything is computed.

    The manifest says the day, and which version of the engine scored. Raises EngineVersionError
    where this one does not have its arithmetic.
    """
    if manifest is not None:
        engine = manifest.get("engine")
        stated = engine.get("version") if isinstance(engine, Mapping) else None
        require_same_arithmetic(stated)
    framework = _framework(files["framework.json"], limits.framework_values)
    localities = None
    if "localities.csv" in files:
        localities = load_localities(files["localities.csv"])
        limits.check_work(framework, localities)
    return score(
        framework,
        files["observations.csv"],
        localities,
        files.get("adjustments.csv"),
        None if manifest is None else last_day(manifest),
        files.get(bundle.HISTORY),
    )


@lru_cache(maxsize=4)
def _framework(content: bytes, max_values: int) -> FrameworkDocument:
    """The immutable document; a publication checks the same bytes several times in a row."""
    return load_framework(content, max_values=max_values)


def read_manifest(files: Mapping[str, bytes]) -> Mapping[str, Any]:
    """Return a bundle's manifest; BundleError without it or without another file of a bundle."""
    _need(files, (bundle.MANIFEST, *bundle.REQUIRED_FILES))
    return _checked_manifest(files)


def last_day(manifest: Mapping[str, Any]) -> date:
    """Return the last day of the period, which chooses dated rules and parameters."""
    return date.fromisoformat(manifest["cycle"]["period"]["end"])


def read_json(name: str, content: bytes) -> Any:
    """Return parsed JSON; BundleError naming the file where it is none or repeats a key."""
    try:
        return json.loads(content.decode("utf-8"), object_pairs_hook=unique_keys)
    except (ValueError, RecursionError) as error:
        params = {"name": name, "reason": str(error)[:200]}
        raise BundleError([Problem("file_invalid", params=params)]) from error


def _need(files: Mapping[str, bytes], names: tuple[str, ...]) -> None:
    absent = [
        Problem("bundle_missing_file", params={"name": name}) for name in names if name not in files
    ]
    if absent:
        raise BundleError(absent)


def _checked_manifest(files: Mapping[str, bytes]) -> Mapping[str, Any]:
    manifest = read_json(bundle.MANIFEST, files[bundle.MANIFEST])
    reason = _manifest_fault(manifest)
    if reason is not None:
        raise BundleError([Problem("manifest_invalid", params={"reason": reason})])
    return dict(manifest)


def _manifest_fault(manifest: object) -> str | None:
    if not isinstance(manifest, Mapping) or manifest.get("format") != bundle.FORMAT:
        return f"format ≠ {bundle.FORMAT}"
    try:
        last_day(manifest)
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
    paths = Counter(item["path"] for item in listed)
    return next((f"files: 2 × {path[:80]}" for path, count in paths.items() if count > 1), None)
