"""Regions, localities, departments: kept by the system administrator."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.announcements import announce, facts
from accounts.authorization import require
from accounts.membership_rules import joining_problems
from accounts.models import Department, Locality, Region, User
from accounts.permissions import is_system_administrator
from accounts.services.changes import apply_changes
from accounts.uniqueness import refused_in_words

_REGION = ("code", "name_zh", "name_en", "body_name_zh", "body_name_en", "contact")
_LOCALITY = ("code", "name_zh", "name_en", "parent", "latitude", "longitude")
# The code is a locality's identity in runs, bundles and files, so it stays for good.
_CHANGEABLE = ("name_zh", "name_en", "parent", "latitude", "longitude")
_DEPARTMENT = ("locality", "code", "name_zh", "name_en")


@transaction.atomic
def create_region(
    *,
    code: str,
    name_zh: str,
    name_en: str,
    body_name_zh: str,
    body_name_en: str,
    contact: str = "",
    localities: Iterable[Locality] = (),
    by: User | None,
    at: datetime,
) -> Region:
    """Make a region with its coordinating body and its localities.

    Raises ``PermissionDenied`` unless ``by`` is a system administrator (or the system
    itself) and ``ValidationError`` (field → messages) for bad values.
    """
    region = Region(
        code=code,
        name_zh=name_zh,
        name_en=name_en,
        body_name_zh=body_name_zh,
        body_name_en=body_name_en,
        contact=contact,
    )
    members = sorted(localities, key=lambda locality: locality.code)
    _create(region, by)
    region.localities.set(members)
    announce(
        action="accounts.create_region",
        by=by,
        at=at,
        target=region,
        after=facts(region, _REGION) | {"localities": [member.code for member in members]},
    )
    return region


@transaction.atomic
def update_region(
    *,
    region: Region,
    changes: Mapping[str, Any],
    localities: Iterable[Locality] | None = None,
    by: User | None,
    at: datetime,
) -> Region:
    """Change fields of a region and, where ``localities`` is given, who belongs to it.

    ``ValidationError`` on ``localities`` where somebody would then report and judge in it.
    """
    if by is not None:
        require(is_system_administrator, by)
    locked = Region.objects.select_for_update(no_key=True).get(pk=region.pk)
    apply_changes(locked, changes, allowed=_REGION, action="accounts.update_region", by=by, at=at)
    if localities is not None:
        _set_localities(locked, localities, by, at)
    return locked


@transaction.atomic
def create_locality(
    *,
    code: str,
    name_zh: str,
    name_en: str,
    parent: Locality | None = None,
    latitude: Decimal | None = None,
    longitude: Decimal | None = None,
    by: User | None,
    at: datetime,
) -> Locality:
    """Make a locality with its six-digit code as in GB/T 2260.

    Its position, where known, is given in degrees of WGS 84, north and east positive.
    Raises ``PermissionDenied`` and ``ValidationError`` as ``create_region`` does.
    """
    locality = Locality(
        code=code,
        name_zh=name_zh,
        name_en=name_en,
        parent=parent,
        latitude=latitude,
        longitude=longitude,
    )
    _create(locality, by)
    announce(
        action="accounts.create_locality",
        by=by,
        at=at,
        target=locality,
        after=facts(locality, _LOCALITY),
    )
    return locality


@transaction.atomic
def update_locality(
    *, locality: Locality, changes: Mapping[str, Any], by: User | None, at: datetime
) -> Locality:
    """Change names, parent or position of a locality; none may lie within itself.

    The code says which locality it is: another code is another locality, to be created
    anew. Raises ``PermissionDenied`` and ``ValidationError`` as ``create_region`` does.
    """
    if by is not None:
        require(is_system_administrator, by)
    # All of them, in one order: two that are put into each other at once would form a ring.
    rows = Locality.objects.select_for_update(no_key=True).order_by("pk")
    locked = {row.pk: row for row in rows}[locality.pk]
    if changes.get("code", locked.code) != locked.code:
        message = _(
            "The code of a locality never changes: published results refer to it. Create a "
            "new locality instead."
        )
        raise ValidationError({"code": message})
    above: Locality | None = changes.get("parent")
    while above is not None:
        if above.pk == locked.pk:
            raise ValidationError({"parent": _("A locality cannot lie within itself.")})
        above = above.parent
    apply_changes(
        locked,
        {name: value for name, value in changes.items() if name != "code"},
        allowed=_CHANGEABLE,
        action="accounts.update_locality",
        by=by,
        at=at,
    )
    return locked


@transaction.atomic
def create_department(
    *,
    locality: Locality,
    code: str,
    name_zh: str,
    name_en: str,
    by: User | None,
    at: datetime,
) -> Department:
    """Make a department of a locality; its code is unique there.

    Raises ``PermissionDenied`` and ``ValidationError`` as ``create_region`` does.
    """
    department = Department(locality=locality, code=code, name_zh=name_zh, name_en=name_en)
    _create(department, by)
    announce(
        action="accounts.create_department",
        by=by,
        at=at,
        target=department,
        after=facts(department, _DEPARTMENT),
    )
    return department


@transaction.atomic
def update_department(
    *, department: Department, changes: Mapping[str, Any], by: User | None, at: datetime
) -> Department:
    """Change code or names of a department; it stays in its locality."""
    if by is not None:
        require(is_system_administrator, by)
    locked = Department.objects.select_for_update(no_key=True).get(pk=department.pk)
    apply_changes(
        locked,
        changes,
        allowed=("code", "name_zh", "name_en"),
        action="accounts.update_department",
        by=by,
        at=at,
    )
    return locked


def _create(thing: Region | Locality | Department, by: User | None) -> None:
    if by is not None:
        require(is_system_administrator, by)
    thing.full_clean()
    with refused_in_words(thing.full_clean):
        thing.save()


def _set_localities(
    region: Region, localities: Iterable[Locality], by: User | None, at: datetime
) -> None:
    before = sorted(region.localities.values_list("code", flat=True))
    wanted = list(localities)
    problems = joining_problems(region, [each for each in wanted if each.code not in before])
    if problems:
        raise ValidationError(problems)
    after = sorted(locality.code for locality in wanted)
    if before == after:
        return
    region.localities.set(wanted)
    announce(
        action="accounts.set_localities",
        by=by,
        at=at,
        target=region,
        before={"localities": before},
        after={"localities": after},
    )
