"""Every sentence the engine says, in Chinese and English, by message code."""

from __future__ import annotations

from collections.abc import Mapping

from assessment.engine.messages.changes import CHANGES
from assessment.engine.messages.checks import CHECKS
from assessment.engine.messages.framework import DOCUMENT
from assessment.engine.messages.inputs import INPUT
from assessment.engine.messages.notes import NOTES
from assessment.engine.messages.remedies import REMEDIES
from assessment.engine.messages.scoring import SCORING
from assessment.engine.messages.settings import SETTINGS
from assessment.engine.messages.verification import VERIFICATION
from assessment.engine.texts import is_chinese

CATALOGUE: Mapping[str, tuple[str, str]] = {
    **DOCUMENT,
    **INPUT,
    **SCORING,
    **NOTES,
    **CHANGES,
    **CHECKS,
    **SETTINGS,
    **VERIFICATION,
}


def render(code: str, params: Mapping[str, object], language: str = "en") -> str:
    """Return the sentence of a message code with its values; ``KeyError`` for unknown codes."""
    chinese, english = CATALOGUE[code]
    return (chinese if is_chinese(language) else english).format_map(params)


def remedy(code: str, language: str = "en") -> str:
    """Return what mends a problem, or nothing for what no input causes."""
    chinese, english = REMEDIES.get(code, ("", ""))
    return chinese if is_chinese(language) else english
