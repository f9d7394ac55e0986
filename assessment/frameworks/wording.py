"""Framework documents in words: labels of codes, numbers as people write them, scoring."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from accounts.text import is_chinese, join_clauses, labelled
from assessment.engine import FrameworkDocument, LocalizedText, Node, figures
from assessment.engine.texts import localized
from assessment.engine.validation import describe, read_rule, rule_title
from assessment.frameworks.step_wording import aggregation_label as aggregation_label
from assessment.frameworks.step_wording import step_sentences

Label = str | Promise
Raw = Mapping[str, Any]

KIND_LABELS: dict[str, Label] = {
    "index": gettext_lazy("Index"),
    "dimension": gettext_lazy("Dimension"),
    "indicator": gettext_lazy("Indicator"),
    "flag": gettext_lazy("Flag outside the tree"),
}
DIRECTION_LABELS: dict[str, Label] = {
    "positive": gettext_lazy("More is better"),
    "negative": gettext_lazy("Less is better"),
}
SOURCE_LABELS: dict[str, Label] = {
    "submissions": gettext_lazy("Reported by the locality"),
    "reviews": gettext_lazy("Judged by experts"),
    "sharing": gettext_lazy("Measured data sharing"),
    "airquality": gettext_lazy("Air quality monitoring"),
    "plans": gettext_lazy("Joint plan and alerts"),
    "surveys": gettext_lazy("Public rating"),
    "coordinator": gettext_lazy("Entered by the coordinator"),
}
PREVIOUS_LABELS: dict[str, Label] = {
    "compare": gettext_lazy("Shown beside the field, not proposed"),
    "propose": gettext_lazy("Proposed: it may still hold"),
    "none": gettext_lazy("Not shown"),
}
MEASURED_LABELS: dict[str, Label] = {
    "pm25_mean": gettext_lazy("Annual mean of PM2.5"),
    "pm10_mean": gettext_lazy("Annual mean of PM10"),
    "so2_mean": gettext_lazy("Annual mean of SO₂"),
    "no2_mean": gettext_lazy("Annual mean of NO₂"),
    "pm25_fall": gettext_lazy("Fall of PM2.5 against the year before"),
    "pm10_fall": gettext_lazy("Fall of PM10 against the year before"),
    "so2_fall": gettext_lazy("Fall of SO₂ against the year before"),
    "no2_fall": gettext_lazy("Fall of NO₂ against the year before"),
}
MISSING_LABELS: dict[str, Label] = {
    "error": gettext_lazy("No result while a value is missing"),
    "zero": gettext_lazy("A missing value earns the lowest score"),
    "redistribute": gettext_lazy("The weight of a missing value goes to its siblings"),
}
# Of what does not apply to a locality, and of what the coordinator took out.
NOT_APPLICABLE_LABELS: dict[str, Label] = {
    "error": gettext_lazy("No result while something does not apply or is excluded"),
    "zero": gettext_lazy("What does not apply or is excluded earns the lowest score"),
    "redistribute": gettext_lazy(
        "The weight of what does not apply or is excluded goes to its siblings"
    ),
}
NOT_APPLICABLE_UNSTATED: Label = gettext_lazy(
    "Not stated what follows where something does not apply or is excluded"
)
SEVERITY_LABELS: dict[str, Label] = {
    "error": gettext_lazy("Error: blocks sign-off"),
    "warning": gettext_lazy("Warning: asks for an explanation"),
}
RULE_LABELS: dict[str, Label] = {
    "zero_on_deterioration": gettext_lazy("Zero on deterioration"),
    "veto": gettext_lazy("Veto: limits the grade"),
    "cap": gettext_lazy("Cap"),
    "bonus": pgettext_lazy("rule", "Bonus"),
    "penalty": pgettext_lazy("rule", "Penalty"),
    "step_deduction": gettext_lazy("Deduction by steps"),
    "substitution": gettext_lazy("Substitution by another score"),
}
VALUE_TYPE_LABELS: dict[str, Label] = {
    "percent": gettext_lazy("Percentage"),
    "number": gettext_lazy("Number"),
    "integer": gettext_lazy("Whole number"),
    "level": gettext_lazy("Level"),
    "boolean": gettext_lazy("Yes or no"),
}
METHOD_LABELS: dict[str, Label] = {
    "goalposts": gettext_lazy("Straight line between two goalposts"),
    "min_max": gettext_lazy("Straight line from the lowest to the highest locality"),
    "z_score": gettext_lazy("Distance from the mean in standard deviations"),
    "distance_to_target": gettext_lazy("Straight line from the worst locality to a target"),
    "distance_to_maximum": gettext_lazy("Distance to the best locality"),
    "distance_to_reference": gettext_lazy("Straight line from the worst to a reference locality"),
    "fraction_of_maximum": gettext_lazy("Fraction of the best locality"),
    "rank": gettext_lazy("Rank among the localities, the worst first"),
    "percentile_rank": gettext_lazy("Share of the other localities that are worse"),
    "borda": gettext_lazy("Number of localities that are worse"),
    "target_attainment": gettext_lazy("Attainment of a target"),
    "bands": gettext_lazy("Table of bands"),
    "piecewise_linear": gettext_lazy("Straight lines between points"),
    "levels": gettext_lazy("Score of the level"),
    "identity": gettext_lazy("The value is the score"),
}


def reader_text(value: object) -> str:
    """A bilingual text (the engine's or the document's) in the reader's language."""
    return side_of(value, "zh-Hans" if is_chinese() else "en")


def side_of(value: object, language: str) -> str:
    """One side, ``zh-Hans`` or ``en``, of a bilingual text; a plain text is both."""
    if isinstance(value, LocalizedText):
        return value.text(language)
    if isinstance(value, Mapping):
        return str(value.get(language) or "")
    return "" if value is None else str(value)


def plain_number(value: object) -> str:
    """A number of a document that may still be a draft: what is no number stays as written."""
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        return "" if value is None else str(value)
    return figures.plain_number(value) if Decimal(str(value)).is_finite() else str(value)


def scoring_words(node: Raw, scale: Raw) -> str:
    """How an observed value of this indicator becomes a score, in one or two sentences."""
    stated = node.get("normalisation")
    if not isinstance(stated, Mapping):
        return ""
    sentences = list(step_sentences(node))
    editions = stated.get("editions") or []
    if not editions:
        return _joined([*sentences, _method_words(stated, node, scale)])
    sentences += [
        labelled(_dates(edition), _method_words({**stated, **edition}, node, scale))
        for edition in editions
    ]
    return _joined(sentences)


def _joined(sentences: list[str]) -> str:
    """Sentences one after the other; Chinese ones stand close."""
    return ("" if is_chinese() else " ").join(sentences)


def _dates(edition: Raw) -> str:
    return dates_words(edition.get("valid_from"), edition.get("valid_to"))


def dates_words(first: object, last: object) -> str:
    """A span of days, open ends said in words; empty when it has no end at all."""
    if first and last:
        return _("%(first)s to %(last)s") % {"first": first, "last": last}
    if first:
        return _("from %(first)s") % {"first": first}
    return _("until %(last)s") % {"last": last} if last else ""


def _method_words(stated: Raw, node: Raw, scale: Raw) -> str:
    low, high = plain_number(scale.get("min")), plain_number(scale.get("max"))
    positive = node.get("direction", "positive") == "positive"
    worst, best = (low, high) if positive else (high, low)
    method = stated.get("method")
    if method == "goalposts" and "lower" in stated and "upper" in stated:
        return _(
            "%(first)s points at %(lower)s, %(last)s points at %(upper)s, in proportion in between."
        ) % {
            "first": worst,
            "last": best,
            "lower": _measured(stated["lower"], node),
            "upper": _measured(stated["upper"], node),
        }
    if method == "min_max":
        sentence = _("%(first)s points for the lowest value of all, %(last)s for the highest.")
        return sentence % {"first": worst, "last": best}
    if method == "target_attainment" and "required" in stated and "target" in stated:
        return _target_words(stated, scale)
    if method == "bands":
        return _pairs(stated.get("bands", []), "from")
    if method == "piecewise_linear":
        pairs = _pairs(stated.get("points", []), "value")
        return _("%(pairs)s Straight lines in between.") % {"pairs": pairs}
    if method == "levels":
        return _level_words(node, worst, best)
    if method == "identity":
        return _("The value is the score.")
    return str(METHOD_LABELS.get(str(method), method))


def _measured(value: object, node: Raw) -> str:
    """A value with its unit where that is a sign such as %; words would need their plural."""
    unit = reader_text(node.get("unit")) if node.get("unit") else ""
    is_sign = bool(unit) and not any(letter.isalpha() for letter in unit)
    return f"{plain_number(value)} {unit}" if is_sign else plain_number(value)


def _target_words(stated: Raw, scale: Raw) -> str:
    low, high = float(scale["min"]), float(scale["max"])
    base = float(stated.get("base", low + 0.6 * (high - low)))
    return _("%(base)s points at the required %(required)s, %(full)s at the target %(target)s.") % {
        "base": plain_number(base),
        "full": plain_number(base + float(stated.get("span", high - base))),
        "required": plain_number(stated["required"]),
        "target": plain_number(stated["target"]),
    }


def _pairs(rows: list[Raw], key: str) -> str:
    shown = []
    for row in rows:
        start = pgettext("band", "below") if row[key] is None else plain_number(row[key])
        shown.append(f"{start} → {plain_number(row['score'])}")
    return _("%(pairs)s points.") % {"pairs": join_clauses(shown)}


def _level_words(node: Raw, worst: str, best: str) -> str:
    levels = node.get("value", {}).get("levels") or []
    if not levels:
        return _("No: %(no)s points; yes: %(yes)s points.") % {"no": worst, "yes": best}
    return join_clauses(
        f"{reader_text(level['title'])} → {plain_number(level['score'])}" for level in levels
    )


def precision_words(framework: FrameworkDocument) -> list[str]:
    """How exactly values are taken: as recorded, and monitored means to one decimal.

    See docs/methodology.md, section 14.
    """
    sentences = [
        _("Values are scored and compared with thresholds as they are recorded, not as shown.")
    ]
    if any(node.source == "airquality" for node in framework.observed):
        sentences.append(
            _(
                "Annual means are rounded to 0.1 µg/m³, half to even (GB/T 8170); their falls are "
                "computed from the rounded means and are not rounded again."
            )
        )
    return sentences


@dataclass(frozen=True)
class ValidationLine:
    """A validation rule in the reader's words; text and article are empty where none is given."""

    id: str
    kind: str
    severity: str
    severity_label: Label
    words: str
    text: str
    article: str


def validation_lines(document: Raw) -> list[ValidationLine]:
    """The validation rules of a document whose shape is sound, also while they contradict it."""
    language = get_language() or "zh-hans"
    nodes = {
        raw["code"]: Node(
            raw["code"],
            raw["parent"],
            raw["kind"],
            LocalizedText(raw["title"]["zh-Hans"], raw["title"]["en"]),
            unit=localized(raw.get("unit")),
        )
        for raw in document["nodes"]
    }
    rules = [read_rule(item) for item in document.get("validation", {}).get("rules", [])]
    return [
        ValidationLine(
            id=rule.id,
            kind=rule_title(rule.kind, language),
            severity=rule.severity,
            severity_label=SEVERITY_LABELS[rule.severity],
            words=describe(rule, nodes, language),
            text=rule.text.text(language) if rule.text else "",
            article=rule.article.text(language) if rule.article else "",
        )
        for rule in rules
    ]
