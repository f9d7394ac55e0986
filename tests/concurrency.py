"""People who do something at the same moment, each on a connection of their own.

SQLite lets one writer in at a time, and its in-memory test database does not queue the
others: there the calls run one after the other, which shows that the second finds what the
first left. On PostgreSQL they run at once.
"""

from collections.abc import Callable, Sequence
from threading import Barrier, Thread

from django.db import connection

Outcome = object


def at_once(calls: Sequence[Callable[[], object]]) -> list[Outcome]:
    """Make the calls at the same moment; what each returned, or the exception it ended with."""
    if connection.vendor != "postgresql":
        return [_outcome(call) for call in calls]
    outcomes: list[Outcome] = [None] * len(calls)
    start = Barrier(len(calls))

    def run(place: int) -> None:
        try:
            start.wait()
            outcomes[place] = _outcome(calls[place])
        finally:
            connection.close()

    threads = [Thread(target=run, args=(place,)) for place in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def _outcome(call: Callable[[], object]) -> Outcome:
    try:
        return call()
    except Exception as refusal:  # the test says which one it expects
        return refusal


def refusals(outcomes: Sequence[Outcome]) -> list[Exception]:
    """Those of the outcomes that are refusals."""
    return [outcome for outcome in outcomes if isinstance(outcome, Exception)]
