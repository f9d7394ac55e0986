"""What localities say of the warnings about their figures, and one draft that still has some."""

from collections.abc import Collection, Mapping
from datetime import datetime

from accounts.models import User
from assessment.desk.demonstration import values
from assessment.engine.document import Node
from assessment.observations.statuses import Status
from assessment.submissions.models import Submission
from assessment.submissions.queries import findings_in
from assessment.submissions.services import AnswerInput, ExplanationInput, explain_findings

# A draft with a warning that waits, one that is explained, and an error: a value unproven.
UNFINISHED = "130200"
UNPROVEN = "SHARING_VALID"
EXPLAINED = "SHARING_ON_TIME"
IMPLAUSIBLE = "SHARING_ALERT_HOURS"
REASON = "演示：统计口径与上年一致，变化为当年实际情况，已核对原始台账。"
# Of a relation between two figures, nothing changed: they do not go together.
SAMPLED = "演示：抽查记录多取自填报较完整的数据集，通过率偏高，已核对抽查清单。"


def unfinished_answers(
    year: int, locality: str, nodes: Mapping[str, Node]
) -> dict[str, AnswerInput]:
    """What the draft says otherwise than the generator: a fall by 12 points, minutes as hours."""
    before = values.generated_value(year - 1, locality, nodes[EXPLAINED])
    return {
        code: AnswerInput(status=Status.VALUE, value=value, note=values.NOTE)
        for code, value in ((EXPLAINED, str(before - 12)), (IMPLAUSIBLE, "45"))
    }


def explain_warnings(
    submission: Submission,
    by: User,
    at: datetime,
    *,
    left_out: Collection[str] = (),
) -> None:
    """Explain every warning about the form's answers but those of ``left_out``."""
    sent = {
        each.place: ExplanationInput(
            SAMPLED if each.is_of("relation") else REASON, each.finding.basis
        )
        for each in findings_in(submission)
        if each.state == "warning" and each.indicator not in left_out
    }
    if sent:
        explain_findings(submission=submission, explanations=sent, by=by, at=at)
