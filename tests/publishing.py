"""Publishing without reading what is missing: each caveat is confirmed as it stands."""

from datetime import datetime

from accounts.models import User
from assessment.cycles.models import Cycle
from assessment.engine.texts import LocalizedText
from assessment.publication import services
from assessment.publication.models import Publication
from assessment.publication.queries import confirmation_of
from assessment.scores.models import ScoreRun

REASON = LocalizedText("已说明。", "Told.")


def said(text: str) -> LocalizedText:
    """A reason whose two languages can be told apart."""
    return LocalizedText(f"{text}（中文）", text)


def publish_preliminary(
    *, cycle: Cycle, run: ScoreRun, by: User | None, at: datetime
) -> Publication:
    """The preliminary publication of the run, whatever it lacks."""
    given = confirmation_of(cycle, run, Publication.Kind.PRELIMINARY, at, REASON)
    return services.publish_preliminary(cycle=cycle, run=run, by=by, at=at, confirmation=given)


def finalise(*, cycle: Cycle, run: ScoreRun, by: User | None, at: datetime) -> Publication:
    """The final publication of the run, whatever it lacks and however early."""
    given = confirmation_of(cycle, run, Publication.Kind.FINAL, at, REASON)
    return services.finalise(cycle=cycle, run=run, by=by, at=at, confirmation=given)
