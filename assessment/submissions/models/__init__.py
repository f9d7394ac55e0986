"""The tables of a locality's form."""

from assessment.submissions.models.answer import Answer, Evidence
from assessment.submissions.models.division import Assignment, Comment
from assessment.submissions.models.explanation import Explanation
from assessment.submissions.models.history import Step, Version
from assessment.submissions.models.remark import AnswerRemark, RemarkEntry, RemarkKind
from assessment.submissions.models.submission import Submission
from assessment.submissions.models.workbook import KeptWorkbook, RegionWorkbook

__all__ = [
    "Answer",
    "AnswerRemark",
    "Assignment",
    "Comment",
    "Evidence",
    "Explanation",
    "KeptWorkbook",
    "RegionWorkbook",
    "RemarkEntry",
    "RemarkKind",
    "Step",
    "Submission",
    "Version",
]
