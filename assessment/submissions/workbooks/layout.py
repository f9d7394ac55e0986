"""What stands where in a workbook of one form, in both directions."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.typed_numbers import fold_signs
from assessment.engine.document import Node
from assessment.engine.figures import plain_number, word_for
from assessment.observations.statuses import Status
from assessment.submissions.answers import AnswerState, allowed_statuses
from assessment.submissions.forms import TEXT_FIELDS, digest, state_texts
from assessment.submissions.models import Submission
from assessment.submissions.wording import status_label

FORMAT = "lianping-form/1"
# Hidden sheets: whose form the workbook is, and the entries of the drop-downs.
IDENTITY_SHEET, LISTS_SHEET = "lianping", "lists"
# Columns of a sheet in order; the first row, hidden, holds these names. Column A names the
# indicator and column B what was exported, both hidden: everything else may move.
KEYS = (
    "indicator",
    "mark",
    "code",
    "title",
    "unit",
    "expected",
    "guidance",
    "status",
    "value",
    "reason",
    "note",
    "taken",
)
ENTRY_KEYS = TEXT_FIELDS
CSV_COLUMNS = ("form", "section", *(key for key in KEYS if key != "code"))
LANGUAGES = ("zh-hans", "en")
_MARK = re.compile(r"r(\d{1,9})\.([0-9a-f]{16})\Z")
# What XML cannot carry, and the escapes by which spreadsheet programs write it all the same.
_NOT_CARRIED = re.compile("[\x00-\x08\x0b\x0c\r\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_ESCAPES = re.compile(r"_x000[dD]_|x005F_")
_SEPARATOR = " · "


@dataclass(frozen=True)
class Identity:
    """Whose form a file is, as the file says."""

    format: str = ""
    cycle: str = ""
    locality: str = ""

    @classmethod
    def read(cls, text: str) -> "Identity":
        """What one text says; nothing where it says something else."""
        parts = text.split()
        return cls(*parts) if len(parts) == 3 and parts[0].startswith(FORMAT[:-1]) else cls()

    @classmethod
    def of(cls, submission: Submission) -> "Identity":
        """The form's own."""
        return cls(FORMAT, submission.cycle.code, submission.locality.code)

    def __str__(self) -> str:
        # Words around the codes: alone, a spreadsheet would take the cycle 2-26-2016 for a date.
        return f"{self.format} {self.cycle} {self.locality}"

    def is_of(self, submission: Submission) -> bool:
        """Whether the file was made from this form."""
        return (self.cycle, self.locality) == (submission.cycle.code, submission.locality.code)


@dataclass(frozen=True)
class Mark:
    """What was exported of an answer: its revision (0: none) and a digest of its texts."""

    revision: int = 0
    seen: str = ""

    def __str__(self) -> str:
        return f"r{self.revision}.{self.seen}"


def read_mark(text: str) -> Mark:
    """The mark a file carries; one that fits nothing where it was lost or changed."""
    found = _MARK.match(text.strip())
    return Mark(int(found[1]), found[2]) if found else Mark()


def carried(text: str) -> str:
    """The text as a workbook can hold it: without control characters but tab and line end."""
    plain = text.replace("\r\n", "\n")
    return _NOT_CARRIED.sub("", _ESCAPES.sub("", plain)).strip()


def exported_texts(state: AnswerState) -> dict[str, str]:
    """A stored answer as its cells say it, by field; codes and plain numbers."""
    return {name: carried(text) for name, text in state_texts(state).items()}


def mark_of(state: AnswerState, revision: int) -> Mark:
    """The mark of an answer stored now."""
    return Mark(revision, digest(exported_texts(state)))


def value_choices(node: Node, language: str) -> list[tuple[str, str]]:
    """What may be chosen as a value: (plain number, what the list shows); empty for figures."""
    spec = node.value
    if spec is None:
        return []
    if spec.type == "boolean":
        return [(str(number), word_for(node, number, language)) for number in (1, 0)]
    return [
        (plain_number(level.value), f"{plain_number(level.value)}{_SEPARATOR}{word}")
        for level in spec.levels
        for word in [carried(level.title.text(language))]
    ]


def status_choices(node: Node) -> list[tuple[str, str]]:
    """What kind of answer may be chosen: (code, label); empty where only a value is asked."""
    statuses = allowed_statuses(node)
    if len(statuses) == 1:
        return []
    return [(str(status), str(status.label)) for status in statuses]


def status_code(text: str) -> str:
    """The code a status cell means, whatever language its file was made in; else the text."""
    folded = _folded(text)
    return _status_words().get(folded, text.strip())


def value_number(node: Node, text: str) -> str:
    """The figure a cell of choices means, by label, title or number; else the text itself."""
    choices = [choice for language in LANGUAGES for choice in value_choices(node, language)]
    words: dict[str, str] = {}
    for number, label in choices:
        words.setdefault(_folded(label), number)
        words.setdefault(_folded(label.partition(_SEPARATOR)[2] or label), number)
    if node.value is not None and node.value.type == "boolean":
        words |= {"true": "1", "false": "0"}
    # An empty cell chooses nothing, whatever a title that shows nothing folds to.
    folded = _folded(text)
    return words.get(folded, text) if folded else text


def file_stem(submission: Submission) -> str:
    """The name of a file of the form, without its extension."""
    return f"{submission.cycle.code}-{submission.locality.code}"


def column_labels() -> dict[str, str]:
    """The heads of the columns people see, in the reader's language."""
    return {
        "code": _("Code"),
        "title": _("Indicator"),
        "unit": _("Unit"),
        "expected": _("What to enter"),
        "guidance": _("Guidance"),
        "status": _("Kind of answer"),
        "value": _("Value"),
        "reason": _("Reason"),
        "note": _("Note"),
        "taken": _("Taken over from"),
    }


def sheet_names(titles: Iterable[str], taken: Iterable[str]) -> list[str]:
    """A name for each sheet: 31 characters, without the signs Excel forbids, no two alike."""
    used = {name.casefold() for name in taken}
    names = []
    for number, title in enumerate(titles, start=1):
        plain = re.sub(r"[\[\]:*?/\\']", " ", carried(title)).strip()[:31].strip()
        name, copy = plain or str(number), 1
        while name.casefold() in used or name.casefold() == "history":
            copy += 1
            name = f"{plain[:26]} {copy}"
        used.add(name.casefold())
        names.append(name)
    return names


def _folded(text: str) -> str:
    return fold_signs(text).casefold()


def _status_words() -> Mapping[str, str]:
    words: dict[str, str] = {}
    for language in LANGUAGES:
        with override(language):
            words |= {_folded(str(status.label)): str(status) for status in Status}
            words[_folded(status_label(""))] = ""
    return words | {str(status): str(status) for status in Status}
