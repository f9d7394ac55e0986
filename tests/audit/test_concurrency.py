"""Writers at the same time: the chain stays one chain."""

from threading import Thread

import pytest
from django.db import connection, transaction

from accounts.models import User
from assessment.audit.models import Event
from assessment.audit.queries import verify_chain
from assessment.audit.services import record_event
from tests.factories import NOW, UserFactory

# SQLite lets one writer in at a time, and its in-memory test database does not queue the others.
WRITERS = {"postgresql": 6}
EACH = 10


def write(user: User) -> None:
    try:
        for number in range(EACH):
            with transaction.atomic():
                record_event(
                    action="room.verb", by=user, at=NOW, target=user, after={"number": number}
                )
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_writers_at_once_leave_one_whole_chain() -> None:
    # The tables were emptied before: the writers race for the first event and its head.
    user, count = UserFactory(), WRITERS.get(connection.vendor, 1)
    threads = [Thread(target=write, args=(user,)) for _number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    walk = verify_chain()
    assert (walk.count, walk.broken) == (count * EACH, None)
    assert Event.objects.count() == count * EACH
