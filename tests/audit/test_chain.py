"""The chain: what an event says, how it is sealed, how a broken seal is found."""

import hashlib
import json
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from accounts.models import User
from assessment.audit.chain import GENESIS, event_hash
from assessment.audit.models import ChainHead, Event
from assessment.audit.origin import Origin, coming_from
from assessment.audit.queries import verify_chain
from assessment.audit.services import record_event
from tests.factories import NOW, LocalityFactory, RegionFactory, UserFactory
from tests.flushing import triggers_off


def record(user: User, **changes: Any) -> Event:
    return record_event(**{"action": "room.verb", "by": user, "at": NOW, "target": user, **changes})


def tamper(sql: str, *values: object) -> None:
    """Change the table as the owner of the database could, who may switch its triggers off."""
    with connection.cursor() as cursor, triggers_off(cursor):
        cursor.execute(sql, values)


@pytest.fixture
def user(db: None) -> User:
    return UserFactory(full_name="张三")


@pytest.fixture
def three(user: User) -> list[Event]:
    return [record(user, after={"number": number}) for number in range(3)]


def test_an_event_says_who_what_when_and_from_where(user: User) -> None:
    region, locality = RegionFactory(), LocalityFactory()
    beijing = timezone(timedelta(hours=8))
    with coming_from(Origin(channel="web", address="10.0.0.1")):
        event = record(
            user,
            at=datetime(2017, 3, 1, 10, 0, tzinfo=beijing),
            before={"value": Decimal("1.50")},
            after={"value": Decimal("2.50")},
            region=region,
            locality=locality,
        )
    event.refresh_from_db()
    assert (event.actor, event.actor_name, event.at) == (user, "张三", NOW)
    assert (event.channel, event.address) == ("web", "10.0.0.1")
    assert (event.target_type, event.target_id, event.target_label) == (
        "accounts.user",
        str(user.pk),
        "张三",
    )
    assert (event.before, event.after) == ({"value": "1.50"}, {"value": "2.50"})
    assert (event.region, event.locality) == (region, locality)


def test_without_a_person_the_system_or_a_visitor_acts(user: User) -> None:
    assert record(user, by=None).actor_name == "system"
    with coming_from(Origin(channel="worker")):
        assert record(user, by=None).actor_name == "system"
    with coming_from(Origin(channel="web")):
        assert record(user, by=None).actor_name == "visitor"


def test_an_event_sealed_before_operations_were_noted_still_fits_its_hash(user: User) -> None:
    """The hash as it was computed then: SHA-256 of the content without the word."""
    event = record(user)
    event.operation = None
    content = {
        "sequence": 1,
        "at": "2017-03-01T02:00:00+00:00",
        "actor": user.pk,
        "actor_name": "张三",
        "channel": "command",
        "address": "",
        "action": "room.verb",
        "target": ["accounts.user", str(user.pk), "张三"],
        "region": None,
        "locality": None,
        "before": {},
        "after": {},
        "previous": GENESIS,
    }
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert event_hash(event) == hashlib.sha256(text.encode()).hexdigest()


def test_an_operation_taken_away_is_found(three: list[Event]) -> None:
    tamper("UPDATE audit_event SET operation = NULL WHERE sequence = %s", 2)
    broken = verify_chain().broken
    assert broken is not None
    assert broken.sequence == 2


def test_events_follow_one_another(three: list[Event]) -> None:
    assert [event.sequence for event in three] == [1, 2, 3]
    assert three[0].previous_hash == GENESIS
    assert [event.previous_hash for event in three[1:]] == [event.hash for event in three[:-1]]
    head = ChainHead.objects.get()
    assert (head.sequence, head.hash) == (3, three[-1].hash)


@pytest.mark.parametrize(
    "values",
    [
        {"float": 0.1, "small": 1e-7, "whole": 1.0, "zero": -0.0, "large": 1e22, "exact": 1e15},
        {"nested": [{"a": (1, 2)}, None, True], "number": 10**30},
        {1: "key that is no text", "at": NOW, "day": NOW.date()},
        {"text": '中文 ‘ \\ " \u2028 é 🙂'},
    ],
)
def test_the_hash_can_be_recomputed_from_what_the_database_gives_back(
    user: User, values: dict[Any, Any]
) -> None:
    record(user, before=values, after=values)
    event = Event.objects.get()
    assert event.hash == event_hash(event)
    assert verify_chain().broken is None


def test_an_event_undone_leaves_no_gap(user: User) -> None:
    record(user)
    with transaction.atomic():
        record(user)
        transaction.set_rollback(True)
    assert record(user).sequence == 2
    assert verify_chain().count == 2


def test_a_whole_chain_is_said_to_be_whole(
    three: list[Event], capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("verify_audit")
    assert capsys.readouterr().out == f"The log is whole: 3 events, head {three[-1].hash}\n"


def test_an_empty_log_is_whole(db: None) -> None:
    assert (verify_chain().count, verify_chain().broken) == (0, None)


@pytest.mark.parametrize(
    "column",
    ["action", "actor_name", "channel", "address", "operation", "target_label", "target_id"],
)
def test_a_changed_word_is_found(three: list[Event], column: str) -> None:
    tamper(f"UPDATE audit_event SET {column} = 'other' WHERE sequence = %s", 2)
    broken = verify_chain().broken
    assert broken is not None
    assert (broken.sequence, broken.cause) == (2, "its content does not fit its hash")


@pytest.mark.parametrize("column", ["before", "after"])
def test_a_changed_value_is_found(three: list[Event], column: str) -> None:
    tamper(f"UPDATE audit_event SET {column} = %s WHERE sequence = 2", '{"number": 7}')
    broken = verify_chain().broken
    assert broken is not None
    assert broken.sequence == 2


def test_a_changed_time_is_found(three: list[Event]) -> None:
    tamper("UPDATE audit_event SET at = %s WHERE sequence = 3", NOW + timedelta(microseconds=1))
    broken = verify_chain().broken
    assert broken is not None
    assert broken.sequence == 3


def test_an_event_resealed_after_a_change_breaks_the_next(three: list[Event]) -> None:
    forged = three[1]
    forged.action = "room.other"
    tamper(
        "UPDATE audit_event SET action = 'room.other', hash = %s WHERE sequence = 2",
        event_hash(forged),
    )
    broken = verify_chain().broken
    assert broken is not None
    assert (broken.sequence, broken.cause) == (3, "it does not follow the event before it")


@pytest.mark.parametrize(
    ("removed", "named", "cause"),
    [
        (1, 2, "event 1 is missing before it"),
        (2, 3, "event 2 is missing before it"),
        (3, 3, "it is missing; the head counts 3 events"),
    ],
)
def test_a_removed_event_is_found(three: list[Event], removed: int, named: int, cause: str) -> None:
    tamper("DELETE FROM audit_event WHERE sequence = %s", removed)
    broken = verify_chain().broken
    assert broken is not None
    assert (broken.sequence, broken.cause) == (named, cause)


def test_an_event_added_past_the_head_is_found(three: list[Event]) -> None:
    ChainHead.objects.update(sequence=2, hash=three[1].hash)
    broken = verify_chain().broken
    assert broken is not None
    assert (broken.sequence, broken.cause) == (3, "it was added past the head of the chain")


def test_a_head_with_another_hash_is_found(three: list[Event]) -> None:
    ChainHead.objects.update(hash="f" * 64)
    broken = verify_chain().broken
    assert broken is not None
    assert broken.cause == "the head of the chain names another hash"


def test_the_command_names_the_first_broken_event_and_fails(three: list[Event]) -> None:
    tamper("UPDATE audit_event SET action = 'other' WHERE sequence >= %s", 2)
    with pytest.raises(CommandError) as refusal:
        call_command("verify_audit")
    assert refusal.value.returncode == 1
    assert str(refusal.value) == (
        "The log is broken at event 2: its content does not fit its hash. "
        "The 1 events before it are whole."
    )


def test_the_database_refuses_to_change_an_event(three: list[Event]) -> None:
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Event.objects.filter(sequence=2).update(action="other")
    assert Event.objects.get(sequence=2).action == "room.verb"


def test_the_database_refuses_to_delete_events(three: list[Event]) -> None:
    with pytest.raises(DatabaseError, match="never changed or deleted"), transaction.atomic():
        Event.objects.filter(sequence=2).delete()
    with pytest.raises(DatabaseError, match="never changed or deleted"), transaction.atomic():
        Event.objects.all().delete()
    assert Event.objects.count() == 3


def test_the_database_refuses_to_empty_the_log(three: list[Event]) -> None:
    empty = {"postgresql": "TRUNCATE audit_event CASCADE", "sqlite": "DELETE FROM audit_event"}
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # else it refuses for the checks still to be made
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(DatabaseError, match="never changed or deleted"), transaction.atomic():
            cursor.execute(empty[connection.vendor])
    assert Event.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_the_triggers_are_still_there_after_a_test_emptied_the_tables() -> None:
    event = record(UserFactory())
    call_command("flush", interactive=False, verbosity=0)
    assert not Event.objects.exists()
    event = record(UserFactory())
    with pytest.raises(DatabaseError, match="never changed"):
        Event.objects.filter(pk=event.pk).delete()
    with pytest.raises(DatabaseError, match="never changed"):
        Event.objects.filter(pk=event.pk).update(action="other")


def test_the_model_refuses_too(three: list[Event]) -> None:
    with pytest.raises(TypeError):
        three[0].save()
    with pytest.raises(TypeError):
        three[0].delete()
