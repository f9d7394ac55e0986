"""The open page and the form: what a save did and what others changed, for the page's scripts."""

import json
import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db.models import prefetch_related_objects
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.moments import time_text
from accounts.text import is_storable
from assessment.engine.document import Node
from assessment.engine.figures import unit_text
from assessment.submissions.answers import (
    AnswerInput,
    AnswerState,
    reported_nodes,
    state_of,
    stored_answers,
)
from assessment.submissions.checks import FormFacts
from assessment.submissions.completeness import (
    IndicatorCompleteness,
    Progress,
    completeness,
    count_progress,
)
from assessment.submissions.division import division_of
from assessment.submissions.form_facts import file_counts, rule_facts
from assessment.submissions.form_page import conflict_view
from assessment.submissions.forms import TEXT_FIELDS, digest, state_texts
from assessment.submissions.models import Answer, Submission
from assessment.submissions.queries import document_of
from assessment.submissions.sections import in_words, shown_finding
from assessment.submissions.services import Conflict, SaveOutcome

# One page has no more fields than this; whatever sends more is no page of ours.
MAX_ANSWERS = 2000
# What the page's script calls a save; nothing where it does not say.
_KEY = re.compile(r"[0-9a-zA-Z_-]{0,32}")


class NotAnswersError(ValueError):
    """What was sent is not a set of answers as the page's script sends it."""


def read_answers(body: bytes) -> tuple[dict[str, AnswerInput], int, int]:
    """Answers by indicator, the person who typed them, the last revision their page has seen.

    ``body`` is JSON: ``{"person": id, "since": revision, "answers": {indicator: {"status",
    "value", "reason", "note": text, "revision": number, "key": text}}}``.
    ``NotAnswersError`` for anything else.
    """
    try:
        sent = json.loads(body)
        answers = {code: _typed(each) for code, each in sent["answers"].items()}
        if not all(map(_is_text, answers)):
            raise NotAnswersError(sorted(answers))
        person, since = _whole(sent["person"]), _whole(sent["since"])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise NotAnswersError(str(error)) from error
    if len(answers) > MAX_ANSWERS:
        raise NotAnswersError(len(answers))
    return answers, person, since


def _typed(sent: Mapping[str, Any]) -> AnswerInput:
    texts = {name: sent.get(name, "") for name in (*TEXT_FIELDS, "key")}
    if not all(map(_is_text, texts.values())) or not _KEY.fullmatch(texts["key"]):
        raise NotAnswersError(sent)
    return AnswerInput(**texts, revision=_whole(sent.get("revision", 0)))


def _is_text(sent: object) -> bool:
    return isinstance(sent, str) and is_storable(sent)


def _whole(number: object) -> int:
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < 2**31:
        raise NotAnswersError(number)
    return number


def changes_since(
    submission: Submission,
    since: int,
    reader: User,
    *,
    asked: Collection[str] = (),
    stored: Mapping[str, Answer] | None = None,
) -> dict[str, Any]:
    """What the page needs to show the form as it is now; a constant number of queries.

    ``stored``: the answers by indicator, where a save has just read and written them.
    ``answers``: those saved after the revision ``since`` and those ``asked`` for;
    ``revisions``: of every stored answer, so that a page notices one that is gone;
    ``states``: how complete each indicator is; ``findings``: what the rules find, by indicator;
    ``progress``: in all.
    """
    document = document_of(submission)
    nodes = reported_nodes(document)
    if stored is None:
        stored = stored_answers(submission)
    shown = {
        code: answer
        for code, answer in stored.items()
        if code in nodes and (answer.revision > since or code in asked)
    }
    _name_authors(shown.values(), reader)
    explanations, previous = rule_facts([submission])
    facts = FormFacts(
        {code: state_of(answer) for code, answer in stored.items()},
        file_counts(submission),
        previous[submission.pk],
        explanations[submission.pk],
    )
    found = completeness(document, facts)
    return {
        "revision": submission.revision,
        "time": f"{localtime(timezone.now()):%H:%M}",
        "empty": digest(state_texts(AnswerState())),
        "answers": {code: _shown(nodes[code], each, reader) for code, each in shown.items()},
        "revisions": {code: answer.revision for code, answer in stored.items()},
        "states": {code: each.word for code, each in found.items()},
        "findings": _findings(submission, found, reader),
        "progress": _progress(count_progress(document, found)),
    }


def _name_authors(answers: Iterable[Answer], reader: User) -> None:
    """Whose answers they are: mostly the reader's own, and no query then; else one."""
    others = [each for each in answers if each.updated_by_id != reader.pk]
    for answer in answers:
        if answer.updated_by_id == reader.pk:
            answer.updated_by = reader
    prefetch_related_objects(others, "updated_by")


def outcome_words(outcome: SaveOutcome) -> dict[str, Any]:
    """What became of each answer sent; a conflict as the page shows it without scripts, too."""
    nodes = reported_nodes(document_of(outcome.submission))
    return {
        "outcomes": {
            code: name
            for name in ("saved", "cleared", "unchanged", "repeated", "problems", "conflicts")
            for code in getattr(outcome, name)
        },
        "problems": outcome.problems,
        "conflicts": {
            code: _conflict_shown(code, nodes, conflict)
            for code, conflict in outcome.conflicts.items()
        },
    }


def _conflict_shown(code: str, nodes: Mapping[str, Any], conflict: Conflict) -> dict[str, Any]:
    unit = unit_text(nodes[code], get_language() or "zh-hans")
    context = {
        "card": {"code": code, "unit": unit},
        "conflict": conflict_view(nodes[code], conflict),
    }
    return {
        "html": render_to_string("submissions/conflict.html", context),
        "revision": conflict.revision,
        "texts": state_texts(conflict.theirs),
        "seen": digest(state_texts(conflict.theirs)),
    }


def _shown(node: Node, answer: Answer, reader: User) -> dict[str, Any]:
    unit = unit_text(node, get_language() or "zh-hans")
    said = in_words(node, state_of(answer), answer.prefilled)
    texts = state_texts(state_of(answer))
    return {
        "revision": answer.revision,
        "taken": said.taken,
        "texts": texts,
        "seen": digest(texts),
        # Where the answer is shown to read: it is assigned to others.
        "html": render_to_string("submissions/said.html", {"said": said, "unit": unit}),
        "time": f"{localtime(answer.updated_at):%H:%M}",
        "edited": _("Last edited by %(name)s") % {"name": answer.updated_by or ""},
        "edited_at": answer.updated_at.isoformat(),
        "edited_at_text": time_text(answer.updated_at),
        "by": "" if answer.updated_by_id == reader.pk else str(answer.updated_by or ""),
    }


def _findings(
    submission: Submission, found: Mapping[str, IndicatorCompleteness], reader: User
) -> dict[str, str]:
    """What stands beside each answer that a rule is not content with, drawn and escaped here."""
    if not any(each.findings for each in found.values()):
        return {}
    division = division_of(submission)
    return {
        code: render_to_string(
            "submissions/findings.html",
            {
                "code": code,
                "findings": [shown_finding(finding) for finding in each.findings],
                "is_editable": division.opens(code, reader),
            },
        )
        for code, each in found.items()
        if each.findings
    }


def _progress(progress: Progress) -> dict[str, Any]:
    text = _("%(complete)s of %(required)s complete")
    return {
        "text": text % {"complete": progress.complete, "required": progress.required},
        "percent": progress.percent,
        "is_complete": progress.is_complete,
    }
