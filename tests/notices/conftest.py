"""A cycle whose collection is open until 15 March 2017, a Wednesday, with two forms."""

from datetime import datetime

import pytest

from assessment.cycles.calendar import LOCAL_ZONE
from assessment.submissions.models import Submission
from assessment.submissions.services import open_collection
from tests.cast import Cast
from tests.factories import NOW


def moment(month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    """A moment of 2017 in local time."""
    return datetime(2017, month, day, hour, minute, tzinfo=LOCAL_ZONE)


@pytest.fixture
def form(cast: Cast) -> Submission:
    """The empty form of the cast's locality; the neighbour has one, too."""
    open_collection(cycle=cast.cycle, by=cast.coordinator, at=NOW)
    cast.cycle.refresh_from_db()
    return Submission.objects.get(cycle=cast.cycle, locality=cast.locality)
