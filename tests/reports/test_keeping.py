"""Where the files of reports are kept: written whole, once, and never lost half-way."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from assessment.publication.models import Publication
from assessment.reports.models import Report
from assessment.reports.services import keep_report
from tests.cast import Cast
from tests.reports.conftest import FAKE_PDF, Commit
from tests.reports.test_services import AT, ask, content_of


@pytest.fixture
def report(cast: Cast, publication: Publication) -> Report:
    ask(cast, publication)
    return Report.objects.get()


def test_the_same_bytes_are_stored_once_and_keep_their_date(report: Report, commit: Commit) -> None:
    later = AT + timedelta(days=1)
    with commit():
        first = keep_report(report=report, content=FAKE_PDF, at=AT)
    with commit():
        second = keep_report(report=Report.objects.get(), content=FAKE_PDF, at=later)
    assert first.file.name == second.file.name
    assert (content_of(second), second.rendered_at) == (FAKE_PDF, AT)
    other = keep_report(report=Report.objects.get(), content=b"%PDF other", at=later)
    assert other.rendered_at == later


def test_a_lost_file_is_stored_again(report: Report, commit: Commit) -> None:
    first = keep_report(report=report, content=FAKE_PDF, at=AT)
    first.file.storage.delete(first.file.name)
    second = keep_report(report=Report.objects.get(), content=FAKE_PDF, at=AT)
    assert second.file.storage.exists(second.file.name)


def test_the_earlier_file_goes_after_the_commit_and_not_before(
    report: Report, commit: Commit
) -> None:
    earlier = keep_report(report=report, content=FAKE_PDF, at=AT).file
    with commit():
        later = keep_report(report=Report.objects.get(), content=b"%PDF other", at=AT).file
        assert earlier.storage.exists(earlier.name)
    assert not earlier.storage.exists(earlier.name)
    assert content_of(Report.objects.get()) == b"%PDF other"
    assert later.name != earlier.name


def test_a_worker_that_dies_while_keeping_leaves_the_earlier_report(
    report: Report, commit: Commit, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    earlier = keep_report(report=report, content=FAKE_PDF, at=AT)

    class Killed(BaseException):
        """The process dies here."""

    def die(*_args: object, **_fields: object) -> None:
        raise Killed

    monkeypatch.setattr(Report, "save", die)
    with pytest.raises(Killed), commit(), transaction.atomic():
        keep_report(report=Report.objects.get(), content=b"%PDF other", at=AT)
    monkeypatch.undo()
    stored = Report.objects.get()
    folder = Path(stored.file.path).parent
    assert set(folder.iterdir()) == {Path(stored.file.path)}
    assert (stored.file.name, stored.sha256) == (earlier.file.name, earlier.sha256)
    assert content_of(stored) == FAKE_PDF
    again = keep_report(report=Report.objects.get(), content=b"%PDF other", at=AT)
    assert content_of(again) == b"%PDF other"
