"""The second of two writers of the same code is refused in words, like one who comes later."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction


@contextmanager
def refused_in_words(check: Callable[[], object]) -> Iterator[None]:
    """Write inside the block; where the database refuses, ask ``check`` again for the words.

    ``check`` found nothing before the block: whoever wrote the same in the meantime was not
    to be seen yet. Now they are, and it raises its ``ValidationError``; if it still finds
    nothing, the database's own ``IntegrityError`` goes on.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        check()
        raise
