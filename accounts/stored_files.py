"""Files that belong to a database row: none is left where the row was not written."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.files.storage import Storage


@contextmanager
def removed_on_rollback(storage: Storage, name: str) -> Iterator[None]:
    """Remove the file ``name`` if the block fails, whether or not it was written by then.

    The database forgets a row when its transaction fails, at the commit too; the storage
    forgets nothing. Therefore the block holds the whole transaction, and the file is written
    in the block::

        with removed_on_rollback(storage, name), transaction.atomic():
            storage.save(name, content)
            row.save()

    ``name`` is the name in the storage. A file that was there before the block stays: it
    belongs to another row.
    """
    was_there = storage.exists(name)
    try:
        yield
    except BaseException:
        if not was_there:
            storage.delete(name)
        raise
