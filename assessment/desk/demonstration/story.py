"""Plays the demonstration through the services, as people would.

What people write is in their own language alone; texts kept in both languages have both.
"""

from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import Locality, Region, User
from assessment.airquality.services import derive_reductions, import_annual_means
from assessment.audit.origin import Origin, coming_from
from assessment.cycles.calendar import local_date
from assessment.cycles.demonstration import DEMONSTRATION
from assessment.cycles.models import Cycle
from assessment.cycles.services import create_cycle, move_stage
from assessment.cycles.workflow import StageAction
from assessment.desk.demonstration import remarks, values, warnings
from assessment.desk.demonstration.collecting import collect
from assessment.desk.demonstration.division import divide_work, talk_about
from assessment.desk.demonstration.people import People, issue_tokens, load_people
from assessment.desk.demonstration.territory import load_territory
from assessment.engine.texts import LocalizedText
from assessment.frameworks.models import FrameworkVersion
from assessment.frameworks.services import create_from_library, import_document
from assessment.notices.queries import notices_for
from assessment.notices.services import mark_all_read, urge_localities
from assessment.observations.services import ObservationInput, record_observations
from assessment.observations.statuses import Status
from assessment.publication.queries import confirmation_of, public_publications
from assessment.publication.services import finalise, publish, publish_preliminary
from assessment.reports.services import request_reports
from assessment.reviews.services import save_rubric_score, settle_rubric, write_remark
from assessment.scores.services import make_adjustment, run_scores
from assessment.submissions.models import Submission
from assessment.submissions.services import (
    accept_submission,
    extend_deadline,
    open_collection,
    return_submission,
    submit_submission,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
# Places, people and frameworks are there before the first cycle.
BEGUN_AT = datetime(2016, 1, 4, 10, tzinfo=SHANGHAI).astimezone(UTC)
_GAPS_REASON = LocalizedText(
    "缺少的值均按指标体系的规定处理。", "Every missing value is treated as the framework states."
)
# How the localities stand in the cycle under review; all others are accepted.
RETURNED = {
    "130100": "“共享数据完整率”与平台记录不一致，请核对后补充台账。",
    "410100": "“联合行动任务完成率”缺少第三季度佐证材料，请补充。",
}
SUBMITTED = {"110000", "120000", "131000", "140100", "370100"}
DRAFT_EXTENDED = {"130200", "131100"}
DRAFT_OVERDUE = {"140500", "410600"}
URGED = "140500"
FORMS_A_DAY, MINUTES_A_FORM = 14, timedelta(minutes=25)
# Notices each person finds unread: for the coordinators forms that wait for their decision.
LEFT_UNREAD = 3


@dataclass(frozen=True)
class Round:
    """The moments of one cycle."""

    year: int
    opened_at: datetime
    filled_at: datetime
    accepted_at: datetime
    published_at: datetime

    def of_form(self, number: int) -> "Round":
        """The round of one form: on two days before, one city after the other from nine on."""
        day, place = divmod(number, FORMS_A_DAY)
        begin = self.filled_at - timedelta(days=2 - day, hours=1)
        return replace(self, filled_at=begin + place * MINUTES_A_FORM)


@transaction.atomic
def load_demonstration(*, at: datetime) -> None:
    """Load everything in one transaction; ``at`` is the day the demonstration starts from.

    What happened later is done later: the event log's numbers and times run together.
    """
    region = load_territory(at=BEGUN_AT)
    people = load_people(region=region, at=BEGUN_AT)
    import_annual_means(by=None, at=BEGUN_AT)
    templates = ("regional-cooperation", "national-2014", "national-2020")
    version, *_others = [_framework(region, name, people, BEGUN_AT) for name in templates]
    first = _published_cycle(region, version, people)
    _cycle_under_review(region, version, people, first, at)
    issue_tokens(at=at)
    _read_old_notices()


def _read_old_notices() -> None:
    """Everybody has followed what happened: only the newest few notices are still unread."""
    for person in User.objects.filter(memberships__ended_at__isnull=True).distinct():
        older = notices_for(person).values_list("sequence", flat=True)[LEFT_UNREAD:]
        newest_read = older.first()
        if newest_read is not None:
            mark_all_read(until=newest_read, by=person)


def _framework(region: Region, template: str, people: People, at: datetime) -> FrameworkVersion:
    """A framework of the library whose document says for itself that it is a demonstration."""
    version = create_from_library(region=region, template=template, by=people.coordinator, at=at)
    return import_document(
        version=version,
        document={**version.document, "notice": DEMONSTRATION.as_dict()},
        by=people.coordinator,
        at=at,
    )


def order_reports(*, at: datetime) -> int:
    """Ask for every evaluation report of the published cycle; return how many jobs wait.

    Apart from ``load_demonstration``, because a worker makes them, one after another.
    """
    publication = public_publications().get(cycle__code="2-26-2015")
    jobs = request_reports(
        publication=publication,
        localities=list(publication.cycle.region.localities.all()),
        languages=[User.Language.CHINESE, User.Language.ENGLISH],
        by=None,
        at=at,
    )
    return len(jobs)


def _act() -> AbstractContextManager[None]:
    """What a person does in one go, and what therefore is one operation in the event log."""
    return coming_from(Origin())


def _at(day: date, hour: int = 10) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=SHANGHAI).astimezone(UTC)


def _published_cycle(region: Region, version: FrameworkVersion, people: People) -> Cycle:
    opened = date(2016, 2, 1)
    cycle = _make_cycle(region, version, people, year=2015, opened=opened, end=date(2016, 3, 15))
    moments = Round(
        2015, _at(opened), _at(date(2016, 3, 1)), _at(date(2016, 4, 1)), _at(date(2016, 5, 3))
    )
    open_collection(cycle=cycle, by=people.coordinator, at=moments.opened_at)
    for number, submission in enumerate(_forms(cycle)):
        _fill(submission, people, moments.of_form(number))
    _ask_the_public(cycle, moments)
    for submission in _forms(cycle):
        _sign(submission, people, moments)
    _judge(cycle, people, moments, set())
    _advance(cycle, StageAction.START_REVIEW, people, _at(date(2016, 3, 16)))
    for submission in _forms(cycle):
        with _act():
            accept_submission(submission=submission, by=people.coordinator, at=moments.accepted_at)
    _finish(cycle, people, moments)
    return cycle


def _forms(cycle: Cycle) -> QuerySet[Submission]:
    return Submission.objects.filter(cycle=cycle).select_related("locality")


def _finish(cycle: Cycle, people: People, moments: Round) -> None:
    by = people.coordinator
    derive_reductions(cycle=cycle, by=by, at=moments.accepted_at)
    with _act():
        settle_rubric(cycle=cycle, by=by, at=moments.accepted_at)
    make_adjustment(
        cycle=cycle,
        locality=Locality.objects.get(code="370100"),
        node="compliance",
        points=Decimal("2"),
        article_zh="年度考核方案，加分项",
        article_en="Annual assessment scheme, bonus items",
        reason_zh="演示：牵头组织一次联合执法。",
        reason_en="Demonstration: led a joint enforcement action.",
        by=by,
        at=moments.accepted_at,
    )
    for code, zh, en in (
        (
            "110000",
            "数据共享及时完整，联合行动任务完成较好。",
            "Data are shared in time; joint measures went well.",
        ),
        ("130100", "建议提高预警信息通报效率。", "Warnings should be passed on more quickly."),
    ):
        write_remark(
            cycle=cycle,
            locality=Locality.objects.get(code=code),
            text_zh=zh,
            text_en=en,
            by=by,
            at=moments.accepted_at,
        )
    run = run_scores(cycle=cycle, by=by, at=moments.accepted_at)
    for take, kind, at in (
        (publish_preliminary, "preliminary", moments.accepted_at + timedelta(days=2)),
        (finalise, "final", moments.published_at - timedelta(days=1)),
    ):
        # What is missing in the demonstration's own data is told, like in any publication.
        given = confirmation_of(cycle, run, kind, at, _GAPS_REASON)
        with _act():
            take(cycle=cycle, run=run, by=by, at=at, confirmation=given)
    with _act():
        publish(cycle=cycle, by=by, at=moments.published_at)


def _cycle_under_review(
    region: Region, version: FrameworkVersion, people: People, previous: Cycle, at: datetime
) -> None:
    today = local_date(at)
    end = today - timedelta(days=3)
    opened = end - timedelta(days=42)
    cycle = _make_cycle(
        region, version, people, year=2016, opened=opened, end=end, previous=previous
    )
    moments = Round(2016, _at(opened), _at(end - timedelta(days=8)), at, at)
    open_collection(cycle=cycle, by=people.coordinator, at=moments.opened_at)
    for number, submission in enumerate(_forms(cycle)):
        _bring_to_state(submission, people, moments.of_form(number), end)
    _ask_the_public(cycle, moments)
    forms = _forms(cycle)
    for submission in forms:
        divide_work(submission, people, at=moments.filled_at + timedelta(hours=1))
    # Those that still wait for a decision were signed last.
    for submission in sorted(forms, key=lambda form: form.locality.code in SUBMITTED):
        if submission.locality.code not in DRAFT_EXTENDED | DRAFT_OVERDUE:
            _sign(submission, people, moments)
    _judge(cycle, people, moments, DRAFT_EXTENDED | DRAFT_OVERDUE | SUBMITTED | set(RETURNED))
    _advance(cycle, StageAction.START_REVIEW, people, _at(end + timedelta(days=1), 9))
    urge_localities(
        cycle=cycle,
        submissions=[form for form in forms if form.locality.code == URGED],
        by=people.coordinator,
        at=_at(end + timedelta(days=1), 10),
    )
    for submission in _forms(cycle):
        _verify(submission, people, _at(end + timedelta(days=2), 11), today)
    for submission in _forms(cycle):
        talk_about(submission, people, at=_at(end + timedelta(days=2), 12))
    remarks.talk(forms, people, at=_at(end + timedelta(days=2), 13), last=_until(today))
    derive_reductions(cycle=cycle, by=people.coordinator, at=at)
    with _act():
        settle_rubric(cycle=cycle, by=people.coordinator, at=at)
    run_scores(cycle=cycle, by=people.coordinator, at=at)


def _bring_to_state(submission: Submission, people: People, moments: Round, end: date) -> None:
    code = submission.locality.code
    if code in DRAFT_EXTENDED:
        extend_deadline(
            submission=submission,
            end_date=end + timedelta(days=33),
            reason="演示：数据平台正在迁移，同意延期。",
            by=people.coordinator,
            at=moments.filled_at,
        )
    is_draft = code in DRAFT_EXTENDED | DRAFT_OVERDUE
    _fill(submission, people, moments, share=0.5 if is_draft else 1.0)


def _verify(submission: Submission, people: People, at: datetime, today: date) -> None:
    code = submission.locality.code
    if code in RETURNED:
        remarks.pin(submission, people, at=at)
        return_submission(
            submission=submission,
            reason=RETURNED[code],
            end_date=_until(today),
            by=people.coordinator,
            at=at,
        )
    elif code not in SUBMITTED | DRAFT_EXTENDED | DRAFT_OVERDUE:
        with _act():
            accept_submission(submission=submission, by=people.coordinator, at=at)


def _until(today: date) -> date:
    """The new last day of a form that goes back."""
    return today + timedelta(days=30)


def _make_cycle(
    region: Region,
    version: FrameworkVersion,
    people: People,
    *,
    year: int,
    opened: date,
    end: date,
    previous: Cycle | None = None,
) -> Cycle:
    return create_cycle(
        region=region,
        framework_version=version,
        code=f"2-26-{year}",
        name_zh=f"2+26 城市 {year} 年度联防联控合作考核",
        name_en=f"Cooperation of the 2+26 cities, {year}",
        period_start_date=date(year, 1, 1),
        period_end_date=date(year, 12, 31),
        collection_start_date=opened,
        collection_end_date=end,
        review_end_date=end + timedelta(days=30),
        objection_end_date=end + timedelta(days=45),
        localities=list(region.localities.all()),
        previous=previous,
        is_demonstration=True,
        by=people.coordinator,
        at=_at(opened - timedelta(days=7)),
    )


def _advance(cycle: Cycle, action: StageAction, people: People, at: datetime) -> None:
    move_stage(cycle=cycle, action=action, by=people.coordinator, at=at)


def _fill(submission: Submission, people: People, moments: Round, share: float = 1.0) -> None:
    """Answer the given share of the indicators, with the evidence they ask for."""
    code = submission.locality.code
    nodes = values.reported_indicators(submission.cycle.framework_version.parsed)
    nodes = nodes[: round(len(nodes) * share)]
    answers = {node.code: values.generated_answer(moments.year, code, node) for node in nodes}
    by = people.contributors[code]
    is_unfinished = code == warnings.UNFINISHED and submission.cycle.previous_id is not None
    if is_unfinished:
        by_code = {node.code: node for node in nodes}
        answers |= warnings.unfinished_answers(moments.year, code, by_code)
    unproven = {warnings.UNPROVEN} if is_unfinished else set()
    done_at = collect(submission, answers, unproven=unproven, by=by, at=moments.filled_at)
    left_out = {warnings.IMPLAUSIBLE} if is_unfinished else set()
    with _act():
        warnings.explain_warnings(submission, by, done_at, left_out=left_out)


def _sign(submission: Submission, people: People, moments: Round) -> None:
    submission.refresh_from_db()
    submit_submission(
        submission=submission,
        revision=submission.revision,
        statement="演示：本人已审阅填报表，所报数据真实、完整，佐证材料齐全。",
        by=people.approvers[submission.locality.code],
        at=moments.filled_at + timedelta(hours=2),
    )


def _judge(cycle: Cycle, people: People, moments: Round, left_out: set[str]) -> None:
    """Every expert scores the depth of cooperation; the first leaves some for the visitor."""
    for number, reviewer in enumerate(people.reviewers):
        for participant in cycle.participants.select_related("locality"):
            locality = participant.locality
            if number == 0 and locality.code in left_out:
                continue
            save_rubric_score(
                cycle=cycle,
                locality=locality,
                indicator="COOPERATION_DEPTH",
                level=values.generated_level(moments.year, locality.code, reviewer.username),
                has_abstained=False,
                comment=values.NOTE,
                by=reviewer,
                at=moments.filled_at + timedelta(days=1),
            )


def _ask_the_public(cycle: Cycle, moments: Round) -> None:
    framework = cycle.framework_version.parsed
    rows = [
        ObservationInput(
            locality_id=participant.locality_id,
            indicator=node.code,
            status=Status.VALUE,
            value=values.generated_value(moments.year, participant.locality.code, node),
            provenance={"generated": True, "seed": values.SEED},
        )
        for participant in cycle.participants.select_related("locality")
        for node in framework.observed
        if node.source == "surveys"
    ]
    record_observations(cycle=cycle, rows=rows, source="surveys", by=None, at=moments.filled_at)
