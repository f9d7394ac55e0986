"""Addresses of the submissions room."""

from django.urls import URLPattern, path

from assessment.submissions.views import (
    answers,
    burden,
    checks,
    comments,
    division,
    evidence,
    evidence_choice,
    form,
    history,
    lists,
    remarks,
    signing,
    withdrawing,
    workbooks,
)

app_name = "submissions"
urlpatterns: list[URLPattern] = [
    path("submissions/", lists.form_list, name="list"),
    path("submissions/<int:pk>/", form.form, name="form"),
    path("submissions/<int:pk>/division/", division.division, name="division"),
    path("submissions/<int:pk>/comments/<str:indicator>/", comments.comments, name="comments"),
    path("submissions/<int:pk>/remarks/<str:indicator>/", remarks.remarks, name="remarks"),
    path("submissions/<int:pk>/answers/", answers.answers, name="answers"),
    path("submissions/<int:pk>/checks/", checks.checks, name="checks"),
    path("submissions/<int:pk>/sign/", signing.sign, name="sign"),
    path("submissions/<int:pk>/withdraw/", withdrawing.withdraw, name="withdraw"),
    path("submissions/<int:pk>/unlock/", withdrawing.unlock_request, name="ask-unlock"),
    path("submissions/<int:pk>/history/", history.history, name="history"),
    path("submissions/<int:pk>/compare/", history.compare, name="compare"),
    path("submissions/<int:pk>/extend/", lists.extend, name="extend"),
    path("submissions/<int:pk>/evidence/", evidence.evidence_list, name="evidence-list"),
    path(
        "submissions/<int:pk>/evidence/choose/<str:indicator>/",
        evidence_choice.choose,
        name="evidence-choose",
    ),
    path("submissions/<int:pk>/evidence/files.zip", evidence.archive, name="evidence-archive"),
    path("submissions/<int:pk>/evidence/<str:indicator>/attach/", evidence.attach, name="attach"),
    path("submissions/<int:pk>/excel/", workbooks.workbook, name="workbook"),
    path("submissions/<int:pk>/excel/form.<str:kind>", workbooks.download, name="workbook-file"),
    path("submissions/<int:pk>/excel/check/", workbooks.check, name="workbook-check"),
    path("submissions/evidence/<uuid:evidence>/", evidence.download, name="evidence"),
    path("submissions/evidence/<uuid:evidence>/remove/", evidence.remove, name="evidence-remove"),
    path(
        "submissions/evidence/<uuid:evidence>/period/",
        evidence_choice.period,
        name="evidence-period",
    ),
    path("cycles/<slug:cycle>/board/", lists.board, name="board"),
    path("cycles/<slug:cycle>/board/burden/", burden.burden, name="burden"),
    path("cycles/<slug:cycle>/board/checks/", checks.board_checks, name="board-checks"),
    path("cycles/<slug:cycle>/board/excel/", workbooks.region, name="board-workbook"),
    path(
        "cycles/<slug:cycle>/board/excel/<str:language>/",
        workbooks.region_file,
        name="board-workbook-file",
    ),
]
