"""The summary in words: strong and weak points, what changed, what would raise the grade."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from assessment.charts.figures import written
from assessment.engine.document import Node
from assessment.engine.figures import signed_number, unit_text, value_text
from assessment.engine.results import ResultRow
from assessment.engine.texts import inner_quotes
from assessment.publication.models import Analysis
from assessment.reports.effects import AdjustmentLine, remarks_on, rule_effects
from assessment.reports.firmness import Firmness, firmness_words
from assessment.reports.frozen import FrozenResults
from assessment.reports.levers import Lever, levers_of
from assessment.reports.numbers import published
from assessment.reports.sentences import joined, since, summary

_SHOWN = 3


@dataclass(frozen=True)
class Point:
    """One heading of the summary and what is said under it."""

    title: str
    text: str


def summary_points(
    results: FrozenResults,
    analysis: Analysis | None,
    firm: Firmness | None,
    adjusted: Sequence[AdjustmentLine],
    language: str,
) -> list[Point]:
    """The points of the summary in their order; those with nothing to say are left out."""
    framework = results.framework
    said = [
        (
            _("Result"),
            [summary(results, language), *remarks_on(results, framework.root, language)],
        ),
        (_("How firm the rank is"), firmness_words(firm) if firm else []),
        (_("Strong points"), _strong(results, language)),
        (_("Weak points"), [*_weak(results, language), *_taken(results, adjusted, language)]),
        (_("What changed"), _changed(results, analysis, language)),
        (_("What would raise the grade"), _raise(results, language)),
    ]
    return [Point(title, joined(text, language)) for title, text in said if any(text)]


def _strong(results: FrozenResults, language: str) -> list[str]:
    shown = [pair for pair in _leads(results) if pair[0] > 0][:_SHOWN]
    if not shown:
        return [_("No indicator lies above the median.")] if _leads(results) else []
    things = _against_median(results, [node for _lead, node in shown], language)
    return [_("Furthest above the median, by weight: %(things)s.") % {"things": things}]


def _weak(results: FrozenResults, language: str) -> list[str]:
    shown = [pair for pair in reversed(_leads(results)) if pair[0] < 0][:_SHOWN]
    if not shown:
        return [_("No indicator lies below the median.")] if _leads(results) else []
    things = _against_median(results, [node for _lead, node in shown], language)
    return [_("Furthest below the median, by weight: %(things)s.") % {"things": things}]


def _leads(results: FrozenResults) -> list[tuple[Decimal, Node]]:
    """Indicators by how far they lie above the median, in points of their weight."""
    found = []
    for node in results.framework.indicators:
        score = published(results.nodes[node.code]["published"])
        median = results.median_score(node)
        if score is not None and median is not None:
            found.append(((score - median) * Decimal(str(node.weight)), node))
    return sorted(found, key=lambda pair: -pair[0])


def _against_median(results: FrozenResults, nodes: Sequence[Node], language: str) -> str:
    decimals = results.framework.decimals
    return pgettext("list of things", "; ").join(
        _("“%(title)s” %(score)s (median %(median)s)")
        % {
            "title": inner_quotes(node.title.text(language)),
            "score": written(published(results.nodes[node.code]["published"]), decimals),
            "median": written(results.median_score(node), decimals),
        }
        for node in nodes
    )


def _taken(results: FrozenResults, adjusted: Sequence[AdjustmentLine], language: str) -> list[str]:
    """Rules that fired and adjustments made, each with its article."""
    sentences = [
        _("A rule acted on “%(part)s” (%(article)s): %(before)s became %(after)s.")
        % {
            "part": inner_quotes(effect.node),
            "article": effect.article,
            "before": effect.before,
            "after": effect.after,
        }
        for effect in rule_effects(results, language)
        if effect.has_fired
    ]
    sentences += [
        _("“%(part)s” was adjusted by %(points)s points (%(article)s).")
        % {"part": inner_quotes(line.node), "points": line.points, "article": line.article}
        for line in adjusted
    ]
    return sentences


def _changed(results: FrozenResults, analysis: Analysis | None, language: str) -> list[str]:
    """The rank then and now; the change of the score, its causes, and where it lies."""
    sentences = [since(results, analysis)]
    comparison = None if analysis is None else analysis.document["comparison"]
    if comparison is None:
        return sentences
    framework = results.framework
    changes = {
        item["node"]: item
        for item in comparison["changes"]
        if item["locality"] == results.place.code and item["change"] is not None
    }
    overall = changes.get(framework.root.code)
    if overall is None:
        return sentences
    sentences.append(_score_change(overall))
    moved = [
        (Decimal(changes[node.code]["change"]), node)
        for node in framework.dimensions
        if node.code in changes
    ]
    ordered = sorted(moved, key=lambda pair: -pair[0])
    if ordered and ordered[0][0] > 0:
        sentences.append(_("Most gained: %(part)s.") % {"part": _move(*ordered[0], language)})
    if ordered and ordered[-1][0] < 0:
        sentences.append(_("Most lost: %(part)s.") % {"part": _move(*ordered[-1], language)})
    return sentences


def _move(change: Decimal, node: Node, language: str) -> str:
    named = {"title": inner_quotes(node.title.text(language)), "change": signed_number(change)}
    return _("“%(title)s” (%(change)s)") % named


def _score_change(change: dict[str, object]) -> str:
    """The score before and after, split among its causes where the engine could."""
    before, after, parts = change["before"], change["after"], change["parts"]
    facts = {
        "before": before["published"] if isinstance(before, dict) else "",
        "after": after["published"] if isinstance(after, dict) else "",
        "change": signed_number(Decimal(str(change["change"]))),
    }
    if not isinstance(parts, dict):
        return _("The score went from %(before)s to %(after)s (%(change)s).") % facts
    facts |= {name: signed_number(Decimal(part)) for name, part in parts.items()}
    if not Decimal(parts["method"]):
        return (
            _(
                "The score went from %(before)s to %(after)s (%(change)s): %(own)s by its own "
                "data, %(peers)s by those of the others."
            )
            % facts
        )
    return (
        _(
            "The score went from %(before)s to %(after)s (%(change)s): %(own)s by its own data, "
            "%(peers)s by those of the others, %(method)s by the method."
        )
        % facts
    )


def _raise(results: FrozenResults, language: str) -> list[str]:
    run = results.publication.run
    if not run.is_recomputable:
        said = _(
            "These results were made by another version of the scoring engine (%(version)s); this "
            "one cannot compute what would be otherwise."
        )
        return [said % {"version": run.engine_version}]
    levers = levers_of(results)
    if levers is None or (not levers.best and not levers.is_highest):
        return []
    if levers.is_highest:
        sentences = [_("It has the highest grade.")]
        if levers.best:
            things = _with_gains(results, levers.best[:_SHOWN], language)
            sentences.append(_("Most is left to gain in %(things)s.") % {"things": things})
        return sentences
    if levers.single:
        things = _with_gains(results, levers.single[:_SHOWN], language)
        grade = _grade(results, levers.single[0].result, language)
        return [
            _(
                "Any one of these at its full score would raise the grade to “%(grade)s”: "
                "%(things)s."
            )
            % {"grade": grade, "things": things}
        ]
    if levers.result is not None:
        things = _with_gains(results, levers.together, language)
        return [
            _(
                "No indicator alone would raise the grade. Together these would, to %(score)s and "
                "“%(grade)s”: %(things)s."
            )
            % {
                "score": levers.result.published,
                "grade": _grade(results, levers.result, language),
                "things": things,
            }
        ]
    things = _with_gains(results, levers.best[:_SHOWN], language)
    return [
        _("A few indicators would not be enough. Most is left to gain in %(things)s.")
        % {"things": things}
    ]


def _with_gains(results: FrozenResults, levers: Sequence[Lever], language: str) -> str:
    """Each indicator with its value, the value of the full score, and the points gained."""
    return pgettext("list of things", "; ").join(
        _("“%(title)s” from %(value)s to %(target)s (%(gain)s points)")
        % {
            "title": inner_quotes(lever.node.title.text(language)),
            "value": _value(lever.node, results.nodes[lever.node.code]["raw"], language),
            "target": _value(lever.node, lever.target, language),
            "gain": signed_number(lever.gain),
        }
        for lever in levers
    )


def _value(node: Node, value: float | None, language: str) -> str:
    if value is None:
        return _("no value")
    text = value_text(node, Decimal(repr(float(value))), language)
    return f"{text} {unit_text(node, language)}".strip()


def _grade(results: FrozenResults, row: ResultRow, language: str) -> str:
    return results.framework.grade(row.grade or "").title.text(language)
