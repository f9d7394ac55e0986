"""Files that no row names are found, once they are old."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.utils import timezone

from accounts.stored_files import orphans
from assessment.publication.models import Publication
from assessment.scores.models import ScoreRun
from tests.cast import Cast
from tests.factories import NOW


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


def stored(name: str, days_ago: int = 3) -> str:
    name = default_storage.save(name, ContentFile(b"content"))
    moment = (timezone.now() - timedelta(days=days_ago)).timestamp()
    os.utime(default_storage.path(name), (moment, moment))
    return name


@pytest.fixture
def named(cast: Cast) -> str:
    """The file of a publication."""
    run = ScoreRun.objects.create(
        cycle=cast.cycle, number=1, framework={}, trace={}, snapshot_sha256="0" * 64, made_at=NOW
    )
    publication = Publication.objects.create(
        cycle=cast.cycle,
        run=run,
        kind=Publication.Kind.FINAL,
        number=1,
        bundle=stored("publications/named.zip"),
        bundle_sha256="0" * 64,
        bundle_bytes=7,
        objection_end_date=cast.cycle.objection_end_date,
        made_at=NOW,
    )
    return str(publication.bundle.name)


def test_orphans_are_old_files_that_no_row_names(named: str) -> None:
    old, _new = stored("publications/orphan.zip"), stored("evidence/just-now", days_ago=0)
    assert orphans(before=timezone.now() - timedelta(days=1)) == [old]


@pytest.mark.django_db
def test_nothing_was_ever_stored() -> None:
    assert orphans(before=timezone.now()) == []


def test_the_command_names_what_it_removes(named: str, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = stored("reports/orphan.pdf"), stored("reports/new.pdf", days_ago=0)
    call_command("remove_orphan_files", "--dry-run")
    assert capsys.readouterr().out == f"{old}\n1 files without a row found.\n"
    assert default_storage.exists(old)
    call_command("remove_orphan_files")
    assert capsys.readouterr().out == f"{old}\n1 files without a row removed.\n"
    assert not default_storage.exists(old)
    assert default_storage.exists(new)
    assert default_storage.exists(named)
