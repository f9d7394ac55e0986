"""What was made is kept."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F, Q

from accounts.stored_files import removed_on_rollback
from assessment.audit.services import record_event
from assessment.publication.models import Publication
from assessment.reports.models import Document, IssuedFile, Rendered, Report, report_path


def keep_report(*, report: Report, content: bytes, at: datetime) -> Report:
    """Store the finished PDF in place of an earlier one; the same bytes are stored once.

    The file is complete before the row names it, and the earlier file goes only after the
    row is committed: a reader always gets a whole report, wherever a worker dies. The
    system is on record as the one who stored it; equal bytes are no new event.
    """
    with _stored(report, content) as (name, digest):
        return _name_report(report, name, digest, len(content), at)


def keep_document(*, document: Document, content: bytes, at: datetime) -> Document:
    """The same for a document."""
    with _stored(document, content) as (name, digest), transaction.atomic():
        kept = Document.objects.select_for_update(of=("self",), no_key=True).get(pk=document.pk)
        earlier = _name_file(kept, name, digest, len(content), at)
        if earlier != digest:
            IssuedFile.objects.get_or_create(
                document=kept, sha256=digest, defaults={"issued_at": at}
            )
            record_event(
                action="reports.keep_document",
                by=None,
                at=at,
                target=kept,
                before={"sha256": earlier} if earlier else {},
                after={"kind": kept.kind, "language": kept.language, "sha256": digest},
                region=kept.region,
                locality=kept.locality,
            )
    return kept


@contextmanager
def _stored(rendered: Rendered, content: bytes) -> Iterator[tuple[str, str]]:
    """Name and SHA-256 of the stored file, which goes again if the block fails."""
    digest = hashlib.sha256(content).hexdigest()
    storage, name = rendered.file.storage, rendered.file.name or ""
    if rendered.sha256 != digest or not name or not storage.exists(name):
        name = report_path(rendered, "")
    with removed_on_rollback(storage, name):
        if not storage.exists(name):
            storage.save(name, ContentFile(content))
        yield name, digest


@transaction.atomic
def _name_report(report: Report, name: str, digest: str, size: int, at: datetime) -> Report:
    # One at a time, so that exactly one of a batch is the last.
    Publication.objects.select_for_update(no_key=True).get(pk=report.publication_id)
    stored = (
        Report.objects.select_for_update(of=("self",), no_key=True)
        .select_related("publication__cycle__region", "locality")
        .get(pk=report.pk)
    )
    earlier = _name_file(stored, name, digest, size, at)
    if earlier != digest:
        IssuedFile.objects.get_or_create(report=stored, sha256=digest, defaults={"issued_at": at})
        _record_kept(stored, earlier, at)
    return stored


def _name_file(stored: Rendered, name: str, digest: str, size: int, at: datetime) -> str:
    """Let the locked row name the stored file; an earlier one goes once that is committed.

    Returns the SHA-256 of the earlier one.
    """
    storage, earlier, earlier_digest = stored.file.storage, stored.file.name, stored.sha256
    stored.file.name, stored.sha256, stored.size = name, digest, size
    stored.rendered_at = at
    stored.save(update_fields=["file", "sha256", "size", "rendered_at"])
    if earlier and earlier != name:
        # The file is stored by then: an old one that stays is logged, and fails nothing.
        transaction.on_commit(lambda: storage.delete(earlier), robust=True)
    return earlier_digest


def outstanding(publication: Publication) -> int:
    """How many reports of the publication are asked for and not made since."""
    waiting = Q(rendered_at__isnull=True) | Q(rendered_at__lt=F("job__created_at"))
    unfinished = Q(job__finished_at__isnull=True, job__isnull=False)
    return Report.objects.filter(waiting & unfinished, publication=publication).count()


def _record_kept(report: Report, earlier: str, at: datetime) -> None:
    record_event(
        action="reports.keep",
        by=None,
        at=at,
        target=report,
        before={"sha256": earlier} if earlier else {},
        after={
            "language": report.language,
            "sha256": report.sha256,
            "outstanding": outstanding(report.publication),
        },
        region=report.publication.cycle.region,
        locality=report.locality,
    )
