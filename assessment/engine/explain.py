"""How a result came about, as readable sentences in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assessment.engine.document import FrameworkDocument, Node
from assessment.engine.messages import render
from assessment.engine.texts import is_chinese

_METHODS = {
    "arithmetic": ("加权算术平均", "weighted arithmetic mean"),
    "geometric": ("加权几何平均", "weighted geometric mean"),
    "harmonic": ("加权调和平均", "weighted harmonic mean"),
    "minimum": ("取最低分", "lowest of the branches"),
    "maximum": ("取最高分", "highest of the branches"),
}


def explain_node(
    framework: FrameworkDocument, trace: Mapping[str, Any], name: str, language: str
) -> str:
    """Return one paragraph on a node's trace for the locality called ``name``."""
    node = framework.node(trace["node"])
    parts = [_origin(node, trace, name, language)]
    parts += [_rule(framework, item, language) for item in trace["rules"]]
    parts += [_adjustment(item, language) for item in trace["adjustments"]]
    parts += [note_text(item, language) for item in trace["notes"]]
    parts.append(_outcome(framework, node, trace, language))
    return ("" if is_chinese(language) else " ").join(part for part in parts if part)


def note_text(note: Mapping[str, Any], language: str) -> str:
    """Return the sentence of a note of the trace."""
    return render(note["code"], note["params"], language)


def rule_text(rule: Mapping[str, Any], language: str) -> str:
    """Return the sentence of a rule's outcome in the trace."""
    value = rule["value"]
    shown = "" if value is None else f"{value:g}"
    return render(rule["code"], {"indicator": rule["indicator"], "value": shown}, language)


def _origin(node: Node, trace: Mapping[str, Any], name: str, language: str) -> str:
    chinese = is_chinese(language)
    title = node.title.text(language)
    head = f"{name}“{title}”：" if chinese else f"{name}, {title}:"
    if not node.is_leaf:
        if trace["aggregated"] is None:
            return head
        method = _METHODS[trace["method"]][0 if chinese else 1]
        amount = f"{trace['aggregated']:.4g}"
        return f"{head}{method}得 {amount} 分。" if chinese else f"{head} {method} {amount}."
    if trace["raw"] is None or trace["normalised"] is None:
        return head
    unit = node.unit.text(language) if node.unit else ""
    observed = _observed(node, trace["raw"], unit, language)
    earned = f"{trace['normalised']:.4g}"
    if chinese:
        return f"{head}观测值 {observed}，标准化得 {earned} 分。"
    return f"{head} observed {observed}, normalised to {earned}."


def _observed(node: Node, raw: float, unit: str, language: str) -> str:
    levels = node.value.levels if node.value else ()
    for level in levels:
        if level.value == raw:
            return level.title.text(language)
    return f"{raw:.6g} {unit}".strip()


def _rule(framework: FrameworkDocument, item: Mapping[str, Any], language: str) -> str:
    rule = next(rule for rule in framework.rules if rule.id == item["id"])
    indicator = framework.by_code.get(item["indicator"] or "")
    named = {**item, "indicator": indicator.title.text(language) if indicator else None}
    outcome = rule_text(named, language)
    if is_chinese(language):
        return f"规则“{rule.text.zh_hans.rstrip('。')}”（{rule.article.zh_hans}）{outcome}"
    return f"Rule “{rule.text.en.rstrip('.')}” ({rule.article.en}): {outcome}"


def _adjustment(item: Mapping[str, Any], language: str) -> str:
    amount = f"{item['points']:+g}"
    if is_chinese(language):
        return f"调整 {amount} 分（{item['article']}）：{item['reason']}。"
    return f"Adjusted by {amount} ({item['article']}): {item['reason']}."


def _outcome(
    framework: FrameworkDocument, node: Node, trace: Mapping[str, Any], language: str
) -> str:
    chinese = is_chinese(language)
    if trace["published"] is None:
        return "未计分，不参加排名。" if chinese else "No score and no rank."
    published, rank = trace["published"], trace["rank"]
    points, weight = f"{trace['points']:.4g}", f"{node.weight:g}"
    grade = framework.grade(trace["grade"]).title.text(language) if trace["grade"] else ""
    if chinese:
        tail = f"，等次为{grade}" if grade else ""
        return f"得分 {published}，折合 {points} 分（权重 {weight}），排第 {rank} 位{tail}。"
    tail = f", grade {grade.lower()}" if grade else ""
    return f"Score {published}, worth {points} of {weight} points, rank {rank}{tail}."
