"""Where each value of a report comes from, in a sentence."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.text import join_clauses, labelled
from assessment.engine.document import Node
from assessment.observations.provenance import (
    data_source,
    mean_text,
    provenance_facts,
    source_label,
)
from assessment.observations.statuses import Status
from assessment.reports.frozen import FrozenResults
from assessment.reports.sentences import joined
from assessment.scores.models import Origin


@dataclass(frozen=True)
class SourceLine:
    """An indicator, the kind of its source, and what is known of this value's origin.

    ``notes`` are the numbers of the notes under the table that name where data come from.
    """

    code: str
    title: str
    source: str
    text: str
    notes: tuple[int, ...]


@dataclass(frozen=True)
class SourceGroup:
    """Indicators whose values have one and the same origin; ``lines`` in document order."""

    lines: tuple[SourceLine, ...]

    @property
    def origin(self) -> SourceLine:
        """The line whose source, text and notes stand for all."""
        return self.lines[0]


@dataclass(frozen=True)
class Sources:
    """The lines of the annex and the notes they point to, numbered from 1."""

    lines: tuple[SourceLine, ...]
    notes: tuple[str, ...]

    @property
    def groups(self) -> list[SourceGroup]:
        """Each origin told once, in the order of its first indicator."""
        found: dict[tuple[object, ...], list[SourceLine]] = {}
        for line in self.lines:
            found.setdefault((line.source, line.text, line.notes), []).append(line)
        return [SourceGroup(tuple(lines)) for lines in found.values()]


def sources_of(results: FrozenResults, origins: Mapping[str, Origin], language: str) -> Sources:
    """Every observed node in document order, as the run knew it (``scores.queries.origins_of``).

    What a run made before origins were kept no longer knows is said so: a value recorded after
    it has another origin than the figure printed.
    """
    notes: dict[str, int] = {}
    lines = tuple(
        _source_line(results, node, origins.get(node.code), language, notes)
        for node in results.framework.observed
    )
    return Sources(lines, tuple(notes))


def _source_line(
    results: FrozenResults,
    node: Node,
    origin: Origin | None,
    language: str,
    notes: dict[str, int],
) -> SourceLine:
    if origin is None:
        source, text = node.source or "", _unknown(results, node)
    else:
        source, text = origin.source, origin_text(origin.provenance, language)
    return SourceLine(
        code=node.code,
        title=node.title.text(language),
        source=source_label(source),
        text=text,
        notes=() if origin is None else _noted(origin.provenance, notes),
    )


def _unknown(results: FrozenResults, node: Node) -> str:
    traced = results.nodes.get(node.code)
    if traced is None or traced["status"] == Status.MISSING:
        return _("No value was recorded.")
    return _("Recorded anew since the run.")


def origin_text(provenance: Mapping[str, Any], language: str) -> str:
    """What a provenance says; well-known shapes as a sentence, others as facts."""
    if provenance.get("generated"):
        return _("Generated with a fixed seed for the demonstration; not reported by anyone.")
    if "base" in provenance and "now" in provenance:
        means = (_annual_mean(provenance["base"]), _annual_mean(provenance["now"]))
        return joined(means, language)
    if "submission" in provenance and "version" in provenance:
        return _("Form %(form)s, signed version %(version)s, SHA-256 %(sha)s…") % {
            "form": provenance["submission"],
            "version": provenance["version"],
            "sha": str(provenance.get("sha256", ""))[:8],
        }
    if "reviewers" in provenance:
        return _("Lower median of %(count)s experts’ levels; %(abstained)s abstained.") % {
            "count": provenance["reviewers"],
            "abstained": provenance.get("abstentions", 0),
        }
    parts = [labelled(label, value) for label, value in provenance_facts(provenance)]
    return join_clauses(parts) if parts else _("Nothing further recorded.")


def _noted(provenance: Mapping[str, Any], notes: dict[str, int]) -> tuple[int, ...]:
    """Numbers of the notes that name this provenance's data; new ones are added at the end."""
    parts = [provenance.get("base"), provenance.get("now")]
    named = [
        str(part["source"]) for part in parts if isinstance(part, Mapping) and part.get("source")
    ]
    texts = dict.fromkeys(data_source(source) for source in named)
    return tuple(notes.setdefault(text, len(notes) + 1) for text in texts)


def _annual_mean(part: Mapping[str, Any]) -> str:
    days = int(part.get("days", 0))
    if part.get("mean") is None:
        return ngettext(
            "%(year)s: no valid annual mean (%(days)s valid day).",
            "%(year)s: no valid annual mean (%(days)s valid days).",
            days,
        ) % {"year": part["year"], "days": days}
    return ngettext(
        "%(year)s: %(mean)s µg/m³ (%(days)s day).",
        "%(year)s: %(mean)s µg/m³ (%(days)s days).",
        days,
    ) % {"year": part["year"], "mean": mean_text(part["mean"]), "days": days}
