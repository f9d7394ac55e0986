"""Files that belong to a database row: none is left where the row was not written.

What a killed process leaves behind all the same, ``orphans`` finds.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.apps import apps
from django.core.files.storage import Storage, default_storage
from django.db import models


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


def orphans(*, before: datetime) -> list[str]:
    """Names of stored files that no row names and that were last changed before that moment.

    The moment lies well in the past: a file is stored before the row that names it is
    committed. One query for each field that holds files.
    """
    named = {name for field in _file_fields() for name in _names_in(field)}
    return [
        name
        for name in _stored(default_storage, "")
        if name not in named and default_storage.get_modified_time(name) < before
    ]


def _file_fields() -> list["models.FileField"]:
    fields = (field for model in apps.get_models() for field in model._meta.get_fields())
    return [field for field in fields if isinstance(field, models.FileField)]


def _names_in(field: "models.FileField") -> Iterator[str]:
    rows = field.model._default_manager.exclude(**{field.name: ""})
    yield from rows.values_list(field.name, flat=True).iterator()


def _stored(storage: Storage, folder: str) -> Iterator[str]:
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:  # nothing was ever stored
        return
    prefix = f"{folder}/" if folder else ""
    yield from (prefix + name for name in files)
    for name in folders:
        yield from _stored(storage, prefix + name)
