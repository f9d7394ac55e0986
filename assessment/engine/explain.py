"""How a result came about, as readable sentences in Chinese and English."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from assessment.engine.document import FrameworkDocument, Node
from assessment.engine.figures import (
    fixed_number,
    plain_number,
    signed_number,
    unit_text,
    value_text,
)
from assessment.engine.messages import render
from assessment.engine.texts import is_chinese, localized

_METHODS = {
    "arithmetic": ("加权算术平均", "weighted arithmetic mean"),
    "geometric": ("加权几何平均", "weighted geometric mean"),
    "harmonic": ("加权调和平均", "weighted harmonic mean"),
    "minimum": ("取最低分", "lowest of the branches"),
    "maximum": ("取最高分", "highest of the branches"),
    "generalised": ("加权幂平均", "weighted power mean"),
    "owa": ("有序加权平均", "ordered weighted average"),
    "copeland": ("Copeland 两两比较", "Copeland comparison"),
    "outranking": ("级别优先两两比较", "outranking comparison"),
    "topsis": ("TOPSIS 贴近度", "closeness to the ideal (TOPSIS)"),
}


def explain_node(
    framework: FrameworkDocument, trace: Mapping[str, Any], name: str, language: str
) -> str:
    """Return one paragraph on a node's trace for the locality called ``name``."""
    node = framework.node(trace["node"])
    parts = [_origin(framework, node, trace, name, language)]
    parts += [_rule(framework, item, language) for item in trace["rules"]]
    parts += [_adjustment(item, language) for item in adjustment_texts(trace, language)]
    parts += [
        note_text(titled_note(framework, item, language), language) for item in trace["notes"]
    ]
    parts.append(_outcome(framework, node, trace, language))
    return ("" if is_chinese(language) else " ").join(part for part in parts if part)


def note_text(note: Mapping[str, Any], language: str) -> str:
    """Return the sentence of a note of the trace."""
    return render(note["code"], note["params"], language)


def titled_note(
    framework: FrameworkDocument, note: Mapping[str, Any], language: str
) -> dict[str, Any]:
    """Return a note that names a child by its title in the language, not by its code."""
    params = dict(note["params"])
    child = framework.by_code.get(str(params.get("child", "")))
    if child is not None:
        params["child"] = child.title.text(language)
    return {"code": note["code"], "params": params}


def rule_text(framework: FrameworkDocument, rule: Mapping[str, Any], language: str) -> str:
    """Return the sentence of a rule's outcome in the trace, the indicator by its title."""
    indicator = framework.by_code.get(rule["indicator"] or "")
    by = framework.by_code.get(rule.get("by") or "")
    params = {"by": by.title.text(language) if by else rule.get("by")}
    if indicator is None:
        value = "" if rule["value"] is None else plain_number(rule["value"])
        params |= {"indicator": rule["indicator"], "value": value}
    else:
        params |= {
            "indicator": indicator.title.text(language),
            "value": _observed(indicator, rule["value"], language),
        }
    return render(rule["code"], params, language)


def quoted(text: str, language: str) -> str:
    """The text in the quotation marks of the language; marks inside become single ones."""
    inner = text.replace("“", "‘").replace("”", "’")
    return f"“{inner}”" if is_chinese(language) else text


def _origin(
    framework: FrameworkDocument, node: Node, trace: Mapping[str, Any], name: str, language: str
) -> str:
    chinese = is_chinese(language)
    title = node.title.text(language)
    head = f"{name}{quoted(title, language)}：" if chinese else f"{name}, {title}:"
    if not node.is_leaf:
        if trace["aggregated"] is None:
            return head
        method = _METHODS[trace["method"]][0 if chinese else 1]
        amount = fixed_number(trace["aggregated"], framework.decimals)
        return f"{head}{method}得 {amount} 分。" if chinese else f"{head} {method} {amount}."
    path = list(_path(node, trace, language))
    if not path or trace["normalised"] is None:
        return head
    earned = fixed_number(trace["normalised"], framework.decimals)
    if chinese:
        return f"{head}{'，'.join(path)}，标准化得 {earned} 分。"
    return f"{head} {', '.join(path)}, normalised to {earned}."


def _path(node: Node, trace: Mapping[str, Any], language: str) -> Iterator[str]:
    """The value at each step before normalisation, as parts of one sentence."""
    chinese, steps = is_chinese(language), trace.get("steps", {})
    if trace["raw"] is not None:
        observed = _observed(node, trace["raw"], language)
        yield f"观测值 {observed}" if chinese else f"observed {observed}"
    if node.denominate is not None and steps.get("denominated") is not None:
        column, value = node.denominate.column, f"{steps['denominated']:g}"
        yield f"按“{column}”折算为 {value}" if chinese else f"divided by {column} {value}"
    if steps.get("imputed") is not None:
        value = f"{steps['imputed']:g}"
        yield f"缺失，以 {value} 插补" if chinese else f"missing, imputed as {value}"
    if steps.get("treatment") is not None:
        value = f"{steps['treated']:g}"
        yield f"离群值处理后为 {value}" if chinese else f"treated for outliers {value}"


def _observed(node: Node, raw: float | None, language: str) -> str:
    return f"{value_text(node, raw, language)} {unit_text(node, language)}".strip()


def _rule(framework: FrameworkDocument, item: Mapping[str, Any], language: str) -> str:
    rule = next(rule for rule in framework.rules if rule.id == item["id"])
    outcome = rule_text(framework, item, language)
    if is_chinese(language):
        named = quoted(rule.text.zh_hans.rstrip("。"), language)
        return f"规则{named}（{rule.article.zh_hans}）{outcome}"
    return f"Rule “{rule.text.en.rstrip('.')}” ({rule.article.en}): {outcome}"


@dataclass(frozen=True, slots=True)
class AdjustmentText:
    """An adjustment of the trace in one language; ``points`` as they were given."""

    points: float
    article: str
    reason: str


def adjustment_texts(trace: Mapping[str, Any], language: str) -> list[AdjustmentText]:
    """Return the adjustments of a node's trace in the language, in their order.

    Traces have plain texts where one serves both languages, else one for each.
    """
    return [
        AdjustmentText(
            item["points"], _said(item["article"], language), _said(item["reason"], language)
        )
        for item in trace["adjustments"]
    ]


def _said(text: object, language: str) -> str:
    found = localized(text)
    return found.text(language) if found else ""


def _adjustment(item: AdjustmentText, language: str) -> str:
    amount, reason = signed_number(float(item.points)), item.reason.rstrip("。.")
    if is_chinese(language):
        return f"调整 {amount} 分（{item.article}）：{reason}。"
    return f"Adjusted by {amount} ({item.article}): {reason}."


def _outcome(
    framework: FrameworkDocument, node: Node, trace: Mapping[str, Any], language: str
) -> str:
    chinese = is_chinese(language)
    if trace["published"] is None:
        return "未计分，不参加排名。" if chinese else "No score and no rank."
    published, rank = trace["published"], trace["rank"]
    points = fixed_number(trace["points"], framework.decimals)
    weight = plain_number(node.weight)
    grade = framework.grade(trace["grade"]).title.text(language) if trace["grade"] else ""
    if chinese:
        tail = f"，等次为{grade}" if grade else ""
        return f"得分 {published}，折合 {points} 分（权重 {weight}），排第 {rank} 位{tail}。"
    tail = f", grade {grade.lower()}" if grade else ""
    return f"Score {published}, worth {points} of {weight} points, rank {rank}{tail}."
