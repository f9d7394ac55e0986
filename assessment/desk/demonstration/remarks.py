"""What coordinating body and localities say to one another about single answers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from assessment.desk.demonstration.people import People
from assessment.desk.demonstration.warnings import explain_warnings
from assessment.submissions.models import AnswerRemark, RemarkKind, Submission
from assessment.submissions.services import (
    AnswerInput,
    answer_remark,
    ask_unlock,
    deal_with_remark,
    pin_remark,
    return_submission,
    save_answers,
    submit_submission,
)

# Returned, corrected and signed off anew: it waits for the second look.
RESUBMITTED = "140100"
# Accepted, and its locality asks to unlock it.
ASKING = "370300"


@dataclass(frozen=True)
class Remark:
    """A remark of the demonstration, with the locality's answer where it gives one."""

    indicator: str
    kind: str
    text: str
    answer: str = ""
    is_dealt: bool = False


REMARKS: Mapping[str, tuple[Remark, ...]] = {
    "130100": (
        Remark(
            "SHARING_COMPLETE",
            RemarkKind.CHANGE,
            "演示：平台记录为 92.1%，与填报不一致，请核对。",
            "演示：正在与平台核对第三季度数据。",
        ),
        Remark(
            "SHARING_ON_TIME",
            RemarkKind.NOTE,
            "演示：请在备注中写明统计口径。",
        ),
    ),
    "410100": (
        Remark(
            "JOINT_MEASURES",
            RemarkKind.CHANGE,
            "演示：缺少第三季度佐证材料。",
        ),
    ),
    RESUBMITTED: (
        Remark(
            "SHARING_COMPLETE",
            RemarkKind.CHANGE,
            "演示：分母应包括新增的共享目录。",
            "演示：已按新目录重新计算。",
            is_dealt=True,
        ),
        Remark(
            "SHARING_ON_TIME",
            RemarkKind.CHANGE,
            "演示：一月的延迟报送未计入。",
            "演示：一月的延迟由平台检修造成，经协商不计入。",
        ),
    ),
}


def pin(submission: Submission, people: People, *, at: datetime) -> None:
    """Pin the remarks on the locality's answers."""
    for each in REMARKS.get(submission.locality.code, ()):
        pin_remark(
            submission=submission,
            indicator=each.indicator,
            kind=each.kind,
            text=each.text,
            by=people.coordinator,
            at=at,
        )


def talk(forms: Iterable[Submission], people: People, *, at: datetime, last: date) -> None:
    """The day after the first decisions, from ``at`` on, in the order of the log."""
    by_code = {form.locality.code: form for form in forms}
    for code in ("130100", "410100"):
        _answer(by_code[code], people, at=at)
    _send_back_and_forth(by_code[RESUBMITTED], people, at=at + timedelta(hours=1), last=last)
    # An accepted form whose locality found a mistake of its own.
    ask_unlock(
        submission=by_code[ASKING],
        reason="演示：发现第二季度数据漏报。",
        by=people.contributors[ASKING],
        at=at + timedelta(hours=6),
    )


def _answer(submission: Submission, people: People, *, at: datetime) -> None:
    """The locality's answers, once it was sent the remarks."""
    code = submission.locality.code
    for each in REMARKS.get(code, ()):
        if not each.answer:
            continue
        write = deal_with_remark if each.is_dealt else answer_remark
        remark = AnswerRemark.objects.get(submission=submission, indicator=each.indicator)
        write(remark=remark, text=each.answer, by=people.contributors[code], at=at)


def _send_back_and_forth(
    submission: Submission, people: People, *, at: datetime, last: date
) -> None:
    """Return one form with its remarks, correct one answer, sign it off anew."""
    code = submission.locality.code
    pin(submission, people, at=at)
    return_submission(
        submission=submission,
        reason="演示：请按复核意见更正。",
        end_date=last,
        by=people.coordinator,
        at=at,
    )
    stored = submission.answers.get(indicator="SHARING_COMPLETE")
    corrected = AnswerInput(
        status="value", value="88.4", note=stored.note, revision=stored.revision
    )
    later = at + timedelta(hours=3)
    save_answers(
        submission=submission,
        answers={"SHARING_COMPLETE": corrected},
        by=people.contributors[code],
        at=later,
    )
    explain_warnings(submission, people.contributors[code], later)
    _answer(submission, people, at=later)
    submission.refresh_from_db()
    submit_submission(
        submission=submission,
        revision=submission.revision,
        statement="演示：所报数据真实、完整。",
        by=people.approvers[code],
        at=later + timedelta(hours=1),
    )
