"""The one way to hand a reader a file: tables for spreadsheets, and attachments by name."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.conf import settings
from django.core.files import File
from django.db.models.fields.files import FieldFile
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, http_date, quote_etag
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from accounts.byte_ranges import UNIT, PartOfFile, UnsatisfiableError, asked_range
from assessment.engine.tables import guard_text

Response = TypeVar("Response", bound=HttpResponseBase)

CSV_TYPE = "text/csv; charset=utf-8"
# Spreadsheet programs take a file for UTF-8 only with this mark at its beginning.
BYTE_ORDER_MARK = "\ufeff"


class StoredFileMissingError(Exception):
    """A file that a row names is not in the storage; ``name`` is what readers know it by."""

    def __init__(self, name: str, stored_name: str) -> None:
        super().__init__(
            _("The file %(name)s is registered but missing from the storage.") % {"name": name}
        )
        self.name, self.stored_name = name, stored_name


def attachment(response: Response, name: str) -> Response:
    """Have the response saved under the name, in any script (RFC 6266); return it."""
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


def stored_file(
    request: HttpRequest,
    file: FieldFile,
    name: str,
    content_type: str,
    *,
    sha256: str = "",
    changed_at: datetime | None = None,
    is_inline: bool = False,
) -> HttpResponseBase:
    """A stored file under that name, sent while it is read; ``is_inline`` shows it in place.

    With ``sha256`` it has a strong ETag, with ``changed_at`` (aware) the time of its last change:
    whoever has it gets 304, before it is opened. A part that the request asks for (``Range``) is
    sent alone (206), so that a download that broke off goes on; 416 where there is no such part.
    ``StoredFileMissingError`` where the storage has lost it: the frame has a page for that.
    """
    etag = quote_etag(sha256) if sha256 else ""
    known = _known(request, etag, changed_at)
    if known is not None:
        return known
    try:
        opened = file.open("rb")
    except FileNotFoundError:
        raise StoredFileMissingError(name, file.name or "") from None
    response = _whole_or_part(
        request, opened, etag, as_attachment=not is_inline, filename=name, content_type=content_type
    )
    response.headers["Accept-Ranges"] = UNIT
    return _identified(response, etag, changed_at)


def _known(request: HttpRequest, etag: str, changed_at: datetime | None) -> HttpResponseBase | None:
    """The answer to who has the file, or wanted another one (``If-Match``); else nothing."""
    if not etag and changed_at is None:
        return None
    known: HttpResponse | None = get_conditional_response(
        request,
        etag=etag or None,
        last_modified=int(changed_at.timestamp()) if changed_at else None,
    )
    return None if known is None else _identified(known, etag, changed_at)


def _whole_or_part(
    request: HttpRequest, opened: "File[bytes]", etag: str, **named: Any
) -> HttpResponseBase:
    size = opened.size
    try:
        part = asked_range(request, size, etag)
    except UnsatisfiableError:
        opened.close()
        return HttpResponse(status=416, headers={"Content-Range": f"{UNIT} */{size}"})
    if part is None:
        return FileResponse(opened, **named)
    response = FileResponse(PartOfFile(opened, part), status=206, **named)
    response.headers["Content-Length"] = str(part.length)
    response.headers["Content-Range"] = part.of(size)
    return response


def _identified(response: Response, etag: str, changed_at: datetime | None) -> Response:
    if etag:
        response.headers["ETag"] = etag
    if changed_at is not None:
        response.headers["Last-Modified"] = http_date(changed_at.timestamp())
    return response


def csv_text(
    columns: Sequence[str], rows: Iterable[Sequence[object]], *, notice: str | None = None
) -> str:
    """A table for spreadsheets (RFC 4180): byte order mark, no text that runs as a formula.

    Numbers are written as they are, ``None`` as an empty cell. With ``notice`` every row
    ends in a column of that name that carries it, an empty one too.
    """
    return "".join(csv_lines(columns, rows, notice=notice))


def csv_lines(
    columns: Sequence[str], rows: Iterable[Sequence[object]], *, notice: str | None = None
) -> Iterator[str]:
    """``csv_text`` row by row, for tables that do not fit into memory."""
    more = () if notice is None else (notice,)
    yield BYTE_ORDER_MARK + _line([*columns, "notice"] if more else columns)
    for row in rows:
        yield _line([_cell(cell) for cell in (*row, *more)])


def csv_download(
    name: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    notice: str | None = None,
) -> HttpResponse:
    """``csv_text`` as a file of that name; without ``notice`` with the installation's."""
    said = installation_notice() if notice is None else notice
    content = csv_text(columns, rows, notice=said)
    return attachment(HttpResponse(content, content_type=CSV_TYPE), name)


def csv_stream(
    name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]
) -> StreamingHttpResponse:
    """``csv_lines`` as a file of that name, sent while the rows are read."""
    lines = csv_lines(columns, rows, notice=installation_notice())
    return attachment(StreamingHttpResponse(lines, content_type=CSV_TYPE), name)


def installation_notice() -> str | None:
    """What files say that belong to no single cycle, such as the log; ``None`` for nothing.

    This room knows nothing of assessment: the setting names the function that knows.
    """
    asked: Callable[[], str | None] = import_string(settings.DOWNLOAD_NOTICE)
    return asked()


def _line(cells: Sequence[str]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out).writerow(cells)
    return out.getvalue()


def _cell(value: object) -> str:
    if isinstance(value, str):
        return guard_text(value)
    return "" if value is None else str(value)
