"""Every change of a form goes through here, from pages, API and commands alike."""

from assessment.submissions.answers import AnswerInput, AnswerState
from assessment.submissions.services.commenting import write_comment
from assessment.submissions.services.deciding import (
    accept_submission,
    begin_review,
    extend_deadline,
    extension_faults,
    refuse_unlock,
    return_faults,
    return_submission,
    unlock_submission,
)
from assessment.submissions.services.dividing import PartInput, divide_submission
from assessment.submissions.services.evidence import (
    attach_evidence,
    date_evidence,
    link_evidence,
    remove_evidence,
)
from assessment.submissions.services.explaining import (
    ExplainOutcome,
    ExplanationInput,
    explain_findings,
)
from assessment.submissions.services.exporting import (
    REGION_JOB,
    discard_old_region_workbooks,
    keep_region_workbook,
    request_region_workbook,
)
from assessment.submissions.services.opening import open_collection
from assessment.submissions.services.remarking import (
    answer_remark,
    deal_with_remark,
    discard_remark,
    pin_remark,
    reopen_remark,
    resolve_remark,
)
from assessment.submissions.services.saving import (
    Conflict,
    SaveOutcome,
    preview_answers,
    save_answers,
)
from assessment.submissions.services.separation import OwnWorkError, require_not_own
from assessment.submissions.services.signing import OwnAnswersError, submit_submission
from assessment.submissions.services.urging import (
    URGED_AGAIN_AFTER,
    Urged,
    Urgings,
    urge_submissions,
)
from assessment.submissions.services.whole import FormOutcome, save_form
from assessment.submissions.services.withdrawing import ask_unlock, withdraw_submission
from assessment.submissions.services.workbooks import (
    KEPT,
    discard_old_workbooks,
    discard_workbook,
    keep_workbook,
)

__all__ = [
    "KEPT",
    "REGION_JOB",
    "URGED_AGAIN_AFTER",
    "AnswerInput",
    "AnswerState",
    "Conflict",
    "ExplainOutcome",
    "ExplanationInput",
    "FormOutcome",
    "OwnAnswersError",
    "OwnWorkError",
    "PartInput",
    "SaveOutcome",
    "Urged",
    "Urgings",
    "accept_submission",
    "answer_remark",
    "ask_unlock",
    "attach_evidence",
    "begin_review",
    "date_evidence",
    "deal_with_remark",
    "discard_old_region_workbooks",
    "discard_old_workbooks",
    "discard_remark",
    "discard_workbook",
    "divide_submission",
    "explain_findings",
    "extend_deadline",
    "extension_faults",
    "keep_region_workbook",
    "keep_workbook",
    "link_evidence",
    "open_collection",
    "pin_remark",
    "preview_answers",
    "refuse_unlock",
    "remove_evidence",
    "reopen_remark",
    "request_region_workbook",
    "require_not_own",
    "resolve_remark",
    "return_faults",
    "return_submission",
    "save_answers",
    "save_form",
    "submit_submission",
    "unlock_submission",
    "urge_submissions",
    "withdraw_submission",
    "write_comment",
]
