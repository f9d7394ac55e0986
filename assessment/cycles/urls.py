"""Addresses of the cycles room."""

from django.urls import URLPattern, path

from assessment.cycles.views import editing, holidays, listing, stage

app_name = "cycles"
urlpatterns: list[URLPattern] = [
    path("cycles/", listing.cycle_list, name="list"),
    path("holidays/", holidays.holidays, name="holidays"),
    path("cycles/new/", editing.cycle_new, name="new"),
    path("cycles/<slug:cycle>/edit/", editing.cycle_edit, name="edit"),
    path("cycles/<slug:cycle>/stage/", stage.stage, name="stage"),
]
