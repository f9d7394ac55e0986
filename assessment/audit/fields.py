"""What the codes of recorded fields are called and how their values are read.

One table for all rooms. A field is looked up by its room and path (``publication.caveats.kind``),
then by room and name (``publication.kind``), then by name. Every event that a test records is
held against it: a service that records a field without a label fails its own test.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Field:
    """A label, and how a value is read: as text, or by one of ``values.READERS``.

    ``words`` names a set of ``vocabulary``: the value is one of its codes. ``is_told`` marks what
    says itself what happened ("localities added") or what it happened to: no value of its own
    that came or went.
    """

    label: str | Promise
    reads: str = "text"
    words: str = ""
    is_told: bool = False


# Actions whose recorded names, unless they have a label of the room, are no fields but things:
# which reader names them.
KEYED = {
    "submissions.save_answers": "node",
    "submissions.explain": "node",
    "submissions.divide": "node",
    "observations.record": "place_and_node",
    "observations.import": "place_and_node",
}
# A whole value by action, where the name says which thing it belongs to.
KEYED_VALUES = {
    "observations.record": Field("", reads="observation"),
    "observations.import": Field("", reads="observation"),
}

_STATUS = Field(_("Status"), words="observations.observation.status")
_LOCALITIES = Field(_("Localities"), reads="locality")
_LOCALITY = Field(_("Locality"), reads="locality")
_ROLE = Field(_("Role"), words="accounts.membership.role")
_LANGUAGE = Field(_("Language"), words="accounts.user.language")
_VERSION = Field(_("Version"))

FIELDS: dict[str, Field] = {
    # What several rooms record under one name.
    "code": Field(_("Code")),
    "name_zh": Field(_("Chinese name")),
    "name_en": Field(_("English name")),
    "number": Field(_("Number")),
    "version": _VERSION,
    "revision": Field(_("Revision"), is_told=True),
    "reason": Field(_("Reason")),
    "reason_zh": Field(_("Reason (Chinese)")),
    "reason_en": Field(_("Reason (English)")),
    "article_zh": Field(_("Article (Chinese)")),
    "article_en": Field(_("Article (English)")),
    "comment": Field(_("Comment")),
    "note": Field(_("Note")),
    "file": Field(_("File")),
    "rows": Field(_("Rows")),
    "sha256": Field("SHA-256", reads="digest"),
    "status": _STATUS,
    "localities": _LOCALITIES,
    "locality": _LOCALITY,
    "language": _LANGUAGE,
    "withdrawn": Field(_("Withdrawn"), reads="boolean"),
    "zh-Hans": Field(_("Chinese")),
    "en": Field(_("English")),
    # Accounts
    "username": Field(_("User name")),
    "email": Field(_("E-mail")),
    "full_name": Field(_("Name")),
    "phone": Field(_("Telephone")),
    "is_active": Field(_("Account active"), reads="boolean"),
    "wants_email": Field(_("Notices by e-mail"), reads="boolean"),
    "contact": Field(_("Contact")),
    "body_name_zh": Field(_("Coordinating body (Chinese)")),
    "body_name_en": Field(_("Coordinating body (English)")),
    "accounts.parent": Field(_("Lies within"), reads="locality"),
    "latitude": Field(_("Latitude")),
    "longitude": Field(_("Longitude")),
    "user": Field(_("Person"), reads="user"),
    "role": _ROLE,
    "region": Field(_("Region"), reads="region"),
    "department": Field(_("Department"), reads="department"),
    "ended_at": Field(_("Ended at"), reads="moment"),
    "system": Field(_("System"), reads="user"),
    "begins_with": Field(_("Begins with")),
    "expires_at": Field(_("Expires at"), reads="moment"),
    "revoked_at": Field(_("Revoked at"), reads="moment"),
    "account": Field(_("Account"), words="audit.account"),
    # Air quality
    "airquality.source": Field(_("Source"), words="data source"),
    # Cycles
    "cycles.framework": Field(_("Framework"), reads="framework"),
    "cycles.is_demonstration": Field(_("Demonstration data"), reads="boolean"),
    "cycles.previous": Field(_("Previous cycle"), reads="cycle"),
    "cycles.stage": Field(_("Stage"), words="cycles.cycle.stage"),
    "cycles.added": Field(_("Localities added"), reads="locality", is_told=True),
    "cycles.removed": Field(_("Localities removed"), reads="locality", is_told=True),
    "cycles.count": Field(_("Number of localities"), is_told=True),
    "period_start_date": Field(_("First day of the period")),
    "period_end_date": Field(_("Last day of the period")),
    "collection_start_date": Field(_("Collection opens")),
    "collection_end_date": Field(_("Last day to submit")),
    "review_end_date": Field(_("Last day of review")),
    "objection_end_date": Field(_("Last day to object")),
    "cycles.source": Field(_("State Council notice")),
    "cycles.rest_days": Field(_("Days off")),
    "cycles.working_days": Field(_("Days worked instead")),
    "reminders_before": Field(_("Reminders before the last day (working days)")),
    "reminder_interval": Field(_("Reminders after the last day (every so many working days)")),
    # Submissions
    "submissions.state": Field(_("State"), words="submissions.submission.state"),
    "submissions.value": Field(_("Value"), reads="answer"),
    "submissions.taken_from": Field(_("Taken over from")),
    "submissions.proves": Field(_("Proves")),
    "submissions.place_removed": Field(_("Place taken out of the picture"), reads="boolean"),
    "submissions.linked_from": Field(_("Linked from")),
    "submissions.indicator": Field(_("Indicator"), reads="node"),
    "submissions.lead": Field(_("Leads the filling"), reads="user"),
    "submissions.kind": Field(_("Kind"), words="submissions.answerremark.kind"),
    "submissions.text": Field(_("Text")),
    "submissions.explanation": Field(_("Explanation")),
    "submissions.remark_state": Field(
        _("State of the remark"), words="submissions.answerremark.state"
    ),
    "submissions.remarks": Field(_("Remarks sent with it")),
    "submissions.open_remarks": Field(_("Remarks left open")),
    "submissions.mentions": Field(_("Mentioned"), reads="user"),
    "submissions.people": Field(_("People"), reads="user"),
    "submissions.missing": Field(_("Indicators missing")),
    "person": Field(_("Person"), reads="user"),
    "last_day": Field(_("Last day to submit")),
    # Reviews
    "reviews.level": Field(_("Level"), reads="level"),
    "reviews.abstained": Field(_("Abstained"), reads="boolean"),
    "reviews.observations": Field(_("Values")),
    "reviews.new": Field(_("New values")),
    "reviews.changed": Field(_("Changed values")),
    "reviews.zh": Field(_("Remark (Chinese)")),
    "reviews.en": Field(_("Remark (English)")),
    # Scores
    "scores.node": Field(_("Part of the framework"), reads="node"),
    "scores.points": Field(_("Points"), reads="points"),
    "scores.snapshot_sha256": Field(_("SHA-256 of the inputs"), reads="digest"),
    "scores.engine": Field(_("Version of the engine")),
    "scores.localities": Field(_("Number of localities")),
    "scores.ranked": Field(_("Localities ranked")),
    # Publication
    "publication.kind": Field(_("Kind"), words="publication.publication.kind"),
    "publication.run": Field(_("Score run")),
    "publication.bundle_sha256": Field(_("SHA-256 of the bundle"), reads="digest"),
    "publication.caveats": Field(_("Gap confirmed")),
    "publication.caveats.kind": Field(_("Kind"), words="caveat"),
    "publication.caveats.code": Field(_("Concerns"), reads="node"),
    "publication.caveats_reason": Field(_("Reason of publishing in spite of the gaps")),
    "publication.caveats_reason_zh": Field(
        _("Reason of publishing in spite of the gaps (Chinese)")
    ),
    "publication.caveats_reason_en": Field(
        _("Reason of publishing in spite of the gaps (English)")
    ),
    "publication.objections_closed": Field(_("Time to object over"), reads="boolean"),
    "publication.draws": Field(_("Random draws")),
    "publication.seed": Field(_("Seed of the draws")),
    "publication.engine": Field(_("Version of the engine")),
    # Notices
    "notices.day": Field(_("Day")),
    "notices.forms": Field(_("Form")),
    "notices.forms.form": Field(_("Form")),
    "notices.cycles": Field(_("Cycle")),
    "notices.cycles.cycle": Field(_("Cycle"), reads="cycle"),
    "notices.cycles.open": Field(_("Forms not handed in")),
    "notices.cycles.late": Field(_("Overdue")),
    "notices.rubrics": Field(_("Scores still to be given")),
    "notices.rubrics.cycle": Field(_("Cycle"), reads="cycle"),
    "notices.rubrics.left": Field(_("Scores still to be given")),
    "notices.rubrics.asked": Field(_("Scores asked for")),
    "notices.rubrics.last_day": Field(_("Last day of review")),
    # Reports and jobs
    "reports.reports": Field(_("Reports"), reads="report"),
    "reports.kind": Field(_("Kind"), words="reports.document.kind"),
    "reports.languages": Field(_("Languages"), words="accounts.user.language"),
    "reports.text": Field(_("Text"), words="office text", is_told=True),
    "reports.logo": Field(_("Logo"), reads="digest"),
    "reports.asked": Field(_("Reports asked for")),
    "reports.done": Field(_("Done")),
    "reports.unchanged": Field(_("Kept as they were")),
    "reports.failed": Field(_("Failed")),
    "reports.cancelled": Field(_("Cancelled")),
    # Of earlier versions.
    "reports.outstanding": Field(_("Reports not made yet")),
    "jobs.kind": Field(_("Kind"), words="job kind"),
    "jobs.state": Field(_("State"), words="jobs.job.state"),
    # Frameworks: what services say, then the parts of a node as FRAMEWORK.json has them
    "frameworks.state": Field(_("State"), words="frameworks.frameworkversion.state"),
    "frameworks.problems": Field(_("Problems left"), is_told=True),
    "frameworks.based_on": Field(_("Based on version")),
    "frameworks.nodes": Field(_("Nodes"), reads="node"),
    "frameworks.node": Field(_("Node"), reads="node", is_told=True),
    "frameworks.parent": Field(_("Belongs to"), reads="node"),
    "frameworks.kind": Field(_("Kind"), words="node kind"),
    "frameworks.rules": Field(_("Rules removed"), is_told=True),
    "frameworks.added": Field(_("Nodes added"), reads="node", is_told=True),
    "frameworks.removed": Field(_("Nodes removed"), reads="node", is_told=True),
    "frameworks.changed": Field(_("Nodes changed"), reads="node", is_told=True),
    "frameworks.other_parts": Field(_("Other parts changed"), words="document part", is_told=True),
    "title": Field(_("Title")),
    "description": Field(_("Description")),
    "definition": Field(_("Definition")),
    "unit": Field(_("Unit")),
    "formula": Field(_("Formula")),
    "guidance": Field(_("Guidance")),
    "article": Field(_("Article")),
    "weight": Field(_("Weight")),
    "evidence": Field(_("Evidence asked for")),
    "evidence.required": Field(_("Evidence must be attached"), reads="boolean"),
    "evidence.text": Field(_("Description")),
    "frameworks.source": Field(_("Source"), words="source"),
    "prefill": Field(_("Prefilled")),
    "previous": Field(_("Last period’s answer"), words="previous answer"),
    "measured": Field(_("Measured value"), words="measured value"),
    "direction": Field(_("Direction"), words="direction"),
    "value": Field(_("Value")),
    "value.type": Field(_("Type"), words="value type"),
    "min": Field(_("Lowest")),
    "max": Field(_("Highest")),
    "decimals": Field(_("Decimals")),
    "allow": Field(_("Answers allowed instead of a value"), words=_STATUS.words),
    "nothing_to_report_score": Field(_("Score of “nothing to report”")),
    "levels": Field(_("Level")),
    "levels.value": Field(_("Value")),
    "score": Field(_("Score")),
    "normalisation": Field(_("Scoring")),
    "normalisation.method": Field(_("Method"), words="scoring method"),
    "editions": Field(_("Edition")),
    "valid_from": Field(_("Valid from")),
    "valid_to": Field(_("Valid to")),
    "lower": Field(_("Lower limit")),
    "upper": Field(_("Upper limit")),
    "low": Field(_("Lowest")),
    "high": Field(_("Highest")),
    "truncate": Field(_("Keep scores between the lowest and the highest"), reads="boolean"),
    "mean": Field(_("Mean")),
    "deviation": Field(_("Standard deviation")),
    "target": Field(_("Target")),
    "required": Field(_("Required")),
    "base": Field(_("Points at the required value")),
    "span": Field(_("Points up to the target")),
    "floor": Field(_("Floor")),
    "cap": Field(_("Cap")),
    "bands": Field(_("Band")),
    "from": Field(_("From")),
    "points": Field(_("Break point")),
    "aggregation": Field(_("Aggregation")),
    "aggregation.method": Field(_("Method"), words="aggregation"),
    "power": Field(_("Power")),
    "order_weights": Field(_("Weights by order")),
    "weighting": Field(_("Weighting")),
    "weighting.method": Field(_("Method"), words="weighting"),
    "loadings": Field(_("Loadings")),
    "matrix": Field(_("Comparison matrix")),
    "accepted_because": Field(_("Accepted because")),
    "experts": Field(_("Expert")),
    "name": Field(_("Name")),
    "experts.points": Field(_("Points")),
    "min_share": Field(_("Lowest share")),
    "max_share": Field(_("Highest share")),
    "missing": Field(_("Missing values")),
    "policy": Field(_("Rule"), words="missing"),
    "missing.not_applicable": Field(_("Not applicable"), words="not applicable"),
    "not_applicable": Field(_("Not applicable")),
    "method": Field(_("Method")),
    "type": Field(_("Type")),
    "text": Field(_("Description")),
    "availability": Field(_("Least share of values")),
    "denominate": Field(_("Divided by")),
    "column": Field(_("Column")),
    "factor": Field(_("Factor")),
    "screen": Field(_("Screening")),
    "when": Field(_("When")),
    "screen.when": Field(_("When"), words="screening"),
    "available": Field(_("Least share of values")),
    "nonzero": Field(_("Least share of values other than zero")),
    "force": Field(_("Forced")),
    "force_in": Field(_("Always in"), reads="locality"),
    "force_out": Field(_("Always out"), reads="locality"),
    "impute": Field(_("Imputation")),
    "impute.method": Field(_("Method"), words="imputation"),
    "group": Field(_("Group")),
    "treat": Field(_("Treatment of outliers")),
    "treat.method": Field(_("Method"), words="treatment"),
    "max_points": Field(_("Most values changed")),
    "skewness": Field(_("Skewness")),
    "kurtosis": Field(_("Kurtosis")),
    "fallback": Field(_("Otherwise"), words="treatment"),
    "lambda": Field("λ"),
}


def field_of(room: str, path: Sequence[str]) -> Field | None:
    """The field at a path of names, the numbers of list items left out; None without a label."""
    for key in _keys(room, [name for name in path if not name.isdecimal()]):
        if key in FIELDS:
            return FIELDS[key]
    return None


def _keys(room: str, path: Sequence[str]) -> Iterator[str]:
    """From the most to the least particular: with the room first, then each shorter tail."""
    yield ".".join([room, *path])
    for start in range(len(path)):
        tail = ".".join(path[start:])
        if start:
            yield f"{room}.{tail}"
        yield tail
