"""Reasons the public reads: in both languages, and no longer than other reasons."""

from accounts.text import MAX_REASON, length_faults
from assessment.engine.texts import LocalizedText

NO_REASON = LocalizedText("", "")


def stripped(reason: LocalizedText) -> LocalizedText:
    """The reason without white space around it."""
    return LocalizedText(reason.zh_hans.strip(), reason.en.strip())


def reason_faults(reason: LocalizedText, missing: str) -> dict[str, list[str]]:
    """What is wrong by field, ``reason_zh`` and ``reason_en``; ``missing`` says of an empty one."""
    faults = {
        name: length_faults(text, MAX_REASON) if text else [missing]
        for name, text in (("reason_zh", reason.zh_hans), ("reason_en", reason.en))
    }
    return {name: found for name, found in faults.items() if found}
