"""Every change of a form goes through here, from pages, API and commands alike."""

from assessment.submissions.answers import AnswerInput, AnswerState
from assessment.submissions.services.commenting import write_comment
from assessment.submissions.services.deciding import (
    accept_submission,
    extend_deadline,
    extension_faults,
    return_faults,
    return_submission,
)
from assessment.submissions.services.dividing import PartInput, divide_submission
from assessment.submissions.services.evidence import attach_evidence, remove_evidence
from assessment.submissions.services.opening import open_collection
from assessment.submissions.services.saving import (
    Conflict,
    SaveOutcome,
    preview_answers,
    save_answers,
)
from assessment.submissions.services.separation import OwnWorkError, require_not_own
from assessment.submissions.services.signing import OwnAnswersError, submit_submission
from assessment.submissions.services.whole import FormOutcome, save_form
from assessment.submissions.services.workbooks import (
    discard_old_workbooks,
    discard_workbook,
    keep_workbook,
)

__all__ = [
    "AnswerInput",
    "AnswerState",
    "Conflict",
    "FormOutcome",
    "OwnAnswersError",
    "OwnWorkError",
    "PartInput",
    "SaveOutcome",
    "accept_submission",
    "attach_evidence",
    "discard_old_workbooks",
    "discard_workbook",
    "divide_submission",
    "extend_deadline",
    "extension_faults",
    "keep_workbook",
    "open_collection",
    "preview_answers",
    "remove_evidence",
    "require_not_own",
    "return_faults",
    "return_submission",
    "save_answers",
    "save_form",
    "submit_submission",
    "write_comment",
]
