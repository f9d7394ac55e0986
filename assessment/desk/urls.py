"""Addresses of the desk."""

from django.urls import path

from assessment.desk import urging, views

app_name = "desk"
urlpatterns = [
    path("", views.start, name="start"),
    path("search/", views.search_page, name="search"),
    path("roles/", views.roles, name="roles"),
    path("cycles/<slug:cycle>/", views.cycle_overview, name="cycle"),
    path("cycles/<slug:cycle>/open/", views.open_cycle, name="open-collection"),
    path("cycles/<slug:cycle>/urge/", urging.urge, name="urge"),
]
