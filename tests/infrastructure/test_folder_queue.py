"""The queue of the embedded shape: every message arrives once, whole and in order."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection, Exchange, Queue
from kombu.simple import SimpleQueue

import config.celery  # noqa: F401 - makes the queue's address known
from config.folder_queue import Channel, Transport


@pytest.fixture(autouse=True)
def no_queue_is_known() -> None:
    """kombu remembers in the process what is bound, whatever the folder."""
    Transport.global_state.clear()


@pytest.fixture
def connection(tmp_path: Path) -> Connection:
    return connect(tmp_path)


def connect(home: Path) -> Connection:
    """A connection of its own to the queue below ``home``."""
    folders = {"data_folder_in": "messages", "data_folder_out": "messages"}
    folders |= {"processed_folder": "processed", "control_folder": "control"}
    for name in set(folders.values()):
        (home / name).mkdir(exist_ok=True)
    options = {key: str(home / name) for key, name in folders.items()}
    return Connection("folder://", transport_options=options)


def test_messages_arrive_in_order(connection: Connection) -> None:
    with connection, SimpleQueue(connection, "jobs") as queue:
        for number in range(20):
            queue.put({"number": number})
        assert queue.qsize() == 20
        received = [queue.get(block=False) for _ in range(20)]
        for message in received:
            message.ack()
        assert [message.payload["number"] for message in received] == list(range(20))
        with pytest.raises(Empty):
            queue.get(block=False)


def test_queues_do_not_mix(connection: Connection) -> None:
    with connection, SimpleQueue(connection, "a") as a, SimpleQueue(connection, "b.a") as b:
        a.put("for a")
        b.put("for b")
        assert (a.get(block=False).payload, b.get(block=False).payload) == ("for a", "for b")


def test_consumers_share_messages_without_loss_or_repetition(tmp_path: Path) -> None:
    """Writers and readers at the same time; kombu's own channel hands out half-written files."""

    def write(start: int) -> None:
        with connect(tmp_path) as own, SimpleQueue(own, "jobs") as queue:
            for number in range(start, start + 100):
                queue.put({"number": number, "padding": "x" * 20_000})

    def read(_: int) -> list[int]:
        with connect(tmp_path) as own, SimpleQueue(own, "jobs") as queue:
            found: list[int] = []
            for _attempt in range(400):
                try:
                    message = queue.get(block=False)
                except Empty:
                    continue
                message.ack()
                found.append(message.payload["number"])
            return found

    with ThreadPoolExecutor(5) as pool:
        writers = [pool.submit(write, start) for start in (0, 100)]
        readers = [pool.submit(read, number) for number in range(3)]
        [writer.result() for writer in writers]
        found = [number for reader in readers for number in reader.result()]
    found += read(0)
    assert sorted(found) == list(range(200))
    assert list((tmp_path / "processed").iterdir()) == []


def test_everybody_bound_hears_a_broadcast(tmp_path: Path) -> None:
    exchange = Exchange("notices", type="fanout", durable=False)

    def bind(number: int) -> None:
        with connect(tmp_path) as own, own.channel() as channel:
            Queue(f"listener{number}", exchange)(channel).declare()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(bind, range(24)))
    with connect(tmp_path) as own, own.channel() as channel:
        assert isinstance(channel, Channel)
        bound = sorted(row.queue for row in channel.get_table("notices"))
        assert bound == sorted(f"listener{number}" for number in range(24))
        own.Producer(channel).publish({"to": "all"}, exchange=exchange)
        for number in range(24):
            message = Queue(f"listener{number}", exchange)(channel).get(no_ack=True)
            assert message.payload == {"to": "all"}


def test_exchange_without_listeners_has_an_empty_table(connection: Connection) -> None:
    with connection, connection.channel() as channel:
        assert channel.get_table("nobody") == []
