"""Small real files of the kinds evidence may have."""

import io
import struct
import zipfile

PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"
    b"\x1f\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xa7\x35\x81"
    b"\x84\x00\x00\x00\x00IEND\xaeB`\x82"
)
JPG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00" + b"\x00" * 40
PROGRAM = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00" + b"\x00" * 60
PAGE = b"<!doctype html><script>alert(1)</script>"


def container(*members: str) -> bytes:
    """A ZIP archive with the members named."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in members:
            archive.writestr(name, "content")
    return out.getvalue()


DOCX = container("[Content_Types].xml", "_rels/.rels", "word/document.xml")
# Written in another order, as office programs do that are not Word.
XLSX = container("_rels/.rels", "docProps/app.xml", "xl/workbook.xml", "[Content_Types].xml")
OFD = container("OFD.xml", "Doc_0/Document.xml")
MACROS = container("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")
ZIP = container("a.txt", "b.txt")


def compound(stream: str) -> bytes:
    """The smallest OLE compound file that olefile reads, with one stream of that name."""
    sector = 512
    header = bytearray(b"\xff" * sector)
    fixed = struct.pack(
        "<8s16sHHHHH6sIIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"\x00" * 16,
        0x3E,  # minor version
        3,  # major version: sectors of 512 bytes
        0xFFFE,  # byte order
        9,  # 2 ** 9 bytes in a sector
        6,  # 2 ** 6 bytes in a small sector
        b"\x00" * 6,
        0,  # directory sectors (0 in version 3)
        1,  # allocation-table sectors
        1,  # first directory sector
        0,
        4096,  # streams below this size lie in small sectors
        0xFFFFFFFE,  # no small sectors
        0,
        0xFFFFFFFE,  # no further allocation-table sectors
        0,
        0,  # the allocation table is sector 0
    )
    header[: len(fixed)] = fixed
    table = struct.pack("<III", 0xFFFFFFFD, 0xFFFFFFFE, 0xFFFFFFFE)
    table += b"\xff" * (sector - len(table))
    entries = _entry("Root Entry", 5, child=1) + _entry(stream, 2) + _entry("", 0) * 2
    return bytes(header) + table + entries


def _entry(name: str, kind: int, child: int = 0xFFFFFFFF) -> bytes:
    text = (name + "\x00").encode("utf-16-le") if name else b""
    return struct.pack(
        "<64sHBBIII16sIQQIQ",
        text,
        len(text),
        kind,
        1,
        0xFFFFFFFF,
        0xFFFFFFFF,
        child,
        b"\x00" * 16,
        0,
        0,
        0,
        0xFFFFFFFE,
        0,
    )
