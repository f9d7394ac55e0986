"""How a result came about, as readable sentences in Chinese and English."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assessment.engine.document import FrameworkDocument, Node
from assessment.engine.figures import (
    fixed_number,
    plain_number,
    signed_number,
    typographic,
    unit_text,
    value_text,
)
from assessment.engine.messages import render
from assessment.engine.texts import inner_quotes, is_chinese, localized

_METHODS = {
    "arithmetic": ("加权算术平均", "weighted arithmetic mean"),
    "geometric": ("加权几何平均", "weighted geometric mean"),
    "harmonic": ("加权调和平均", "weighted harmonic mean"),
    "minimum": ("取各分支的最低分", "lowest of the branches"),
    "maximum": ("取各分支的最高分", "highest of the branches"),
    "generalised": ("加权幂平均", "weighted power mean"),
    "owa": ("有序加权平均", "ordered weighted average"),
    "copeland": ("Copeland 两两比较", "Copeland comparison"),
    "outranking": ("级别优先两两比较", "outranking comparison"),
    "topsis": ("TOPSIS 贴近度", "closeness to the ideal (TOPSIS)"),
}
_STAND_INS = {
    "mean": ("各地区平均值", "mean of all localities"),
    "median": ("各地区中位数", "median of all localities"),
    "group_mean": ("同组平均值", "mean of its group"),
    "group_median": ("同组中位数", "median of its group"),
    "constant": ("规定的值", "the stated value"),
    "previous": ("本地区上一期的值", "its own value of the period before"),
    "linear": ("本地区前后期之间的值", "between its own values before and after"),
}
_TREATED = {
    "winsorised": ("离群值缩至 {value}", "an outlier, winsorised to {value}"),
    "limited": ("超出界限，按 {value} 计", "beyond the limits, counted as {value}"),
    "log": ("取对数后为 {value}", "{value} as a logarithm"),
    "box_cox": ("作 Box-Cox 变换后为 {value}", "{value} after a Box-Cox transformation"),
}
# Notes on the steps before normalisation, which the path tells, too.
_STEP_NOTES = (*("note_imputed", "note_winsorised", "note_limited", "note_logged", "note_box_cox"),)
_SAY_NO_SCORE = frozenset(
    {"note_unavailable", "note_screened", "note_screened_late", "rule_not_judged_no_score"}
)


def explain_node(
    framework: FrameworkDocument,
    trace: Mapping[str, Any],
    name: str,
    language: str,
    *,
    is_tied: bool = False,
    tells_effects: bool = True,
    children: Sequence[Mapping[str, Any]] = (),
) -> str:
    """Return one paragraph on a node's trace for the locality called ``name``.

    ``is_tied`` says that others share its rank, which the trace of one locality does not know.
    With the traces of its ``children`` it says what each weighed and added. Without
    ``tells_effects`` rules that fired and adjustments are left to whoever lists them beside it.
    """
    node = framework.node(trace["node"])
    head, came_about = _origin(framework, node, trace, name, language)
    if came_about:
        came_about += _parts(framework, children, language)
    fired = [item for item in trace["rules"] if item["outcome"] == "fired"]
    adjustments = adjustment_texts(trace, language)
    between = [
        _rule(framework, item, language)
        for item in trace["rules"]
        if tells_effects or item not in fired
    ]
    if tells_effects:
        between += [_adjustment(item, language) for item in adjustments]
    between += [
        note_text(titled_note(framework, item, language), language)
        for item in _untold_notes(trace, is_told=bool(came_about))
    ]
    outcome = _outcome(framework, node, trace, language, is_tied=is_tied)
    is_short = bool(came_about) and not (between or fired or adjustments)
    if is_chinese(language):
        if is_short:
            return f"{head}{came_about}，{outcome}。"
        parts = [f"{came_about}。" if came_about else "", *between]
        return f"{head}{''.join(parts)}{_result(trace, language)}{outcome}。"
    if is_short:
        return f"{head} {came_about}, {outcome}."
    parts = [head, f"{came_about}." if came_about else "", *between]
    sentence = f"{_result(trace, language)}{outcome}."
    return " ".join([part for part in parts if part] + [sentence[0].upper() + sentence[1:]])


def note_text(note: Mapping[str, Any], language: str) -> str:
    """Return the sentence of a note of the trace; see ``titled_note``."""
    code, params = note["code"], dict(note["params"])
    if code == "note_imputed":
        params["method"] = _stand_in(params["method"], language)
    if params.get("titles"):
        code = "note_unavailable_without"
        marks = [quoted_title(title, language) for title in params["titles"]]
        params["titles"] = ("" if is_chinese(language) else ", ").join(marks)
    return render(code, params, language)


def titled_note(
    framework: FrameworkDocument, note: Mapping[str, Any], language: str
) -> dict[str, Any]:
    """Return a note that names a child, or several, by title in the language, not by code."""
    params = dict(note["params"])
    child = framework.by_code.get(str(params.get("child", "")))
    if child is not None:
        params["child"] = child.title.text(language)
    several = [framework.by_code.get(str(code)) for code in params.get("children", ())]
    if several and None not in several:
        params["titles"] = [one.title.text(language) for one in several if one is not None]
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
    return quoted_title(text, language) if is_chinese(language) else text


def quoted_title(text: str, language: str) -> str:
    """The text in quotation marks in either language."""
    return f"“{inner_quotes(text)}”"


def _origin(
    framework: FrameworkDocument, node: Node, trace: Mapping[str, Any], name: str, language: str
) -> tuple[str, str]:
    """The name of the result, and how its score came about before rules; empty without one."""
    chinese = is_chinese(language)
    title = node.title.text(language)
    head = f"{name}{quoted(title, language)}：" if chinese else f"{name}, {title}:"
    scored = trace["normalised" if node.is_leaf else "aggregated"]
    if scored is None:
        return head, ""
    amount = fixed_number(scored, framework.decimals)
    if not node.is_leaf:
        method = _METHODS[trace["method"]][0 if chinese else 1]
        return head, f"{method}，得 {amount} 分" if chinese else f"{method} {amount}"
    path = list(_path(node, trace, language))
    if not path:
        return head, ""
    if chinese:
        return head, f"{'，'.join(path)}，标准化得 {amount} 分"
    return head, f"{', '.join(path)}, normalised to {amount}"


def _parts(
    framework: FrameworkDocument, children: Sequence[Mapping[str, Any]], language: str
) -> str:
    """What the children that counted weighed, and what each added where the score is a sum."""
    chinese, parts = is_chinese(language), []
    for trace in children:
        weight, added = trace["effective_weight"], trace["contribution"]
        if not weight:
            continue
        title = quoted(framework.node(trace["node"]).title.text(language), language)
        said = f"{title}权重 {_weight(weight)}" if chinese else f"{title}: weight {_weight(weight)}"
        if added is not None:
            amount = fixed_number(added, framework.decimals)
            said += f"，贡献 {amount} 分" if chinese else f", contributes {amount}"
        parts.append(said)
    if not parts:
        return ""
    return f"（{'；'.join(parts)}）" if chinese else f" ({'; '.join(parts)})"


def _weight(points: float) -> str:
    return plain_number(round(points, 4))


def weight_of_points(node: Node, trace: Mapping[str, Any]) -> float:
    """The weight that the points of a result in the trace are of."""
    weight: float = trace.get("points_of", trace.get("computed_weight", node.weight))
    return weight


def _path(node: Node, trace: Mapping[str, Any], language: str) -> Iterator[str]:
    """The value at each step before normalisation, as parts of one sentence."""
    chinese, steps = is_chinese(language), trace.get("steps", {})
    if trace["raw"] is not None:
        observed = _observed(node, trace["raw"], language)
        yield f"观测值 {observed}" if chinese else f"observed {observed}"
    if node.denominate is not None and steps.get("denominated") is not None:
        column, value = node.denominate.column, _step_number(steps["denominated"])
        yield f"按“{column}”折算后为 {value}" if chinese else f"{value} per unit of {column}"
    if steps.get("imputed") is not None:
        value = _step_number(steps["imputed"])
        method = _stand_in(steps["imputation"], language)
        yield (
            f"缺失，以{method} {value} 插补"
            if chinese
            else f"missing, imputed as {value} ({method})"
        )
    if steps.get("treatment") is not None:
        said = _TREATED[steps["treatment"]][0 if chinese else 1]
        yield said.format(value=_step_number(steps["treated"]))


def _step_number(value: float) -> str:
    return typographic(f"{value:g}")


def _stand_in(method: str, language: str) -> str:
    words = _STAND_INS.get(method)
    return method if words is None else words[0 if is_chinese(language) else 1]


def _untold_notes(trace: Mapping[str, Any], *, is_told: bool) -> list[Mapping[str, Any]]:
    """The notes that say more than how the score came about has said already."""
    if not is_told or "steps" not in trace:
        return list(trace["notes"])
    told = set(_STEP_NOTES)
    if trace["steps"].get("imputed") is not None:
        told.add("note_missing")
    return [item for item in trace["notes"] if item["code"] not in told]


def _observed(node: Node, raw: float | None, language: str) -> str:
    return f"{value_text(node, raw, language)} {unit_text(node, language)}".strip()


def _rule(framework: FrameworkDocument, item: Mapping[str, Any], language: str) -> str:
    rule = next(rule for rule in framework.rules if rule.id == item["id"])
    outcome = rule_text(framework, item, language)
    if is_chinese(language):
        named = quoted(rule.text.zh_hans.rstrip("。"), language)
        return f"规则{named}（{rule.article.zh_hans}）：{outcome}"
    outcome = outcome[0].lower() + outcome[1:]
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
        article = f"（{item.article}）" if item.article else ""
        return f"调整 {amount} 分{article}" + (f"：{reason}。" if reason else "。")
    article = f" ({item.article})" if item.article else ""
    return f"Adjusted by {amount}{article}" + (f": {reason}." if reason else ".")


def _result(trace: Mapping[str, Any], language: str) -> str:
    """The score, where something stands between it and how it came about."""
    if trace["published"] is None:
        return ""
    return (
        f"得分 {trace['published']}，" if is_chinese(language) else f"score {trace['published']}, "
    )


def _outcome(
    framework: FrameworkDocument,
    node: Node,
    trace: Mapping[str, Any],
    language: str,
    *,
    is_tied: bool,
) -> str:
    """Points, rank and grade, or what follows from having no score."""
    chinese = is_chinese(language)
    if trace["published"] is None:
        return _no_score(trace, language)
    parts = []
    weight, points = weight_of_points(node, trace), trace["points"]
    if weight != framework.scale.span or framework.scale.min:
        worth = fixed_number(points, framework.decimals)
        most = _weight(weight)
        parts.append(
            f"折合 {worth} 分（权重 {most}）" if chinese else f"worth {worth} of {most} points"
        )
    tied = ("并列" if chinese else "tied ") if is_tied else ""
    rank = trace["rank"]
    parts.append(f"{tied or '排'}第 {rank} 位" if chinese else f"{tied}rank {rank}")
    if trace["grade"]:
        grade = framework.grade(trace["grade"]).title.text(language)
        parts.append(f"等次为{grade}" if chinese else f"grade {grade.lower()}")
    return ("，" if chinese else ", ").join(parts)


def _no_score(trace: Mapping[str, Any], language: str) -> str:
    codes = {item["code"] for item in (*trace["notes"], *trace["rules"])}
    is_said = bool(codes & _SAY_NO_SCORE)
    # A child without a score whose weight stays counts as the lowest one.
    counts = bool(trace["effective_weight"]) and not any(code.endswith("_lowest") for code in codes)
    if is_chinese(language):
        parts = [
            "" if is_said else "没有得分",
            "在上级中按最低分计" if counts else "",
            "不参加排名",
        ]
        return "，".join(part for part in parts if part)
    if counts:
        return "no score: counts as the lowest in its parent, no rank"
    return "no rank" if is_said else "no score and no rank"
