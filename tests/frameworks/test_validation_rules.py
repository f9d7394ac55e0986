"""Validation rules in the designer: said in words, faults told, gone with their indicators."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from assessment.audit.models import Event
from assessment.frameworks import services
from tests.cast import Cast
from tests.factories import NOW
from tests.frameworks.browsing import english
from tests.frameworks.documents import draft, upload
from tests.submissions.ruled import CHANGE, ORDER, ruled_document


def test_rules_are_said_in_words(cast: Cast) -> None:
    version = draft(cast, document=ruled_document(CHANGE, ORDER))
    page = english(cast).get(
        reverse("frameworks:version", args=[version.framework.code, version.number])
    )
    assert [line.words for line in page.context["design"].validation] == [
        "“Indicator S1”, “Indicator S2”: a change against the cycle before of at most "
        "10 percentage points.",
        "“Indicator S3”: at most “Indicator S2”.",
    ]
    assert page.context["design"].problems == []


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (
            {**CHANGE, "indicators": ["NONE"]},
            "The whole file: Validation rule large-change refers to NONE, which is not observed. "
            "Name indicators that localities report, or remove the validation rule.",
        ),
        (
            {**CHANGE, "kind": "range", "absolute": None, "min": 5, "max": 4},
            "The whole file: The lowest value of validation rule large-change is above its "
            "highest. Correct the validation rule in the exported file and import it.",
        ),
    ],
)
def test_a_bad_rule_is_told_with_the_way_out_and_keeps_the_version_from_being_frozen(
    cast: Cast, rule: dict[str, object], sentence: str
) -> None:
    stated = {key: value for key, value in rule.items() if value is not None}
    version = draft(cast, document=ruled_document(stated))
    page = english(cast).get(
        reverse("frameworks:version", args=[version.framework.code, version.number])
    )
    assert [problem.sentence for problem in page.context["design"].problems] == [sentence]
    assert len(page.context["design"].validation) == 1
    with pytest.raises(ValidationError):
        services.freeze_version(version=version, by=cast.coordinator, at=NOW)


def test_a_rule_of_another_shape_is_refused_at_import(cast: Cast) -> None:
    version = draft(cast)
    document = ruled_document({**CHANGE, "kind": "guess"})
    page = english(cast).post(
        reverse("frameworks:import", args=[version.framework.code, version.number]),
        {"document": upload(document), "revision": version.revision},
    )
    assert [(each.code, each.where) for each in page.context["problems"]] == [
        ("schema_enum", "validation.rules[0].kind")
    ]


def test_removing_a_branch_takes_the_rules_that_look_at_it_along(cast: Cast) -> None:
    version = draft(cast, document=ruled_document(CHANGE, ORDER))
    saved = services.remove_node(version=version, code="S3", revision=1, by=None, at=NOW)
    assert [rule["id"] for rule in saved.document["validation"]["rules"]] == ["large-change"]
    assert Event.objects.latest("sequence").before == {"nodes": ["S3"], "rules": ["s3-within-s2"]}
