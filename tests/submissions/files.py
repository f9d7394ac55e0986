"""Small real files of the kinds evidence may have."""

import io
import struct
import zipfile

PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"
    b"\x1f\x15\xc4\x89\x00\x00\x00\x0cIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xa7\x35\x81"
    b"\x84\x00\x00\x00\x00IEND\xaeB`\x82"
)
# Begin, head, the begin of the picture, its bytes, the end.
JPG = (
    b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    b"\xff\xda\x00\x02" + b"\x00" * 40 + b"\xff\xd9"
)
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


def _entry(name: str, kind: int, child: int = 0xFFFFFFFF, right: int = 0xFFFFFFFF) -> bytes:
    text = (name + "\x00").encode("utf-16-le") if name else b""
    return struct.pack(
        "<64sHBBIII16sIQQIQ",
        text,
        len(text),
        kind,
        1,
        0xFFFFFFFF,
        right,
        child,
        b"\x00" * 16,
        0,
        0,
        0,
        0xFFFFFFFE,
        0,
    )


def crowded(count: int) -> bytes:
    """A ZIP archive that is only a table of contents: so many entries in 47 bytes each."""
    local = struct.pack("<4sHHHHHLLLHH", b"PK\x03\x04", 20, 0, 0, 0, 0, 0, 0, 0, 1, 0) + b"a"
    entry = struct.pack("<4s4B4HL2L5H2L", b"PK\x01\x02", 20, 0, 20, *(0,) * 8, 1, *(0,) * 6) + b"a"
    size, start = len(entry) * count, len(local)
    end64 = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, size, start)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, start + size, 1)
    most, far = 0xFFFF, 0xFFFFFFFF
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, most, most, far, far, 0)
    return local + entry * count + end64 + locator + end


def deep_compound(count: int) -> bytes:
    """An OLE compound file whose entries hang one from the other, ``count`` deep."""
    sectors = count // 4 + 1
    tables = -(-(sectors + 1) // 127)
    header = bytearray(compound("WordDocument")[:512])
    struct.pack_into("<II", header, 44, tables, tables)
    struct.pack_into(f"<{tables}I", header, 76, *range(tables))
    chain = [0xFFFFFFFD] * tables + [tables + n for n in range(1, sectors)] + [0xFFFFFFFE]
    chain += [0xFFFFFFFF] * (tables * 128 - len(chain))
    entries = _entry("Root Entry", 5, child=1)
    entries += b"".join(_entry(f"e{n:07}", 2, right=n + 1) for n in range(1, count))
    entries += _entry("last", 2)
    entries += _entry("", 0) * (sectors * 4 - count - 1)
    return bytes(header) + struct.pack(f"<{len(chain)}I", *chain) + entries
