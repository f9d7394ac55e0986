"""Sentences and figures of the public pages in the reader's language."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accounts.text import join_items
from assessment.engine import FrameworkDocument, LocalizedText, note_text, titled_note
from assessment.scores.queries import RankingRow


def reader_language() -> str:
    """The language tag the engine's texts are asked for."""
    return get_language() or "zh-hans"


def said(text: LocalizedText | None) -> str:
    """A bilingual text in the reader's language; empty for none."""
    return "" if text is None else text.text(reader_language())


def finding(rows: Sequence[RankingRow]) -> str:
    """Who leads and with what, in one sentence; ``rows`` are best first."""
    leaders = [row for row in rows if row.rank == 1]
    if not leaders:
        return _("No locality could be ranked")
    names = join_items(row.locality.name for row in leaders)
    sentence = ngettext(
        "%(names)s ranks first with %(score)s points",
        "%(names)s share the first rank with %(score)s points",
        len(leaders),
    )
    return sentence % {"names": names, "score": leaders[0].published}


def grade_word(framework: FrameworkDocument, code: str) -> str:
    """The framework's word for a grade; empty for none."""
    return said(framework.grade(code).title) if code else ""


def notes(framework: FrameworkDocument, trace: Mapping[str, Any]) -> list[str]:
    """The remarks of one node's trace as sentences, with titles in the place of codes."""
    language = reader_language()
    return [note_text(titled_note(framework, note, language), language) for note in trace["notes"]]


def titled_trace(framework: FrameworkDocument, trace: Mapping[str, Any]) -> dict[str, Any]:
    """The trace of a node whose remarks name other nodes by title."""
    return {
        **trace,
        "notes": [titled_note(framework, note, reader_language()) for note in trace["notes"]],
    }


def causes(
    framework: FrameworkDocument, traces: Mapping[str, Mapping[str, Any]], code: str
) -> list[str]:
    """Why a node has no score: its own remark, then which nodes below it lack what."""
    return list(_causes(framework, traces, code))


def _causes(
    framework: FrameworkDocument, traces: Mapping[str, Mapping[str, Any]], code: str
) -> Iterator[str]:
    language = reader_language()
    for note in traces[code]["notes"]:
        absent = note["params"].get("children")
        if absent is None:
            continue
        title = said(framework.node(code).title)
        yield _("%(node)s: %(reason)s") % {"node": title, "reason": note_text(note, language)}
        leaves = [framework.node(child) for child in absent]
        named = [said(node.title) for node in leaves if node.is_leaf]
        if named:
            yield _("No value: %(indicators)s.") % {"indicators": join_items(named)}
        for node in leaves:
            if not node.is_leaf:
                yield from _causes(framework, traces, node.code)
