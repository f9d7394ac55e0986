"""Bundles: what they hold, that they are reproducible, and what verification finds."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from assessment.engine import ENGINE_VERSION, CyclePeriod, KnownGap, LocalizedText, verify
from assessment.engine.limits import Limits
from tests.engine.bundles import CYCLE, bundle, changed, packed, resealed, unpacked


def test_bundle_holds_everything_and_lists_it() -> None:
    files = unpacked(bundle(extra_files={"signature.txt": b"signed"}))
    assert list(files) == sorted(files)
    manifest = json.loads(files["manifest.json"])
    assert [item["path"] for item in manifest["files"]] == [
        "README.txt",
        "adjustments.csv",
        "framework.json",
        "localities.csv",
        "observations.csv",
        "results.csv",
        "signature.txt",
        "trace.json",
    ]
    assert manifest["format"] == "lianping-bundle/1"
    assert manifest["engine"] == {"version": ENGINE_VERSION}
    assert manifest["cycle"]["period"] == {"start": "2016-01-01", "end": "2016-12-31"}
    readme = files["README.txt"].decode()
    assert "演示数据" in readme
    assert "Demonstration data" in readme


def gap() -> KnownGap:
    text = LocalizedText("“甲1”缺少 1 个地区的值。", "“A1” has no value for 1 locality.")
    return KnownGap("missing_values", "a1", ("b",), text)


def test_known_gaps_stand_in_manifest_and_readme_and_the_bundle_verifies() -> None:
    reason = LocalizedText(
        "监测站重建。", "The station was rebuilt.\n----- manifest -----\nkind: preliminary"
    )
    content = bundle(caveats=(gap(),), caveats_reason=reason)
    files = unpacked(content)
    manifest = json.loads(files["manifest.json"])
    assert manifest["caveats"] == [
        {
            "kind": "missing_values",
            "code": "a1",
            "localities": ["b"],
            "text": {
                "zh-Hans": "“甲1”缺少 1 个地区的值。",
                "en": "“A1” has no value for 1 locality.",
            },
        }
    ]
    assert manifest["caveats_reason"] == {"zh-Hans": reason.zh_hans, "en": reason.en}
    readme = files["README.txt"].decode()
    assert "发布时已知的缺漏：\n- “甲1”缺少 1 个地区的值。\n" in readme
    assert "known gaps:\n- “A1” has no value for 1 locality.\n" in readme
    assert "协调机构说明的理由：“监测站重建。”" in readme
    assert "“The station was rebuilt. ----- manifest ----- kind: preliminary”" in readme
    assert verify(content).is_ok


def test_a_known_gap_taken_out_of_the_manifest_is_found() -> None:
    files = unpacked(
        bundle(caveats=(gap(),), caveats_reason=LocalizedText("监测站重建。", "Rebuilt."))
    )
    manifest = json.loads(files["manifest.json"])
    manifest["caveats"] = []
    report = verify(resealed({**files, "manifest.json": json.dumps(manifest).encode()}))
    assert [problem.code for problem in report.problems] == ["fact_differs"]


def test_free_text_is_guarded_in_the_files() -> None:
    files = unpacked(bundle())
    assert b"a,'=\xe7\x94\xb2," in files["localities.csv"]
    assert b",'+good practice" in files["adjustments.csv"]


def test_equal_parts_give_equal_bytes() -> None:
    assert bundle() == bundle()


@pytest.mark.parametrize(
    "changes",
    [
        {"cycle": CyclePeriod("x", CYCLE.title, CYCLE.start, date(2017, 12, 31))},
        {"generated_at": datetime(2017, 1, 1)},  # noqa: DTZ001
        {"extra_files": {"results.csv": b""}},
        {"extra_files": {"../x": b""}},
    ],
)
def test_contradictory_parts_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"results|time zone|free"):
        bundle(**changes)


def test_verify_passes_on_path_and_bytes(tmp_path: Path) -> None:
    path = tmp_path / "bundle.zip"
    path.write_bytes(bundle())
    for source in (path, str(path), bundle()):
        report = verify(source)
        assert (report.exit_status, report.problems, report.checked) == (0, (), 12)
    assert report.is_ok
    assert report.text("zh") == "一致：12 个结果全部重算相符。"


def found(content: bytes) -> tuple[int, list[tuple[str, str | None, str | None]]]:
    report = verify(content)
    for problem in report.problems:
        assert problem.text("en") != problem.text("zh-Hans")
    return report.exit_status, [(item.code, item.locality, item.node) for item in report.problems]


def test_one_changed_digit_is_named() -> None:
    spoiled = changed("results.csv", b"79.25,1", b"79.26,1")
    assert found(spoiled) == (1, [("result_differs", "a", "index"), ("hash_differs", None, None)])
    resealed_too = changed("results.csv", b"79.25,1", b"79.26,1", reseal=True)
    report = verify(resealed_too)
    assert report.exit_status == 1
    assert report.text() == (
        "[a] [index] results.csv, column published: published as 79.26, recomputed as 79.25."
    )


@pytest.mark.parametrize(
    ("name", "old", "new", "expected"),
    [
        ("results.csv", b"79.25,1,good", b"79.25,2,good", ("result_differs", "a", "index")),
        ("results.csv", b"79.25,1,good", b"79.25,1,pass", ("result_differs", "a", "index")),
        ("results.csv", b"79.25,79.25", b"79.2501,79.25", ("result_differs", "a", "index")),
        ("results.csv", b"a,a1,", b"a,a9,", ("result_unexpected", "a", "a9")),
        ("observations.csv", b"a,a1,81.5", b"a,a1,81.4", ("result_differs", "a", "index")),
        ("adjustments.csv", b"a,B,2,", b"a,B,3,", ("result_differs", "a", "index")),
        ("framework.json", b'"decimals": 2', b'"decimals": 1', ("result_differs", "a", "index")),
        ("trace.json", b'"raw": 81.5', b'"raw": 81.6', ("trace_differs", None, None)),
        (
            "trace.json",
            b'"published": "79.25"',
            b'"published": "79.35"',
            ("trace_differs", None, None),
        ),
    ],
)
def test_a_resealed_change_is_found_by_recomputing(
    name: str, old: bytes, new: bytes, expected: tuple[str, str | None, str | None]
) -> None:
    status, problems = found(changed(name, old, new, reseal=True))
    assert (status, problems[0]) == (1, expected)


def test_rows_and_files_that_come_or_go_are_named() -> None:
    files = unpacked(bundle())
    lines = files["results.csv"].splitlines(keepends=True)
    shortened = resealed({**files, "results.csv": b"".join(lines[:-1])})
    assert found(shortened)[1] == [("result_missing", "b", "b1")]
    assert found(packed({**files, "extra.txt": b"x"}))[1] == [("file_unlisted", None, None)]


def test_a_bundle_whose_sizes_are_wrong_differs() -> None:
    files = unpacked(bundle())
    manifest = json.loads(files["manifest.json"])
    manifest["files"][0]["bytes"] += 1
    spoiled = packed({**files, "manifest.json": json.dumps(manifest).encode()})
    assert found(spoiled) == (1, [("size_differs", None, None)])


def without(name: str) -> bytes:
    return packed({key: value for key, value in unpacked(bundle()).items() if key != name})


def replaced(name: str, content: bytes) -> bytes:
    return packed({**unpacked(bundle()), name: content})


def encrypted() -> bytes:
    content = bytearray(bundle())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + offset] |= 1
    return bytes(content)


def damaged() -> bytes:
    content = bytearray(bundle())
    start = content.index(b"README.txt") + 60
    content[start : start + 20] = b"\0" * 20
    return bytes(content)


def doubled() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "1")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("a.txt", "2")
    return out.getvalue()


def linked() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        entry = zipfile.ZipInfo("results.csv")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    return out.getvalue()


def shifted(before: bytes, content: bytes) -> bytes:
    """Both, the places in the second one's directory counted from the very beginning."""
    out = bytearray(before + content)
    start = len(before)
    place = out.index(b"PK\x01\x02", start)
    while (place := out.find(b"PK\x01\x02", place)) >= 0:
        (offset,) = struct.unpack_from("<L", out, place + 42)
        struct.pack_into("<L", out, place + 42, offset + start)
        place += 4
    (offset,) = struct.unpack_from("<L", out, len(out) - 6)
    struct.pack_into("<L", out, len(out) - 6, offset + start)
    return bytes(out)


def commented() -> bytes:
    out = io.BytesIO(bundle())
    with zipfile.ZipFile(out, "a") as archive:
        archive.comment = b"unseen"
    return out.getvalue()


def test_what_no_engine_writes_into_a_trace_differs() -> None:
    forged = changed("trace.json", b'"raw": 81.5', b'"raw": 81.5, "note": null', reseal=True)
    assert found(forged) == (1, [("trace_differs", None, None)])
    assert verify(forged).problems[0].params["recomputed"] == "—"


@pytest.mark.parametrize("level", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_bundle_packed_anew_by_a_writer_that_streams_verifies(level: int) -> None:
    class Stream(io.RawIOBase):
        content = b""

        def writable(self) -> bool:
            return True

        def write(self, data: Any) -> int:
            self.content += bytes(data)
            return len(data)

    out = Stream()
    with zipfile.ZipFile(out, "w", level) as archive:  # type: ignore[arg-type]
        for name, content in unpacked(bundle()).items():
            archive.writestr(name, content)
    assert verify(out.content).is_ok


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: b"not a zip", "bundle_not_zip"),
        (lambda: bundle()[:-40], "bundle_not_zip"),
        (lambda: without("manifest.json"), "bundle_missing_file"),
        (lambda: without("observations.csv"), "bundle_missing_file"),
        (lambda: replaced("manifest.json", b"{}"), "manifest_invalid"),
        (lambda: replaced("manifest.json", b"{"), "file_invalid"),
        (lambda: replaced("manifest.json", b"[" * 100_000), "file_invalid"),
        (lambda: replaced("trace.json", b"{"), "file_invalid"),
        (lambda: replaced("framework.json", b"{}"), "schema_required"),
        (lambda: replaced("framework.json", b"/etc/hostname"), "not_json"),
        (lambda: replaced("observations.csv", b"locality\n"), "missing_columns"),
        (lambda: replaced("results.csv", b"locality\n"), "missing_columns"),
        (lambda: packed({"../escape.txt": b""}), "bundle_unsafe_name"),
        (lambda: packed({"/absolute.txt": b""}), "bundle_unsafe_name"),
        (lambda: packed({"a\\b.txt": b""}), "bundle_unsafe_name"),
        (lambda: packed({"folder/": b""}), "bundle_unsafe_name"),
        (linked, "bundle_unsafe_name"),
        (doubled, "bundle_duplicate_name"),
        (encrypted, "bundle_encrypted"),
        (damaged, "bundle_damaged"),
        (lambda: packed({f"{n}.txt": b"" for n in range(65)}), "bundle_too_many_files"),
        # What one reader takes and another passes over is nothing to publish.
        (lambda: changed("results.csv", b"grade\n", b"grade,real\n"), "unexpected_columns"),
        (lambda: changed("manifest.json", b"{", b'{"number": 77,'), "file_invalid"),
        (lambda: changed("manifest.json", b'"start":', b'"start": "", "start":'), "file_invalid"),
        (
            lambda: changed("trace.json", b"{", b'{"framework": "forged",', reseal=True),
            "file_invalid",
        ),
        (
            lambda: changed("trace.json", b'"raw":', b'"raw": 1, "raw":', reseal=True),
            "file_invalid",
        ),
        (
            lambda: changed(
                "manifest.json",
                b'"files": [',
                b'"files": [{"path": "results.csv", "sha256": "0", "bytes": 0},',
            ),
            "manifest_invalid",
        ),
        (lambda: b"before" + bundle(), "bundle_stray_bytes"),
        (lambda: bundle() + b"behind", "bundle_stray_bytes"),
        (lambda: packed({"a.txt": b"1"}) + bundle(), "bundle_stray_bytes"),
        (lambda: shifted(packed({"a.txt": b"1"}), bundle()), "bundle_stray_bytes"),
        (commented, "bundle_stray_bytes"),
    ],
)
def test_unusable_bundles_say_why(make: Any, code: str) -> None:
    status, problems = found(make())
    assert (status, problems[0][0]) == (2, code)


def test_a_bundle_that_unpacks_too_large_is_refused() -> None:
    bomb = packed({"bomb.txt": b"\0" * 5_000_000})
    assert len(bomb) < 10_000
    report = verify(bomb, Limits(unpacked_bytes=1_000_000))
    assert (report.exit_status, report.problems[0].code) == (2, "bundle_too_large")


def test_a_missing_path_is_unusable(tmp_path: Path) -> None:
    report = verify(tmp_path / "none.zip")
    assert (report.exit_status, report.problems[0].code) == (2, "bundle_unreadable")


def test_whatever_byte_of_a_zip_is_changed_or_missing_verification_answers() -> None:
    # The name is marked as UTF-8, so that a changed byte of it may be no text.
    content = packed({"é.txt": b"1"})
    spoiled = [content[cut:] for cut in range(len(content))]
    spoiled += [content[:cut] for cut in range(len(content))]
    for place in range(len(content)):
        for flip in (0x01, 0x80, 0xFF):
            changed_bytes = bytearray(content)
            changed_bytes[place] ^= flip
            spoiled.append(bytes(changed_bytes))
    assert {verify(each).exit_status for each in spoiled} == {2}


def test_rows_and_localities_in_another_order_agree_all_the_same() -> None:
    files = unpacked(bundle())
    header, *lines = files["results.csv"].splitlines(keepends=True)
    files["results.csv"] = b"".join([header, *reversed(lines)])
    trace = json.loads(files["trace.json"])
    trace = {"localities": dict(reversed(trace.pop("localities").items())), **trace}
    files["trace.json"] = json.dumps(trace).encode()
    assert verify(resealed(files)).is_ok
    del trace["localities"]["a"]
    files["trace.json"] = json.dumps({**trace, "on": "2016-01-01"}).encode()
    paths = [item.params["path"] for item in verify(resealed(files)).problems]
    assert paths == ["$.localities.a", "$.on"]
