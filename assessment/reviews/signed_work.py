"""What an expert judges a locality by: the answers and files it signed.

A rubric indicator is not asked of the locality itself; what shows its cooperation are the
answers of the same dimension, with their evidence.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from accounts.models import Locality, User
from assessment.cycles.models import Cycle
from assessment.engine.document import Node
from assessment.submissions import queries
from assessment.submissions.completeness import section_of
from assessment.submissions.models import Submission, Version
from assessment.submissions.sections import Section, signed_sections


@dataclass(frozen=True)
class SignedWork:
    """A form as it was signed last; ``sections`` by the code of the rubric indicator."""

    submission: Submission
    version: Version
    sections: Mapping[str, Section]


def signed_work(
    user: User, cycle: Cycle, locality: Locality, nodes: Sequence[Node]
) -> SignedWork | None:
    """The signed answers beside each rubric indicator; ``None`` where the user sees none yet.

    Permission is that of the forms (``submissions.queries.visible_to``): experts see those that
    have left their first draft.
    """
    forms = queries.visible_to(user).select_related("cycle__framework_version__framework")
    submission = forms.filter(cycle=cycle, locality=locality).first()
    version = queries.last_version(submission) if submission is not None else None
    if submission is None or version is None:
        return None
    signed = {section.code: section for section in signed_sections(version)}
    document = queries.document_of(submission)
    heads = {node.code: section_of(document, node).code for node in nodes}
    sections = {code: signed[head] for code, head in heads.items() if head in signed}
    return SignedWork(submission, version, sections)
