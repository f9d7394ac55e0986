"""Who wrote and proved what a form says: the event log knows, whoever changed it since."""

from collections.abc import Collection

from django.db.models import Max, QuerySet

from accounts.models import User
from assessment.audit.models import Event
from assessment.submissions.models import Answer, Evidence, Submission, Version
from assessment.submissions.queries import current_evidence


def last_saves(submission: Submission, indicators: Collection[str]) -> dict[str, Event]:
    """By indicator the last save that changed its answer, clearing included; one query.

    Indicators that were never saved are absent.
    """
    found: dict[str, Event] = {}
    if not indicators:
        return found
    saves = Event.objects.filter(
        action="submissions.save_answers",
        target_type=submission._meta.label_lower,
        target_id=str(submission.pk),
        after__has_any_keys=list(indicators),
    )
    # Newest first, and read no further back than all of them need.
    for event in saves.select_related("actor").order_by("-sequence").iterator(chunk_size=50):
        for code in event.after.keys() & set(indicators):
            found.setdefault(code, event)
        if len(found) == len(indicators):
            break
    return found


def own_answers(submission: Submission, user: User) -> list[str]:
    """Indicators the user may not sign off, having answered or proven them; by code.

    Those are the answers they changed last, those they wrote at any time since the form was
    signed last, whoever edited them afterwards, those a file of theirs is attached to, and
    those whose warnings they explained.
    """
    answered = dict(submission.answers.values_list("indicator", "updated_by"))
    own = {code for code, author in answered.items() if author == user.pk}
    own |= _written_since_signed(submission, user) & set(answered)
    files = current_evidence(submission).filter(uploaded_by=user)
    explained = submission.explanations.filter(by=user)
    return sorted(
        own.union(*(found.values_list("indicator", flat=True) for found in (files, explained)))
    )


def _written_since_signed(submission: Submission, user: User) -> set[str]:
    """Indicators the user saved after the last signature, as the event log has it."""
    events = Event.objects.filter(
        target_type=submission._meta.label_lower, target_id=str(submission.pk)
    )
    signed = events.filter(action="submissions.submit").aggregate(last=Max("sequence"))["last"]
    saved = events.filter(
        action="submissions.save_answers", actor=user, sequence__gt=signed or 0
    ).values_list("after", flat=True)
    # A cleared answer says nothing, and nothing is what they wrote.
    return {code for after in saved for code, said in after.items() if said}


def has_worked_on(submissions: QuerySet[Submission], user: User) -> bool:
    """Whether the user ever answered, proved or signed anything of one of the forms."""
    events = Event.objects.filter(
        actor=user,
        action__in=["submissions.save_answers", "submissions.explain"],
        target_type=Submission._meta.label_lower,
        target_id__in=[str(key) for key in submissions.values_list("pk", flat=True)],
    )
    return (
        Answer.objects.filter(submission__in=submissions, updated_by=user).exists()
        or Evidence.objects.filter(submission__in=submissions, uploaded_by=user).exists()
        or Version.objects.filter(submission__in=submissions, signed_by=user).exists()
        or events.exists()
    )
