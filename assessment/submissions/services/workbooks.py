"""The file a contributor chose, kept until its answers are taken over or it is put away.

A working copy of one person changes nothing of the form and leaves no event, as what a person
has read leaves none (ADR 6); the answers taken over from it leave the event of ``save_answers``.
"""

import hashlib
from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import User
from assessment.submissions.models import KeptWorkbook, Submission
from assessment.submissions.services.locking import require_editing

KEPT = timedelta(days=7)


@transaction.atomic
def keep_workbook(
    *, submission: Submission, name: str, content: bytes, by: User, at: datetime
) -> KeptWorkbook:
    """Keep the file in the place of the one the person chose before for the form.

    The refusals of ``save_answers``.
    """
    require_editing(submission, by, at)
    kept, _is_new = KeptWorkbook.objects.update_or_create(
        submission=submission,
        by=by,
        defaults={
            "name": name,
            "content": content,
            "sha256": hashlib.sha256(content).hexdigest(),
            "at": at,
        },
    )
    return kept


def discard_workbook(*, submission: Submission, by: User) -> None:
    """Forget the person's file for the form; nothing is wrong with there being none."""
    KeptWorkbook.objects.filter(submission=submission, by=by).delete()


def discard_old_workbooks(*, at: datetime) -> int:
    """Forget the files nobody came back for in seven days; how many there were."""
    old = KeptWorkbook.objects.filter(at__lt=at - KEPT)
    return old.delete()[0]
