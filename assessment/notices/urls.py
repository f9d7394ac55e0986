"""Addresses of the notices room."""

from django.urls import URLPattern, path

from assessment.notices import views

app_name = "notices"
urlpatterns: list[URLPattern] = [
    path("notices/", views.notice_list, name="list"),
    path("notices/read/", views.read, name="read"),
]
