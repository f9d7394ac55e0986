"""The things that the addresses of the permission grid name: one cycle in every stage.

Everything is made through the services, so that each address finds what a real
installation would have there. ``address_of`` and ``body_of`` say where a row of the grid
goes and what it sends.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import ApiToken, Membership, User
from accounts.roles import Role
from accounts.services import create_token
from assessment.cycles.models import Cycle, Participant
from assessment.cycles.services import move_stage
from assessment.cycles.workflow import Stage, StageAction
from assessment.frameworks.models import FrameworkVersion
from assessment.frameworks.services import create_version
from assessment.jobs.models import Job
from assessment.jobs.workflow import JobState
from assessment.observations.statuses import Status
from assessment.publication.services import publish
from assessment.reports.models import Document, Logo, Report
from assessment.scores.models import Adjustment
from assessment.scores.services import make_adjustment, run_scores
from assessment.submissions.answers import AnswerInput
from assessment.submissions.models import AnswerRemark, Evidence, Submission
from assessment.submissions.services import (
    accept_submission,
    ask_unlock,
    attach_evidence,
    begin_review,
    open_collection,
    pin_remark,
    return_submission,
    save_answers,
    submit_submission,
)
from tests.cast import Cast, make_cast
from tests.factories import NOW, CycleFactory, DepartmentFactory, member
from tests.observations.scene import at_stage, record
from tests.publishing import finalise, publish_preliminary
from tests.reviews.conftest import rubric_framework
from tests.submissions.files import PDF

LATER = NOW + timedelta(hours=1)
INDICATORS = ("S1", "S2", "PM25_CHANGE", "S3", "DEPTH")


@dataclass
class Scene:
    """The cast and what the rows name."""

    cast: Cast
    frozen: FrameworkVersion
    draft: FrameworkVersion
    prefix: str = ""
    is_demonstration: bool = False
    cycles: dict[str, Cycle] = field(default_factory=dict)
    filling: Submission = field(init=False)
    submitted: Submission = field(init=False)
    judged: Submission = field(init=False)
    remark: AnswerRemark = field(init=False)
    evidence: Evidence = field(init=False)
    adjustment: Adjustment = field(init=False)
    report: Report = field(init=False)
    document: Document = field(init=False)
    waiting_job: Job = field(init=False)
    failed_job: Job = field(init=False)
    tokens: dict[str, ApiToken] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    sessions: dict[str, dict[str, str]] = field(default_factory=dict)

    def code(self, stage: str) -> str:
        """The code of the cycle in that stage."""
        return self.cycles[stage].code

    def session_of(self, person: str) -> dict[str, str]:
        """The cookies of a signed-in person; none for the visitor. Signed in once."""
        if person not in self.sessions:
            cookies = self.cast.client(person).cookies
            self.sessions[person] = {name: morsel.value for name, morsel in cookies.items()}
        return self.sessions[person]


def build_scene(prefix: str = "", *, is_demonstration: bool = False) -> Scene:
    """One cycle per stage, forms, runs, publications, jobs, events.

    With a ``prefix`` of user names and codes, a second one stands beside the first.
    """
    document = rubric_framework()
    if is_demonstration:
        document["notice"] = {"zh-Hans": "演示数据", "en": "Demonstration data"}
    cast = make_cast(prefix, document)
    Cycle.objects.filter(pk=cast.cycle.pk).update(is_demonstration=is_demonstration)
    frozen = cast.cycle.framework_version
    at = NOW
    draft = create_version(framework=frozen.framework, based_on=frozen, by=cast.coordinator, at=at)
    scene = Scene(cast, frozen, draft, prefix, is_demonstration)
    scene.cycles["draft"] = cast.cycle
    _collect(scene)
    _review(scene)
    _judge(scene)
    for stage in ("ready", "preliminary", "final", "published"):
        _publish(scene, stage)
    _jobs(scene)
    _systems(scene)
    DepartmentFactory(locality=cast.locality)
    for person in vars(cast):
        if isinstance(getattr(cast, person), User):
            scene.session_of(person)
    return scene


def _cycle(scene: Scene, name: str) -> Cycle:
    cast = scene.cast
    cycle: Cycle = CycleFactory(
        code=f"{scene.prefix}grid-{name}",
        region=cast.region,
        framework_version=scene.frozen,
        is_demonstration=scene.is_demonstration,
    )
    Participant.objects.bulk_create(
        [Participant(cycle=cycle, locality=each) for each in (cast.locality, cast.neighbour)]
    )
    scene.cycles[name] = cycle
    return cycle


def _fill(scene: Scene, submission: Submission) -> Evidence:
    by = (
        scene.cast.contributor
        if submission.locality_id == scene.cast.locality.pk
        else scene.cast.neighbour_contributor
    )
    answers = {code: AnswerInput(status=Status.VALUE, value="80") for code in ("S1", "S2", "S3")}
    save_answers(submission=submission, answers=answers, by=by, at=NOW)
    upload = SimpleUploadedFile("台账.pdf", PDF)
    evidence = attach_evidence(submission=submission, indicator="S1", upload=upload, by=by, at=NOW)
    submission.refresh_from_db()
    return evidence


def _collect(scene: Scene) -> None:
    cast, cycle = scene.cast, _cycle(scene, "collecting")
    open_collection(cycle=cycle, by=cast.coordinator, at=NOW)
    scene.filling = Submission.objects.get(cycle=cycle, locality=cast.locality)
    scene.evidence = _fill(scene, scene.filling)


def _review(scene: Scene) -> None:
    """The own form waits for the decision, the neighbour's is accepted; two runs."""
    cast, cycle = scene.cast, _cycle(scene, "reviewing")
    open_collection(cycle=cycle, by=cast.coordinator, at=NOW)
    for submission in Submission.objects.filter(cycle=cycle):
        _fill(scene, submission)
        is_own = submission.locality_id == cast.locality.pk
        submit_submission(
            submission=submission,
            revision=submission.revision,
            statement="True.",
            by=cast.approver if is_own else None,
            at=NOW,
        )
        submission.refresh_from_db()
        if is_own:
            scene.submitted = submission
        else:
            accept_submission(submission=submission, by=cast.coordinator, at=NOW)
    move_stage(cycle=cycle, action=StageAction.START_REVIEW, by=cast.coordinator, at=NOW)
    _values(scene, cycle)
    run_scores(cycle=cycle, by=cast.coordinator, at=NOW)
    scene.adjustment = make_adjustment(
        cycle=cycle,
        locality=cast.locality,
        node="sharing",
        points=Decimal(2),
        article_zh="第一条",
        article_en="Article 1",
        reason_zh="联合行动",
        reason_en="A joint action",
        by=cast.coordinator,
        at=NOW,
    )
    run_scores(cycle=cycle, by=cast.coordinator, at=NOW)


def _judge(scene: Scene) -> None:
    """Both forms are under review; the neighbour asks to unlock its own."""
    cast, cycle = scene.cast, _cycle(scene, "judged")
    open_collection(cycle=cycle, by=cast.coordinator, at=NOW)
    for form in Submission.objects.filter(cycle=cycle):
        _fill(scene, form)
        submit_submission(
            submission=form, revision=form.revision, statement="True.", by=None, at=NOW
        )
        begin_review(submission=form, by=cast.coordinator, at=NOW)
        if form.locality_id == cast.neighbour.pk:
            ask_unlock(submission=form, reason="S1 is wrong", by=cast.neighbour_contributor, at=NOW)
        else:
            _remark(scene, form)


def _remark(scene: Scene, form: Submission) -> None:
    """The own form was sent back with a remark once and is under review again."""
    cast = scene.cast
    scene.remark = pin_remark(
        submission=form,
        indicator="S1",
        kind="change",
        text="Check the ledger",
        by=cast.coordinator,
        at=NOW,
    )
    return_submission(submission=form, reason="See there", by=cast.coordinator, at=NOW)
    submit_submission(
        submission=form,
        revision=form.revision,
        statement="True.",
        reason="It is right",
        by=None,
        at=NOW,
    )
    begin_review(submission=form, by=cast.coordinator, at=NOW)
    form.refresh_from_db()
    scene.judged = form


def _values(scene: Scene, cycle: Cycle) -> None:
    for locality, value in ((scene.cast.locality, "80"), (scene.cast.neighbour, "70")):
        values = dict.fromkeys(INDICATORS, value) | {"DEPTH": "2"}
        record(cycle, locality, values, source="surveys")


def _publish(scene: Scene, until: str) -> None:
    by, cycle = scene.cast.coordinator, at_stage(_cycle(scene, until), Stage.REVIEWING)
    _values(scene, cycle)
    run = run_scores(cycle=cycle, by=by, at=NOW)
    if until == "ready":
        return
    publish_preliminary(cycle=cycle, run=run, by=by, at=NOW)
    if until == "preliminary":
        return
    finalise(cycle=cycle, run=run, by=by, at=NOW)
    if until == "published":
        publication = publish(cycle=cycle, by=by, at=NOW)
        scene.report = Report.objects.create(
            publication=publication,
            locality=scene.cast.locality,
            language="en",
            file=ContentFile(PDF, "report.pdf"),
            sha256=hashlib.sha256(PDF).hexdigest(),
            size=len(PDF),
            rendered_at=NOW,
        )
        scene.document = Document.objects.create(
            kind=Document.Kind.REGIONAL,
            publication=publication,
            language="en",
            file=ContentFile(PDF, "regional.pdf"),
            sha256=hashlib.sha256(PDF).hexdigest(),
            size=len(PDF),
            rendered_at=NOW,
        )
        Logo.objects.create(
            region=scene.cast.region,
            number=1,
            file=ContentFile(PDF, "logo.png"),
            sha256=hashlib.sha256(PDF).hexdigest(),
            written_at=NOW,
        )


def _systems(scene: Scene) -> None:
    """A system with a token for the locality, its neighbour, the region and the other region."""
    cast = scene.cast
    places = {
        "locality": {"locality": cast.locality},
        "neighbour": {"locality": cast.neighbour},
        "region": {"region": cast.region},
        "other": {"region": cast.other_region},
    }
    for name, place in places.items():
        system = member(Role.INTEGRATOR, username=f"{scene.prefix}system-{name}", **place)  # type: ignore[arg-type]
        scene.tokens[name], scene.secrets[name] = create_token(
            membership=Membership.objects.get(user=system),
            name="Nightly delivery",
            expires_at=NOW + timedelta(days=90),
            by=cast.security_administrator,
            at=NOW,
        )


def _jobs(scene: Scene) -> None:
    shared = {
        "kind": "reports.locality",
        "parameters": {"region": scene.cast.region.pk},
        "created_by": scene.cast.coordinator,
        "created_at": NOW,
        "heartbeat_at": NOW,
    }
    scene.waiting_job = Job.objects.create(**shared)
    Report.objects.create(
        publication=scene.report.publication,
        locality=scene.cast.locality,
        language="zh-hans",
        job=scene.waiting_job,
    )
    scene.failed_job = Job.objects.create(
        **shared, state=JobState.FAILED, error="Out of paper", finished_at=NOW
    )
