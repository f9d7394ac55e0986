"""Files that are no workbook of this form: each refused in words, in both languages."""

import io
import re
import struct
import tracemalloc
import zipfile
from collections.abc import Callable

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.utils import translation

from assessment.submissions.models import Submission
from assessment.submissions.services import open_collection
from assessment.submissions.workbooks.comparison import read_file
from assessment.submissions.workbooks.container import MAX_BYTES, FileError, read_upload
from assessment.submissions.workbooks.table import form_table
from tests.cast import Cast
from tests.factories import NOW, CycleFactory
from tests.submissions.files import PDF
from tests.submissions.workbooks.books import dry_run, edited, exported, fresh


def repacked(content: bytes, added: dict[str, bytes]) -> bytes:
    """The workbook with members added or replaced."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as before,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for name in before.namelist():
            if name not in added:
                after.writestr(name, before.read(name))
        for name, data in added.items():
            after.writestr(name, data)
    return out.getvalue()


def stranger() -> bytes:
    """A workbook that has nothing to do with a form."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        book.add_worksheet().write(0, 0, "Sales")
    return out.getvalue()


def long_workbook() -> bytes:
    """Few bytes that would be many cells: two sheets, each within the limit of one."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": True}) as book:
        for rows in (3000, 2001):
            sheet = book.add_worksheet()
            for row in range(rows):
                sheet.write(row, 99, 1)
    return out.getvalue()


def old_workbook() -> bytes:
    """The head of an .xls as olefile sees it, made by hand: one stream of that name."""
    return compound("Workbook")


def compound(stream: str) -> bytes:
    """A compound file (MS-CFB) of version 3 with one empty stream of that name."""
    free, end, fat = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    header[24:34] = b"\x3e\x00\x03\x00\xfe\xff\x09\x00\x06\x00"
    header[44:48] = (1).to_bytes(4, "little")
    header[48:52] = (1).to_bytes(4, "little")
    header[56:60] = (4096).to_bytes(4, "little")
    header[60:64] = end.to_bytes(4, "little")
    header[68:72] = end.to_bytes(4, "little")
    header[76:512] = b"\xff" * 436
    header[76:80] = (0).to_bytes(4, "little")
    table = b"".join(n.to_bytes(4, "little") for n in (fat, end, *([free] * 126)))
    entries = entry("Root Entry", 5, child=1) + entry(stream, 2) + entry("", 0) * 2
    return bytes(header) + table + entries


def entry(name: str, kind: int, child: int = 0xFFFFFFFF) -> bytes:
    """One entry of the folder of a compound file."""
    text = (name + "\0").encode("utf-16-le") if name else b""
    found = bytearray(128)
    found[: len(text)] = text
    found[64:66] = len(text).to_bytes(2, "little")
    found[66], found[67] = kind, 1
    found[68:76] = b"\xff" * 8
    found[76:80] = child.to_bytes(4, "little")
    found[116:120] = (0xFFFFFFFE).to_bytes(4, "little")
    return bytes(found)


def understated(content: bytes) -> bytes:
    """The archive with every part said to unpack to a hundred bytes."""
    changed = bytearray(content)
    place = content.find(b"PK\x01\x02")
    while place >= 0:
        struct.pack_into("<I", changed, place + 24, 100)
        place = content.find(b"PK\x01\x02", place + 1)
    return bytes(changed)


def elements_in(content: bytes) -> int:
    """Begun elements, declarations counted, of all parts of an archive."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [archive.read(name) for name in archive.namelist()]
    return sum(len(re.findall(rb"<[^/]", part)) for part in parts)


BAD: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "form.pdf": (
        lambda good: PDF,
        "Found “form.pdf”, whose content is PDF; expected an Excel workbook (.xlsx) or a CSV "
        "file. Download the form, fill it in, and choose that file.",
    ),
    "wrong.xlsx": (
        lambda good: PDF,
        "Found “wrong.xlsx”, whose content is PDF; expected an Excel workbook (.xlsx) or a CSV "
        "file. Download the form, fill it in, and choose that file.",
    ),
    "text.xlsx": (
        lambda good: b"hello",
        "Found no sheet of the form in “text.xlsx”; expected the workbook downloaded on this "
        "page. Download the form, fill it in, and choose that file.",
    ),
    "old.xls": (
        lambda good: old_workbook(),
        "Found “old.xls”, an Excel workbook of the old kind (.xls); expected an Excel workbook "
        "(.xlsx) or a CSV file. Open it in a spreadsheet program and save it as .xlsx.",
    ),
    "locked.xlsx": (
        lambda good: compound("EncryptedPackage"),
        "Found “locked.xlsx”, which opens only with a password; expected a workbook without a "
        "password to open it. Save it without the password and choose it again.",
    ),
    "macros.xlsm": (
        lambda good: repacked(good, {"xl/vbaProject.bin": b"macro"}),
        "Found “macros.xlsm” with macros; expected a workbook without macros. "
        "Save it as .xlsx, which keeps no macros, and choose it again.",
    ),
    "bomb.xlsx": (
        lambda good: repacked(good, {"xl/media/zeros": bytes(64 * 1024 * 1024)}),
        "Found “bomb.xlsx”, which unpacks to 64.0\xa0MB in 15 parts; expected at most 10.0\xa0MB "
        "in 1000 parts. Download the form again and copy your answers into it.",
    ),
    "broken.xlsx": (
        lambda good: repacked(good, {"xl/workbook.xml": b"<workbook"}),
        "Found “broken.xlsx”, which is damaged; expected an Excel workbook (.xlsx). "
        "Open it in a spreadsheet program, save it as .xlsx, and choose it again.",
    ),
    "cut.xlsx": (
        lambda good: good[: len(good) // 2],
        "Found “cut.xlsx”, which is damaged or no workbook; expected an Excel workbook (.xlsx) "
        "or a CSV file. Open it in a spreadsheet program, save it as .xlsx, and choose it again.",
    ),
    "entities.xlsx": (
        lambda good: repacked(
            good, {"xl/workbook.xml": b'<!DOCTYPE w [<!ENTITY a "b">]><w>&a;</w>'}
        ),
        "Found “entities.xlsx”, which is damaged; expected an Excel workbook (.xlsx). "
        "Open it in a spreadsheet program, save it as .xlsx, and choose it again.",
    ),
    "hidden.xlsx": (
        lambda good: repacked(
            good,
            {
                "xl/workbook.xml": (
                    "<?xml version='1.0' encoding='utf-16'?>"
                    '<!DOCTYPE w [<!ENTITY a "b">]><w>&a;</w>'
                ).encode("utf-16")
            },
        ),
        "Found “hidden.xlsx”, which is damaged; expected an Excel workbook (.xlsx). "
        "Open it in a spreadsheet program, save it as .xlsx, and choose it again.",
    ),
    "foreign.xlsx": (
        lambda good: repacked(
            good,
            {
                "xl/workbook.xml": b"<?xml version='1.0' encoding='cp037'?>"
                + '<!DOCTYPE w [<!ENTITY a "b">]><w>&a;</w>'.encode("cp037")
            },
        ),
        "Found “foreign.xlsx”, which is damaged; expected an Excel workbook (.xlsx). "
        "Open it in a spreadsheet program, save it as .xlsx, and choose it again.",
    ),
    "lying.xlsx": (
        lambda good: understated(repacked(good, {"xl/media/zeros": bytes(64 * 1024 * 1024)})),
        "Found “lying.xlsx”, which is damaged; expected an Excel workbook (.xlsx). "
        "Open it in a spreadsheet program, save it as .xlsx, and choose it again.",
    ),
    "long.xlsx": (
        lambda good: long_workbook(),
        "Found “long.xlsx” with more than 5000 filled rows; expected the rows of the form. "
        "Download the form again and copy your answers into it.",
    ),
    "styles.xlsx": (
        lambda good: repacked(good, {"xl/styles.xml": b"<s>" + b"<xf/>" * 30_000 + b"</s>"}),
        "Found “styles.xlsx” with COUNT cells, styles and other elements; expected at most "
        "200000, of them 30000 outside the sheets. "
        "Download the form again and copy your answers into it.",
    ),
    "cells.xlsx": (
        lambda good: repacked(
            good, {"xl/worksheets/sheet1.xml": b"<s>" + b"<c/>" * 200_000 + b"</s>"}
        ),
        "Found “cells.xlsx” with COUNT cells, styles and other elements; expected at most "
        "200000, of them 30000 outside the sheets. "
        "Download the form again and copy your answers into it.",
    ),
    "sales.xlsx": (
        lambda good: stranger(),
        "Found no sheet of the form in “sales.xlsx”; expected the workbook downloaded on this "
        "page. Download the form, fill it in, and choose that file.",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_file_that_cannot_be_read_is_refused_in_words(submission: Submission, name: str) -> None:
    make, sentence = BAD[name]
    content = make(exported(submission))
    with translation.override("en"), pytest.raises(FileError) as refused:
        read_file(fresh(submission), name, content)
    if "COUNT" in sentence:
        sentence = sentence.replace("COUNT", str(elements_in(content)))
    assert str(refused.value) == sentence
    with translation.override("zh-hans"), pytest.raises(FileError) as refused:
        read_file(fresh(submission), name, content)
    assert str(refused.value) != sentence
    assert str(refused.value).startswith("现为：")


def test_size_is_looked_at_before_anything_is_read() -> None:
    class Unread(SimpleUploadedFile):
        def read(self, *args: object) -> bytes:
            raise AssertionError("read")

    upload: UploadedFile[bytes] = Unread("big.xlsx", b"")
    upload.size = 100 * 1024 * 1024
    with translation.override("en"), pytest.raises(FileError) as refused:
        read_upload(upload)
    assert str(refused.value) == (
        "Found “big.xlsx” of 100.0\xa0MB; expected at most 2.0\xa0MB. "
        "The form needs no pictures and no other sheets: download it again and fill it in."
    )
    upload.size = MAX_BYTES + 1
    with pytest.raises(FileError):
        read_upload(upload)


def test_empty_file_is_refused() -> None:
    with translation.override("en"), pytest.raises(FileError) as refused:
        read_upload(SimpleUploadedFile("nothing.xlsx", b""))
    assert str(refused.value) == (
        "Found “nothing.xlsx”, which is empty (0 bytes); expected a file with content. "
        "Save the workbook again and choose it."
    )


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_workbook_of_another_locality_or_cycle_names_both(
    submission: Submission, cast: Cast, kind: str
) -> None:
    neighbour = Submission.objects.get(cycle=cast.cycle, locality=cast.neighbour)
    other = CycleFactory(
        region=cast.region, framework_version=cast.cycle.framework_version, code="other-cycle"
    )
    other.participants.create(locality=cast.locality)
    open_collection(cycle=other, by=cast.coordinator, at=NOW)
    own, code = fresh(submission), cast.locality.code

    def refusal(form: Submission) -> str:
        content = exported(form) if kind == "xlsx" else form_table(fresh(form)).encode()
        with translation.override("en"), pytest.raises(FileError) as refused:
            read_file(own, f"form.{kind}", content)
        return str(refused.value)

    expected = (
        f"expected the form of {cast.locality.name_en} ({code}) in the cycle Assessment 2016. "
        "Upload the file on the page of its own form."
    )
    assert refusal(neighbour) == (
        f"Found the form of the locality “{cast.neighbour.code}”; {expected}"
    )
    assert refusal(other.submissions.get()) == (
        f"Found the form of the locality “{code}” in the cycle “other-cycle”; {expected}"
    )


def test_links_to_other_files_are_not_followed_and_told(submission: Submission, cast: Cast) -> None:
    content = repacked(exported(submission), {"xl/externalLinks/externalLink1.xml": b"<x/>"})
    run = dry_run(submission, content, cast.contributor)
    assert (run.has_external_links, run.problems) == (True, [])


def test_cell_at_the_far_end_of_a_sheet_costs_nothing(submission: Submission, cast: Cast) -> None:
    """A reader that allocates the whole rectangle would ask for a hundred gigabytes."""

    def far(book: object) -> None:
        sheet = book.worksheets[1]  # type: ignore[attr-defined]
        sheet["XFD1048576"] = 1

    run = dry_run(submission, edited(exported(submission), far), cast.contributor)
    assert (run.proposals, run.problems, run.unchanged) == ([], [], 3)


def test_an_archive_that_understates_its_size_is_not_unpacked(submission: Submission) -> None:
    zeros = repacked(exported(submission), {"xl/media/zeros": bytes(64 * 1024 * 1024)})
    content = understated(zeros)
    assert len(content) < MAX_BYTES
    tracemalloc.start()
    try:
        with pytest.raises(FileError):
            read_file(fresh(submission), "lying.xlsx", content)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 8 * 1024 * 1024
