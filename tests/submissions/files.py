"""Small real files of the kinds evidence may have."""

import io
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
