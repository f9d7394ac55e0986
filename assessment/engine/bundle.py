"""The publication bundle: one deterministic zip from which every digit can be recomputed."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from assessment.engine.adjustments import adjustments_csv
from assessment.engine.facts import facts_of
from assessment.engine.readme import bundle_readme
from assessment.engine.results import Results
from assessment.engine.texts import LocalizedText
from assessment.engine.version import ENGINE_VERSION

FORMAT: Final = "lianping-bundle/1"
MANIFEST: Final = "manifest.json"
# Only where indicators are imputed from other periods.
HISTORY: Final = "history.csv"
REQUIRED_FILES: Final = (
    "framework.json",
    "observations.csv",
    "localities.csv",
    "adjustments.csv",
    "results.csv",
    "trace.json",
    "README.txt",
)

# The zip format has no earlier time; a fixed one keeps equal contents equal in every byte.
_TIMESTAMP = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class CyclePeriod:
    """What the manifest says of the cycle; the end is the day rules are chosen by."""

    code: str
    title: LocalizedText
    start: date
    end: date


@dataclass(frozen=True, slots=True)
class KnownGap:
    """Something the results were published in spite of.

    ``kind`` and ``code`` (a rule, an indicator, a day) are for programs, ``text`` is the
    sentence the public pages show; ``localities`` are codes.
    """

    kind: str
    code: str
    localities: tuple[str, ...]
    text: LocalizedText

    def as_dict(self) -> dict[str, Any]:
        """JSON values, as in the manifest."""
        return {
            "kind": self.kind,
            "code": self.code,
            "localities": list(self.localities),
            "text": self.text.as_dict(),
        }


@dataclass(frozen=True, slots=True)
class BundleParts:
    """Everything a bundle is made of.

    ``results`` must have been scored with ``on`` equal to the period's end. ``kind`` is
    ``preliminary`` or ``final``, ``number`` counts the cycle's publications from 1.
    ``generated_at`` is aware. ``notice`` is printed in the manifest and the README, for
    instance the mark of demonstration data. ``caveats`` are the gaps known at publication,
    ``caveats_reason`` why it was made in spite of them.
    """

    results: Results
    cycle: CyclePeriod
    kind: str
    number: int
    generated_at: datetime
    notice: LocalizedText | None = None
    extra_files: Mapping[str, bytes] = field(default_factory=dict)
    caveats: tuple[KnownGap, ...] = ()
    caveats_reason: LocalizedText | None = None


def build_bundle(parts: BundleParts) -> bytes:
    """Return the zip; equal parts give equal bytes.

    Raises ValueError when the results are a what-if or were scored for another day than the
    period's end, the time is naive, or an extra file takes a reserved or unsafe name.
    """
    _check(parts)
    results, manifest = parts.results, _manifest(parts)
    gaps = [gap.text for gap in parts.caveats]
    readme = bundle_readme(
        parts.cycle.title,
        parts.notice,
        facts_of(manifest),
        gaps,
        parts.caveats_reason,
        needs_scipy=any(
            node.weighting.method == "benefit_of_doubt" for node in results.framework.nodes
        ),
    )
    files = {
        "framework.json": results.framework.as_json().encode(),
        "observations.csv": results.observations.as_csv().encode(),
        "localities.csv": results.localities.as_csv().encode(),
        "adjustments.csv": adjustments_csv(results.adjustments).encode(),
        "results.csv": results.results_csv().encode(),
        "trace.json": results.trace_json().encode(),
        "README.txt": readme.encode(),
        **({} if results.history is None else {HISTORY: results.history.as_csv().encode()}),
        **parts.extra_files,
    }
    manifest["files"] = [
        {"path": name, "sha256": digest(files[name]), "bytes": len(files[name])}
        for name in sorted(files)
    ]
    text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
    return _zipped({MANIFEST: text.encode(), **files})


def _check(parts: BundleParts) -> None:
    if parts.results.is_what_if:
        raise ValueError("results under changes cannot be published")
    if parts.results.on != parts.cycle.end:
        raise ValueError("the results were not scored for the period's last day")
    if parts.generated_at.tzinfo is None:
        raise ValueError("generated_at needs a time zone")
    for name in parts.extra_files:
        if name in (MANIFEST, HISTORY, *REQUIRED_FILES) or not is_safe_name(name):
            raise ValueError(f"the name {name!r} is not free for an extra file")


def is_safe_name(name: str) -> bool:
    """Tell whether a file name stays inside the folder it is unpacked to."""
    parts = name.split("/")
    return (
        "\\" not in name
        and ":" not in name
        and "\0" not in name
        and not name.startswith("/")
        and all(part not in ("", ".", "..") for part in parts)
    )


def _manifest(parts: BundleParts) -> dict[str, Any]:
    """The manifest without its list of files."""
    return {
        "format": FORMAT,
        "cycle": {
            "code": parts.cycle.code,
            "title": parts.cycle.title.as_dict(),
            "period": {
                "start": parts.cycle.start.isoformat(),
                "end": parts.cycle.end.isoformat(),
            },
        },
        "kind": parts.kind,
        "number": parts.number,
        "generated_at": parts.generated_at.isoformat(),
        "engine": {"version": ENGINE_VERSION},
        "notice": None if parts.notice is None else parts.notice.as_dict(),
        "caveats": [gap.as_dict() for gap in parts.caveats],
        "caveats_reason": None if parts.caveats_reason is None else parts.caveats_reason.as_dict(),
    }


def digest(content: bytes) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def _zipped(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _TIMESTAMP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            archive.writestr(entry, files[name])
    return out.getvalue()
