"""Values of other periods, for a framework that imputes from them."""

from collections.abc import Iterator

from assessment.airquality.queries import reductions_of_other_years
from assessment.cycles.models import Cycle
from assessment.cycles.workflow import Stage
from assessment.engine.history import History, PastValue
from assessment.engine.measures import measured_alike
from assessment.observations.models import Observation
from assessment.observations.statuses import Status

_SETTLED = frozenset({Stage.FINAL, Stage.PUBLISHED, Stage.ARCHIVED})


def take_history(cycle: Cycle) -> str | None:
    """HISTORY.csv of the cycle as it is now; ``None`` where no indicator is imputed over time.

    The values of its participants in the cycles before it (the previous one, the one before
    that, and so on) whose results are final, of indicators that both frameworks measure alike;
    and the falls of monitored means in years that no such cycle has. What was missing then
    stays out: only observed values stand in for others. Equal content gives equal text.
    """
    asking = {node.code for node in cycle.framework_version.parsed.imputed_over_time}
    if not asking:
        return None
    found: dict[tuple[object, ...], PastValue] = {}
    for item in (*_of_cycles(cycle, asking), *_measured(cycle, asking)):
        found.setdefault((item.day, item.locality, item.indicator), item)
    ordered = sorted(found.values(), key=lambda item: (item.day, item.locality, item.indicator))
    return History(tuple(ordered)).as_csv()


def _of_cycles(cycle: Cycle, asking: set[str]) -> Iterator[PastValue]:
    framework, participants = cycle.framework_version.parsed, cycle.participants.values("locality")
    earlier, seen = cycle.previous, {cycle.pk}
    while earlier is not None and earlier.pk not in seen:
        seen.add(earlier.pk)
        if earlier.stage in _SETTLED:
            alike = measured_alike(framework, earlier.framework_version.parsed)
            values = Observation.objects.filter(
                cycle=earlier,
                locality__in=participants,
                indicator__in=asking & alike,
                status=Status.VALUE,
            )
            for item in values.select_related("locality"):
                value = float(item.value or 0)
                yield PastValue(earlier.on, item.locality.code, item.indicator, value)
        earlier = earlier.previous


def _measured(cycle: Cycle, asking: set[str]) -> Iterator[PastValue]:
    for item in reductions_of_other_years(cycle, asking):
        yield PastValue(item.day, item.locality, item.indicator, float(item.percent))
