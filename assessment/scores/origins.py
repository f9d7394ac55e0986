"""Where each value of a run came from, taken when the run is made.

Later the observations move on: a form is returned, a file imported, a mean derived anew. What
a report says of a figure's origin is read from here, as the figure is read from the run.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, cast

from django.db.models.fields.json import KeyTransform

from assessment.cycles.models import Cycle
from assessment.observations.models import Observation
from assessment.scores.models import Origin
from assessment.submissions.models import Version

Files = Mapping[str, list[Any]]


def take_origins(cycle: Cycle) -> dict[int, dict[str, Origin]]:
    """The origins as they are now, by locality's primary key and indicator; two SQL queries."""
    versions = Version.objects.filter(submission__cycle=cycle)
    contents = versions.annotate(files=KeyTransform("evidence", "content"))
    signed: dict[Any, Files] = {
        (form, number): cast(Files, files or {})
        for form, number, files in contents.values_list("submission_id", "number", "files")
    }
    found: dict[int, dict[str, Origin]] = defaultdict(dict)
    observations = Observation.objects.filter(cycle=cycle).select_related("recorded_by")
    for each in observations.order_by("locality_id", "indicator"):
        key = (each.provenance.get("submission"), each.provenance.get("version"))
        files = signed.get(key, {}) if each.source == "submissions" else {}
        found[each.locality_id][each.indicator] = Origin(
            source=each.source,
            record=each.pk,
            provenance=each.provenance,
            recorded_by=str(each.recorded_by or ""),
            recorded_at=each.recorded_at.isoformat(),
            evidence=len(files.get(each.indicator, [])),
        )
    return found
