"""The running text of a report: the result in words, and how the scores came about."""

from collections.abc import Iterable
from decimal import Decimal

from django.utils.translation import gettext as _

from assessment.charts.figures import written
from assessment.engine.figures import plain_number
from assessment.engine.texts import is_chinese
from assessment.frameworks.wording import (
    MISSING_LABELS,
    NOT_APPLICABLE_LABELS,
    aggregation_label,
    precision_words,
)
from assessment.publication.changes import have_same_arithmetic
from assessment.publication.models import Analysis
from assessment.reports.frozen import FrozenResults, FrozenRun
from assessment.reports.numbers import published


def joined(sentences: Iterable[str], language: str) -> str:
    """Sentences one after the other: with a space in English, without one in Chinese."""
    return ("" if is_chinese(language) else " ").join(sentences)


def summary(results: FrozenResults, language: str) -> str:
    """Score, grade and rank of the locality, and where that lies among the others."""
    framework, index = results.framework, results.index
    names: dict[str, object] = {
        "locality": results.place.name,
        "ranked": results.ranked,
        "assessed": results.assessed,
    }
    score = published(index["published"])
    if score is None:
        return joined(
            [
                _("%(locality)s has no overall score in this cycle and is not ranked.") % names,
                _("%(ranked)s of the %(assessed)s localities assessed are ranked.") % names,
            ],
            language,
        )
    names |= {
        "score": written(score, framework.decimals),
        "grade": framework.grade(index["grade"]).title.text(language) if index["grade"] else "—",
        "rank": index["rank"],
    }
    said = _(
        "%(locality)s scores %(score)s with the grade “%(grade)s” and takes rank %(rank)s among "
        "the %(ranked)s localities that have a score (%(assessed)s were assessed)."
    )
    distance = _distance(score, results.median_score(framework.root), framework.decimals)
    return joined([said % names, *distance], language)


def since(results: FrozenResults, analysis: Analysis | None) -> str:
    """The locality's rank in the cycle before and now, each with how many were ranked.

    The cycle before is the publication kept with the analysis, so that reports made later or
    in another language compare with the same. Empty where there was none.
    """
    if analysis is None or analysis.previous is None:
        return ""
    cycle = {"cycle": analysis.previous.cycle_name}
    if not have_same_arithmetic(analysis.previous, results.publication):
        said = _(
            "“%(cycle)s” was scored by another version of the scoring engine (%(version)s); the "
            "ranks cannot be compared."
        )
        return said % (cycle | {"version": analysis.previous.run.engine_version})
    if analysis.compared is None:
        return _("“%(cycle)s” was scored under other rules; the ranks cannot be compared.") % cycle
    earlier = FrozenResults(analysis.compared, results.locality)
    if not earlier.took_part:
        return _("It took no part in “%(cycle)s”.") % cycle
    if earlier.index["rank"] is None:
        return _("In “%(cycle)s” it was not ranked.") % cycle
    then = cycle | {"rank": earlier.index["rank"], "ranked": earlier.ranked}
    if results.index["rank"] is None:
        return _("In “%(cycle)s” it ranked %(rank)s of %(ranked)s localities.") % then
    now = {"rank_now": results.index["rank"], "ranked_now": results.ranked}
    said = _(
        "In “%(cycle)s” it ranked %(rank)s of %(ranked)s localities, now %(rank_now)s of "
        "%(ranked_now)s."
    )
    return said % (then | now)


def _distance(score: Decimal, median: Decimal | None, decimals: int) -> list[str]:
    if median is None:
        return []
    away = score - median
    figures = {"distance": written(abs(away), decimals), "median": written(median, decimals)}
    if written(abs(away), decimals) == written(Decimal(0), decimals):
        return [_("That is the median.")]
    if away > 0:
        return [_("That is %(distance)s above the median of %(median)s.") % figures]
    return [_("That is %(distance)s below the median of %(median)s.") % figures]


def method(results: FrozenRun, language: str) -> list[str]:
    """How the scores came about, one paragraph for each step."""
    return [
        joined(_framework(results, language), language),
        joined(_aggregation(results), language),
        joined([*precision_words(results.framework), *_rounding(results)], language),
        joined(_grades(results, language), language),
    ]


def _framework(results: FrozenRun, language: str) -> list[str]:
    framework = results.framework
    sentences = [
        _(
            "The scores follow the framework “%(framework)s”, version %(version)s, as it was "
            "frozen for the cycle."
        )
        % {"framework": framework.title.text(language), "version": framework.version}
    ]
    basis = [f"{item.reference} {item.title.text(language)}" for item in framework.basis]
    if basis:
        sentences.append(_("It rests on: %(documents)s.") % {"documents": _listed(basis, language)})
    return sentences


def _aggregation(results: FrozenRun) -> list[str]:
    framework = results.framework
    root = framework.root
    sentences = [
        _(
            "Each value is brought to the scale %(lowest)s–%(highest)s as its indicator states; "
            "scores are put together along the tree with the weights it states."
        )
        % {
            "lowest": plain_number(framework.scale.min),
            "highest": plain_number(framework.scale.max),
        },
        _("Overall score: %(aggregation)s. Missing values: %(missing)s. %(away)s.")
        % {
            "aggregation": aggregation_label(root.aggregation.method, root.weighting.method),
            "missing": MISSING_LABELS[root.missing.policy],
            "away": NOT_APPLICABLE_LABELS[root.missing.not_applicable],
        },
    ]
    if root.missing.availability > 0:
        share = {"share": plain_number(root.missing.availability * 100)}
        sentences.append(
            _("Less than %(share)s %% of the weight available: no overall score.") % share
        )
    return sentences


def _rounding(results: FrozenRun) -> list[str]:
    return [
        _(
            "A score is rounded once, half to even (GB/T 8170), to %(decimals)s decimals; ranks "
            "and grades follow the rounded score."
        )
        % {"decimals": results.framework.decimals},
        _("Points are rounded one by one, so their sum may differ in the last place."),
    ]


def _grades(results: FrozenRun, language: str) -> list[str]:
    ordered = sorted(results.framework.grades, key=lambda grade: -grade.lower)
    above, grades = "", []
    for grade in ordered:
        is_rest = grade.lower <= results.framework.scale.min and above
        span = _("%(grade)s below %(score)s") if is_rest else _("%(grade)s from %(score)s")
        score = above if is_rest else plain_number(grade.lower)
        grades.append(span % {"grade": grade.title.text(language), "score": score})
        above = plain_number(grade.lower)
    return [_("Grades: %(grades)s.") % {"grades": _listed(grades, language)}]


def _listed(items: Iterable[str], language: str) -> str:
    return ("；" if is_chinese(language) else "; ").join(items)
