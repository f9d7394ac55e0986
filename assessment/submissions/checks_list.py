"""What the rules find in one form or in all forms of a cycle: a list, and a file."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpResponse, QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.lists import (
    Column,
    Filter,
    ListPage,
    Search,
    list_csv,
    read_computed,
    value_choices,
)
from accounts.moments import time_text
from accounts.searching import place_texts
from assessment.cycles.demonstration import notice_of
from assessment.cycles.models import Cycle
from assessment.engine.document import Node
from assessment.engine.validation import rule_title, words
from assessment.submissions.checks import FormFinding
from assessment.submissions.completeness import section_of
from assessment.submissions.models import Submission
from assessment.submissions.wording import read

_ORDER = {"error": 0, "warning": 1, "explained": 2}


@dataclass(frozen=True)
class FindingRow:
    """One finding with its form; ``place`` is the indicator's in the framework."""

    submission: Submission
    found: FormFinding
    section: Node
    place: int

    @property
    def title(self) -> str:
        """The indicator."""
        return read(self.found.finding.node.title)

    @property
    def section_title(self) -> str:
        """The section it stands in."""
        return read(self.section.title)

    @property
    def kind(self) -> str:
        """What the kind of the rule is called."""
        return rule_title(self.found.finding.rule.kind, get_language() or "zh-hans")

    @property
    def state_label(self) -> str:
        """Error, warning or explained, in words."""
        return dict(_state_labels())[self.found.state]


CSV: Mapping[str, Callable[[FindingRow], object]] = {
    "locality": lambda row: row.submission.locality.code,
    "name_zh": lambda row: row.submission.locality.name_zh,
    "name_en": lambda row: row.submission.locality.name_en,
    "section": lambda row: row.section.code,
    "indicator": lambda row: row.found.indicator,
    "indicator_zh": lambda row: row.found.finding.node.title.zh_hans,
    "indicator_en": lambda row: row.found.finding.node.title.en,
    "rule": lambda row: row.found.finding.rule.id,
    "kind": lambda row: row.found.finding.rule.kind,
    "severity": lambda row: row.found.finding.rule.severity,
    "state": lambda row: row.found.state,
    "found_zh": lambda row: words(row.found.finding, "zh-Hans").found,
    "expected_zh": lambda row: words(row.found.finding, "zh-Hans").expected,
    "remedy_zh": lambda row: words(row.found.finding, "zh-Hans").remedy,
    "found_en": lambda row: words(row.found.finding, "en").found,
    "expected_en": lambda row: words(row.found.finding, "en").expected,
    "remedy_en": lambda row: words(row.found.finding, "en").remedy,
    "explanation": lambda row: row.found.explanation.text if row.found.explanation else "",
    "explained_by": lambda row: _explained_by(row.found),
    "explained_at": lambda row: _explained_at(row.found),
}


def finding_rows(
    submissions: Iterable[Submission], found: Mapping[int, Sequence[FormFinding]]
) -> list[FindingRow]:
    """The findings of the forms, each form's in document order."""
    rows = []
    for submission in submissions:
        document = submission.cycle.framework_version.parsed
        order = {node.code: place for place, node in enumerate(document.nodes)}
        rows += [
            FindingRow(
                submission,
                each,
                section_of(document, each.finding.node),
                order[each.indicator],
            )
            for each in found[submission.pk]
        ]
    return rows


def read_findings(
    rows: Sequence[FindingRow], chosen: QueryDict, *, with_locality: bool
) -> ListPage[FindingRow]:
    """Errors first; filtered by state, kind of rule and indicator."""
    place: list[Column[FindingRow]] = [
        Column(_("Locality"), "locality", value=lambda row: row.submission.locality.code)
    ]
    titles = {row.found.indicator: row.title for row in sorted(rows, key=lambda row: row.place)}
    kinds = {row.found.finding.rule.kind: row.kind for row in rows}
    return read_computed(
        rows,
        chosen,
        columns=[
            *(place if with_locality else ()),
            Column(_("Indicator"), "indicator", value=lambda row: row.place),
            Column(_("State"), "state", value=lambda row: _ORDER[row.found.state]),
            Column(_("What was found"), "kind", value=lambda row: row.found.finding.rule.kind),
        ],
        sort="state",
        search=Search(_("Search findings"), texts=_texts),
        filters=[
            Filter(
                "state", _("State"), value_choices(lambda row: row.found.state, _state_labels())
            ),
            Filter(
                "kind",
                _("Kind of rule"),
                value_choices(lambda row: row.found.finding.rule.kind, kinds.items()),
            ),
            Filter(
                "indicator",
                _("Indicator"),
                value_choices(lambda row: row.found.indicator, titles.items()),
            ),
        ],
    )


def findings_csv(name: str, cycle: Cycle, rows: Iterable[FindingRow]) -> HttpResponse:
    """The findings as a file: codes, and the words in both languages."""
    return list_csv(name, rows, CSV, notice=notice_of(cycle))


def _state_labels() -> list[tuple[str, str]]:
    return [
        ("error", _("Error")),
        ("warning", _("Explanation missing")),
        ("explained", _("Warning explained")),
    ]


def _texts(row: FindingRow) -> Iterable[str]:
    said = row.found.explanation
    return (
        *place_texts(row.submission.locality),
        *(row.found.indicator, row.title, row.section_title, row.found.sentence),
        *((said.text,) if said else ()),
    )


def _explained_by(found: FormFinding) -> str:
    return str(found.explanation.by or "") if found.explanation else ""


def _explained_at(found: FormFinding) -> str:
    return time_text(found.explanation.at) if found.explanation else ""
