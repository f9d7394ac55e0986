"""Random frameworks against the naive reference: every score, published value and rank."""

from __future__ import annotations

import random
from typing import Any

import pytest

from tests.engine.documents import document, group, indicator, rule, run
from tests.engine.reference import Reference

RELATIVE = ("min_max", "distance_to_maximum", "percentile_rank", "fraction_of_maximum")
OFF_SCALE = ("rank", "borda", "z_score")
MEANS = ("arithmetic", "geometric", "harmonic", "generalised", "minimum", "maximum")


def normalisation(dice: random.Random) -> dict[str, Any]:
    method = dice.choice(("goalposts", *RELATIVE, *OFF_SCALE))
    if method == "goalposts":
        lower = dice.randint(0, 40)
        upper = lower + dice.randint(5, 60)
        return {"method": method, "lower": lower, "upper": upper, "truncate": dice.random() < 0.7}
    if method == "z_score":
        return {"method": method, "mean": 50, "deviation": dice.randint(1, 9)}
    return {"method": method}


def leaf(code: str, parent: str, weight: int, dice: random.Random) -> dict[str, Any]:
    changes: dict[str, Any] = {
        "direction": dice.choice(("positive", "negative")),
        "normalisation": normalisation(dice),
        "value": {"type": "number", "allow": ["not_applicable"]},
    }
    if dice.random() < 0.4:
        method = dice.choice(("mean", "median", "constant"))
        extra = {"value": dice.randint(1, 99)} if method == "constant" else {}
        changes["impute"] = {"method": method, **extra}
    return indicator(code, parent, weight, **changes)


def policies(dice: random.Random) -> dict[str, Any]:
    found: dict[str, Any] = {"policy": dice.choice(("zero", "redistribute"))}
    if found["policy"] == "zero" or dice.random() < 0.5:
        found["not_applicable"] = dice.choice(("zero", "redistribute"))
    if dice.random() < 0.5:
        found["availability"] = dice.choice((0.25, 0.5, 0.75))
    return found


def branch(dice: random.Random, *, positive: bool) -> dict[str, Any]:
    """How a branch is put together; means of positive scores only where all are positive."""
    methods = MEANS if positive else ("arithmetic", "minimum", "maximum")
    method = dice.choice(methods)
    how: dict[str, Any] = {"method": method}
    if method == "generalised":
        how["power"] = dice.choice((0.5, 2, 3))
    return {"aggregation": how, "missing": policies(dice)}


def rules(dice: random.Random, codes: list[str], leaves: list[str]) -> list[dict[str, Any]]:
    def some(kind: str, **parameters: Any) -> dict[str, Any]:
        return rule(
            f"r_{kind}", kind, dice.choice(codes), indicator=dice.choice(leaves), **parameters
        )

    found = [
        some("step_deduction", threshold=20, side="above", step=7.5, points=3, floor=10),
        some("penalty", points_per_unit=0.25, ceiling=9),
        some("bonus", points_per_unit=0.5, ceiling=6),
        some("cap", limit=60, when={"operator": "above", "value": 50}),
        some("zero_on_deterioration", threshold=15),
    ]
    return [one for one in found if dice.random() < 0.4]


def a_framework(dice: random.Random) -> dict[str, Any]:
    nodes: list[dict[str, Any]] = [group("index", None, 0, **branch(dice, positive=False))]
    for place in range(dice.randint(1, 4)):
        code = f"g{place}"
        leaves = [
            leaf(f"{code}x{number}", code, dice.randint(1, 9), dice)
            for number in range(dice.randint(1, 5))
        ]
        nodes += [group(code, "index", 0, **branch(dice, positive=False)), *leaves]
    _weigh(nodes)
    codes = [node["code"] for node in nodes]
    observed = [node["code"] for node in nodes if node["kind"] == "indicator"]
    return document(*nodes, rules=rules(dice, codes, observed), decimals=dice.randint(0, 4))


def _weigh(nodes: list[dict[str, Any]]) -> None:
    """Give branches the weights that their children and their own method ask for."""
    by_parent: dict[str, list[dict[str, Any]]] = {}
    for node in nodes:
        by_parent.setdefault(node["parent"], []).append(node)

    def settle(node: dict[str, Any]) -> None:
        children = by_parent.get(node["code"], [])
        for child in children:
            settle(child)
        if not children:
            return
        if node["aggregation"]["method"] in ("minimum", "maximum"):
            node["weight"] = 10
            for child in children:
                _scale(child, 10)
        else:
            node["weight"] = sum(child["weight"] for child in children)

    def _scale(node: dict[str, Any], weight: float) -> None:
        children = by_parent.get(node["code"], [])
        is_alike = bool(children) and node["aggregation"]["method"] in ("minimum", "maximum")
        for child in children:
            part = weight if is_alike else child["weight"] * weight / node["weight"]
            _scale(child, part)
        node["weight"] = weight

    settle(nodes[0])


def a_table(dice: random.Random, raw: dict[str, Any]) -> dict[str, dict[str, Any]]:
    leaves = [node["code"] for node in raw["nodes"] if node["kind"] == "indicator"]
    count = dice.randint(4, 9)

    def cell(place: int) -> Any:
        if place > 1 and dice.random() < 0.2:  # the first two keep every column from being flat
            return dice.choice(("missing", "not_applicable", "excluded"))
        return dice.randint(1, 990) / 10

    return {f"l{place}": {code: cell(place) for code in leaves} for place in range(count)}


@pytest.mark.parametrize("seed", range(80))
def test_random_frameworks_agree_with_the_reference(seed: int) -> None:
    dice = random.Random(seed)
    raw = a_framework(dice)
    table = a_table(dice, raw)
    found, expected = run(raw, table), Reference(raw, table)
    for node in raw["nodes"]:
        code = node["code"]
        published, ranks = expected.published(code), expected.ranks(code)
        for place in table:
            row, score = found.row(place, code), expected.scores[code][place]
            if score is None:
                assert row.score is None, (code, place)
            else:
                assert row.score == pytest.approx(float(score), rel=1e-9, abs=1e-9), (code, place)
            assert row.published == published[place], (code, place)
            assert row.rank == ranks[place], (code, place)


@pytest.mark.parametrize("seed", range(15))
@pytest.mark.parametrize("method", ["geometric", "harmonic", "generalised"])
def test_means_of_positive_scores_agree_with_the_reference(method: str, seed: int) -> None:
    dice = random.Random(seed)
    posts = {"method": "goalposts", "lower": -10, "upper": 100}
    how = {
        "method": method,
        **({"power": dice.choice((0.5, 2, 3))} if method == "generalised" else {}),
    }
    leaves = [
        indicator(f"x{place}", "A", dice.randint(1, 9), normalisation=posts) for place in range(4)
    ]
    total = sum(leaf_["weight"] for leaf_ in leaves)
    missing = {"policy": "redistribute", "availability": 0.5}
    nodes = [
        group("index", None, total, missing=missing),
        group("A", "index", total, aggregation=how, missing=missing),
        *leaves,
    ]
    raw = document(*nodes)
    table = {
        f"l{row}": {
            f"x{place}": dice.randint(1, 990) / 10 if dice.random() < 0.8 else "missing"
            for place in range(4)
        }
        for row in range(6)
    }
    found, expected = run(raw, table), Reference(raw, table)
    for place in table:
        score = expected.scores["A"][place]
        own = found.row(place, "A")
        assert (own.score is None) == (score is None)
        if score is not None:
            assert own.score == pytest.approx(float(score), rel=1e-9)
        assert own.rank == expected.ranks("A")[place]
