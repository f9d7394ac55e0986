"""Addresses of the reports room."""

from django.urls import URLPattern, path

from assessment.reports import letter_views, views

app_name = "reports"
urlpatterns: list[URLPattern] = [
    path("cycles/<slug:cycle>/reports/", views.report_list, name="list"),
    path("cycles/<slug:cycle>/reports/panel/", views.report_panel, name="panel"),
    path("cycles/<slug:cycle>/reports/request/", views.report_request, name="request"),
    path("cycles/<slug:cycle>/reports/retry/", views.report_retry, name="retry"),
    path("cycles/<slug:cycle>/reports/cancel/", views.report_cancel, name="cancel"),
    path("cycles/<slug:cycle>/reports/reports.zip", views.report_archive, name="archive"),
    path("cycles/<slug:cycle>/documents/", views.document_request, name="request_document"),
    path("reports/<int:pk>/", views.report_download, name="download"),
    path("documents/<int:pk>/", views.document_download, name="document"),
    path("submissions/<int:pk>/blank/", views.blank_form, name="blank"),
    path(
        "frameworks/<slug:code>/<int:number>/blank/", views.blank_framework, name="blank_framework"
    ),
    path("regions/<slug:region>/texts/", letter_views.text_list, name="texts"),
    path("regions/<slug:region>/texts/<slug:key>/", letter_views.text_edit, name="text"),
    path("regions/<slug:region>/logo/", letter_views.logo_edit, name="logo"),
    path("regions/<slug:region>/logo.png", letter_views.logo_file, name="logo_file"),
    path("submissions/<int:pk>/receipt/<int:number>/", views.receipt_request, name="receipt"),
]
