"""What a reader of a publication should know of its gaps, in words.

What is frozen are codes; the sentences are written at the moment of reading, with the texts
of the publication's own run.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, override

from accounts.text import join_items
from assessment.engine.bundle import KnownGap
from assessment.engine.texts import LocalizedText, inner_quotes
from assessment.frameworks.wording import Label, reader_text
from assessment.observations.provenance import source_label
from assessment.publication.models import Publication
from assessment.scores.models import ScoreRun

CaveatKind = Literal["unjudged_rule", "missing_values", "unsettled_rubric", "objections_open"]

CAVEAT_LABELS: Mapping[str, Label] = {
    "unjudged_rule": gettext_lazy("Rule that could not be judged"),
    "missing_values": gettext_lazy("Values missing"),
    "unsettled_rubric": gettext_lazy("Experts’ scores not taken in"),
    "objections_open": gettext_lazy("Time to object not over"),
}
_UNJUDGED_OUTCOMES: Mapping[str, Label] = {
    "pass": gettext_lazy("It did not apply there."),
    "zero": gettext_lazy("It applied there as if it had been triggered."),
    "no_score": gettext_lazy("They have no score there."),
}


@dataclass(frozen=True)
class Caveat:
    """A gap in what a run was computed on, or in the procedure.

    ``code`` is the rule, the indicator, or the last day to object (ISO); ``localities`` are
    codes, in ascending order.
    """

    kind: CaveatKind
    code: str
    localities: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """JSON values; ``Caveat.read`` is the way back."""
        return {"kind": self.kind, "code": self.code, "localities": list(self.localities)}

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> "Caveat":
        """The caveat stored as ``as_dict`` gave it."""
        return cls(given["kind"], given["code"], tuple(given["localities"]))


def caveat_text(caveat: Caveat, run: ScoreRun) -> str:
    """The sentence of a caveat, with the titles and names of the run."""
    if caveat.kind == "objections_open":
        return _("The period for objections, to %(day)s, was not over.") % {"day": caveat.code}
    count = len(caveat.localities)
    if caveat.kind == "unjudged_rule":
        return _unjudged_text(caveat, run)
    node = run.parsed.node(caveat.code)
    named = {
        "count": count,
        "indicator": inner_quotes(reader_text(node.title.as_dict())),
        "source": source_label(node.source or ""),
    }
    if caveat.kind == "unsettled_rubric":
        return (
            ngettext(
                "The experts’ scores on “%(indicator)s” are not taken in for %(count)s locality.",
                "The experts’ scores on “%(indicator)s” are not taken in for %(count)s localities.",
                count,
            )
            % named
        )
    return (
        ngettext(
            "“%(indicator)s” has no value for %(count)s locality (source: %(source)s).",
            "“%(indicator)s” has no value for %(count)s localities (source: %(source)s).",
            count,
        )
        % named
    )


def _unjudged_text(caveat: Caveat, run: ScoreRun) -> str:
    rule = next(rule for rule in run.parsed.rules if rule.id == caveat.code)
    sentence = ngettext(
        "The rule “%(rule)s” could not be judged for %(count)s locality (%(places)s). %(outcome)s",
        "The rule “%(rule)s” could not be judged for %(count)s localities (%(places)s). "
        "%(outcome)s",
        len(caveat.localities),
    )
    return sentence % {
        "rule": inner_quotes(reader_text(rule.text.as_dict()).rstrip("。.")),
        "count": len(caveat.localities),
        "places": listed(run.places[code].name for code in caveat.localities),
        "outcome": _UNJUDGED_OUTCOMES[rule.unjudged],
    }


def caveats_told(publication: Publication) -> list[str]:
    """The sentences a publication carries because it was made in spite of gaps; no SQL query."""
    return [caveat_text(Caveat.read(given), publication.run) for given in publication.caveats]


def caveats_in_both_languages(publication: Publication) -> tuple[KnownGap, ...]:
    """The gaps with codes and with the sentence in either language; no SQL query."""
    sentences = []
    for language in ("zh-hans", "en"):
        with override(language):
            sentences.append(caveats_told(publication))
    return tuple(
        KnownGap(caveat.kind, caveat.code, caveat.localities, LocalizedText(chinese, english))
        for caveat, chinese, english in zip(
            map(Caveat.read, publication.caveats), *sentences, strict=True
        )
    )


def reason_in_both_languages(publication: Publication) -> LocalizedText | None:
    """Why it was published in spite of its gaps; None where there are none."""
    if not publication.caveats:
        return None
    return LocalizedText(publication.caveats_reason_zh, publication.caveats_reason_en)


def listed(items: Iterable[str]) -> str:
    """The items as one enumeration in the reader's language."""
    return join_items(items)
