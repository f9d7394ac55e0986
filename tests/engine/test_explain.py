"""How a result came about, as an official reads it: each kind of result once, in both languages."""

from __future__ import annotations

import pytest

from assessment.engine import Results
from assessment.engine.explain import explain_node
from tests.engine.documents import document, flag, group, indicator, rule, run

STAND_IN = {"method": "group_median", "group": "province"}
PLACES = [{"locality": code, "name": code, "province": "p"} for code in ("a", "b", "c", "d", "e")]


@pytest.fixture(scope="module")
def results() -> Results:
    percent = {"type": "percent", "decimals": 1, "allow": ["not_applicable"]}
    unit = {"zh-Hans": "%", "en": "%"}
    nodes = [
        group("index", None, 100, missing={"policy": "redistribute", "availability": 0.7}),
        group("A", "index", 60, missing={"policy": "zero", "not_applicable": "redistribute"}),
        indicator("a1", "A", 30, value=percent, unit=unit),
        indicator("a2", "A", 30, value=percent, unit=unit, impute=STAND_IN),
        group("B", "index", 40, missing={"policy": "redistribute", "not_applicable": "zero"}),
        indicator("b1", "B", 40 / 3, value=percent, treat={"method": "limits", "upper": 90}),
        indicator("b2", "B", 80 / 3, value=percent),
        flag("fell", value={"type": "number"}),
    ]
    rules = [
        rule("zero", "zero_on_deterioration", "A", indicator="fell", threshold=0),
        rule("cap", "cap", "B", limit=75),
    ]
    table = {
        "a": {"a1": 80, "a2": 60, "b1": 95, "b2": 90, "fell": 2},
        "b": {"a1": 80, "b1": 50, "b2": 50, "fell": -1.5},
        "c": {"a2": 20, "b1": 10, "b2": 20, "fell": 1},
        "d": {"a1": "not_applicable", "a2": 60, "b1": "not_applicable", "b2": 50, "fell": 3},
        "e": {"a1": 10, "a2": 0, "fell": 3},
    }
    return run(document(*nodes, rules=rules), table, localities=PLACES)


@pytest.mark.parametrize(
    ("locality", "node", "chinese", "english"),
    [
        (
            *("a", "a1"),  # observed, and tied with b
            "a“中文 a1”：观测值 80.0 %，标准化得 80.00 分，折合 24.00 分（权重 30），并列第 1 位。",
            "a, a1: observed 80.0 %, normalised to 80.00, worth 24.00 of 30 points, tied rank 1.",
        ),
        (
            *("b", "a2"),  # imputed
            "b“中文 a2”：缺失，以同组中位数 40 插补，标准化得 40.00 分，折合 12.00 分（权重 30），"
            "排第 3 位。",
            "b, a2: missing, imputed as 40 (median of its group), normalised to 40.00, worth 12.00 "
            "of 30 points, rank 3.",
        ),
        (
            *("a", "b1"),  # treated; a weight without end
            "a“中文 b1”：观测值 95.0，超出界限，按 90 计，标准化得 90.00 分，折合 12.00 分"
            "（权重 13.3333），排第 1 位。",
            "a, b1: observed 95.0, beyond the limits, counted as 90, normalised to 90.00, worth "
            "12.00 of 13.3333 points, rank 1.",
        ),
        (
            *("b", "A"),  # zero on deterioration
            "b“中文 A”：加权算术平均，得 60.00 分（“中文 a1”权重 30，贡献 40.00 分；“中文 a2”"
            "权重 30，贡献 20.00 分）。规则“中文 zero_on_deterioration”（Article 1）："
            "已触发，中文 fell为 −1.5。得分 0.00，折合 0.00 分（权重 60），排第 5 位，"
            "等次为中文 Fail。",
            "b, A: weighted arithmetic mean 60.00 (a1: weight 30, contributes 40.00; a2: weight "
            "30, contributes 20.00). Rule “zero_on_deterioration” (Article 1): "
            "applied (fell: −1.5). Score 0.00, worth 0.00 of 60 points, rank 5, grade fail.",
        ),
        (
            *("a", "B"),  # capped
            "a“中文 B”：加权算术平均，得 90.00 分（“中文 b1”权重 13.3333，贡献 30.00 分；“中文 b2”"
            "权重 26.6667，贡献 60.00 分）。规则“中文 cap”（Article 1）：适用。得分 75.00，"
            "折合 30.00 分（权重 40），排第 1 位，等次为中文 Good。",
            "a, B: weighted arithmetic mean 90.00 (b1: weight 13.3333, contributes 30.00; b2: "
            "weight 26.6667, contributes 60.00). Rule “cap” (Article 1): applied. Score 75.00, "
            "worth 30.00 of 40 points, rank 1, grade good.",
        ),
        (
            *("c", "a1"),  # missing, counted as the lowest
            "c“中文 a1”：未取得观测值。没有得分，在上级中按最低分计，不参加排名。",
            "c, a1: No value was observed. No score: counts as the lowest in its parent, no rank.",
        ),
        (
            *("d", "a1"),  # not applicable
            "d“中文 a1”：不适用，按规定由同级分担权重。没有得分，不参加排名。",
            "d, a1: Not applicable: the weight goes to the siblings, as the framework states. No "
            "score and no rank.",
        ),
        (
            *("d", "b1"),  # not applicable, counted as the lowest
            "d“中文 b1”：不适用，按规定计最低分。没有得分，不参加排名。",
            "d, b1: Not applicable: counts as the lowest score, as the framework states. No score "
            "and no rank.",
        ),
        (
            *("e", "index"),  # not ranked, and why
            "e“中文 index”：“中文 B”没有得分，可用权重占 60%，低于要求的 70%，不计分。不参加排名。",
            "e, index: No score for “B”: only 60% of the weight is available, 70% is required. No "
            "rank.",
        ),
    ],
)
def test_a_result_in_words(
    results: Results, locality: str, node: str, chinese: str, english: str
) -> None:
    assert results.explain(locality, node, "zh-Hans") == chinese
    assert results.explain(locality, node, "en") == english


def test_what_is_listed_beside_the_sentence_is_not_told_in_it(results: Results) -> None:
    def told(locality: str, node: str) -> str:
        trace = results.trace_of(locality, node)
        return explain_node(results.framework, trace, locality, "en", tells_effects=False)

    assert told("a", "B") == (
        "a, B: weighted arithmetic mean 90.00. Score 75.00, worth 30.00 of 40 points, rank 1, "
        "grade good."
    )
    # What was looked at and did not apply is listed nowhere else.
    assert told("a", "A") == (
        "a, A: weighted arithmetic mean 70.00. Rule “zero_on_deterioration” (Article 1): not "
        "applied (fell: 2). Score 70.00, worth 42.00 of 60 points, rank 1, grade good."
    )
