"""Archives among the evidence are known by their content, at little cost and however damaged."""

import tracemalloc
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from assessment.engine.archive import DAMAGE
from assessment.submissions.evidence_files import detect_kind, inspect_upload
from tests.submissions import files


def test_an_archive_costs_no_memory_for_its_table_of_contents() -> None:
    """Twenty megabytes of entries, 47 bytes each, are counted and not read into objects."""
    content = files.crowded(440_000)
    upload = SimpleUploadedFile("a.zip", content)
    tracemalloc.start()
    with pytest.raises(ValidationError):
        inspect_upload(upload)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2 * 1024 * 1024


def test_entries_are_counted_across_the_chunks_a_file_is_read_in() -> None:
    class Tiny(SimpleUploadedFile):
        def chunks(self, chunk_size: int | None = None) -> Any:
            return super().chunks(7)

    assert detect_kind(Tiny("a.zip", files.crowded(10_000))) == "zip"
    assert detect_kind(Tiny("a.zip", files.crowded(10_001))) == "crowded"


def test_whatever_a_damaged_archive_raises_it_is_of_no_kind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for damage in DAMAGE:

        def fail(_file: object, damage: type[Exception] = damage) -> None:
            raise damage("damaged")

        monkeypatch.setattr("zipfile.ZipFile", fail)
        assert detect_kind(SimpleUploadedFile("a.zip", files.ZIP)) == ""
