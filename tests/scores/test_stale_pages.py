"""Adjustments from pages older than what a colleague did; reasons that come too late."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import translation

from assessment.cycles.models import Cycle
from assessment.cycles.workflow import Stage
from assessment.scores.conflicts import last_adjustment, last_change
from assessment.scores.models import Adjustment
from assessment.scores.services import withdraw_adjustment
from tests.cast import Cast
from tests.factories import NOW
from tests.observations.scene import at_stage
from tests.scores.test_services import adjust

ENGLISH: dict[str, Any] = {"headers": {"accept-language": "en"}}


def typed(cast: Cast, **more: str) -> dict[str, str]:
    return {
        "locality": str(cast.locality.pk),
        "node": "sharing",
        "points": "2.5",
        "article_zh": "第五条",
        "article_en": "Article 5",
        "reason_zh": "联合行动",
        "reason_en": "A joint action",
        **more,
    }


@pytest.fixture
def reviewing(cast: Cast) -> Cast:
    at_stage(cast.cycle, Stage.REVIEWING)
    return cast


def test_an_adjustment_made_meanwhile_is_told_before_a_second_is_made(reviewing: Cast) -> None:
    seen = last_adjustment(reviewing.cycle)
    adjust(reviewing)
    with translation.override("en"), pytest.raises(ValidationError) as refused:
        adjust(reviewing, seen=seen)
    assert refused.value.message_dict["seen"] == [
        f"Changed after you opened this page: Made an adjustment ({reviewing.locality.name_en}) "
        f"by {reviewing.coordinator} at 2017-03-01 10:00.",
        "Look at the adjustments below: sent again, yours comes on top of them.",
    ]
    assert Adjustment.objects.count() == 1
    adjust(reviewing, seen=last_adjustment(reviewing.cycle))


@pytest.mark.parametrize("step", [{}, {"confirmed": "1"}])
def test_the_page_keeps_what_was_typed_and_takes_it_once_it_was_looked_at(
    reviewing: Cast, step: dict[str, str]
) -> None:
    client = reviewing.client("coordinator")
    address = reverse("scores:adjust", args=[reviewing.cycle.code])
    seen = client.get(address).context["seen"]
    adjust(reviewing)
    stale = client.post(address, typed(reviewing, seen=str(seen), **step), **ENGLISH)
    page = stale.content.decode()
    assert "Look at the adjustments below" in page
    assert "A joint action" in page
    assert Adjustment.objects.count() == 1
    again = typed(reviewing, seen=str(stale.context["seen"]), confirmed="1")
    assert client.post(address, again).status_code == 302
    assert Adjustment.objects.count() == 2


def test_another_fault_does_not_pass_for_having_looked(reviewing: Cast) -> None:
    address = reverse("scores:adjust", args=[reviewing.cycle.code])
    adjust(reviewing)
    refused = reviewing.client("coordinator").post(
        address, typed(reviewing, reason_en="", seen="0")
    )
    assert refused.context["seen"] == 0


def test_a_withdrawal_after_a_colleagues_says_whose_it_was_and_keeps_the_reason(
    reviewing: Cast,
) -> None:
    adjustment = adjust(reviewing)
    address = reverse("scores:withdraw", args=[reviewing.cycle.code, adjustment.pk])
    client = reviewing.client("coordinator")
    seen = client.get(address).context["seen"]
    by = reviewing.coordinator
    withdraw_adjustment(adjustment=adjustment, reason="Wrong.", seen=seen, by=by, at=NOW)
    late = client.post(address, {"seen": str(seen), "reason": "Counted twice."}, **ENGLISH)
    assert late.status_code == 422
    assert late.context["closed_text"] == (
        f"The adjustment was withdrawn by {by} at 2017-03-01 10:00: Wrong."
    )
    assert late.context["kept"] == [("Reason", "Counted twice.")]
    assert Adjustment.objects.get().withdrawal_reason == "Wrong."
    assert last_change(adjustment) > seen


def test_a_withdrawal_when_adjustments_are_closed_says_why_and_keeps_the_reason(
    reviewing: Cast,
) -> None:
    adjustment = adjust(reviewing)
    address = reverse("scores:withdraw", args=[reviewing.cycle.code, adjustment.pk])
    Cycle.objects.filter(pk=reviewing.cycle.pk).update(stage=Stage.FINAL)
    sent = {"seen": str(last_change(adjustment)), "reason": "Counted twice."}
    late = reviewing.client("coordinator").post(address, sent, **ENGLISH)
    assert late.context["closed_text"] == (
        "The cycle is in the stage “Final results”; this is possible in: "
        "Reviewing, Preliminary results. While they are not public, a coordinator can take the "
        "final results back."
    )
    assert "Counted twice." in late.content.decode()
