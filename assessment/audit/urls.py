"""Addresses of the audit room."""

from django.urls import URLPattern, path

from assessment.audit import views

app_name = "audit"
urlpatterns: list[URLPattern] = [
    path("audit/", views.event_list, name="list"),
    path("audit/export/", views.event_export, name="export"),
    path("audit/<int:sequence>/", views.event_detail, name="event"),
    path("audit/<int:sequence>/record/", views.event_record, name="record"),
]
