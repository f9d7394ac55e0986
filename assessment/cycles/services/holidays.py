"""The holidays of a year are entered, and taken back."""

from collections.abc import Iterable
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.authorization import require
from accounts.models import Region, User
from accounts.queries import memberships_of
from accounts.roles import Role
from assessment.audit.services import record_event
from assessment.cycles.calendar import SATURDAY
from assessment.cycles.holidays import holiday_faults
from assessment.cycles.models import HolidayYear
from assessment.cycles.permissions import can_enter_holidays


@transaction.atomic
def enter_holidays(
    *,
    year: int,
    source: str,
    rest: Iterable[date],
    work: Iterable[date],
    by: User | None,
    at: datetime,
) -> HolidayYear:
    """Keep the holidays of a year as its notice arranges them, in the place of what was known.

    Saturdays and Sundays among ``rest`` are off in any case and left out. ``ValidationError`` by
    field: a year out of range, no notice, days of other years, ``work`` that is no weekend.
    """
    if by is not None:
        require(can_enter_holidays, by)
    off = sorted({day for day in rest if day.weekday() < SATURDAY})
    worked = sorted(set(work))
    faults = holiday_faults(year, source.strip(), off, worked)
    if faults:
        raise ValidationError(faults)
    stored = HolidayYear.objects.select_for_update(no_key=True).filter(year=year).first()
    before = _holidays_recorded(stored) if stored is not None else {}
    entered = stored or HolidayYear(year=year)
    entered.source, entered.entered_by, entered.entered_at = source.strip(), by, at
    entered.rest_days = [day.isoformat() for day in off]
    entered.working_days = [day.isoformat() for day in worked]
    after = _holidays_recorded(entered)
    if before == after and stored is not None:
        return stored
    try:
        with transaction.atomic():
            entered.save()
    except IntegrityError:
        text = _("Somebody entered this year meanwhile. Look at it below, then save again.")
        raise ValidationError({"year": text}) from None
    record_event(
        action="cycles.enter_holidays",
        by=by,
        at=at,
        target=entered,
        before=before,
        after=after,
        region=_region_of(by),
    )
    return entered


@transaction.atomic
def take_back_holidays(*, year: int, by: User | None, at: datetime) -> bool:
    """Forget what was entered of a year; whether there was anything.

    What the software came with counts again, or the year is not known.
    """
    if by is not None:
        require(can_enter_holidays, by)
    stored = HolidayYear.objects.select_for_update(no_key=True).filter(year=year).first()
    if stored is None:
        return False
    record_event(
        action="cycles.take_back_holidays",
        by=by,
        at=at,
        target=stored,
        before=_holidays_recorded(stored),
        region=_region_of(by),
    )
    stored.delete()
    return True


def _region_of(by: User | None) -> Region | None:
    """Where the event stands: holidays are the same everywhere, whoever enters them is not.

    The region the person coordinates, so that its auditors find it; of several the first by
    code; none for a system administrator.
    """
    held = [m.region for m in memberships_of(by) if m.role == Role.COORDINATOR] if by else []
    return min(filter(None, held), key=lambda region: region.code, default=None)


def _holidays_recorded(entered: HolidayYear) -> dict[str, object]:
    return {
        "source": entered.source,
        "rest_days": list(entered.rest_days),
        "working_days": list(entered.working_days),
    }
