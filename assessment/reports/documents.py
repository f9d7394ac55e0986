"""The documents about a whole publication as the page of reports offers them."""

from dataclasses import dataclass

from assessment.jobs.models import Job
from assessment.publication.models import Publication
from assessment.reports.models import Document
from assessment.reports.queries import LANGUAGES, documents_of
from assessment.reports.wording import language_label


@dataclass(frozen=True)
class DocumentCell:
    """One document in one language, made, being made, or neither."""

    kind: str
    language: str
    label: str
    document: Document | None

    @property
    def job(self) -> Job | None:
        """The work asked for last."""
        return self.document.job if self.document is not None else None

    @property
    def is_ready(self) -> bool:
        """Whether there is something to download."""
        return self.document is not None and self.document.is_ready

    @property
    def is_busy(self) -> bool:
        """Whether it is being made or waits to be."""
        return self.job is not None and not self.job.is_finished


@dataclass(frozen=True)
class DocumentRow:
    """One kind of document; ``may_be_made`` where the publication gives a reason for it."""

    kind: str
    name: str
    may_be_made: bool
    cells: tuple[DocumentCell, ...]


def document_rows(publication: Publication) -> list[DocumentRow]:
    """Regional summary and commendation in each language; one SQL query.

    Commended is after the final results alone.
    """
    found = {(item.kind, item.language): item for item in documents_of(publication)}
    return [
        DocumentRow(
            kind=kind.value,
            name=str(kind.label),
            may_be_made=kind == Document.Kind.REGIONAL
            or publication.kind == Publication.Kind.FINAL,
            cells=tuple(
                DocumentCell(kind.value, code, language_label(code), found.get((kind.value, code)))
                for code in LANGUAGES
            ),
        )
        for kind in Document.PUBLIC_KINDS
    ]
