"""The kinds of validation rules: each file of this folder is one, known by its ``NAME``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import Protocol, cast

from assessment.engine.document import Node, ValidationRule
from assessment.engine.problems import Problem
from assessment.engine.validation.findings import Facts, Finding

Nodes = Mapping[str, Node]


class Kind(Protocol):
    """What a kind's file says. Texts are (Chinese, English); arithmetic is in Decimal."""

    NAME: str
    TITLE: tuple[str, str]

    def find(self, rule: ValidationRule, nodes: Nodes, facts: Facts) -> Iterator[Finding]:
        """What the rule is not content with."""

    def say(self, finding: Finding, language: str) -> tuple[str, str, str]:
        """What was found, what was expected, how it is mended."""

    def describe(self, rule: ValidationRule, nodes: Nodes, language: str) -> str:
        """What the rule asks for."""

    def problems(self, rule: ValidationRule) -> Iterator[Problem]:
        """What contradicts itself in a rule whose shape is sound."""

    def named(self, rule: ValidationRule) -> tuple[str, ...]:
        """The codes of the indicators it looks at; findings stand at the first."""


def _found() -> Mapping[str, Kind]:
    modules = (import_module(f"{__name__}.{each.name}") for each in iter_modules(__path__))
    kinds = [cast(Kind, module) for module in modules]
    return {kind.NAME: kind for kind in kinds}


KINDS: Mapping[str, Kind] = _found()
