"""What was made is kept."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext_noop

from accounts.stored_files import removed_on_rollback
from assessment.audit.services import record_event
from assessment.jobs.failures import JobFailed
from assessment.jobs.models import Job
from assessment.reports.models import Document, IssuedFile, Rendered, Report, report_path

OVERTAKEN = gettext_noop("It was asked for again since: another job makes it from what is newer.")


def keep_report(
    *,
    report: Report,
    content: bytes,
    at: datetime,
    content_key: str = "",
    inputs_key: str = "",
    job: Job | None = None,
) -> Report:
    """Store the finished PDF in place of an earlier one; the same bytes are stored once.

    The keys (``keys``) say what it was made of; without them it is made anew when asked for.
    ``JobFailed`` if meanwhile another job than ``job`` makes it: that one reads what is newer.

    The file is complete before the row names it, and the earlier file goes only after the
    row is committed: a reader always gets a whole report, wherever a worker dies. The
    system is on record as the one who stored it; equal bytes are no new event.
    """
    with _stored(report, content) as (name, digest), transaction.atomic():
        kept = (
            Report.objects.select_for_update(of=("self",), no_key=True)
            .select_related("publication__cycle__region", "locality")
            .get(pk=report.pk)
        )
        require_current(kept, job)
        kept.content_key, kept.inputs_key = content_key, inputs_key
        earlier = _name_file(kept, name, digest, len(content), at)
        if earlier != digest:
            IssuedFile.objects.get_or_create(report=kept, sha256=digest, defaults={"issued_at": at})
            record_event(
                action="reports.keep",
                by=None,
                at=at,
                target=kept,
                before={"sha256": earlier} if earlier else {},
                after={"language": kept.language, "sha256": digest},
                region=kept.publication.cycle.region,
                locality=kept.locality,
            )
    return kept


def confirm_report(*, report: Report, inputs_key: str) -> None:
    """The stored file is what the inputs of this key give: it was not set anew.

    No event: what readers get is the file they had.
    """
    Report.objects.filter(pk=report.pk, content_key=report.content_key).update(
        inputs_key=inputs_key
    )


def keep_document(
    *,
    document: Document,
    content: bytes,
    at: datetime,
    content_key: str = "",
    job: Job | None = None,
) -> Document:
    """The same for a document."""
    with _stored(document, content) as (name, digest), transaction.atomic():
        kept = Document.objects.select_for_update(of=("self",), no_key=True).get(pk=document.pk)
        require_current(kept, job)
        kept.content_key = content_key
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


def require_current(rendered: Rendered, job: Job | None) -> None:
    """``JobFailed`` where the file was asked for anew and is made by another job since."""
    if job is not None and rendered.job_id not in {None, job.pk}:
        raise JobFailed(OVERTAKEN)


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


def _name_file(stored: Rendered, name: str, digest: str, size: int, at: datetime) -> str:
    """Let the locked row name the stored file; an earlier one goes once that is committed.

    Returns the SHA-256 of the earlier one.
    """
    storage, earlier, earlier_digest = stored.file.storage, stored.file.name, stored.sha256
    stored.file.name, stored.sha256, stored.size = name, digest, size
    if earlier_digest != digest:  # made again with the same bytes, a file is as old as it was
        stored.rendered_at = at
    keys = [name for name in ("content_key", "inputs_key") if hasattr(stored, name)]
    stored.save(update_fields=["file", "sha256", "size", "rendered_at", *keys])
    if earlier and earlier != name:
        # The file is stored by then: an old one that stays is logged, and fails nothing.
        transaction.on_commit(lambda: storage.delete(earlier), robust=True)
    return earlier_digest
