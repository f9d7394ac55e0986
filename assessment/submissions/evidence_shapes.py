"""Whether a file goes on to its end: what a broken transfer leaves looks right from its begin."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

# JPEG markers that carry no length: TEM and the restarts.
_ALONE = {0x01, *range(0xD0, 0xD8)}
_SCAN, _END = 0xDA, 0xD9
# Pictures have a few dozen parts before their end, a PNG of 20 MB some thousand; a file of
# nothing but empty parts would keep a process busy for minutes.
_MOST_PARTS = 50_000


def is_whole(upload: "UploadedFile[bytes]", kind: str) -> bool:
    """Whether a file of the kind, an extension, holds its own end.

    Nothing is unpacked or drawn: a PDF must close after its last object, a PNG must end in
    its end chunk, a JPEG must have an end after the begin of its picture. Archives and
    office documents have shown their tables of contents before, which stand at their end.
    """
    check = {"pdf": _is_whole_pdf, "png": _is_whole_png, "jpg": _is_whole_jpeg}.get(kind)
    return check is None or check(upload)


def _is_whole_pdf(upload: "UploadedFile[bytes]") -> bool:
    """A linearised PDF has an end mark near its begin, too: the last one counts."""
    last_object = _last(upload, b"endobj")
    end = max(_last(upload, b"%%EOF"), _last(upload, b"startxref"))
    return 0 <= last_object < end


def _is_whole_png(upload: "UploadedFile[bytes]") -> bool:
    position, size = 8, upload.size or 0
    for _part in range(_MOST_PARTS):
        if position + 12 > size:
            return False
        upload.seek(position)
        head = upload.read(8)
        position += 12 + int.from_bytes(head[:4], "big")
        if head[4:] == b"IEND":
            return position <= size
    return False


def _is_whole_jpeg(upload: "UploadedFile[bytes]") -> bool:
    """What stands before the picture may hold a small picture with an end of its own."""
    position, size = 2, upload.size or 0
    for _part in range(_MOST_PARTS):
        if position + 4 > size:
            return False
        upload.seek(position)
        head = upload.read(4)
        if head[0] != 0xFF or head[1] == _END:
            return False
        if head[1] == _SCAN:
            return _last(upload, bytes([0xFF, _END])) > position
        if head[1] == 0xFF:  # filling
            position += 1
        else:
            position += 2 if head[1] in _ALONE else 2 + int.from_bytes(head[2:], "big")
    return False


def _last(upload: "UploadedFile[bytes]", mark: bytes) -> int:
    """Where the mark stands last in the file, in bytes from its begin; -1 where it does not."""
    upload.seek(0)
    found, end, position = -1, b"", 0
    for chunk in upload.chunks():
        block = end + chunk
        here = block.rfind(mark)
        if here >= 0:
            found = position - len(end) + here
        position += len(chunk)
        end = block[1 - len(mark) :]
    return found
