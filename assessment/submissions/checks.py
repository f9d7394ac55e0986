"""A form held against the rules of its framework: findings, and what the locality says of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import get_language

from assessment.engine.document import FrameworkDocument, ValidationRule
from assessment.engine.validation import Facts, Finding, Given, judge, sentence
from assessment.observations.statuses import Status
from assessment.submissions.answers import AnswerState, reported_nodes
from assessment.submissions.models import Explanation

# An indicator and the rule that warns of it.
Place = tuple[str, str]


@dataclass(frozen=True)
class FormFacts:
    """Everything the rules look at in one form: by indicator, explanations by place.

    ``previous`` are the locality's values of the cycle before.
    """

    states: Mapping[str, AnswerState] = field(default_factory=dict)
    files: Mapping[str, int] = field(default_factory=dict)
    previous: Mapping[str, Decimal] = field(default_factory=dict)
    explanations: Mapping[Place, Explanation] = field(default_factory=dict)


@dataclass(frozen=True)
class FormFinding:
    """A finding in a form. ``explanation`` is the one given for these very figures;
    ``outdated`` one that was given for others and does not hold any more.
    """

    finding: Finding
    explanation: Explanation | None = None
    outdated: Explanation | None = None

    @property
    def indicator(self) -> str:
        """Where it stands."""
        return self.finding.indicator

    @property
    def place(self) -> Place:
        """Where it stands, and the rule it comes from."""
        return self.finding.indicator, self.finding.rule.id

    @property
    def state(self) -> str:
        """``error``, ``warning`` that waits for its explanation, or ``explained``."""
        if self.finding.is_error:
            return "error"
        return "warning" if self.explanation is None else "explained"

    @property
    def is_open(self) -> bool:
        """Whether it keeps the form from being signed."""
        return self.state != "explained"

    def is_of(self, kind: str) -> bool:
        """Whether a rule of this kind found it."""
        return self.finding.rule.kind == kind

    @property
    def sentence(self) -> str:
        """What was found, expected and is to be done, in the reader's language."""
        return sentence(self.finding, get_language() or "zh-hans")


def check_form(document: FrameworkDocument, facts: FormFacts) -> list[FormFinding]:
    """Every finding in the form's answers, in document order."""
    given = {
        code: Given(state.value if state.status == Status.VALUE else None, facts.files.get(code, 0))
        for code in reported_nodes(document)
        if (state := facts.states.get(code)) is not None and state.is_answered
    }
    found = judge(document, Facts(given, facts.previous))
    return [_explained(finding, facts) for finding in found]


def _explained(finding: Finding, facts: FormFacts) -> FormFinding:
    stored = facts.explanations.get((finding.indicator, finding.rule.id))
    if finding.is_error or stored is None:
        return FormFinding(finding)
    if stored.basis == finding.basis:
        return FormFinding(finding, explanation=stored)
    return FormFinding(finding, outdated=stored)


def rule_at(document: FrameworkDocument, place: Place) -> ValidationRule | None:
    """The document's rule of that name, where it may ever find something in that indicator."""
    indicator, name = place
    if indicator not in reported_nodes(document):
        return None
    for rule in document.validation:
        if rule.id == name and indicator in (rule.indicators or (indicator,)):
            return rule
    return None


def asks_for_the_cycle_before(document: FrameworkDocument) -> bool:
    """Whether a rule compares answers with the values of the cycle before."""
    return any(rule.kind == "change" for rule in document.validation)
