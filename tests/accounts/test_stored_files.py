"""A file goes with the row that was not written."""

from pathlib import Path

import pytest
from django.contrib.auth.models import Permission
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.db import IntegrityError, transaction

from accounts.stored_files import removed_on_rollback

NAME = "a/b"


@pytest.fixture
def storage(tmp_path: Path) -> FileSystemStorage:
    return FileSystemStorage(location=tmp_path)


def content(storage: FileSystemStorage) -> bytes:
    with storage.open(NAME) as file:
        return bytes(file.read())


def write_and_fail(storage: FileSystemStorage, failure: BaseException) -> None:
    with removed_on_rollback(storage, NAME):
        storage.save(NAME, ContentFile(b"written"))
        raise failure


def write_a_row_that_refers_to_nothing(storage: FileSystemStorage) -> None:
    """Foreign keys are checked when the transaction is committed, not before."""
    with removed_on_rollback(storage, NAME), transaction.atomic():
        Permission.objects.create(content_type_id=0, codename="read", name="Read")
        storage.save(NAME, ContentFile(b"written"))


def test_a_written_file_stays_when_the_block_ends_well(storage: FileSystemStorage) -> None:
    with removed_on_rollback(storage, NAME):
        storage.save(NAME, ContentFile(b"written"))
    assert content(storage) == b"written"


@pytest.mark.parametrize("failure", [ValueError(), KeyboardInterrupt()])
def test_a_written_file_goes_when_the_block_fails(
    storage: FileSystemStorage, failure: BaseException
) -> None:
    with pytest.raises(type(failure)):
        write_and_fail(storage, failure)
    assert not storage.exists(NAME)


def test_a_failure_before_the_file_is_written_is_passed_on(storage: FileSystemStorage) -> None:
    with pytest.raises(ValueError, match="first"), removed_on_rollback(storage, NAME):
        raise ValueError("first")


def test_a_file_that_was_there_before_stays(storage: FileSystemStorage) -> None:
    storage.save(NAME, ContentFile(b"another row's"))
    with pytest.raises(ValueError, match="later"), removed_on_rollback(storage, NAME):
        raise ValueError("later")
    assert content(storage) == b"another row's"


@pytest.mark.django_db(transaction=True)
def test_a_commit_that_fails_takes_the_file_along(storage: FileSystemStorage) -> None:
    with pytest.raises(IntegrityError):
        write_a_row_that_refers_to_nothing(storage)
    assert not storage.exists(NAME)
