"""Phrases that the kinds of rules share, in Chinese and English."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from assessment.engine.document import Node
from assessment.engine.figures import plain_number, unit_text
from assessment.engine.texts import inner_quotes, is_chinese


def pick(language: str, chinese: str, english: str) -> str:
    """The text of the reader's language."""
    return chinese if is_chinese(language) else english


def title(nodes: Mapping[str, Node], code: str, language: str) -> str:
    """An indicator by its title in quotation marks; by its code where there is none."""
    node = nodes.get(code)
    return f"“{inner_quotes(node.title.text(language)) if node else code}”"


def titles(nodes: Mapping[str, Node], codes: Iterable[str], language: str) -> str:
    """Several indicators by their titles."""
    return pick(language, "、", ", ").join(title(nodes, code, language) for code in codes)


def limits(lower: float | None, upper: float | None, unit: str, language: str) -> str:
    """A range in words; the unit stands behind, but for shares, whose figures say it."""
    low = "" if lower is None else plain_number(lower)
    high = "" if upper is None else plain_number(upper)
    if low and high:
        words = pick(language, f"{low} 至 {high} 之间的数字", f"a number from {low} to {high}")
    elif low:
        words = pick(language, f"不小于 {low} 的数字", f"a number of at least {low}")
    else:
        words = pick(language, f"不大于 {high} 的数字", f"a number of at most {high}")
    return words + ("" if unit in ("", "%") else pick(language, f"（{unit}）", f" ({unit})"))


def shared_unit(nodes: Mapping[str, Node], codes: Iterable[str], language: str) -> str:
    """The unit of all the indicators; empty where they have different ones."""
    units = {unit_text(nodes[code], language) if code in nodes else "" for code in codes}
    return units.pop() if len(units) == 1 else ""


def count(amount: int, noun: str, measure: str, language: str) -> str:
    """A count with its noun: "2 decimals", "2 位小数"."""
    plural = noun if amount == 1 else f"{noun}s"
    return pick(language, f"{amount} {measure}", f"{amount} {plural}")
