"""The things events are about, as they are called today and in the reader's language.

An event keeps the name a thing had when it was written, in one language. Where the thing still
exists its name is read from it; else the kept one stands.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import CharField, Q
from django.db.models.functions import Cast

from accounts.searching import search_condition
from accounts.text import is_chinese
from assessment.audit.models import Event
from assessment.audit.vocabulary import word_for
from assessment.engine.figures import signed_number

Titles = Mapping[str, str]
_VERSION = "frameworks.frameworkversion"


@dataclass(frozen=True)
class Target:
    """A kind of thing: what to read with it, where to search it, what to call it.

    ``version`` is the attribute that holds the key of its framework version; with
    ``needs_titles`` its own name has the title of a node in it.
    """

    names: tuple[str, ...] = ()
    joins: tuple[str, ...] = ()
    heavy: tuple[str, ...] = ()
    version: str = ""
    needs_titles: bool = False
    label: Callable[[Any, Titles], str] = lambda thing, titles: str(thing)


def _both(*prefixes: str) -> tuple[str, ...]:
    """The fields of the names of things that are named in both languages."""
    return tuple(f"{prefix}{name}" for prefix in prefixes for name in ("name_zh", "name_en"))


def _on_answer(thing: Any, titles: Titles) -> str:
    return f"{thing.submission} · {titles.get(thing.indicator, thing.indicator)}"


def _judged(score: Any, titles: Titles) -> str:
    return f"{score.locality} · {titles.get(score.indicator, score.indicator)}"


def _adjusted(adjustment: Any, titles: Titles) -> str:
    node = titles.get(adjustment.node, adjustment.node)
    return f"{adjustment.locality} · {node} {signed_number(adjustment.points)}"


_PLACE = ("code", *_both(""))
_IN_CYCLE = _both("locality__", "cycle__")
TARGETS: dict[str, Target] = {
    "accounts.user": Target(("full_name", "username")),
    "accounts.membership": Target(_both("locality__", "region__"), ("locality", "region")),
    "accounts.region": Target(_PLACE),
    "accounts.locality": Target(_PLACE),
    "accounts.department": Target(
        _both("", "locality__"),
        ("locality",),
        label=lambda department, titles: f"{department.locality} · {department}",
    ),
    "accounts.apitoken": Target(("name",)),
    "airquality.annualmean": Target(_both("locality__"), ("locality",)),
    _VERSION: Target(_both("framework__"), ("framework",), ("document",), "pk"),
    "cycles.cycle": Target(_PLACE, version="framework_version_id"),
    "submissions.submission": Target(
        _IN_CYCLE, ("locality", "cycle"), version="cycle.framework_version_id"
    ),
    "submissions.comment": Target(
        _both("submission__locality__", "submission__cycle__"),
        ("submission__locality", "submission__cycle"),
        version="submission.cycle.framework_version_id",
        needs_titles=True,
        label=_on_answer,
    ),
    "submissions.answerremark": Target(
        _both("submission__locality__", "submission__cycle__"),
        ("submission__locality", "submission__cycle"),
        version="submission.cycle.framework_version_id",
        needs_titles=True,
        label=_on_answer,
    ),
    "reviews.rubricscore": Target(
        _IN_CYCLE, ("locality", "cycle"), (), "cycle.framework_version_id", True, _judged
    ),
    "reviews.remark": Target(_IN_CYCLE, ("locality", "cycle")),
    "scores.adjustment": Target(
        _IN_CYCLE, ("locality", "cycle"), (), "cycle.framework_version_id", True, _adjusted
    ),
    "scores.scorerun": Target(
        _both("cycle__"),
        ("cycle",),
        (
            *("framework", "observations_csv", "localities_csv", "adjustments_csv", "history_csv"),
            "trace",
        ),
    ),
    "publication.publication": Target(
        _both("cycle__"), ("cycle",), version="cycle.framework_version_id"
    ),
    "reports.document": Target(label=lambda document, titles: document.get_kind_display()),
    "reports.report": Target(_both("locality__"), ("locality",)),
    "jobs.job": Target(label=lambda job, titles: word_for("job kind", job.kind)),
}


class Things:
    """The things of some events and what their frameworks call their nodes.

    One query per kind of thing among the events, and one for the framework versions where
    they are asked for: ``with_titles``, or by a kind whose name has a node in it.
    """

    def __init__(self, events: Iterable[Event], *, with_titles: bool = False) -> None:
        keys: dict[str, set[str]] = defaultdict(set)
        for event in events:
            keys[event.target_type].add(event.target_id)
        self._things = {
            (kind, str(key)): thing
            for kind in keys.keys() & TARGETS.keys()
            for key, thing in _stored(kind, keys[kind]).items()
        }
        wanted = {
            self._version_key(kind, thing)
            for (kind, _key), thing in self._things.items()
            if with_titles or TARGETS[kind].needs_titles
        } - {None}
        model = apps.get_model(_VERSION)
        self._versions: dict[Any, Any] = model.objects.in_bulk(wanted) if wanted else {}
        self._titles: dict[Any, Titles] = {
            key: titles_of(version.document) for key, version in self._versions.items()
        }

    def label(self, event: Event) -> str:
        """What the event's thing is called; as the event has it where it is no more."""
        thing = self._thing(event)
        if thing is None:
            return event.target_label
        return TARGETS[event.target_type].label(thing, self.titles(event))

    def titles(self, event: Event) -> Titles:
        """Title of each node of the framework the event's thing stands under, by code."""
        return self._titles.get(self._version_key_of(event), {})

    def node(self, event: Event, code: str) -> Any:
        """The engine's node with that code, where the framework is complete and has it."""
        version = self._versions.get(self._version_key_of(event))
        try:
            return version and version.parsed.by_code.get(code)
        except ValueError:  # a draft that does not pass the checks
            return None

    def indicator_of(self, event: Event) -> str:
        """The code of the indicator the event's thing judges; empty for other things."""
        return str(getattr(self._thing(event), "indicator", ""))

    def _thing(self, event: Event) -> Any:
        return self._things.get((event.target_type, event.target_id))

    def _version_key_of(self, event: Event) -> Any:
        thing = self._thing(event)
        return None if thing is None else self._version_key(event.target_type, thing)

    @staticmethod
    def _version_key(kind: str, thing: Any) -> Any:
        path = TARGETS[kind].version
        return attrgetter(path)(thing) if path else None


def titles_of(document: Mapping[str, Any]) -> Titles:
    """The nodes' titles in the reader's language by code; a draft may lack some."""
    side = "zh-Hans" if is_chinese() else "en"
    titles: dict[str, str] = {}
    for node in document.get("nodes", []):
        title = node.get("title")
        if isinstance(title, Mapping) and title.get(side):
            titles[str(node.get("code"))] = str(title[side])
    return titles


def named_as(words: Sequence[str]) -> Q:
    """Events whose thing has all the words in its name, in either language."""
    found = search_condition(["target_label"], words)
    for kind, target in TARGETS.items():
        if not target.names:
            continue
        rows = apps.get_model(kind)._default_manager.filter(search_condition(target.names, words))
        keys = rows.annotate(key=Cast("pk", CharField())).order_by().values("key")
        found |= Q(target_type=kind, target_id__in=keys)
    return found


def _stored(kind: str, keys: Iterable[str]) -> dict[Any, models.Model]:
    target, model = TARGETS[kind], apps.get_model(kind)
    known = []
    for key in keys:
        try:
            known.append(model._meta.pk.to_python(key))
        except ValidationError:  # a key of another form than today's
            continue
    rows = model._default_manager.select_related(*target.joins).defer(*target.heavy)
    return rows.in_bulk(known)  # type: ignore[no-any-return]
