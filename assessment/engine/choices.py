"""Reading the choices of a node's steps from parsed JSON that fits the schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assessment.engine import methods

Raw = Mapping[str, Any]


def read_denominator(item: Raw | None) -> methods.Denominator | None:
    """What an indicator is divided by."""
    if item is None:
        return None
    return methods.Denominator(item["column"], float(item.get("factor", 1)))


def read_screen(item: Raw | None) -> methods.Screen | None:
    """When a locality or an indicator is left out."""
    if item is None:
        return None
    return methods.Screen(
        available=float(item.get("available", 0)),
        nonzero=float(item.get("nonzero", 0)),
        force_in=tuple(item.get("force_in", ())),
        force_out=tuple(item.get("force_out", ())),
        force=item.get("force"),
        when=item.get("when", methods.BEFORE_IMPUTATION),
    )


def read_imputation(item: Raw | None) -> methods.Imputation | None:
    """What stands in for a missing value; the method ``none`` is no imputation."""
    if item is None or item["method"] == "none":
        return None
    value = item.get("value")
    return methods.Imputation(
        item["method"], item.get("group"), None if value is None else float(value)
    )


def read_treatment(item: Raw | None) -> methods.Treatment | None:
    """How outliers are treated; the method ``none`` is no treatment."""
    if item is None or item["method"] == "none":
        return None
    lower, upper = (None if item.get(key) is None else float(item[key]) for key in _LIMITS)
    return methods.Treatment(
        method=item["method"],
        max_points=item.get("max_points", 5),
        skewness=float(item.get("skewness", 2)),
        kurtosis=float(item.get("kurtosis", 3.5)),
        fallback=item.get("fallback", "log"),
        lower=lower,
        upper=upper,
        exponent=float(item.get("lambda", 0)),
    )


_LIMITS = ("lower", "upper")


def read_weighting(item: Raw) -> methods.Weighting:
    """Where the weights of a node's children come from."""
    return methods.Weighting(
        method=item.get("method", "given"),
        matrix=tuple(tuple(map(float, row)) for row in item.get("matrix", ())),
        inconsistency_accepted="accepted_because" in item,
        experts=tuple(tuple(map(float, one["points"])) for one in item.get("experts", ())),
        loadings=item.get("loadings", "squared"),
        min_share=float(item.get("min_share", 0)),
        max_share=float(item.get("max_share", 1)),
    )


def read_aggregation(item: Raw) -> methods.Aggregation:
    """How a node's children become its score."""
    return methods.Aggregation(
        method=item.get("method", "arithmetic"),
        power=float(item.get("power", 1)),
        order_weights=tuple(map(float, item.get("order_weights", ()))),
    )
