"""A commendation is given the number that its office's register has for it."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.authorization import require
from accounts.models import Region, User
from assessment.audit.services import record_event
from assessment.cycles.calendar import local_date
from assessment.observations.numbers import shown
from assessment.publication.models import Publication
from assessment.reports.models import DocumentNumber
from assessment.reports.permissions import can_request_all_reports
from assessment.reports.queries import number_of, numbered

_HIGHEST = 99_999


@transaction.atomic
def give_number(
    *, publication: Publication, number: str, by: User | None, at: datetime
) -> DocumentNumber | None:
    """Give the commendation of final results its serial number (发文顺序号), or take it back.

    ``number`` is what was typed: a whole number without zeros before it, as GB/T 9704-2012 asks;
    empty takes it back. Returns nothing where nothing changes. ``ValidationError`` on ``number``
    for anything else, a number that another commendation of that region and year has, and for
    results that are not final, not public or withdrawn.
    """
    # The region before the publication: two may be given the same number at once.
    Region.objects.select_for_update(no_key=True).get(pk=publication.cycle.region_id)
    publication = (
        Publication.objects.select_for_update(of=("self",), no_key=True)
        .select_related("cycle__region")
        .get(pk=publication.pk)
    )
    if by is not None:
        require(can_request_all_reports, by, publication.cycle)
    wanted = _checked(publication, number.strip())
    before = number_of(publication)
    if wanted == before:
        return None
    given = DocumentNumber.objects.create(
        publication=publication, number=wanted, written_by=by, written_at=at
    )
    record_event(
        action="reports.number_document",
        by=by,
        at=at,
        target=publication,
        before={} if before is None else {"number": before},
        after={} if wanted is None else {"number": wanted},
        region=publication.cycle.region,
    )
    return given


def _checked(publication: Publication, typed: str) -> int | None:
    if (
        publication.kind != Publication.Kind.FINAL
        or publication.published_at is None
        or publication.withdrawn_at is not None
    ):
        raise ValidationError({"number": [_("Only final results are a reason to commend.")]})
    if not typed:
        return None
    is_plain = typed.isascii() and typed.isdigit() and not typed.startswith("0")
    if not is_plain or len(typed) > len(str(_HIGHEST)):
        sentence = _(
            "Found %(found)s; expected a whole number from 1 to %(highest)d, without zeros before "
            "it."
        )
        raise ValidationError({"number": [sentence % {"found": shown(typed), "highest": _HIGHEST}]})
    year = local_date(publication.published_at).year
    other = numbered(publication.cycle.region, year).get(int(typed))
    if other is not None and other.pk != publication.pk:
        told = {"number": int(typed), "year": year, "cycle": other.cycle_name}
        raise ValidationError(
            {"number": [_("“%(cycle)s” has the number %(number)d of %(year)d.") % told]}
        )
    return int(typed)
