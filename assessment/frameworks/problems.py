"""What is wrong with a framework document, in the reader's language, with the way out."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import lazy
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.text import join_sentences
from assessment.engine import Problem
from assessment.engine.texts import inner_quotes
from assessment.frameworks.remedies import remedy_for
from assessment.frameworks.wording import reader_text

# Faults a draft may have while somebody works on it: the tree can still be read and shown.
_UNFINISHED = frozenset(
    {
        *("weights_do_not_sum", "branch_weight", "weights_all_zero", "no_children"),
        *("scale_empty", "duplicate_grade", "grades_not_descending", "grades_leave_gap"),
        *("bounds_crossed", "nothing_to_report_not_allowed", "levels_missing"),
        *("duplicate_level", "score_off_scale", "levels_need_level_type", "parameter_missing"),
        *("dates_crossed", "editions_overlap", "goalposts_crossed", "min_max_crossed"),
        "zero_reference",
        "rule_off_scale",
        *("target_not_beyond_required", "first_band_open", "table_not_ascending"),
        *("table_against_direction", "duplicate_rule", "rule_unknown_node"),
        *("rule_unknown_indicator", "rule_dates_crossed", "rule_unknown_grade"),
        *("veto_on_indicator", "rule_points_unclear", "rule_condition_incomplete"),
        *("step_needs_measure", "treat_without_limit", "forced_both_ways"),
        *("weighting_without_weights", "wrong_number_of_weights", "expert_without_points"),
        *("wrong_number_of_comparisons", "comparisons_not_reciprocal"),
        *("comparisons_inconsistent", "benefit_needs_sum", "shares_impossible"),
        *("validation_duplicate", "validation_unknown_indicator", "validation_not_reported"),
        *("validation_no_limit", "validation_bounds_crossed", "validation_repeated_term"),
        "not_applicable_unstated",
    }
)


@dataclass(frozen=True)
class DocumentProblem:
    """One fault: where it is, what was found and expected, and what to do about it."""

    code: str
    node: str
    where: str
    what: str
    remedy: str

    @property
    def sentence(self) -> str:
        """All of it on one line."""
        found = {"where": self.where, "what": join_sentences([self.what, self.remedy])}
        return _("%(where)s: %(what)s") % found


def described(problem: Problem, document: Mapping[str, Any] | None = None) -> DocumentProblem:
    """The problem in the reader's language; ``problem`` is the engine's or a file fault.

    With the ``document``, one that can be read, its node is called by its title.
    """
    place = str(problem.params.get("path", "")).removeprefix("$").lstrip(".")
    if place and problem.node and place.startswith("nodes["):
        place = place.partition("].")[2]
    return DocumentProblem(
        code=problem.code,
        node=problem.node or "",
        where=" · ".join(part for part in (_name(problem.node, document), place) if part)
        or _("The whole file"),
        what=_what(problem),
        remedy=remedy_for(problem.code),
    )


def _name(node: str | None, document: Mapping[str, Any] | None) -> str:
    """The node's title in quotation marks, its code where no document tells one."""
    for each in document["nodes"] if document is not None else ():
        if each["code"] == node:
            return _("“%(title)s”") % {"title": inner_quotes(reader_text(each["title"]))}
    return node or ""


def _what(problem: Problem) -> str:
    sentence = FILE_FAULTS.get(problem.code)
    if sentence is not None:
        types = [_TYPES.get(part, part) for part in str(problem.params.get("expected")).split(", ")]
        return sentence() % {**problem.params, "types": _(" or ").join(map(str, types))}
    return Problem(problem.code, params=problem.params).text(get_language() or "zh-hans")


# What JSON calls its types.
_TYPES: Mapping[str, object] = {
    "object": gettext_lazy("a group of named parts"),
    "array": gettext_lazy("a list"),
    "string": gettext_lazy("a text"),
    "number": gettext_lazy("a number"),
    "integer": gettext_lazy("a whole number"),
    "boolean": gettext_lazy("true or false"),
    "null": gettext_lazy("nothing (null)"),
}
# Faults found before the engine sees the document, for which it has no words, and those whose
# words are for people who know JSON; where they are stands beside them.
FILE_FAULTS: dict[str, Callable[[], str]] = {
    "file_too_large": lambda: _("The file has %(size)s; at most %(most)s are read."),
    "file_empty": lambda: _("The file is empty."),
    "nested_too_deep": lambda: _("Values are nested more than %(most)s levels deep."),
    "too_many_values": lambda: _("The file has more than %(most)s values."),
    "too_many_nodes": lambda: _("The tree has %(count)s nodes; at most %(most)s are allowed."),
    "forbidden_character": lambda: _("The text “%(text)s” has a character no text may have."),
    "schema_type": lambda: _("Expected %(types)s."),
    "schema_unexpected": lambda: _("Unknown parts: %(expected)s."),
    "number_too_long": lambda: _("A number has more digits than can be computed with."),
}


def is_unfinished_only(problems: Iterable[Problem]) -> bool:
    """Whether a draft may keep these faults; all others make the document unreadable."""
    return all(problem.code in _UNFINISHED for problem in problems)


class UnusableDocumentError(ValidationError):
    """A document that cannot be taken; ``problems`` lists everything found in it."""

    def __init__(
        self, problems: Sequence[Problem], document: Mapping[str, Any] | None = None
    ) -> None:
        self.problems = tuple(problems)
        sentences = [_late_sentence(problem, document) for problem in problems]
        super().__init__({"document": sentences})

    def described(self) -> list[DocumentProblem]:
        """All problems in the reader's language."""
        return [described(problem) for problem in self.problems]


def _sentence(problem: Problem, document: Mapping[str, Any] | None) -> str:
    return described(problem, document).sentence


# Rendered when shown, so that the reader's language counts, not the writer's.
_late_sentence: Callable[[Problem, Mapping[str, Any] | None], Any] = lazy(_sentence, str)
