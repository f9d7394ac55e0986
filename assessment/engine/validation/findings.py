"""What rules look at, and what they find: one type for pages, workbooks, programs and lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from assessment.engine.document import Node, ValidationRule
from assessment.engine.figures import plain_number
from assessment.engine.texts import is_chinese

WARNING: Final = "warning"
ERROR: Final = "error"


@dataclass(frozen=True, slots=True)
class Given:
    """What a locality says of one indicator; no ``value`` where another status stands.

    ``files`` counts the files of evidence; ``typed`` is the figure as it was written, in
    quotation marks, where that is known.
    """

    value: Decimal | None = None
    files: int = 0
    typed: str = ""

    @property
    def found(self) -> str:
        """The figure as its writer knows it."""
        return self.typed or ("" if self.value is None else plain_number(self.value))


@dataclass(frozen=True, slots=True)
class Facts:
    """One locality's answers by indicator, and its values of the cycle before."""

    given: Mapping[str, Given]
    previous: Mapping[str, Decimal] = field(default_factory=dict)

    def value(self, code: str) -> Decimal | None:
        """The value of an indicator; ``None`` where there is none."""
        stated = self.given.get(code)
        return None if stated is None else stated.value


@dataclass(frozen=True, slots=True)
class Words:
    """A finding in words: what was found, what was expected, how it is mended."""

    found: str
    expected: str
    remedy: str

    def sentence(self, language: str) -> str:
        """The three as readers meet them everywhere."""
        if is_chinese(language):
            return f"现为：{self.found}；应为：{self.expected}。{self.remedy}"
        return f"Found {self.found}; expected {self.expected}. {self.remedy}"


@dataclass(frozen=True, slots=True)
class Finding:
    """One answer a rule is not content with.

    ``node`` is where it stands. ``basis`` names the figures it rests on: where one of them
    changes, it is another finding, and an explanation given for the former does not hold.
    """

    rule: ValidationRule
    code: str
    node: Node
    basis: str
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def indicator(self) -> str:
        """The code of the indicator it stands at."""
        return self.node.code

    @property
    def is_error(self) -> bool:
        """Whether it has to be mended; a warning can be explained instead."""
        return self.rule.severity == ERROR


def basis_of(**figures: object) -> str:
    """The figures a finding rests on, as one line that is equal where they are."""
    return "; ".join(f"{name} = {figures[name]}" for name in sorted(figures))


def number(value: float | Decimal) -> Decimal:
    """A number of a document or an answer, exactly as it is written."""
    return value if isinstance(value, Decimal) else Decimal(str(value))
