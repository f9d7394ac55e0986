"""The queue of the embedded shape: a folder, one file for each message.

kombu's own file-system transport publishes a message by opening it in place, and takes one
by moving it to the system's temporary folder. A reader can thus meet a half-written file,
and across two file systems the move is a copy that two workers may both make. Here both
steps are one rename inside the queue's own folder, which is atomic.
"""

import os
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, LOCK_SH, flock
from pathlib import Path
from queue import Empty
from typing import IO, Any

from kombu.transport import filesystem
from kombu.transport.virtual.base import BrokerState
from kombu.utils.json import dumps, loads

LONGEST_WAIT_SECONDS = 0.5


class Channel(filesystem.Channel):
    """Messages and the table of queues as files that are never seen half-written."""

    # kombu itself calls the second argument "message" in one base class, "payload" in the other.
    def _put(  # type: ignore[override]
        self, queue: str, payload: Any, **kwargs: Any
    ) -> None:
        folder = Path(self.data_folder_out)
        name = f"{time.time_ns()}_{uuid.uuid4()}.{queue}.msg"
        draft = folder / f".{name}"  # the leading dot keeps it out of every queue
        draft.write_text(_encode(payload), encoding="utf-8")
        draft.rename(folder / name)

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        for name in sorted(os.listdir(self.data_folder_in)):
            if name.partition(".")[2] != f"{queue}.msg":
                continue
            taken = Path(self.processed_folder) / name
            try:
                (Path(self.data_folder_in) / name).rename(taken)
            except FileNotFoundError:  # another worker was first
                continue
            message = _decode(taken.read_text(encoding="utf-8"))
            taken.unlink()
            return message
        raise Empty

    def get_table(self, exchange: str) -> list[filesystem.exchange_queue_t]:
        """Return the queues bound to an exchange; none if nobody has bound one."""
        with self._locked_table(exchange, LOCK_SH) as file:
            return _read_table(file)

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        row = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")
        with self._locked_table(exchange, LOCK_EX) as file:
            table = _read_table(file)
            if row not in table:
                file.seek(0)
                file.truncate()
                file.write(_encode([row, *table]))

    @contextmanager
    def _locked_table(self, exchange: str, kind: int) -> Iterator[IO[str]]:
        """Open an exchange's table for as long as the lock is held; make it if there is none."""
        path: Path = self._exchange_file(exchange)  # type: ignore[no-untyped-call]
        with path.open("a+", encoding="utf-8") as file:
            flock(file, kind)
            file.seek(0)
            yield file


def _encode(message: Any) -> str:
    return str(dumps(message))  # type: ignore[no-untyped-call]


def _decode(text: str) -> Any:
    return loads(text)  # type: ignore[no-untyped-call]


def _read_table(file: IO[str]) -> list[filesystem.exchange_queue_t]:
    """Parse a table; one that was only just created is empty."""
    return [filesystem.exchange_queue_t(*row) for row in _decode(file.read() or "[]")]


class Transport(filesystem.Transport):
    """kombu's file-system transport with the channel above."""

    Channel = Channel

    def __init__(self, client: Any, **kwargs: Any) -> None:
        """Remember bindings for this connection alone.

        kombu shares what it has bound among the connections of a process, and notes a binding
        before it is written: another thread would send its first messages into the void.
        """
        super().__init__(client, **kwargs)  # type: ignore[no-untyped-call]
        self.state = BrokerState()  # type: ignore[no-untyped-call]

    def drain_events(self, connection: Any, timeout: float | None = None, **kwargs: Any) -> Any:
        """Wait for messages, but never longer than a worker may take to notice that it stops."""
        if timeout:
            timeout = min(timeout, LONGEST_WAIT_SECONDS)
        return super().drain_events(  # type: ignore[no-untyped-call]
            connection, timeout=timeout, **kwargs
        )
