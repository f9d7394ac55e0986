"""The cities of the demonstration in which two departments fill in the form."""

from datetime import datetime

from accounts.models import Department
from assessment.desk.demonstration.people import People
from assessment.submissions.models import Submission
from assessment.submissions.services import PartInput, divide_submission, write_comment


def divide_work(submission: Submission, people: People, *, at: datetime) -> None:
    """Give sections to departments and one indicator to a person, where there are two."""
    code = submission.locality.code
    if code not in people.second:
        return
    departments = {d.code: d for d in Department.objects.filter(locality=submission.locality)}
    contributor, second = people.contributors[code], people.second[code]
    divide_submission(
        submission=submission,
        parts={
            "sharing": PartInput(department=departments["environment"], person=contributor),
            "compliance": PartInput(department=departments["industry"], person=second),
            "WARNING_LEAD": PartInput(person=contributor),
        },
        lead=contributor,
        by=people.approvers[code],
        at=at,
    )


def talk_about(submission: Submission, people: People, *, at: datetime) -> None:
    """A question and its answer between the two departments."""
    code = submission.locality.code
    if code not in people.second:
        return
    contributor, second = people.contributors[code], people.second[code]
    write_comment(
        submission=submission,
        indicator="SHARING_COMPLETE",
        text=f"演示：@{contributor.full_name} 第三季度台账由我局补充，请核对完整率。",
        by=second,
        at=at,
    )
    write_comment(
        submission=submission,
        indicator="SHARING_COMPLETE",
        text=f"演示：已收到，@{people.approvers[code].full_name} 请在复核后签发。",
        mentions=[second],
        by=contributor,
        at=at,
    )
