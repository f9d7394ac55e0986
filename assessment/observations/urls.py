"""Addresses of the observations room."""

from django.urls import path

from assessment.observations import views

app_name = "observations"
urlpatterns = [
    path("cycles/<slug:cycle>/observations/", views.matrix, name="matrix"),
    path("cycles/<slug:cycle>/observations/export/", views.export, name="export"),
    path("cycles/<slug:cycle>/observations/import/", views.import_page, name="import"),
    path(
        "cycles/<slug:cycle>/observations/import/confirm/",
        views.confirm_import,
        name="import-confirm",
    ),
    path(
        "cycles/<slug:cycle>/observations/of/<slug:locality>/<str:indicator>/",
        views.detail,
        name="detail",
    ),
]
