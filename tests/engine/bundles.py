"""A small published bundle and ways to spoil it."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from assessment.engine import (
    Adjustment,
    BundleParts,
    CyclePeriod,
    LocalizedText,
    build_bundle,
    load_localities,
)
from tests.engine.documents import document, run

CYCLE = CyclePeriod(
    "2016", LocalizedText("2016 年度", "Year 2016"), date(2016, 1, 1), date(2016, 12, 31)
)
GENERATED_AT = datetime(2017, 3, 1, 8, 30, tzinfo=UTC)


def parts(**changes: Any) -> BundleParts:
    table = {"a": {"a1": 81.5, "a2": 60, "b1": 90}, "b": {"a1": 50, "a2": 55, "b1": 50}}
    places = load_localities(
        [
            {"locality": "a", "name": "=甲", "province": "东"},
            {"locality": "b", "name": "乙", "province": "西"},
        ]
    )
    moved = [Adjustment("a", "B", 2.0, "Article 9", "+good practice")]
    results = run(document(), table, localities=places, adjustments=moved, on=CYCLE.end)
    given: dict[str, Any] = {
        "results": results,
        "cycle": CYCLE,
        "kind": "final",
        "number": 1,
        "generated_at": GENERATED_AT,
        "notice": LocalizedText("演示数据", "Demonstration data"),
    }
    return BundleParts(**{**given, **changes})


def bundle(**changes: Any) -> bytes:
    return build_bundle(parts(**changes))


def unpacked(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def resealed(files: dict[str, bytes]) -> bytes:
    """Pack with the manifest's sizes and hashes brought up to date, as a forger would."""
    manifest = json.loads(files["manifest.json"])
    for item in manifest["files"]:
        content = files[item["path"]]
        item |= {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
    return packed({**files, "manifest.json": json.dumps(manifest).encode()})


def changed(name: str, old: bytes, new: bytes, *, reseal: bool = False) -> bytes:
    files = unpacked(bundle())
    assert old in files[name]
    files[name] = files[name].replace(old, new, 1)
    return resealed(files) if reseal else packed(files)
