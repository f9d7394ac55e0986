"""When an indicator, a section and a form are complete.

An indicator is complete when it is answered, the rules of the framework find no error in the
answer (required evidence among them), and every warning about it is explained (``checks``).
Progress = complete indicators / indicators the locality must answer, rounded down to whole
percent, so that 100 % means nothing is missing.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from assessment.engine.document import FrameworkDocument, Node
from assessment.observations.statuses import Status
from assessment.submissions.answers import AnswerState, allowed_statuses, reported_nodes
from assessment.submissions.checks import FormFacts, FormFinding, check_form


@dataclass(frozen=True)
class IndicatorCompleteness:
    """What one indicator still lacks."""

    is_answered: bool
    # The kind of answer is one the framework allows, with its reason where it needs one.
    is_valid: bool
    findings: tuple[FormFinding, ...] = ()

    @property
    def lacks_evidence(self) -> bool:
        """Whether evidence that has to be there is not."""
        return any(each.state == "error" and each.is_of("evidence") for each in self.findings)

    @property
    def is_complete(self) -> bool:
        """Answered and valid; nothing found that is still open."""
        is_settled = not any(each.is_open for each in self.findings)
        return self.is_answered and self.is_valid and is_settled

    @property
    def word(self) -> str:
        """``complete``, or what comes first: ``open``, ``invalid``, ``evidence``, ``explain``."""
        if self.is_complete:
            return "complete"
        if not self.is_answered:
            return "open"
        errors = [each for each in self.findings if each.state == "error"]
        if not self.is_valid or any(not each.is_of("evidence") for each in errors):
            return "invalid"
        return "evidence" if errors else "explain"


@dataclass(frozen=True)
class Progress:
    """How far a form is; ``by_section`` holds (complete, required) by section code."""

    complete: int
    required: int
    answered: int
    by_section: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def percent(self) -> int:
        """Whole percent, rounded down; a form that asks for nothing is complete."""
        return self.complete * 100 // self.required if self.required else 100

    @property
    def is_complete(self) -> bool:
        """Nothing is missing."""
        return self.complete == self.required


def completeness(document: FrameworkDocument, facts: FormFacts) -> dict[str, IndicatorCompleteness]:
    """What each indicator the locality answers lacks, in document order."""
    found: dict[str, list[FormFinding]] = {}
    for finding in check_form(document, facts):
        found.setdefault(finding.indicator, []).append(finding)
    return {
        code: _completeness(node, facts.states.get(code, AnswerState()), tuple(found.get(code, ())))
        for code, node in reported_nodes(document).items()
    }


def _completeness(
    node: Node, state: AnswerState, findings: tuple[FormFinding, ...]
) -> IndicatorCompleteness:
    # Whether its value is taken, the findings say.
    is_allowed = state.status in allowed_statuses(node)
    is_valid = is_allowed and (state.status != Status.NOT_APPLICABLE or bool(state.reason))
    return IndicatorCompleteness(state.is_answered, is_valid, findings)


def section_of(document: FrameworkDocument, node: Node) -> Node:
    """The top branch an indicator belongs to; the index itself for flags."""
    branches = {branch.code for branch in document.dimensions}
    for ancestor in (node, *document.ancestors(node.code)):
        if ancestor.code in branches:
            return ancestor
    return document.root


def measure_progress(
    document: FrameworkDocument,
    facts: FormFacts,
    only: Collection[str] | None = None,
) -> Progress:
    """Count what is complete, in total and by section; of ``only`` these indicators."""
    return count_progress(document, completeness(document, facts), only)


def count_progress(
    document: FrameworkDocument,
    indicators: Mapping[str, IndicatorCompleteness],
    only: Collection[str] | None = None,
) -> Progress:
    """The same of what ``completeness`` found."""
    complete = answered = required = 0
    by_section: dict[str, tuple[int, int]] = {}
    for code, found in indicators.items():
        if only is not None and code not in only:
            continue
        section = section_of(document, document.node(code)).code
        done, asked = by_section.get(section, (0, 0))
        by_section[section] = (done + found.is_complete, asked + 1)
        complete += found.is_complete
        answered += found.is_answered
        required += 1
    return Progress(complete, required, answered, by_section)
