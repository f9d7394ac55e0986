"""The words that mark invented data wherever they leave the product."""

from assessment.cycles.models import Cycle
from assessment.engine.texts import LocalizedText

DEMONSTRATION = LocalizedText("演示数据", "Demonstration data")
# In files both languages stand side by side: a file has no reader's language.
DEMONSTRATION_NOTICE = f"{DEMONSTRATION.zh_hans} / {DEMONSTRATION.en}"


def notice_of(cycle: Cycle) -> str:
    """What each row of a file says of the cycle's data; empty for real data."""
    return DEMONSTRATION_NOTICE if cycle.is_demonstration else ""


def notice_document(cycle: Cycle) -> dict[str, str] | None:
    """The mark in both languages, for JSON; ``None`` for real data."""
    return DEMONSTRATION.as_dict() if cycle.is_demonstration else None
