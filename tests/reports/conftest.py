"""A published cycle of two or more localities, and PDF as tests read it."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from pypdf import PdfReader

from assessment.cycles.models import Cycle
from assessment.cycles.workflow import Stage
from assessment.publication.models import Publication
from assessment.publication.services import publish
from assessment.reports import pdf
from assessment.reports.contents import ReportContents
from assessment.scores.services import run_scores
from tests.cast import Cast
from tests.factories import NOW
from tests.observations.scene import at_stage, fill
from tests.publishing import finalise, publish_preliminary

LATER = NOW + timedelta(days=90)
FAKE_PDF = b"%PDF-1.7 fake"
Commit = Callable[[], Any]


def published(cast: Cast, cycle: Cycle | None = None, *, final: bool = True) -> Publication:
    """Score and publish the cast's cycle, or another one, as its observations stand."""
    cycle = at_stage(cycle or cast.cycle, Stage.REVIEWING)
    run = run_scores(cycle=cycle, by=cast.coordinator, at=NOW)
    first = publish_preliminary(cycle=cycle, run=run, by=cast.coordinator, at=NOW)
    if not final:
        return first
    finalise(cycle=cycle, run=run, by=cast.coordinator, at=LATER)
    return publish(cycle=cycle, by=cast.coordinator, at=LATER)


@pytest.fixture
def publication(cast: Cast) -> Publication:
    """Every value present; the locality scores 90, the neighbour 80."""
    at_stage(cast.cycle, Stage.REVIEWING)
    fill(cast.cycle)
    return published(cast)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[ReportContents]:
    """No layout: what would be rendered is kept, and every PDF is the same few bytes."""
    rendered: list[ReportContents] = []

    def keep(contents: ReportContents, html: str | None = None) -> bytes:
        rendered.append(contents)
        return FAKE_PDF

    monkeypatch.setattr(pdf, "render_pdf", keep)
    return rendered


@pytest.fixture
def commit(django_capture_on_commit_callbacks: Any) -> Callable[[], Any]:
    """A block at whose end the queue runs, as after a commit."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def pages_of(content: bytes) -> list[str]:
    """The text of each page in reading order, runs of white space as one blank."""
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages]


def text_of(content: bytes) -> str:
    """The text of all pages."""
    return " ".join(pages_of(content))
