"""Saving answers: every valid one, none over somebody else's."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from accounts.compiled import CompiledInsert
from accounts.models import User
from accounts.sending import carried_out, note_carried_out
from assessment.audit.models import Event
from assessment.engine.figures import plain_number
from assessment.observations.numbers import shown
from assessment.observations.validity import Fault
from assessment.submissions.answers import (
    AnswerInput,
    AnswerState,
    CheckedAnswer,
    check_answer,
    clean_text,
    reported_nodes,
    state_of,
    stored_answers,
)
from assessment.submissions.authorship import last_saves
from assessment.submissions.division import division_of
from assessment.submissions.models import Answer, Submission
from assessment.submissions.prefill import (
    Suggestion,
    find_suggestion,
    suggestions_of,
    taken_state,
)
from assessment.submissions.services.dividing import whose
from assessment.submissions.services.locking import (
    lock_for_editing,
    record_change,
    require_editing,
    touch,
)

# What the keys of saved answers stand for beside those of whole forms, which hold an address.
_OUTCOME = "answer"
_PUT = CompiledInsert(
    Answer,
    unique=["submission", "indicator"],
    update=[
        *("status", "value", "reason", "note", "prefilled"),
        *("revision", "updated_by", "updated_at"),
    ],
)


@dataclass(frozen=True)
class Conflict:
    """Somebody else saved another answer since the writer's page was made."""

    mine: AnswerState
    theirs: AnswerState
    revision: int
    by: User | None
    at: datetime | None


@dataclass(frozen=True)
class SaveOutcome:
    """What became of each answer sent; codes by what happened, problems by field.

    ``submission`` and ``stored``, the answers by indicator, are the form as the save left it:
    as it was read and written under its lock, so that it need not be read again to be shown.
    """

    submission: Submission
    stored: Mapping[str, Answer]
    saved: tuple[str, ...] = ()
    cleared: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    repeated: tuple[str, ...] = ()
    problems: Mapping[str, Mapping[str, list[str]]] = field(default_factory=dict)
    conflicts: Mapping[str, Conflict] = field(default_factory=dict)

    @property
    def revision(self) -> int:
        """The revision of the form."""
        return self.submission.revision

    @property
    def is_clean(self) -> bool:
        """Everything sent is now what the form says."""
        return not self.problems and not self.conflicts


@dataclass
class _Sorting:
    """The answers of one call, sorted by what is to happen with them."""

    changes: dict[str, AnswerState] = field(default_factory=dict)
    # What those that are taken over keep of where they come from.
    taken: dict[str, dict[str, Any]] = field(default_factory=dict)
    unchanged: list[str] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    problems: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    conflicts: dict[str, Conflict] = field(default_factory=dict)


@transaction.atomic
def save_answers(
    *,
    submission: Submission,
    answers: Mapping[str, AnswerInput],
    by: User | None,
    at: datetime,
) -> SaveOutcome:
    """Save every valid answer; report the others, each at its field.

    An answer whose stored revision is another than the one sent, and whose content differs,
    is a conflict: it stays as it is, and the outcome holds both. Sent again with the
    revision named there, it is saved. Indicators not in ``answers`` are left alone. A change
    of what is assigned to others is refused, with the name of who answers for it.
    An answer with the mark of a suggestion is taken over from it and says so from then on; one
    that is given already is not overwritten so, and a suggestion that no longer stands is
    refused.
    An answer that came before with the same ``key`` and content was saved then: it is
    ``repeated`` and changes nothing, whatever has become of the answer since.
    ``PermissionDenied`` for others than the locality's contributors; ``NotAllowedNow`` when
    the form is not open to its locality.
    """
    submission = lock_for_editing(submission)
    require_editing(submission, by, at)
    stored = stored_answers(submission)
    sorting = _sort(submission, answers, stored)
    _leave_to_the_responsible(sorting, submission, by)
    keys = _keys(submission, answers, {*sorting.changes, *sorting.conflicts}, by)
    if by is not None:
        _leave_out_repeated(sorting, keys, by)
    if sorting.changes:
        touch(submission, at)
        if by is not None:
            done = [keys[code] for code in sorting.changes if code in keys]
            note_carried_out(user=by, keys=done, outcome=_OUTCOME, at=at)
        stored = _write(submission, sorting, stored, by, at)
    return _outcome(submission, sorting, stored)


def preview_answers(
    *,
    submission: Submission,
    answers: Mapping[str, AnswerInput],
    by: User | None,
    at: datetime,
) -> SaveOutcome:
    """What ``save_answers`` would say of the same answers now; nothing is changed or locked.

    ``saved`` and ``cleared`` are what it would save and clear. The refusals are the same.
    """
    require_editing(submission, by, at)
    stored = stored_answers(submission)
    sorting = _sort(submission, answers, stored)
    _leave_to_the_responsible(sorting, submission, by)
    return _outcome(submission, sorting, stored)


def _outcome(
    submission: Submission, sorting: _Sorting, stored: Mapping[str, Answer]
) -> SaveOutcome:
    return SaveOutcome(
        submission=submission,
        stored=stored,
        saved=tuple(code for code, state in sorting.changes.items() if not state.is_empty),
        cleared=tuple(code for code, state in sorting.changes.items() if state.is_empty),
        unchanged=tuple(sorting.unchanged),
        repeated=tuple(sorting.repeated),
        problems=sorting.problems,
        conflicts=sorting.conflicts,
    )


def _sort(
    submission: Submission, answers: Mapping[str, AnswerInput], stored: Mapping[str, Answer]
) -> _Sorting:
    nodes = reported_nodes(submission.cycle.framework_version.parsed)
    sorting = _Sorting()
    clashing: dict[str, AnswerState] = {}
    wants_suggestion = any(typed.prefill for typed in answers.values())
    offered = suggestions_of(submission) if wants_suggestion else {}
    for code, typed in answers.items():
        if code not in nodes:
            sorting.problems[code] = {"indicator": [_unknown(code)]}
            continue
        answer = stored.get(code)
        if typed.prefill:
            suggestion = find_suggestion(offered.get(code, ()), typed.prefill)
            checked = _taken_over(suggestion, typed, state_of(answer))
            if suggestion is not None and not checked.problems:
                sorting.taken[code] = suggestion.as_taken()
        else:
            checked = check_answer(nodes[code], typed)
        if checked.problems:
            sorting.problems[code] = checked.problems
        elif checked.state == state_of(answer):
            sorting.unchanged.append(code)
        elif typed.revision != (answer.revision if answer else 0):
            clashing[code] = checked.state
        else:
            sorting.changes[code] = checked.state
    sorting.conflicts = _conflicts(submission, clashing, stored)
    return sorting


def _taken_over(
    suggestion: Suggestion | None, typed: AnswerInput, stored: AnswerState
) -> CheckedAnswer:
    """The suggestion as an answer, where it still stands and nothing is answered yet."""
    if suggestion is None:
        sentence = _("This suggestion no longer stands. Load the page again.")
        return CheckedAnswer(problems={"value": [sentence]})
    state = taken_state(suggestion, clean_text(typed.note), stored.note)
    if stored.is_answered and stored != state:
        sentence = _("This is answered already. To take the suggestion over, clear the answer.")
        return CheckedAnswer(problems={"value": [sentence]})
    return CheckedAnswer(state)


def _leave_to_the_responsible(sorting: _Sorting, submission: Submission, by: User | None) -> None:
    """Refuse what would change a part of the form that is assigned to others."""
    if by is None:
        return
    division = division_of(submission)
    for code in [*sorting.changes, *sorting.conflicts]:
        if not division.opens(code, by):
            sorting.changes.pop(code, None)
            sorting.conflicts.pop(code, None)
            sorting.problems[code] = {"indicator": [whose(division.of(code))]}


def _keys(
    submission: Submission, answers: Mapping[str, AnswerInput], codes: set[str], by: User | None
) -> dict[str, tuple[str, str]]:
    """The sender's key of each of the answers that has one, with the digest of what it says."""
    if by is None:
        return {}
    said = {code: answers[code] for code in sorted(codes) if answers[code].key}
    return {code: (each.key, _digest(submission, code, each)) for code, each in said.items()}


def _digest(submission: Submission, code: str, typed: AnswerInput) -> str:
    parts = [submission.pk, code, typed.status, typed.value, typed.reason, typed.note]
    parts += [typed.prefill] if typed.prefill else []
    return sha256(json.dumps(parts).encode()).hexdigest()


def _leave_out_repeated(sorting: _Sorting, keys: Mapping[str, tuple[str, str]], by: User) -> None:
    """Take off what an earlier call of the same sender saved with the same key."""
    done = carried_out(user=by, keys=keys.values())
    sorting.repeated = [code for code, key in keys.items() if key in done]
    for code in sorting.repeated:
        sorting.changes.pop(code, None)
        sorting.conflicts.pop(code, None)


def _unknown(code: str) -> str:
    fault = Fault(
        shown(code),
        _("an indicator the locality answers in this form"),
        _("Load the form again and answer the indicators it shows."),
    )
    return str(fault)


def _conflicts(
    submission: Submission, clashing: Mapping[str, AnswerState], stored: Mapping[str, Answer]
) -> dict[str, Conflict]:
    """Each answer sent beside the one that is stored, or beside none where it was cleared."""
    # Who cleared an answer left no row; the event log knows.
    cleared = last_saves(submission, [code for code in clashing if code not in stored])
    prefetch_related_objects([stored[c] for c in clashing if c in stored], "updated_by")
    return {
        code: _conflict(mine, stored.get(code), cleared.get(code))
        for code, mine in clashing.items()
    }


def _conflict(mine: AnswerState, answer: Answer | None, cleared: Event | None) -> Conflict:
    if answer is None:
        by, at = (cleared.actor, cleared.at) if cleared is not None else (None, None)
        return Conflict(mine, AnswerState(), 0, by, at)
    return Conflict(mine, state_of(answer), answer.revision, answer.updated_by, answer.updated_at)


def _write(
    submission: Submission,
    sorting: _Sorting,
    stored: Mapping[str, Answer],
    by: User | None,
    at: datetime,
) -> dict[str, Answer]:
    """Write answers and event; every stored answer by indicator, as it is now."""
    changes, taken = sorting.changes, sorting.taken
    cleared = [code for code, state in changes.items() if state.is_empty]
    if cleared:
        submission.answers.filter(indicator__in=cleared).delete()
    written = {
        code: Answer(
            submission=submission,
            indicator=code,
            status=state.status,
            value=state.value,
            reason=state.reason,
            note=state.note,
            prefilled=taken.get(code) or _kept_origin(stored.get(code), state),
            revision=submission.revision,
            updated_by=by,
            updated_at=at,
        )
        for code, state in changes.items()
        if not state.is_empty
    }
    _PUT([*written.values()])
    record_change(
        submission,
        "save_answers",
        by=by,
        at=at,
        before={code: _said(state_of(stored.get(code))) for code in changes},
        after={code: _said(state, taken.get(code)) for code, state in changes.items()},
    )
    return {code: each for code, each in stored.items() if code not in cleared} | written


def _kept_origin(answer: Answer | None, state: AnswerState) -> dict[str, Any] | None:
    """What a stored answer was taken over from, as long as it says anything."""
    return answer.prefilled if answer is not None and state.is_answered else None


def _said(state: AnswerState, taken: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The answer as the event keeps it; without what it does not say."""
    value = None if state.value is None else plain_number(state.value)
    said = {"status": state.status, "value": value, "reason": state.reason, "note": state.note}
    if taken is not None:
        said["taken_from"] = taken["origin"]
    return {name: text for name, text in said.items() if text not in (None, "")}
