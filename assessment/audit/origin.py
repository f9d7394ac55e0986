"""Where the change of the moment comes from; set at the edge, read when events are written."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from uuid import uuid4


@dataclass(frozen=True)
class Origin:
    """The way in (page, API, command, worker), the network address and the operation.

    ``operation`` is one id for everything a request, a job or a command changes.
    """

    channel: str = "command"
    address: str = ""
    operation: str = field(default_factory=lambda: uuid4().hex)


# Until an edge says otherwise the process is a command, and all of it one operation.
_current: ContextVar[Origin] = ContextVar("origin", default=Origin())  # noqa: B039 - frozen


def current_origin() -> Origin:
    """The origin of the change being made."""
    return _current.get()


@contextmanager
def coming_from(origin: Origin) -> Iterator[None]:
    """Let changes inside the block come from ``origin``."""
    token = _current.set(origin)
    try:
        yield
    finally:
        _current.reset(token)
