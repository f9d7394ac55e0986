"""The list of reports as its page shows it: localities × languages, and the work under way."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Locality, User
from assessment.jobs.models import Job
from assessment.jobs.panels import JobPanel
from assessment.jobs.workflow import JobState
from assessment.publication.models import Publication
from assessment.reports.batch import batch_panel
from assessment.reports.models import Report
from assessment.reports.queries import LANGUAGES, reports_of
from assessment.reports.wording import language_label


@dataclass(frozen=True)
class ReportCell:
    """One locality's report in one language, made, being made, or neither."""

    language: str
    label: str
    report: Report | None

    @property
    def job(self) -> Job | None:
        """The work asked for last."""
        return self.report.job if self.report is not None else None

    @property
    def is_ready(self) -> bool:
        """Whether there is something to download."""
        return self.report is not None and self.report.is_ready

    @property
    def is_busy(self) -> bool:
        """Whether it is being made or waits to be."""
        return self.job is not None and not self.job.is_finished

    @property
    def has_failed(self) -> bool:
        """Whether the last attempt ended in an error."""
        return self.job is not None and self.job.state == JobState.FAILED

    @property
    def was_cancelled(self) -> bool:
        """Whether somebody stopped the last attempt."""
        return self.job is not None and self.job.state == JobState.CANCELLED

    @property
    def state(self) -> str:
        """The state of the work, where that is what matters to the reader."""
        is_told = self.is_busy or self.has_failed or self.was_cancelled
        return self.job.state if self.job is not None and is_told else ""


@dataclass(frozen=True)
class ReportRow:
    """One locality's reports."""

    locality: Locality
    cells: tuple[ReportCell, ...]


@dataclass(frozen=True)
class ReportListing:
    """All rows with the counts of the head and the panel of the work under way, if any."""

    rows: tuple[ReportRow, ...]
    panel: JobPanel | None

    @property
    def cells(self) -> Iterable[ReportCell]:
        """Every cell, row by row."""
        return (cell for row in self.rows for cell in row.cells)

    @property
    def total(self) -> int:
        """How many reports there can be."""
        return len(self.rows) * len(LANGUAGES)

    @property
    def ready(self) -> int:
        """How many can be downloaded."""
        return sum(cell.is_ready for cell in self.cells)


def listing_of(
    *,
    publication: Publication,
    localities: Sequence[Locality],
    reader: User,
    at: datetime,
    query: str,
) -> ReportListing:
    """The rows of these localities, in the order given; one SQL query.

    ``query`` is what the page was asked for, so that its live part stays the same list.
    """
    wanted = {locality.pk for locality in localities}
    reports = {
        (report.locality_id, report.language): report
        for report in reports_of(publication)
        if report.locality_id in wanted
    }
    labels = [(code, language_label(code)) for code in LANGUAGES]
    rows = tuple(
        ReportRow(
            locality,
            tuple(
                ReportCell(code, label, reports.get((locality.pk, code))) for code, label in labels
            ),
        )
        for locality in localities
    )
    jobs = [report.job for report in reports.values() if report.job is not None]
    return ReportListing(rows, batch_panel(publication, jobs, reader, at, query))
