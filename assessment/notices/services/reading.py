"""Mark notices as read.

What a person has read is theirs alone and changes nothing of an assessment: it leaves no
event in the log.
"""

from django.db import transaction

from accounts.models import User
from assessment.notices.models import ReadNotice, ReadUntil
from assessment.notices.queries import notices_for


@transaction.atomic
def mark_read(*, sequence: int, by: User) -> bool:
    """Mark one notice as read; whether it is one of theirs."""
    if not notices_for(by).filter(sequence=sequence).exists():
        return False
    ReadNotice.objects.get_or_create(user=by, sequence=sequence)
    return True


@transaction.atomic
def mark_all_read(*, until: int, by: User) -> int:
    """Mark every notice up to the event ``until`` as read; return where that stands now.

    ``until`` is the newest the person was shown, so that what came since stays unread. It
    never goes back, nor past the newest notice there is.
    """
    newest = notices_for(by).values_list("sequence", flat=True).first() or 0
    mark, _created = ReadUntil.objects.select_for_update(no_key=True).get_or_create(
        user=by, defaults={"sequence": 0}
    )
    mark.sequence = max(mark.sequence, min(until, newest))
    mark.save(update_fields=["sequence"])
    ReadNotice.objects.filter(user=by, sequence__lte=mark.sequence).delete()
    return mark.sequence
