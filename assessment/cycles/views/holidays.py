"""The holidays of each year, and entering those of a year the software does not know."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import DeskRequest, desk_view
from accounts.service_errors import add_service_errors
from accounts.trail import trail
from assessment.cycles.forms import HolidayForm
from assessment.cycles.permissions import can_enter_holidays
from assessment.cycles.queries import entered_holidays, working_calendar
from assessment.cycles.services import enter_holidays, take_back_holidays


@desk_view
@require_http_methods(["GET", "HEAD", "POST"])
def holidays(request: DeskRequest) -> HttpResponse:
    """Which years are known by which notice; below, the form for another or a corrected one."""
    if not can_enter_holidays(request.user):
        raise PermissionDenied
    if "take-back" in request.POST:
        return _take_back(request)
    form = HolidayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            entered = enter_holidays(**form.entered(), by=request.user, at=timezone.now())
        except ValidationError as error:
            add_service_errors(form, error)
        else:
            messages.success(
                request, _("The holidays of %(year)d are saved.") % {"year": entered.year}
            )
            return redirect("cycles:holidays")
    years = sorted(working_calendar().years.items(), reverse=True)
    entered_years = entered_holidays()
    context = {
        "form": form,
        "years": [
            {
                "year": year,
                "source": said.source,
                "rest": len(said.rest),
                "work": sorted(said.work),
                "is_entered": year in entered_years,
            }
            for year, said in years
        ],
        "breadcrumbs": trail((_("Holidays and working days"), "")),
    }
    return render(request, "cycles/holidays.html", context)


def _take_back(request: DeskRequest) -> HttpResponse:
    typed = request.POST["take-back"]
    year = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) == 4 else 0
    if take_back_holidays(year=year, by=request.user, at=timezone.now()):
        text = _("What was entered of %(year)d no longer counts.")
        if year in working_calendar().years:
            text = _("What was entered of %(year)d no longer counts; what is built in does again.")
        messages.success(request, text % {"year": year})
    return redirect("cycles:holidays")
