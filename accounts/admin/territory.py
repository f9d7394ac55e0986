"""Regions, localities and departments, kept by the system administrator."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest

from accounts.administration import RoleAdmin
from accounts.models import Department, Locality, Region, User
from accounts.permissions import is_system_administrator
from accounts.services import (
    create_department,
    create_locality,
    create_region,
    update_department,
    update_locality,
    update_region,
)
from accounts.typed_numbers import fold_signs


class RegionAdmin(RoleAdmin):
    """Regions with their coordinating bodies."""

    opens_to = is_system_administrator
    fields = (
        "code",
        "name_zh",
        "name_en",
        "body_name_zh",
        "body_name_en",
        "contact",
        "localities",
    )
    list_display = ("code", "name_zh", "name_en")
    search_fields = ("code", "name_zh", "name_en")
    filter_horizontal = ("localities",)

    def create(self, values: Mapping[str, Any], *, by: User, at: datetime) -> Region:
        """Make the region with its localities."""
        return create_region(**values, by=by, at=at)

    def update(self, thing: Any, values: Mapping[str, Any], *, by: User, at: datetime) -> None:
        """Change the region and who belongs to it."""
        changes = dict(values)
        localities = changes.pop("localities", None)
        update_region(region=thing, changes=changes, localities=localities, by=by, at=at)


class _CodeField(forms.CharField):
    def to_python(self, value: Any) -> Any:
        return fold_signs(str(super().to_python(value)))


class LocalityAdmin(RoleAdmin):
    """Provinces, cities, counties."""

    opens_to = is_system_administrator
    fields = ("code", "name_zh", "name_en", "parent", "latitude", "longitude")
    list_display = ("code", "name_zh", "name_en", "parent", "latitude", "longitude")
    list_select_related = ("parent",)
    search_fields = ("code", "name_zh", "name_en")

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Digits of a code typed full-width are the same digits."""
        if db_field.name == "code":
            kwargs["form_class"] = _CodeField
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A locality keeps its code: published results refer to it."""
        return () if obj is None else ("code",)

    def create(self, values: Mapping[str, Any], *, by: User, at: datetime) -> Locality:
        """Make the locality."""
        return create_locality(**values, by=by, at=at)

    def update(self, thing: Any, values: Mapping[str, Any], *, by: User, at: datetime) -> None:
        """Change the locality."""
        update_locality(locality=thing, changes=values, by=by, at=at)


class DepartmentAdmin(RoleAdmin):
    """Departments of localities."""

    opens_to = is_system_administrator
    fields = ("locality", "code", "name_zh", "name_en")
    list_display = ("locality", "code", "name_zh", "name_en")
    list_select_related = ("locality",)
    search_fields = ("code", "name_zh", "name_en", "locality__name_zh", "locality__name_en")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A department stays in its locality."""
        return () if obj is None else ("locality",)

    def create(self, values: Mapping[str, Any], *, by: User, at: datetime) -> Department:
        """Make the department."""
        return create_department(**values, by=by, at=at)

    def update(self, thing: Any, values: Mapping[str, Any], *, by: User, at: datetime) -> None:
        """Change the department."""
        update_department(department=thing, changes=values, by=by, at=at)
