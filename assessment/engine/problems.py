"""What is wrong with an input, as data: one problem names its node, locality and cause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from assessment.engine.messages import remedy, render
from assessment.engine.texts import LANGUAGES, is_chinese


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of an input: a message code, where it is, and the values the sentence needs."""

    code: str
    node: str | None = None
    locality: str | None = None
    params: Mapping[str, object] = field(default_factory=dict)

    def text(self, language: str = "en") -> str:
        """Return one readable sentence in ``zh-Hans`` or ``en``, with its place in front."""
        sentence = render(self.code, self.params, language)
        place = "".join(f"[{part}] " for part in (self.locality, self.node) if part)
        return place + sentence

    def remedy(self, language: str = "en") -> str:
        """Return one sentence on what mends it; empty for differences found by verification."""
        return remedy(self.code, language)

    def advice(self, language: str = "en") -> str:
        """Return ``text`` and ``remedy`` on one line."""
        gap = "" if is_chinese(language) else " "
        return gap.join(part for part in (self.text(language), self.remedy(language)) if part)

    def as_dict(self) -> dict[str, Any]:
        """Return code, node, locality, and cause and remedy in both languages as JSON values."""
        return {
            "code": self.code,
            "node": self.node,
            "locality": self.locality,
            "cause": {tag: render(self.code, self.params, tag) for tag in LANGUAGES},
            "remedy": {tag: self.remedy(tag) for tag in LANGUAGES},
        }

    def note(self) -> dict[str, Any]:
        """Return code and sentence as JSON values, where it is a remark and nothing to mend."""
        return {"code": self.code, "text": {tag: self.text(tag) for tag in LANGUAGES}}

    def __str__(self) -> str:
        """Return the English sentence."""
        return self.text("en")


class EngineError(ValueError):
    """An input that cannot be computed; ``problems`` lists everything found, not the first.

    ``sound`` is what was read all the same, for a report that goes on to the next step.
    """

    def __init__(self, problems: Sequence[Problem], sound: object = None) -> None:
        """Keep all problems; the message is their English sentences, one per line."""
        self.problems = tuple(problems)
        self.sound = sound
        super().__init__("\n".join(problem.text("en") for problem in self.problems))

    def text(self, language: str = "en") -> str:
        """Return a line for each problem in one language, its remedy behind it."""
        return "\n".join(problem.advice(language) for problem in self.problems)


class FrameworkError(EngineError):
    """The framework document is not usable.

    ``document`` is what was read where the meaning alone is at fault, to be shown; ``sound`` what
    is left of it without the faulty parts, to try data on.
    """

    def __init__(
        self, problems: Sequence[Problem], sound: object = None, document: object = None
    ) -> None:
        """Keep all problems and what was read all the same."""
        super().__init__(problems, sound)
        self.document = document


class InputError(EngineError):
    """Observations, localities or adjustments cannot be read or do not fit the framework."""


class ScoringError(EngineError):
    """The arithmetic has no answer for some node and locality."""


class SettingError(EngineError):
    """A setting of a study is unusable, whatever the inputs are."""


class EngineVersionError(EngineError):
    """What another version of the engine scored: this one does not have its arithmetic."""


class BundleError(EngineError):
    """A bundle cannot be opened safely or lacks what verification needs."""
