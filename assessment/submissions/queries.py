"""Reads of forms: what is seen, how far they are, what changed, what is late."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Case, Count, Q, QuerySet, Sum, When

from accounts.compiled import CompiledQuery
from accounts.models import User
from accounts.queries import locality_ids, region_ids
from accounts.roles import LOCALITY_ROLES, SYSTEM_ROLES, Role
from assessment.cycles.models import Cycle
from assessment.cycles.workflow import NotAllowedNow
from assessment.engine.document import FrameworkDocument, Node
from assessment.engine.texts import LocalizedText
from assessment.frameworks.models import FrameworkVersion
from assessment.submissions.answers import AnswerState, reported_nodes, state_of
from assessment.submissions.checks import FormFacts, FormFinding
from assessment.submissions.completeness import Progress, completeness, measure_progress
from assessment.submissions.division import assignments_of, divide
from assessment.submissions.form_facts import facts_for, facts_of, with_documents
from assessment.submissions.form_facts import findings_in as findings_in
from assessment.submissions.models import (
    AnswerRemark,
    Assignment,
    Evidence,
    KeptWorkbook,
    Step,
    Submission,
    Version,
)
from assessment.submissions.periods import Period
from assessment.submissions.permissions import can_edit_submission, can_read_remarks, oversees
from assessment.submissions.versions import Difference, content_differences, live_content
from assessment.submissions.workflow import (
    EDITABLE,
    GIVEN_BACK,
    RemarkState,
    SubmissionAction,
    SubmissionState,
    next_state,
    require_open_stage,
)

# Forms whose locality asks to unlock them.
ASKS_UNLOCK = Q(unlock_request__isnull=False)
_KEYS = Submission.objects.only("cycle_id", "locality_id")
_BY_KEY = CompiledQuery(lambda key: _KEYS.filter(pk=key))


def visible_to(user: User | AnonymousUser) -> QuerySet[Submission]:
    """The forms the user may see, with cycle, region and locality.

    Their own localities' forms for contributors, approvers and the locality's systems; all of
    the region for coordinators, auditors and the region's systems; those that have left their
    first draft for reviewers.
    """
    seen = Q(locality_id__in=locality_ids(user, LOCALITY_ROLES | SYSTEM_ROLES))
    if overseen := region_ids(user, {Role.COORDINATOR, Role.AUDITOR, Role.INTEGRATOR}):
        seen |= Q(cycle__region_id__in=overseen)
    if reviewed := region_ids(user, {Role.REVIEWER}):
        seen |= Q(cycle__region_id__in=reviewed) & ~Q(state=SubmissionState.DRAFT)
    return Submission.objects.filter(seen).select_related("cycle__region", "locality")


def seen_by(user: User | AnonymousUser, pk: int) -> Submission | None:
    """The form of that key if the user may see it; for a save, which reads it under its lock."""
    for form in _BY_KEY(pk):
        if can_edit_submission(user, form):
            return form
    return visible_to(user).filter(pk=pk).first()


def evidence_visible_to(user: User | AnonymousUser) -> QuerySet[Evidence]:
    """Files of the forms the user may see, removed ones included."""
    return Evidence.objects.filter(submission__in=visible_to(user)).select_related(
        "submission__locality", "submission__cycle__region", "uploaded_by", "removed_by"
    )


def document_of(submission: Submission) -> FrameworkDocument:
    """The framework the form follows."""
    return submission.cycle.framework_version.parsed


def answer_states(submission: Submission) -> dict[str, AnswerState]:
    """What is answered now, by indicator."""
    return {answer.indicator: state_of(answer) for answer in submission.answers.all()}


def current_evidence(submission: Submission) -> QuerySet[Evidence]:
    """Files attached now, oldest first."""
    return submission.evidence.filter(removed_at__isnull=True).select_related("uploaded_by")


@dataclass(frozen=True)
class StoredFiles:
    """What a form's evidence takes: files ``attached`` now, ``size`` in bytes of all it keeps."""

    attached: int
    size: int


def stored_files(submission: Submission) -> StoredFiles:
    """The files of the form; removed ones stay as history, and on the disk. One query.

    A linked file takes no room: it is stored once, where it came in.
    """
    found = submission.evidence.aggregate(
        attached=Count("pk", filter=Q(removed_at__isnull=True)),
        size=Sum("size", filter=Q(linked_from__isnull=True)),
    )
    return StoredFiles(found["attached"], found["size"] or 0)


def progress(submission: Submission) -> Progress:
    """How far the form is (formula: ``completeness``)."""
    return measure_progress(document_of(submission), facts_of(submission))


def progress_for(
    submissions: Iterable[Submission], parts: Mapping[int, Collection[str]] | None = None
) -> dict[int, Progress]:
    """Progress of the forms by primary key; a constant number of queries.

    With ``parts``, indicators by primary key, the progress of those of each form alone.
    """
    forms = with_documents(submissions)
    facts = facts_for(forms)
    return {
        form.pk: measure_progress(
            document_of(form),
            facts[form.pk],
            None if parts is None else parts.get(form.pk, ()),
        )
        for form in forms
    }


@dataclass(frozen=True)
class OwnPart:
    """What one person is to fill of a form: their own part by section, and what is open to all.

    ``sections`` holds title, complete and required of each section the person has a part in.
    """

    sections: Mapping[str, tuple[LocalizedText, int, int]]
    open_to_all: Progress


def own_parts(submissions: Iterable[Submission], user: User) -> dict[int, OwnPart]:
    """Of the forms in which something is assigned to the user, their part; by primary key."""
    forms = list(submissions)
    versions = FrameworkVersion.objects.in_bulk({f.cycle.framework_version_id for f in forms})
    rows: dict[int, list[Assignment]] = defaultdict(list)
    for each in assignments_of(forms):
        rows[each.submission_id].append(each)
    mine: dict[int, list[str]] = {}
    free: dict[int, list[str]] = {}
    for form in forms:
        document = versions[form.cycle.framework_version_id].parsed
        division = divide(form, document, rows[form.pk])
        mine[form.pk] = division.indicators_of(user)
        free[form.pk] = [c for c in reported_nodes(document) if division.of(c) is None]
    progress_of_mine, progress_of_free = progress_for(forms, mine), progress_for(forms, free)
    return {
        form.pk: OwnPart(
            {
                code: (versions[form.cycle.framework_version_id].parsed.node(code).title, *counts)
                for code, counts in progress_of_mine[form.pk].by_section.items()
            },
            progress_of_free[form.pk],
        )
        for form in forms
        if mine[form.pk]
    }


@dataclass(frozen=True)
class MissingItem:
    """One thing that keeps a form from being signed: an answer, or a finding that is open."""

    node: Node
    finding: FormFinding | None = None


def missing_items(document: FrameworkDocument, facts: FormFacts) -> list[MissingItem]:
    """Everything a complete form still needs, in document order."""
    missing = []
    for code, found in completeness(document, facts).items():
        node = document.node(code)
        if not found.is_answered or not found.is_valid:
            missing.append(MissingItem(node))
        else:
            missing += [MissingItem(node, each) for each in found.findings if each.is_open]
    return missing


def missing_in(submission: Submission) -> list[MissingItem]:
    """Everything this form still needs."""
    return missing_items(document_of(submission), facts_of(submission))


def current_content(submission: Submission) -> dict[str, Any]:
    """What the form says now, in the shape of a signed version."""
    return live_content(
        submission.answers.select_related("updated_by"),
        current_evidence(submission),
        Period.of(submission.cycle),
        findings_in(submission) if document_of(submission).validation else (),
    )


def last_version(submission: Submission) -> Version | None:
    """The version signed last."""
    return submission.versions.select_related("signed_by").first()


def closed_to(submission: Submission, action: SubmissionAction) -> NotAllowedNow | None:
    """What keeps the coordinating body from the decision now: the form's state or the stage."""
    try:
        next_state(SubmissionState(submission.state), action)
        require_open_stage(submission.cycle.stage, action)
    except NotAllowedNow as error:
        return error
    return None


def step_of(submission: Submission) -> int:
    """How many steps the form took; the number changes with every decision on it."""
    return submission.steps.count()


def version_at(submission: Submission, step: int) -> Version | None:
    """The version that was the last signed when the form had taken so many steps."""
    seen = submission.steps.order_by("pk")[: max(step, 0)]
    signed = [each.version for each in seen.select_related("version") if each.version]
    return signed[-1] if signed else None


def reason_of(version: Version) -> str:
    """Why the version says what was returned, in its approver's words; empty where it was not."""
    steps = version.submission.steps.filter(version=version, action=SubmissionAction.SUBMIT)
    reason = steps.values_list("reason", flat=True).first()
    return reason or ""


def version_before(version: Version) -> Version | None:
    """The version signed before this one that its locality did not take back."""
    steps = version.submission.steps.filter(action=SubmissionAction.WITHDRAW)
    earlier = version.submission.versions.filter(number__lt=version.number)
    return earlier.exclude(pk__in=steps.values("version")).first()


def differences(version_a: Version | None, version_b: Version) -> list[Difference]:
    """What ``version_b`` says otherwise than ``version_a``; all of it without ``version_a``."""
    return content_differences(version_a.content if version_a else None, version_b.content)


def changes_since_signed(submission: Submission) -> list[Difference]:
    """What the form says now otherwise than the version signed last."""
    version = last_version(submission)
    return content_differences(version.content if version else None, current_content(submission))


def overdue_on(today: date) -> Q:
    """Forms still with their locality after their last day."""
    is_past = Q(extended_end_date__lt=today) | Q(
        extended_end_date__isnull=True, cycle__collection_end_date__lt=today
    )
    return is_past & Q(state__in=EDITABLE)


def state_counts(cycle: Cycle, today: date) -> dict[str, int]:
    """How many forms are in each state, ``overdue``, or ask to ``unlock`` them; one query."""
    states = {state.value: Count("pk", filter=Q(state=state)) for state in SubmissionState}
    found: dict[str, int] = cycle.submissions.aggregate(
        **states,
        overdue=Count("pk", filter=overdue_on(today)),
        unlock=Count("pk", filter=ASKS_UNLOCK),
    )
    return found


def days_late(submission: Submission, today: date) -> int:
    """Days since the last day for a form still with its locality; 0 when it is not late."""
    if not submission.is_editable_state:
        return 0
    return max((today - submission.end_date).days, 0)


def indicators_by_file(submission: Submission, digests: Collection[str]) -> Mapping[str, set[str]]:
    """Which indicators each file is attached to now, by its SHA-256; one query."""
    found: dict[str, set[str]] = {digest: set() for digest in digests}
    attached = current_evidence(submission).filter(sha256__in=digests)
    for digest, indicator in attached.values_list("sha256", "indicator"):
        found[digest].add(indicator)
    return found


def same_file(submission: Submission, sha256: str) -> Evidence | None:
    """A file of this content that the form's locality attached anywhere and did not take off."""
    files = Evidence.objects.filter(
        submission__locality_id=submission.locality_id, sha256=sha256, removed_at__isnull=True
    )
    own_first = Case(When(submission=submission, then=0), default=1)
    return (
        files.select_related("submission__cycle").order_by(own_first, "-uploaded_at", "pk").first()
    )


def files_of_locality(submission: Submission) -> QuerySet[Evidence]:
    """The files that may be attached to the form's answers again, newest first.

    Those of the form itself, and of the locality's forms of earlier periods as long as they
    prove all of the period assessed now.
    """
    cycle = submission.cycle
    still_valid = Q(
        submission__cycle__period_end_date__lt=cycle.period_start_date,
        period_from__lte=cycle.period_start_date,
        period_to__gte=cycle.period_end_date,
    )
    return (
        Evidence.objects.filter(
            Q(submission=submission) | still_valid,
            submission__locality_id=submission.locality_id,
            removed_at__isnull=True,
        )
        .select_related("submission__cycle", "uploaded_by")
        .order_by("-uploaded_at", "pk")
    )


def find_evidence(submission: Submission, wanted: str) -> Evidence | None:
    """The form's file of this id, if there is one."""
    return find_visible_evidence(submission.evidence.all(), wanted)


def find_visible_evidence(seen: QuerySet[Evidence], wanted: str) -> Evidence | None:
    """The file of this id among these, if there is one."""
    try:
        key = UUID(wanted)
    except ValueError:
        return None
    return seen.filter(pk=key).first()


def kept_workbook(submission: Submission, user: User) -> KeptWorkbook | None:
    """The file the person chose last for the form and has not taken over."""
    return submission.kept_workbooks.filter(by=user).first()


def given_back(submission: Submission) -> Step | None:
    """The step that gave a form signed off back to its locality, where it is open for that."""
    if submission.state not in GIVEN_BACK:
        return None
    steps = submission.steps.filter(to_state=submission.state).exclude(
        action=SubmissionAction.EXTEND
    )
    return steps.select_related("by").order_by("pk").last()


def unlock_answer(submission: Submission) -> Step | None:
    """The refusal of the locality's last request, while the form is locked and none waits."""
    if submission.is_editable_state or submission.unlock_request_id is not None:
        return None
    last = submission.steps.exclude(action=SubmissionAction.REVIEW).select_related("by")
    step = last.order_by("pk").last()
    return step if step and step.action == SubmissionAction.REFUSE_UNLOCK else None


def is_uncorrected(submission: Submission) -> bool:
    """Whether the form is open for corrections and still says what was signed."""
    return submission.state in GIVEN_BACK and not changes_since_signed(submission)


def remarks_seen_by(user: User | AnonymousUser, submission: Submission) -> QuerySet[AnswerRemark]:
    """The remarks on the form's answers the reader may see, with their threads, oldest first.

    All of them for those who oversee the region, those that were sent for the locality, none
    for anybody else.
    """
    if not can_read_remarks(user, submission):
        return submission.remarks.none()
    found = submission.remarks.select_related("by").prefetch_related("entries__by").order_by("pk")
    return found if oversees(user, submission) else found.filter(sent_at__isnull=False)


def unresolved_remarks(submission: Submission) -> int:
    """How many remarks on the form's answers are not resolved."""
    return submission.remarks.exclude(state=RemarkState.RESOLVED).count()
