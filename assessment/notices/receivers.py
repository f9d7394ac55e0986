"""What rooms below announce and a person is to be told."""

from typing import Any

from assessment.audit.models import Event
from assessment.notices.services import tell_of_batch
from assessment.reports.models import Batch
from assessment.reports.services import batch_ended


def connect_receivers() -> None:
    """Listen from now on."""
    batch_ended.connect(_on_batch_ended, dispatch_uid="notices.on_batch_ended")


def _on_batch_ended(sender: type[Batch], batch: Batch, event: Event, size: int, **_: Any) -> None:
    """A single report is awaited on its page: nobody is written to because of one."""
    if batch.asked_by is not None and size > 1:
        tell_of_batch(person=batch.asked_by, event=event, region=batch.publication.cycle.region)
