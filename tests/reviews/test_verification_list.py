"""The list of forms to verify costs the same, however many there are."""

from assessment.cycles.workflow import Stage
from assessment.submissions.models import Submission
from tests.cast import Cast
from tests.factories import NOW, participants
from tests.queries import assert_same_queries


def test_verification_list_asks_the_database_equally_often(cast: Cast) -> None:
    cast.cycle.stage = Stage.REVIEWING
    cast.cycle.save()
    made = {"cycle": cast.cycle, "created_at": NOW, "updated_at": NOW}
    Submission.objects.create(locality=cast.locality, **made)
    client = cast.client("coordinator")

    def add() -> None:
        for locality in participants(cast.cycle, 2):
            Submission.objects.create(locality=locality, **made)

    assert_same_queries(lambda: client.get(f"/desk/cycles/{cast.cycle.code}/reviews/"), add)
