"""Addresses of the reports room."""

from django.urls import URLPattern, path, register_converter
from django.urls.converters import StringConverter

from assessment.reports.views import letters, lists, readings


class _Form(StringConverter):
    """How a document is handed over besides its PDF."""

    regex = f"{readings.HTML}|{readings.DOCX}"


register_converter(_Form, "form")

app_name = "reports"
_CYCLE = "cycles/<slug:cycle>/"
_TEXT = "<str:language>.<form:form>"
urlpatterns: list[URLPattern] = [
    path(f"{_CYCLE}reports/", lists.report_list, name="list"),
    path(f"{_CYCLE}reports/panel/", lists.report_panel, name="panel"),
    path(f"{_CYCLE}reports/request/", lists.report_request, name="request"),
    path(f"{_CYCLE}reports/retry/", lists.report_retry, name="retry"),
    path(f"{_CYCLE}reports/cancel/", lists.report_cancel, name="cancel"),
    path(f"{_CYCLE}reports/reports.zip", lists.report_archive, name="archive"),
    path(f"{_CYCLE}reports/<str:code>/report.{_TEXT}", readings.read_report, name="read_report"),
    path(f"{_CYCLE}documents/", lists.document_request, name="request_document"),
    path(f"{_CYCLE}documents/<str:kind>.{_TEXT}", readings.read_document, name="read_document"),
    path("reports/<int:pk>/", lists.report_download, name="download"),
    path("documents/<int:pk>/", lists.document_download, name="document"),
    path("submissions/<int:pk>/blank/", lists.blank_form, name="blank"),
    path(f"submissions/<int:pk>/blank/form.{_TEXT}", readings.read_blank, name="read_blank"),
    path(
        "frameworks/<slug:code>/<int:number>/blank/", lists.blank_framework, name="blank_framework"
    ),
    path(
        f"frameworks/<slug:code>/<int:number>/blank/form.{_TEXT}",
        readings.read_framework,
        name="read_framework",
    ),
    path("submissions/<int:pk>/receipt/<int:number>/", lists.receipt_request, name="receipt"),
    path(
        f"submissions/<int:pk>/receipt/<int:number>/receipt.{_TEXT}",
        readings.read_receipt,
        name="read_receipt",
    ),
    path(f"{_CYCLE}documents/number/", letters.document_number, name="number"),
    path("regions/<slug:region>/texts/", letters.text_list, name="texts"),
    path("regions/<slug:region>/texts/<slug:key>/", letters.text_edit, name="text"),
    path("regions/<slug:region>/logo/", letters.logo_edit, name="logo"),
    path("regions/<slug:region>/logo.png", letters.logo_file, name="logo_file"),
]
