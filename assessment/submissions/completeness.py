"""When an indicator, a section and a form are complete.

An indicator is complete when it is answered, the answer is valid under the framework, and,
where the framework requires evidence and a value is given, at least one file is attached.
Progress = complete indicators / indicators the locality must answer, rounded down to whole
percent, so that 100 % means nothing is missing.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from assessment.engine.document import FrameworkDocument, Node
from assessment.observations.statuses import Status
from assessment.submissions.answers import AnswerState, reported_nodes, state_problems


@dataclass(frozen=True)
class IndicatorCompleteness:
    """What one indicator still lacks."""

    is_answered: bool
    is_valid: bool
    lacks_evidence: bool

    @property
    def is_complete(self) -> bool:
        """Answered, valid, proven where proof is required."""
        return self.is_answered and self.is_valid and not self.lacks_evidence

    @property
    def word(self) -> str:
        """``complete``, or what comes first of: ``evidence`` missing, ``open``, ``invalid``."""
        if self.is_complete:
            return "complete"
        if self.lacks_evidence:
            return "evidence"
        return "invalid" if self.is_answered else "open"


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


def indicator_completeness(node: Node, state: AnswerState, files: int) -> IndicatorCompleteness:
    """What the indicator lacks, given its answer and the number of files attached."""
    is_valid = state.is_answered and not state_problems(node, state)
    asks_evidence = node.evidence is not None and node.evidence.required
    lacks = asks_evidence and state.status == Status.VALUE and files == 0
    return IndicatorCompleteness(state.is_answered, is_valid, lacks)


def section_of(document: FrameworkDocument, node: Node) -> Node:
    """The top branch an indicator belongs to; the index itself for flags."""
    branches = {branch.code for branch in document.dimensions}
    for ancestor in (node, *document.ancestors(node.code)):
        if ancestor.code in branches:
            return ancestor
    return document.root


def measure_progress(
    document: FrameworkDocument,
    states: Mapping[str, AnswerState],
    files: Mapping[str, int],
    only: Collection[str] | None = None,
) -> Progress:
    """Count what is complete, in total and by section; of ``only`` these indicators."""
    complete = answered = 0
    by_section: dict[str, tuple[int, int]] = {}
    nodes = reported_nodes(document)
    if only is not None:
        nodes = {code: node for code, node in nodes.items() if code in only}
    for code, node in nodes.items():
        found = indicator_completeness(node, states.get(code, AnswerState()), files.get(code, 0))
        section = section_of(document, node).code
        done, required = by_section.get(section, (0, 0))
        by_section[section] = (done + found.is_complete, required + 1)
        complete += found.is_complete
        answered += found.is_answered
    return Progress(complete, len(nodes), answered, by_section)
