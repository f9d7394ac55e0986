"""Notices in the reader's words, each with the page it is about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Membership, User
from accounts.queries import has_role, memberships_of
from accounts.roles import Role
from accounts.text import is_chinese
from assessment.audit.models import Event
from assessment.audit.wording import person_label
from assessment.cycles.calendar import local_date
from assessment.cycles.models import Cycle
from assessment.cycles.workflow import Stage
from assessment.engine.texts import inner_quotes
from assessment.frameworks.models import FrameworkVersion
from assessment.notices.queries import read_sequences
from assessment.notices.reminder_wording import Reminders
from assessment.publication.models import Publication
from assessment.submissions.models import AnswerRemark, Comment, Submission
from assessment.submissions.wording import read

_ABOUT_FORMS = {
    "submissions.submit": gettext_lazy("%(locality)s signed off and submitted: %(cycle)s"),
    "submissions.withdraw": gettext_lazy("%(locality)s took its form back: %(cycle)s"),
    "submissions.begin_review": gettext_lazy(
        "The review of the form of %(locality)s has started: %(cycle)s"
    ),
    "submissions.ask_unlock": gettext_lazy("%(locality)s asks to unlock its form: %(cycle)s"),
    "submissions.unlock": gettext_lazy(
        "The form of %(locality)s is unlocked until %(day)s: %(cycle)s"
    ),
    "submissions.refuse_unlock": gettext_lazy("The form of %(locality)s stays locked: %(cycle)s"),
    "submissions.return": gettext_lazy("The form of %(locality)s was returned: %(cycle)s"),
    "submissions.accept": gettext_lazy("The form of %(locality)s was accepted: %(cycle)s"),
    "submissions.urge": gettext_lazy(
        "%(locality)s is urged to hand in its form (last day %(day)s): %(cycle)s"
    ),
    "submissions.divide": gettext_lazy("The work on the form was divided: %(cycle)s"),
    "submissions.extend_deadline": gettext_lazy("%(locality)s may submit until %(day)s: %(cycle)s"),
}
# A form locks after its last day: who is urged then has to ask for more time first.
_URGED_TOO_LATE = gettext_lazy(
    "%(locality)s is urged to hand in its form, which locked after %(day)s: ask the coordinating "
    "body for more time (%(cycle)s)"
)
_ABOUT_CYCLES = {
    "cycles.create_cycle": gettext_lazy("%(cycle)s is being prepared"),
    "cycles.open_collection": gettext_lazy("%(cycle)s: the collection is open"),
    "cycles.start_review": gettext_lazy("%(cycle)s: the review has started"),
    "cycles.reopen_collection": gettext_lazy("%(cycle)s: the collection is open again"),
    "cycles.publish_preliminary": gettext_lazy("%(cycle)s: the preliminary results are public"),
    "cycles.withdraw_preliminary": gettext_lazy(
        "%(cycle)s: the preliminary results were withdrawn"
    ),
    "cycles.finalise": gettext_lazy("%(cycle)s: the results are final"),
    "cycles.reopen_preliminary": gettext_lazy("%(cycle)s: the final results were taken back"),
    "cycles.publish": gettext_lazy("%(cycle)s: the final results are public"),
    "cycles.archive": gettext_lazy("%(cycle)s is archived"),
}
_PUBLIC_ACTIONS = frozenset({"cycles.publish_preliminary", "cycles.publish"})
_PUBLIC_STAGES = frozenset({Stage.PRELIMINARY, Stage.FINAL, Stage.PUBLISHED, Stage.ARCHIVED})
# Reasons that were asked for with the promise that those concerned read them.
_REASONED = frozenset(
    {
        "submissions.submit",
        "submissions.withdraw",
        "submissions.ask_unlock",
        "submissions.unlock",
        "submissions.refuse_unlock",
        "submissions.return",
        "submissions.extend_deadline",
        "cycles.withdraw_preliminary",
        "cycles.reopen_preliminary",
    }
)


@dataclass(frozen=True)
class Notice:
    """One line of the list; ``url`` is empty where the thing is no more."""

    sequence: int
    at: datetime
    person: str
    text: str
    note: str
    url: str
    is_read: bool


def notices_of(events: Sequence[Event], reader: User) -> list[Notice]:
    """The events as the reader reads them, in their order; a constant number of queries."""
    things = _Things(events, reader)
    read = read_sequences(reader, list(events))
    return [_notice(event, things, event.sequence in read) for event in events]


class _Things:
    """The forms, cycles and publications the events are about, by kind and key."""

    def __init__(self, events: Sequence[Event], reader: User) -> None:
        self.reader = reader
        self.forms: Mapping[int, Submission] = Submission.objects.select_related(
            "cycle", "locality"
        ).in_bulk(_keys(events, Submission._meta.label_lower))
        self.cycles: Mapping[int, Cycle] = Cycle.objects.in_bulk(
            _keys(events, Cycle._meta.label_lower)
        )
        self.publications: Mapping[int, Publication] = Publication.objects.select_related(
            "cycle"
        ).in_bulk(_keys(events, Publication._meta.label_lower))
        self.comments: Mapping[int, Comment] = Comment.objects.select_related(
            "submission__cycle"
        ).in_bulk(_keys(events, Comment._meta.label_lower))
        self.remarks: Mapping[int, AnswerRemark] = AnswerRemark.objects.select_related(
            "submission__cycle", "submission__locality"
        ).in_bulk(_keys(events, AnswerRemark._meta.label_lower))
        self.frameworks: Mapping[int, FrameworkVersion] = FrameworkVersion.objects.in_bulk(
            {each.submission.cycle.framework_version_id for each in self.comments.values()}
            | {each.submission.cycle.framework_version_id for each in self.remarks.values()}
        )
        self.reminders = Reminders(events)
        self.memberships = {m.pk: m for m in memberships_of(reader)}


def _keys(events: Sequence[Event], kind: str) -> set[int]:
    return {int(event.target_id) for event in events if event.target_type == kind}


def _notice(event: Event, things: _Things, is_read: bool) -> Notice:
    text, url = _said(event, things)
    if event.action == "notices.remind":
        note = things.reminders.lines(event)
    elif event.action == "reports.end_batch":
        note = _outcome(event)
    else:
        note = _reason(event) if event.action in _REASONED else ""
    return Notice(
        sequence=event.sequence,
        at=event.at,
        person=person_label(event),
        text=text,
        note=note,
        url=url,
        is_read=is_read,
    )


def _reason(event: Event) -> str:
    """The reason given; where it was asked for in both languages, the reader's."""
    own = "reason_zh" if is_chinese() else "reason_en"
    return str(event.after.get("reason") or event.after.get(own) or "")


def _said(event: Event, things: _Things) -> tuple[str, str]:
    """The sentence, and the address of what it is about."""
    key = int(event.target_id)
    if event.action in _ABOUT_FORMS:
        return _about_form(event, things.forms.get(key), things.reader)
    if event.action in _ABOUT_CYCLES:
        return _about_cycle(event, things.cycles.get(key))
    if event.action == "notices.remind":
        return things.reminders.text(event), things.reminders.url(event)
    if event.action == "reports.end_batch":
        return _about_reports(event, things.publications.get(key))
    if event.action == "submissions.write_comment":
        return _about_comment(things.comments.get(key), things.frameworks)
    if event.target_type == AnswerRemark._meta.label_lower:
        return _about_remark(things.remarks.get(key), things)
    return _about_role(things.memberships.get(key))


def _about_form(event: Event, form: Submission | None, reader: User) -> tuple[str, str]:
    if form is None:
        return event.target_label, ""
    last_day = event.after.get("last_day", "")
    said = _ABOUT_FORMS[event.action]
    if event.action == "submissions.urge" and last_day < local_date(event.at).isoformat():
        said = _URGED_TOO_LATE
    text = str(said) % {
        "locality": form.locality.name,
        "cycle": form.cycle.name,
        "day": last_day,
    }
    if has_role(reader, Role.COORDINATOR, region_id=form.cycle.region_id):
        return text, reverse("reviews:submission", args=[form.cycle.code, form.locality.code])
    return text, reverse("submissions:form", args=[form.pk])


def _about_cycle(event: Event, cycle: Cycle | None) -> tuple[str, str]:
    if cycle is None:
        return event.target_label, ""
    text = str(_ABOUT_CYCLES[event.action]) % {"cycle": cycle.name}
    is_public = event.action in _PUBLIC_ACTIONS and cycle.stage in _PUBLIC_STAGES
    return text, reverse("portal:cycle" if is_public else "desk:cycle", args=[cycle.code])


def _about_reports(event: Event, publication: Publication | None) -> tuple[str, str]:
    if publication is None:
        return event.target_label, ""
    asked, done = event.after["asked"], event.after.get("done", 0)
    text = ngettext(
        "%(cycle)s: %(done)d of %(count)d evaluation report asked for is ready",
        "%(cycle)s: %(done)d of %(count)d evaluation reports asked for are ready",
        asked,
    )
    if done == asked:
        text = ngettext(
            "%(cycle)s: the %(count)d evaluation report asked for is ready",
            "%(cycle)s: all %(count)d evaluation reports asked for are ready",
            asked,
        )
    address = reverse("reports:list", args=[publication.cycle.code])
    return (
        text % {"cycle": publication.cycle.name, "done": done, "count": asked},
        f"{address}?publication={publication.number}",
    )


def _outcome(event: Event) -> str:
    """What became of the reports that were not made anew, each a line."""
    told = (
        ("failed", _("Failed: %(count)d. On the page of reports they can be made again.")),
        ("cancelled", _("Cancelled: %(count)d.")),
        ("unchanged", _("Kept as they were, for nothing in them has changed: %(count)d.")),
    )
    counts = [(event.after.get(name, 0), text) for name, text in told]
    return "\n".join(text % {"count": count} for count, text in counts if count)


def _about_comment(
    comment: Comment | None, frameworks: Mapping[int, FrameworkVersion]
) -> tuple[str, str]:
    if comment is None:
        return _("You were mentioned in an internal comment"), ""
    form = comment.submission
    title = inner_quotes(_title(comment, frameworks))
    text = _("You were mentioned in a comment on “%(title)s”: %(cycle)s")
    address = reverse("submissions:comments", args=[form.pk, comment.indicator])
    return (
        text % {"title": title, "cycle": form.cycle.name},
        f"{address}#comment-{comment.pk}",
    )


def _about_remark(remark: AnswerRemark | None, things: _Things) -> tuple[str, str]:
    if remark is None:
        return _("A remark on an answer was answered"), ""
    form = remark.submission
    text = _("%(locality)s: news on the remark on “%(title)s”: %(cycle)s") % {
        "locality": form.locality.name,
        "title": inner_quotes(_title(remark, things.frameworks)),
        "cycle": form.cycle.name,
    }
    if has_role(things.reader, Role.COORDINATOR, region_id=form.cycle.region_id):
        place = (form.cycle.code, form.locality.code, remark.indicator)
        return text, reverse("reviews:remarks", args=place) + f"#remark-{remark.pk}"
    address = reverse("submissions:remarks", args=[form.pk, remark.indicator])
    return text, f"{address}#remark-{remark.pk}"


def _title(thing: Comment | AnswerRemark, frameworks: Mapping[int, FrameworkVersion]) -> str:
    """What the indicator the thing is about is called."""
    nodes = frameworks[thing.submission.cycle.framework_version_id].parsed.by_code
    return read(nodes[thing.indicator].title) if thing.indicator in nodes else thing.indicator


def _about_role(membership: Membership | None) -> tuple[str, str]:
    label = membership.label if membership is not None else ""
    return _("You were given a role: %(role)s") % {"role": label}, reverse("accounts:profile")
