"""Writers at the same time: one after the other where they touch the same thing, no deadlock."""

import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Locality, Membership, Region, User
from accounts.roles import Role
from accounts.services import create_user, end_membership, grant_membership, update_region
from assessment.audit.models import Event
from assessment.audit.queries import verify_chain
from assessment.cycles.models import Cycle
from assessment.cycles.services import create_cycle, move_stage
from assessment.cycles.workflow import NotAllowedNow, Stage, StageAction
from assessment.frameworks.models import FrameworkVersion
from assessment.frameworks.services import create_framework
from assessment.frameworks.workflow import VersionState
from assessment.jobs.models import Job
from assessment.jobs.services import enqueue_job
from assessment.publication.models import Publication
from assessment.publication.services import publish_preliminary
from assessment.scores.models import ScoreRun
from assessment.scores.services import run_scores
from assessment.submissions.models import RegionWorkbook, Submission
from assessment.submissions.services import (
    AnswerInput,
    attach_evidence,
    open_collection,
    request_region_workbook,
    save_answers,
    save_form,
)
from tests.cast import Cast, make_cast
from tests.concurrency import at_once, refusals
from tests.factories import (
    NOW,
    LocalityFactory,
    RegionFactory,
    UserFactory,
    member,
    tiny_framework,
)
from tests.flushing import past_triggers
from tests.observations.scene import at_stage, fill
from tests.submissions.files import PDF

pytestmark = pytest.mark.django_db(transaction=True)
WRITERS = 4
ROUNDS = 15


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def form(cast: Cast) -> Submission:
    """A form that is open to its locality."""
    open_collection(cycle=cast.cycle, by=cast.coordinator, at=NOW)
    return Submission.objects.get(cycle=cast.cycle, locality=cast.locality)


def answer(value: str, revision: int = 0) -> AnswerInput:
    return AnswerInput(status="value", value=value, revision=revision)


def saving(form: Submission, by: User, value: str) -> Callable[[], object]:
    return lambda: save_answers(submission=form, answers={"S2": answer(value)}, by=by, at=NOW)


def test_of_answers_typed_at_once_one_is_saved_and_the_others_are_told(
    cast: Cast, form: Submission
) -> None:
    values = [str(number) for number in range(1, WRITERS + 1)]
    outcomes = at_once([saving(form, cast.contributor, value) for value in values])
    assert refusals(outcomes) == []
    assert sorted(len(outcome.conflicts) for outcome in outcomes) == [0, 1, 1, 1]  # type: ignore[attr-defined]
    assert form.answers.count() == 1
    assert Event.objects.filter(action="submissions.save_answers").count() == 1


def test_of_files_sent_at_once_the_form_keeps_what_it_may_hold(
    cast: Cast, form: Submission, settings: Any
) -> None:
    settings.EVIDENCE_FORM_MAX_FILES = 2

    def attaching(number: int) -> Callable[[], object]:
        upload = SimpleUploadedFile(f"{number}.pdf", PDF + b" " * number)
        return lambda: attach_evidence(
            submission=form, indicator="S1", upload=upload, by=cast.contributor, at=NOW
        )

    refused = refusals(at_once([attaching(number) for number in range(WRITERS)]))
    assert [type(refusal) for refusal in refused] == [ValidationError] * (WRITERS - 2)
    assert form.evidence.count() == 2


def test_one_save_sent_several_times_at_once_is_carried_out_once(
    cast: Cast, form: Submission
) -> None:
    typed = {"S2": AnswerInput(value="70", key="a" * 32)}

    def save() -> object:
        return save_answers(submission=form, answers=typed, by=cast.contributor, at=NOW)

    outcomes = at_once([save] * WRITERS)
    assert refusals(outcomes) == []
    assert [bool(outcome.conflicts) for outcome in outcomes] == [False] * WRITERS  # type: ignore[attr-defined]
    assert Event.objects.filter(action="submissions.save_answers").count() == 1


def test_one_workbook_asked_for_by_several_at_once_is_one_job(
    cast: Cast, form: Submission, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked for before: those who wait for its row find the job that was queued meanwhile."""
    monkeypatch.setattr("assessment.jobs.announcing._announce", lambda _job: None)

    def enqueue_slowly(**wanted: Any) -> Job:
        time.sleep(0.2)  # until all others wait for the row
        return enqueue_job(**wanted)

    monkeypatch.setattr("assessment.submissions.services.exporting.enqueue_job", enqueue_slowly)
    RegionWorkbook.objects.create(cycle=cast.cycle, language="en", asked_at=NOW)
    ask = partial(
        request_region_workbook, cycle=cast.cycle, language="en", by=cast.coordinator, at=NOW
    )
    assert refusals(at_once([ask] * WRITERS)) == []
    assert Job.objects.count() == 1
    assert Event.objects.filter(action="submissions.request_workbook").count() == 1


def test_localities_save_side_by_side_while_the_stage_moves(cast: Cast, form: Submission) -> None:
    """Answers and files hold the cycle, the stage waits for them; nobody waits in a circle."""
    other = Submission.objects.get(cycle=cast.cycle, locality=cast.neighbour)
    writers = ((form, cast.contributor), (other, cast.neighbour_contributor))

    def work(at: Submission, by: User) -> None:
        for number in range(ROUNDS):
            upload = SimpleUploadedFile(f"{number}.pdf", PDF + str(number).encode())
            typed = {"S2": answer(str(number), at.answers.get(indicator="S2").revision)}
            save_form(submission=at, answers=typed, uploads=[("S2", upload)], by=by, at=NOW)

    for at, by in writers:
        save_answers(submission=at, answers={"S2": answer("99")}, by=by, at=NOW)

    def move() -> None:
        move_stage(cycle=cast.cycle, action=StageAction.START_REVIEW, by=cast.coordinator, at=NOW)

    outcomes = at_once([*(partial(work, at, by) for at, by in writers), move])
    assert refusals(outcomes) == []
    assert [at.evidence.count() for at, _by in writers] == [ROUNDS, ROUNDS]
    assert verify_chain().broken is None


def test_a_person_given_a_role_can_go_on_working_meanwhile(cast: Cast, form: Submission) -> None:
    """Each event points to its person: a lock on the person must not hold it up."""

    def give_and_take() -> None:
        for _round in range(ROUNDS):
            held = grant_membership(
                user=cast.contributor,
                role=Role.APPROVER,
                locality=cast.neighbour,
                by=cast.security_administrator,
                at=NOW,
            )
            end_membership(membership=held, by=cast.security_administrator, at=NOW)

    def work() -> None:
        for number in range(ROUNDS):
            revision = form.answers.values_list("revision", flat=True).first() or 0
            save_answers(
                submission=form,
                answers={"S2": answer(str(number), revision)},
                by=cast.contributor,
                at=NOW,
            )

    assert refusals(at_once([give_and_take, work])) == []
    walk = verify_chain()
    assert walk.broken is None
    assert Event.objects.filter(action="submissions.save_answers").count() == ROUNDS


def test_the_stage_moves_once(cast: Cast) -> None:
    def move() -> object:
        return move_stage(
            cycle=Cycle.objects.get(pk=cast.cycle.pk),
            action=StageAction.OPEN_COLLECTION,
            by=cast.coordinator,
            at=NOW,
        )

    refused = refusals(at_once([move] * WRITERS))
    assert [type(refusal) for refusal in refused] == [NotAllowedNow] * (WRITERS - 1)
    assert Event.objects.filter(action="cycles.open_collection").count() == 1


def test_runs_started_at_once_have_numbers_of_their_own(cast: Cast) -> None:
    at_stage(cast.cycle, Stage.REVIEWING)
    fill(cast.cycle)
    outcomes = at_once([lambda: run_scores(cycle=cast.cycle, by=cast.coordinator, at=NOW)] * 3)
    assert refusals(outcomes) == []
    assert sorted(ScoreRun.objects.values_list("number", flat=True)) == [1, 2, 3]


def test_a_publication_asked_for_twice_is_made_once(cast: Cast) -> None:
    at_stage(cast.cycle, Stage.REVIEWING)
    fill(cast.cycle)
    run = run_scores(cycle=cast.cycle, by=cast.coordinator, at=NOW)
    later = NOW + timedelta(days=90)
    refused = refusals(
        at_once(
            [lambda: publish_preliminary(cycle=cast.cycle, run=run, by=cast.coordinator, at=later)]
            * 2
        )
    )
    assert [type(refusal) for refusal in refused] == [NotAllowedNow]
    assert Publication.objects.count() == 1


@pytest.mark.parametrize("kind", ["cycle", "framework", "person"])
def test_a_form_sent_twice_makes_one_thing_and_a_refusal_in_words(cast: Cast, kind: str) -> None:
    old = cast.cycle
    with past_triggers():
        FrameworkVersion.objects.update(state=VersionState.DRAFT, frozen_at=None)

    def make_cycle() -> object:
        return create_cycle(
            region=cast.region,
            framework_version=FrameworkVersion.objects.get(pk=old.framework_version_id),
            code="next",
            name_zh="新",
            name_en="New",
            period_start_date=old.period_start_date,
            period_end_date=old.period_end_date,
            collection_start_date=old.collection_start_date,
            collection_end_date=old.collection_end_date,
            review_end_date=old.review_end_date,
            objection_end_date=old.objection_end_date,
            localities=[cast.locality],
            by=cast.coordinator,
            at=NOW,
        )

    def make_framework() -> object:
        return create_framework(
            region=cast.region,
            code="next",
            name_zh="新",
            name_en="New",
            document=tiny_framework(),
            by=cast.coordinator,
            at=NOW,
        )

    def make_person() -> object:
        return create_user(
            username="next",
            email="next@example.org",
            full_name="新",
            password=None,
            by=cast.system_administrator,
            at=NOW,
        )

    makers = {"cycle": make_cycle, "framework": make_framework, "person": make_person}
    refused = refusals(at_once([makers[kind]] * WRITERS))
    assert [type(refusal) for refusal in refused] == [ValidationError] * (WRITERS - 1)


def test_roles_that_exclude_each_other_never_meet() -> None:
    giver, person = member(Role.SECURITY_ADMINISTRATOR), UserFactory()

    def give(role: Role) -> Callable[[], object]:
        return lambda: grant_membership(user=person, role=role, by=giver, at=NOW)

    administrators = [Role.SYSTEM_ADMINISTRATOR, Role.AUDIT_ADMINISTRATOR] * 2
    refused = refusals(at_once([give(role) for role in administrators]))
    assert [type(refusal) for refusal in refused] == [ValidationError] * 3
    assert Membership.objects.filter(user=person).count() == 1


def test_a_locality_does_not_join_the_region_its_new_contributor_judges() -> None:
    """The two tables in which it would show are written at once, by different people."""
    giver, keeper = member(Role.SECURITY_ADMINISTRATOR), member(Role.SYSTEM_ADMINISTRATOR)
    for _round in range(3):
        region: Region = RegionFactory()
        locality: Locality = LocalityFactory()
        judge = member(Role.COORDINATOR, region=region)
        give = partial(
            grant_membership, user=judge, role=Role.CONTRIBUTOR, locality=locality, by=giver, at=NOW
        )
        join = partial(
            update_region, region=region, changes={}, localities=[locality], by=keeper, at=NOW
        )
        refused = refusals(at_once([give, join]))
        assert [type(refusal) for refusal in refused] == [ValidationError]


def test_two_security_administrators_cannot_end_each_other() -> None:
    first, second = member(Role.SECURITY_ADMINISTRATOR), member(Role.SECURITY_ADMINISTRATOR)

    def end(of: User, by: User) -> Callable[[], object]:
        held = Membership.objects.get(user=of)
        return lambda: end_membership(membership=held, by=User.objects.get(pk=by.pk), at=NOW)

    assert len(refusals(at_once([end(second, first), end(first, second)]))) == 1
    assert Membership.objects.filter(ended_at__isnull=True).count() == 1
