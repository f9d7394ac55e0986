"""Work that one process does for all: who has the lease does it, others see that it is taken.

Kept in the shared cache. A lease saves work and protects nothing: a holder that takes longer, or a
cache that lost it, lets another one in.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.cache import cache


@contextmanager
def leased(name: str, seconds: int) -> Iterator[bool]:
    """Whether the lease is this block's; it ends with the block, or with the seconds at most.

    So nobody waits for ever for a process that was killed.
    """
    key = f"lease-{name}"
    is_own = cache.add(key, True, timeout=seconds)
    try:
        yield is_own
    finally:
        if is_own:
            cache.delete(key)
