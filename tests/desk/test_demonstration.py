"""The demonstration tells the story the README promises, on the monitored figures."""

from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.core.management import call_command

from accounts.models import User
from assessment.airquality.models import AnnualMean
from assessment.audit.models import Event
from assessment.cycles.models import Cycle
from assessment.cycles.workflow import Stage
from assessment.desk.demonstration.people import PASSWORD, SIGN_INS
from assessment.desk.demonstration.story import load_demonstration
from assessment.notices.queries import notices_for, unread, unread_count
from assessment.observations.models import Observation
from assessment.observations.statuses import Status
from assessment.publication.models import Publication
from assessment.scores.models import Result, ScoreRun
from assessment.submissions.models import Submission

AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
NO_2014 = {"410700", "140500", "410900", "410600"}  # 新乡 晋城 濮阳 鹤壁


@pytest.fixture
def loaded(db: None) -> None:
    """The demonstration, loaded on a fixed day."""
    load_demonstration(at=AT)


def of_2016(node: str) -> dict[str, Result]:
    """Results of the cycle under review by locality."""
    run = ScoreRun.objects.get(cycle__code="2-26-2016")
    return {r.locality.code: r for r in run.results.filter(node=node).select_related("locality")}


def test_demonstration_tells_the_story(loaded: None, capsys: pytest.CaptureFixture[str]) -> None:
    check_stages_and_states()
    check_numbers_and_times_of_the_log_run_together()
    check_monitored_figures()
    check_missing_is_never_invented()
    check_what_did_not_arise_is_told_apart()
    check_zero_on_deterioration()
    check_sign_ins()
    check_old_notices_are_read()
    check_loading_twice_changes_nothing(capsys)


def check_old_notices_are_read() -> None:
    """Everybody finds at most three unread; the coordinator's wait for an answer of hers."""
    counts = [unread_count(person) for person in User.objects.all()]
    assert max(counts) == 3
    coordinator = User.objects.get(username="coordinator")
    waiting = unread(coordinator, notices_for(coordinator))
    assert [event.action for event in waiting] == [
        "submissions.ask_unlock",
        "submissions.submit",
        "submissions.answer_remark",
    ]


def check_stages_and_states() -> None:
    stages = dict(Cycle.objects.values_list("code", "stage"))
    assert stages == {"2-26-2015": Stage.PUBLISHED, "2-26-2016": Stage.REVIEWING}
    assert Cycle.objects.filter(is_demonstration=True).count() == 2
    states = Submission.objects.filter(cycle__code="2-26-2016").values_list("state", flat=True)
    assert Counter(states) == {"accepted": 17, "submitted": 5, "draft": 4, "returned": 2}
    kinds = Publication.objects.filter(withdrawn_at__isnull=True).values_list("kind", flat=True)
    assert Counter(kinds) == {"preliminary": 1, "final": 1}


def check_numbers_and_times_of_the_log_run_together() -> None:
    """Nobody acts before the account, the role or the form they act with is there."""
    times = list(Event.objects.order_by("sequence").values_list("at", flat=True))
    assert len(times) > 200
    assert times == sorted(times)
    assert times[-1] <= AT


def check_monitored_figures() -> None:
    """Beijing's means and fall: 84.5, 80.1, 72.6 µg/m³; (80.1 − 72.6) / 80.1 = 9.36 %."""
    means = AnnualMean.objects.filter(locality__code="110000", pollutant="pm25")
    assert [m.mean for m in means.order_by("year")] == [
        Decimal("84.5"),
        Decimal("80.1"),
        Decimal("72.6"),
    ]
    fall = Observation.objects.get(
        cycle__code="2-26-2016", locality__code="110000", indicator="PM25_CHANGE"
    )
    assert round(fall.value or Decimal(0), 2) == Decimal("9.36")


def check_missing_is_never_invented() -> None:
    missing = Observation.objects.filter(
        cycle__code="2-26-2015", indicator="PM25_CHANGE", status=Status.MISSING
    )
    assert set(missing.values_list("locality__code", flat=True)) == NO_2014
    unranked = Result.objects.filter(run__cycle__code="2-26-2015", node="index", rank=None)
    assert set(unranked.values_list("locality__code", flat=True)) == NO_2014
    assert all(result.published is None for result in unranked)


def check_what_did_not_arise_is_told_apart() -> None:
    """阳泉 had no warning: three duties without an omission, and no cut that could be measured.

    Full scores for what asks for no delay; the indicator that does not apply leaves the mean
    to the other five of its branch, with their weights of 21.
    """
    found = Observation.objects.filter(cycle__code="2-26-2016", locality__code="140300")
    statuses = dict(found.filter(source="submissions").values_list("indicator", "status"))
    without_number = {code: status for code, status in statuses.items() if status != "value"}
    assert without_number == {
        "SHARING_ALERT_HOURS": "nothing_to_report",
        "WARNING_LEAD": "nothing_to_report",
        "RESPONSE_ON_TIME": "nothing_to_report",
        "ORANGE_REDUCTION": "not_applicable",
    }
    numbers = dict(found.values_list("indicator", "value"))
    plans = 2 * float(numbers["ONE_PLAN_SHARE"]) - 100  # goalposts 50 and 100
    measures = float(numbers["JOINT_MEASURES"])
    depth = float(of_2016("COOPERATION_DEPTH")["140300"].published or 0)
    expected = (4 * 100 + 4 * 100 + 4 * plans + 5 * measures + 4 * depth) / 21
    assert of_2016("SHARING_ALERT_HOURS")["140300"].published == 100
    compliance = float(of_2016("compliance")["140300"].published or 0)
    assert compliance == pytest.approx(expected, abs=0.006)
    both = Observation.objects.filter(cycle__code="2-26-2015").values_list("status", flat=True)
    assert {"nothing_to_report": 3, "not_applicable": 2}.items() <= Counter(both).items()


def check_zero_on_deterioration() -> None:
    """石家庄 88.1 → 98.5 µg/m³ and 太原 rose in 2016: no points for the reduction."""
    reduction = of_2016("reduction")
    assert reduction["130100"].published == 0
    assert reduction["140100"].published == 0
    assert (reduction["110000"].published or 0) > 0


def check_sign_ins() -> None:
    for line in SIGN_INS:
        assert User.objects.get(username=line.username).check_password(PASSWORD)


def check_loading_twice_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_demonstration")
    assert "nothing loaded" in capsys.readouterr().out
    assert Cycle.objects.count() == 2
    call_command("demonstration_sign_ins")
    assert "coordinator" in capsys.readouterr().out
