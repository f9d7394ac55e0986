"""A compiled query finds what its queryset finds."""

from typing import Any

import pytest
from django.db import models
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.db.transaction import TransactionManagementError
from django.test.utils import isolate_apps

from accounts import compiled as module
from accounts.compiled import CompiledInsert, CompiledQuery
from accounts.models import Locality, Membership, User
from tests.cast import Cast
from tests.queries import count_queries


def held(user: int) -> QuerySet[Membership]:
    found = Membership.objects.filter(user_id=user, ended_at__isnull=True)
    return found.select_related("locality").defer("locality__name_en").order_by("pk")


def test_rows_are_those_of_the_queryset_with_related_and_deferred(cast: Cast) -> None:
    compiled = CompiledQuery(held)
    for person in (cast.contributor, cast.approver, cast.contributor):
        (found,), (expected,) = compiled(person.pk), held(person.pk)
        state = {name: value for name, value in vars(found).items() if name != "_state"}
        assert state == {name: vars(expected)[name] for name in state}
        assert found.locality.get_deferred_fields() == {"name_en"}
        assert count_queries(lambda row=found: row.locality.name_zh) == 0  # type: ignore[misc]
    assert compiled(0) == compiled(2**63) == compiled(-(10**20)) == []


def test_it_is_asked_each_time(cast: Cast) -> None:
    compiled = CompiledQuery(held)
    assert compiled(cast.contributor.pk)
    cast.contributor.memberships.all().delete()
    assert compiled(cast.contributor.pk) == []
    assert count_queries(lambda: compiled(cast.contributor.pk)) == 1


def test_texts_are_keys_and_never_part_of_the_sql(cast: Cast) -> None:
    by_code = CompiledQuery(lambda code: Locality.objects.filter(code=code), of=[str])
    assert by_code(cast.locality.code) == [cast.locality]
    assert by_code("' OR 1=1 --") == []


@pytest.mark.parametrize("key", ["1", None, 1.0])
def test_keys_of_another_type_are_refused(cast: Cast, key: object) -> None:
    with pytest.raises(TypeError):
        CompiledQuery(held)(key)  # type: ignore[arg-type]


def test_a_key_that_filters_nothing_is_refused(db: None) -> None:
    with pytest.raises(TypeError):
        CompiledQuery(lambda key: User.objects.filter(pk__in=[key + 1]))(1)


@pytest.mark.django_db(transaction=True)
def test_rows_are_locked_inside_a_transaction_only() -> None:
    locking = CompiledQuery(lambda key: User.objects.select_for_update().filter(pk=key))
    with pytest.raises(TransactionManagementError):
        locking(1)


def test_new_rows_are_inserted_with_their_keys_and_known_ones_updated(db: None) -> None:
    put = CompiledInsert(Locality, unique=["code"], update=["name_zh"])
    first = [Locality(code=str(code), name_zh="甲", name_en="A") for code in (110000, 120000)]
    assert count_queries(lambda: put(first)) == 1
    assert [Locality.objects.get(pk=each.pk).code for each in first] == ["110000", "120000"]
    put([Locality(code="110000", name_zh="乙", name_en="B")])
    stored = Locality.objects.get(code="110000")
    assert (stored.pk, stored.name_zh, stored.name_en) == (first[0].pk, "乙", "A")
    put([])
    assert Locality.objects.count() == 2


def test_many_rows_are_inserted_in_statements_of_so_many(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A statement takes only so many values."""
    monkeypatch.setattr(module, "AT_ONCE", 3)
    rows = [Locality(code=str(110000 + n), name_zh="甲", name_en="A") for n in range(7)]
    assert count_queries(lambda: CompiledInsert(Locality)(rows)) == 3
    assert {each.pk: each.code for each in rows} == dict(Locality.objects.values_list("pk", "code"))


@pytest.mark.parametrize(
    "field",
    [
        models.CharField(primary_key=True, max_length=9),
        models.DateTimeField(db_default=Now()),
        models.GeneratedField(
            expression=models.Value(1), output_field=models.IntegerField(), db_persist=True
        ),
    ],
)
@isolate_apps("accounts")
def test_models_whose_rows_the_database_completes_are_refused(field: Any) -> None:
    model = type("Completed", (models.Model,), {"__module__": "accounts.models", "field": field})
    with pytest.raises(TypeError, match="Completed"):
        CompiledInsert(model)
