"""What people write has a length, and the services hold it, whichever way the text comes in."""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from assessment.cycles.services import move_stage
from assessment.cycles.workflow import StageAction
from assessment.engine.texts import LocalizedText
from assessment.publication.caveats import Confirmation, digest_of, require_confirmed
from assessment.publication.services import withdraw_preliminary
from assessment.publication.wording import Caveat
from assessment.reviews.services import save_rubric_score, write_remark
from assessment.scores.services import make_adjustment, withdraw_adjustment
from assessment.submissions.answers import AnswerInput
from assessment.submissions.models import Submission
from assessment.submissions.services import (
    answer_remark,
    ask_unlock,
    extend_deadline,
    pin_remark,
    refuse_unlock,
    return_submission,
    save_answers,
    submit_submission,
    withdraw_submission,
)
from tests.permission_scene import LATER, Scene, build_scene

pytestmark = pytest.mark.django_db

Write = Callable[[Scene, str], object]


@pytest.fixture(scope="module")
def scene(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Scene]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield build_scene()
        transaction.set_rollback(True)


def adjust(scene: Scene, **texts: str) -> object:
    words = dict.fromkeys(("article_zh", "article_en", "reason_zh", "reason_en"), "text") | texts
    return make_adjustment(
        cycle=scene.cycles["reviewing"],
        locality=scene.cast.locality,
        node="sharing",
        points=Decimal(1),
        **words,
        by=scene.cast.coordinator,
        at=LATER,
    )


def remark(scene: Scene, **texts: str) -> object:
    return write_remark(
        cycle=scene.cycles["reviewing"],
        locality=scene.cast.locality,
        **({"text_zh": "", "text_en": ""} | texts),
        by=scene.cast.coordinator,
        at=LATER,
    )


def judge(scene: Scene, comment: str, has_abstained: bool) -> object:
    return save_rubric_score(
        cycle=scene.cycles["reviewing"],
        locality=scene.cast.locality,
        indicator="DEPTH",
        level=None if has_abstained else 2,
        has_abstained=has_abstained,
        comment=comment,
        by=scene.cast.reviewer,
        at=LATER,
    )


def sign(scene: Scene, statement: str) -> object:
    form = Submission.objects.get(pk=scene.filling.pk)
    return submit_submission(
        submission=form,
        revision=form.revision,
        statement=statement,
        by=scene.cast.approver,
        at=LATER,
    )


# Service and field → the characters it takes, and a call that hands it a text.
LIMITS: dict[str, tuple[str, int, Write]] = {
    "an article": ("article_zh", 300, lambda s, t: adjust(s, article_zh=t)),
    "an adjustment": ("reason_en", 2000, lambda s, t: adjust(s, reason_en=t)),
    "a withdrawn adjustment": (
        "reason",
        2000,
        lambda s, t: withdraw_adjustment(
            adjustment=s.adjustment, reason=t, by=s.cast.coordinator, at=LATER
        ),
    ),
    "a comment": ("comment", 5000, lambda s, t: judge(s, t, False)),
    "an abstention": ("comment", 5000, lambda s, t: judge(s, t, True)),
    "a remark": ("text_en", 5000, lambda s, t: remark(s, text_en=t)),
    "a return": (
        "reason",
        5000,
        lambda s, t: return_submission(
            submission=s.submitted,
            reason=t,
            end_date=date(2017, 3, 30),
            by=s.cast.coordinator,
            at=LATER,
        ),
    ),
    "an extension": (
        "reason",
        2000,
        lambda s, t: extend_deadline(
            submission=s.filling,
            end_date=date(2017, 3, 20),
            reason=t,
            by=s.cast.coordinator,
            at=LATER,
        ),
    ),
    "a form taken back": (
        "reason",
        2000,
        lambda s, t: withdraw_submission(
            submission=s.submitted, reason=t, by=s.cast.approver, at=LATER
        ),
    ),
    "a request to unlock": (
        "reason",
        2000,
        lambda s, t: ask_unlock(submission=s.judged, reason=t, by=s.cast.approver, at=LATER),
    ),
    "an answer to it": (
        "reason",
        2000,
        lambda s, t: refuse_unlock(
            submission=s.cycles["judged"].submissions.get(locality=s.cast.neighbour),
            reason=t,
            by=s.cast.coordinator,
            at=LATER,
        ),
    ),
    "a remark on an answer": (
        "text",
        2000,
        lambda s, t: pin_remark(
            submission=s.judged,
            indicator="S1",
            kind="note",
            text=t,
            by=s.cast.coordinator,
            at=LATER,
        ),
    ),
    "an answer to a remark": (
        "text",
        2000,
        lambda s, t: answer_remark(remark=s.remark, text=t, by=s.cast.contributor, at=LATER),
    ),
    "a statement": ("statement", 2000, sign),
    "a step back": (
        "reason",
        2000,
        lambda s, t: move_stage(
            cycle=s.cycles["reviewing"],
            action=StageAction.REOPEN_COLLECTION,
            reason=t,
            by=s.cast.coordinator,
            at=LATER,
        ),
    ),
    "a withdrawn publication": (
        "reason_en",
        2000,
        lambda s, t: withdraw_preliminary(
            cycle=s.cycles["preliminary"],
            reason=LocalizedText("理由", t),
            by=s.cast.coordinator,
            at=LATER,
        ),
    ),
    "a gap confirmed": (
        "reason_zh",
        2000,
        lambda s, t: require_confirmed(
            [Caveat("missing_values", "S1")],
            Confirmation(digest_of([Caveat("missing_values", "S1")]), LocalizedText(t, "Why")),
        ),
    ),
}


def refusals(scene: Scene, write: Write, text: str) -> dict[str, list[str]]:
    """What the service says by field; whatever it did is undone."""
    try:
        with transaction.atomic():
            write(scene, text)
            transaction.set_rollback(True)
    except ValidationError as error:
        return dict(error.message_dict)
    return {}


@pytest.mark.parametrize("name", LIMITS)
def test_a_text_of_the_full_length_is_kept_and_one_more_sign_refused(
    scene: Scene, name: str
) -> None:
    field, longest, write = LIMITS[name]
    [sentence] = refusals(scene, write, "字" * (longest + 1))[field]
    assert str(longest + 1) in sentence
    assert str(longest) in sentence
    # The space around it is not kept.
    assert field not in refusals(scene, write, f"  {'字' * longest}\n")


@pytest.mark.parametrize(("field", "longest"), [("reason", 2000), ("note", 5000)])
def test_a_long_text_beside_an_answer_is_told_at_its_field(
    scene: Scene, field: str, longest: int
) -> None:
    typed = AnswerInput(status="nothing_to_report", **{field: "字" * (longest + 1)})
    with transaction.atomic():
        outcome = save_answers(
            submission=scene.filling, answers={"S2": typed}, by=scene.cast.contributor, at=LATER
        )
        transaction.set_rollback(True)
    assert field in outcome.problems["S2"]
