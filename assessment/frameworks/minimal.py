"""The smallest framework that can be used: what one begins with where nothing is taken over."""

from typing import Any

FIRST_DIMENSION, FIRST_INDICATOR = "D1", "I1"


def minimal_document(*, name_zh: str, name_en: str) -> dict[str, Any]:
    """One dimension with one indicator that localities report in percent, and four grades.

    A document without problems, so that the designer begins with a tree that works; every part
    of it can be changed. Code and version are set by whoever stores it.
    """
    return {
        "format": "lianping-framework/1",
        "code": "new",
        "version": "1.0",
        "title": {"zh-Hans": name_zh, "en": name_en},
        "scale": {"min": 0, "max": 100},
        "decimals": 2,
        "grades": [
            _grade("excellent", "优秀", "Excellent", 90),
            _grade("good", "良好", "Good", 70),
            _grade("pass", "合格", "Pass", 60),
            _grade("fail", "不合格", "Fail", 0),
        ],
        "nodes": [
            {
                "code": "index",
                "parent": None,
                "kind": "index",
                "weight": 100,
                "title": {"zh-Hans": name_zh, "en": name_en},
                **_BRANCH,
            },
            {
                "code": FIRST_DIMENSION,
                "parent": "index",
                "kind": "dimension",
                "weight": 100,
                "title": {"zh-Hans": "第一维度", "en": "First dimension"},
                **_BRANCH,
            },
            {
                "code": FIRST_INDICATOR,
                "parent": FIRST_DIMENSION,
                "kind": "indicator",
                "weight": 100,
                "title": {"zh-Hans": "第一项指标", "en": "First indicator"},
                "definition": {"zh-Hans": "待填写。", "en": "To be written."},
                "unit": {"zh-Hans": "%", "en": "%"},
                "source": "submissions",
                "value": {"type": "percent", "min": 0, "max": 100, "decimals": 1},
                "direction": "positive",
                "normalisation": {
                    "method": "goalposts",
                    "lower": 0,
                    "upper": 100,
                    "truncate": True,
                },
            },
        ],
    }


# What was not reported earns nothing; what does not concern a locality weighs nothing.
_BRANCH = {
    "aggregation": {"method": "arithmetic"},
    "missing": {"policy": "zero", "not_applicable": "redistribute"},
}


def _grade(code: str, zh: str, en: str, lowest: int) -> dict[str, Any]:
    return {"code": code, "title": {"zh-Hans": zh, "en": en}, "from": lowest}
