"""What the rules find: in one form, and in all forms of a cycle."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.addresses import query_url
from accounts.downloads import attachment
from accounts.http import DeskRequest, desk_view
from accounts.lists import ListPage
from assessment.cycles import queries as cycle_queries
from assessment.cycles.models import Cycle
from assessment.cycles.trail import cycle_trail
from assessment.submissions import permissions
from assessment.submissions.checks_list import FindingRow, finding_rows, findings_csv, read_findings
from assessment.submissions.form_facts import findings_for
from assessment.submissions.views.lookup import find_submission, page_context
from assessment.submissions.workbooks.findings import findings_workbook
from assessment.submissions.workbooks.writing import CONTENT_TYPE

_XLSX = "xlsx"


@require_safe
@desk_view
def checks(request: DeskRequest, pk: int) -> HttpResponse:
    """The findings of one form, as a list and as a file."""
    submission = find_submission(request, pk)
    rows = finding_rows([submission], findings_for([submission]))
    listed = read_findings(rows, request.GET, with_locality=False)
    name = f"{submission.cycle.code}-{submission.locality.code}-checks"
    if (file := _file(request, name, submission.cycle, listed)) is not None:
        return file
    context = page_context(request, submission, "checks") | {
        "list": listed,
        "rows": listed.page.object_list,
        "workbook_url": query_url(request.GET, format=_XLSX),
    }
    return render(request, "submissions/checks.html", context)


@require_safe
@desk_view
def board_checks(request: DeskRequest, cycle: str) -> HttpResponse:
    """The findings of all forms of a cycle."""
    found = get_object_or_404(cycle_queries.visible_to(request.user), code=cycle)
    if not permissions.can_view_board(request.user, found):
        raise PermissionDenied
    forms = list(
        found.submissions.select_related("cycle__region", "locality").order_by("locality__code")
    )
    rows = finding_rows(forms, findings_for(forms))
    listed = read_findings(rows, request.GET, with_locality=True)
    if (file := _file(request, f"{found.code}-checks", found, listed)) is not None:
        return file
    board = reverse("submissions:board", args=[found.code])
    context = {
        "cycle": found,
        "list": listed,
        "rows": listed.page.object_list,
        "workbook_url": query_url(request.GET, format=_XLSX),
        "with_locality": True,
        "breadcrumbs": cycle_trail(found, (_("Forms"), board), (_("Checks"), "")),
    }
    return render(request, "submissions/board_checks.html", context)


def _file(
    request: DeskRequest, name: str, cycle: Cycle, listed: ListPage[FindingRow]
) -> HttpResponse | None:
    """The findings listed as the file asked for; none where the page is."""
    if listed.wants_csv:
        return findings_csv(f"{name}.csv", cycle, listed.rows)
    if request.GET.get("format") != _XLSX:
        return None
    content = findings_workbook(cycle, listed.rows, language=get_language() or "zh-hans")
    return attachment(HttpResponse(content, content_type=CONTENT_TYPE), f"{name}.xlsx")
