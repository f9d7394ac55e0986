"""What the rules look at in forms, and what they find: a constant number of queries."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal

from accounts.compiled import CompiledQuery
from assessment.engine.document import FrameworkDocument
from assessment.frameworks.models import FrameworkVersion
from assessment.observations.queries import values_before
from assessment.submissions.answers import AnswerState, state_of
from assessment.submissions.checks import (
    FormFacts,
    FormFinding,
    Place,
    asks_for_the_cycle_before,
    check_form,
)
from assessment.submissions.models import Answer, Evidence, Explanation, Submission

_ATTACHED = CompiledQuery(
    lambda form: (
        Evidence.objects.filter(submission_id=form, removed_at__isnull=True)
        .order_by()
        .only("indicator")
    )
)


def file_counts(submission: Submission) -> dict[str, int]:
    """How many files each indicator has now."""
    return Counter(file.indicator for file in _ATTACHED(submission.pk))


def facts_of(submission: Submission) -> FormFacts:
    """What the rules look at in the form as it stands."""
    return facts_for([submission])[submission.pk]


def facts_for(submissions: Collection[Submission]) -> dict[int, FormFacts]:
    """What the rules look at in each form, by primary key; a constant number of queries.

    One each for answers and files; where frameworks state rules, one each for explanations
    and for the cycle before.
    """
    forms = list(submissions)
    states: dict[int, dict[str, AnswerState]] = defaultdict(dict)
    for answer in Answer.objects.filter(submission__in=forms):
        states[answer.submission_id][answer.indicator] = state_of(answer)
    files: dict[int, Counter[str]] = defaultdict(Counter)
    found = Evidence.objects.filter(submission__in=forms, removed_at__isnull=True)
    for submission_id, indicator in found.values_list("submission_id", "indicator"):
        files[submission_id][indicator] += 1
    explanations, previous = rule_facts(forms)
    return {
        form.pk: FormFacts(
            states[form.pk], files[form.pk], previous[form.pk], explanations[form.pk]
        )
        for form in forms
    }


def rule_facts(
    forms: Collection[Submission],
) -> tuple[dict[int, dict[Place, Explanation]], dict[int, Mapping[str, Decimal]]]:
    """What only stated rules look at: explanations, and values of the cycle before."""
    explanations: dict[int, dict[Place, Explanation]] = defaultdict(dict)
    previous: dict[int, Mapping[str, Decimal]] = defaultdict(dict)
    ruled = [form for form in forms if _document(form).validation]
    if ruled:
        for each in Explanation.objects.filter(submission__in=ruled).select_related("by"):
            explanations[each.submission_id][each.indicator, each.rule] = each
    compared = [form for form in ruled if asks_for_the_cycle_before(_document(form))]
    if compared:
        before = values_before([(form.cycle, form.locality_id) for form in compared])
        for form in compared:
            previous[form.pk] = before.get((form.cycle_id, form.locality_id), {})
    return explanations, previous


def findings_in(submission: Submission) -> list[FormFinding]:
    """What the rules of the framework find in the form as it stands, in document order."""
    return check_form(_document(submission), facts_of(submission))


def findings_for(submissions: Iterable[Submission]) -> dict[int, list[FormFinding]]:
    """What the rules find in each form, by primary key; a constant number of queries."""
    forms = with_documents(submissions)
    facts = facts_for(forms)
    return {form.pk: check_form(_document(form), facts[form.pk]) for form in forms}


def with_documents(submissions: Iterable[Submission]) -> list[Submission]:
    """The forms, each cycle with its framework; one query for all frameworks."""
    forms = list(submissions)
    versions = FrameworkVersion.objects.in_bulk({f.cycle.framework_version_id for f in forms})
    for form in forms:
        form.cycle.framework_version = versions[form.cycle.framework_version_id]
    return forms


def _document(submission: Submission) -> FrameworkDocument:
    return submission.cycle.framework_version.parsed
