"""Regions, localities, departments."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts.models import Department, Locality, Region
from accounts.services import (
    create_department,
    create_locality,
    create_region,
    update_department,
    update_locality,
    update_region,
)
from assessment.audit.models import Event
from tests.cast import Cast
from tests.factories import NOW, DepartmentFactory, LocalityFactory, RegionFactory

TEXTS = {"name_zh": "名称", "name_en": "Name"}
BODY = {"body_name_zh": "办公室", "body_name_en": "Office"}


@pytest.mark.django_db
def test_create_region_with_its_localities() -> None:
    second, first = LocalityFactory(code="990002"), LocalityFactory(code="990001")
    region = create_region(
        code="delta", **TEXTS, **BODY, localities=[second, first], by=None, at=NOW
    )
    assert list(region.localities.all()) == [first, second]
    event = Event.objects.get()
    assert (event.region, event.after["localities"]) == (region, ["990001", "990002"])


@pytest.mark.django_db
def test_update_region_records_fields_and_localities_apart() -> None:
    region, old, new = RegionFactory(), LocalityFactory(), LocalityFactory()
    region.localities.add(old)
    update_region(region=region, changes={"contact": "010"}, localities=[new], by=None, at=NOW)
    assert list(region.localities.all()) == [new]
    events = {event.action: event for event in Event.objects.all()}
    assert events["accounts.update_region"].after == {"contact": "010"}
    assert events["accounts.set_localities"].before == {"localities": [old.code]}
    assert events["accounts.set_localities"].after == {"localities": [new.code]}
    update_region(region=region, changes={}, localities=[new], by=None, at=NOW)
    assert Event.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["12345", "1234567", "13010a", "１３０１００", "130100\n", ""])
def test_create_locality_takes_six_digits(code: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        create_locality(code=code, **TEXTS, by=None, at=NOW)
    assert list(refusal.value.message_dict) == ["code"]


@pytest.mark.django_db
def test_a_locality_cannot_lie_within_itself() -> None:
    province = LocalityFactory()
    city = LocalityFactory(parent=province)
    with pytest.raises(ValidationError) as refusal:
        update_locality(locality=province, changes={"parent": city}, by=None, at=NOW)
    assert list(refusal.value.message_dict) == ["parent"]
    update_locality(locality=city, changes={"name_en": "New name"}, by=None, at=NOW)
    city.refresh_from_db()
    assert (city.name_en, city.parent) == ("New name", province)


@pytest.mark.django_db
def test_a_locality_keeps_its_code() -> None:
    city = LocalityFactory()
    kept = city.code
    with pytest.raises(ValidationError) as refusal:
        update_locality(
            locality=city, changes={"code": "123456", "name_en": "New"}, by=None, at=NOW
        )
    assert list(refusal.value.message_dict) == ["code"]
    update_locality(locality=city, changes={"code": kept, "name_en": "Newer"}, by=None, at=NOW)
    city.refresh_from_db()
    assert (city.code, city.name_en) == (kept, "Newer")


@pytest.mark.django_db
def test_codes_are_unique() -> None:
    locality, region = LocalityFactory(), RegionFactory()
    department = DepartmentFactory()
    with pytest.raises(ValidationError):
        create_locality(code=locality.code, **TEXTS, by=None, at=NOW)
    with pytest.raises(ValidationError):
        create_region(code=region.code, **TEXTS, **BODY, by=None, at=NOW)
    with pytest.raises(ValidationError):
        create_department(
            locality=department.locality, code=department.code, **TEXTS, by=None, at=NOW
        )
    for model, fields in [
        (Locality, {"code": locality.code}),
        (Region, {"code": region.code}),
        (Department, {"locality": department.locality, "code": department.code}),
    ]:
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.create(**fields)
    create_department(locality=locality, code=department.code, **TEXTS, by=None, at=NOW)


@pytest.mark.django_db
def test_update_department_stays_in_its_locality() -> None:
    department = DepartmentFactory()
    update_department(department=department, changes={"name_zh": "新名"}, by=None, at=NOW)
    department.refresh_from_db()
    assert department.name_zh == "新名"
    assert Event.objects.get().locality == department.locality
    with pytest.raises(TypeError):
        update_department(
            department=department, changes={"locality": LocalityFactory()}, by=None, at=NOW
        )


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["security_administrator", "audit_administrator", "coordinator"])
def test_territory_is_the_system_administrators_business(cast: Cast, name: str) -> None:
    by, before = getattr(cast, name), Event.objects.count()
    department = DepartmentFactory()
    calls = [
        lambda: create_region(code="x", **TEXTS, **BODY, by=by, at=NOW),
        lambda: update_region(region=cast.region, changes={"contact": "x"}, by=by, at=NOW),
        lambda: create_locality(code="990999", **TEXTS, by=by, at=NOW),
        lambda: update_locality(locality=cast.locality, changes=TEXTS, by=by, at=NOW),
        lambda: create_department(locality=cast.locality, code="x", **TEXTS, by=by, at=NOW),
        lambda: update_department(department=department, changes=TEXTS, by=by, at=NOW),
    ]
    for call in calls:
        with pytest.raises(PermissionDenied):
            call()
    assert Event.objects.count() == before


@pytest.mark.django_db
def test_a_department_of_the_same_code_is_said_at_the_code(cast: Cast) -> None:
    given = {"code": "epb", "name_zh": "环保局", "name_en": "Environment"}
    Department.objects.create(locality=cast.locality, **given)
    page = cast.client("system_administrator").post(
        "/admin/accounts/department/add/",
        given | {"locality": cast.locality.pk},
        headers={"accept-language": "en"},
    )
    assert page.context["adminform"].form.errors == {
        "code": ["Another department of this locality has this code."]
    }


@pytest.mark.django_db
def test_a_locality_has_a_whole_position_or_none() -> None:
    city = create_locality(
        code="130100",
        **TEXTS,
        latitude=Decimal("38.04"),
        longitude=Decimal("114.48"),
        by=None,
        at=NOW,
    )
    assert Event.objects.get().after["latitude"] == "38.04"
    with pytest.raises(ValidationError) as refusal:
        update_locality(locality=city, changes={"longitude": None}, by=None, at=NOW)
    assert list(refusal.value.message_dict) == ["longitude"]
    update_locality(locality=city, changes={"latitude": None, "longitude": None}, by=None, at=NOW)
    city.refresh_from_db()
    assert (city.latitude, city.longitude) == (None, None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Locality.objects.update(latitude=1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("field", "latitude", "longitude"),
    [("latitude", "90.0001", "0"), ("longitude", "0", "-180.0001"), ("latitude", "38.04001", "0")],
)
def test_a_position_lies_on_the_globe(field: str, latitude: str, longitude: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        create_locality(
            code="130100",
            **TEXTS,
            latitude=Decimal(latitude),
            longitude=Decimal(longitude),
            by=None,
            at=NOW,
        )
    assert list(refusal.value.message_dict) == [field]
