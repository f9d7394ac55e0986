"""Words for what events hold as codes: actions, persons, kinds of things, values."""

import json
from typing import Any

from django.apps import apps
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from assessment.audit.actions import ACTIONS
from assessment.audit.models import Event


def action_label(action: str) -> str:
    """The action in words, or its code where no words are known."""
    return str(ACTIONS.get(action, action))


def person_label(event: Event) -> str:
    """Who acted, as they were named then; the system and visitors in the reader's language."""
    if event.actor_id is None:
        return {"system": _("System"), "visitor": _("Not signed in")}.get(
            event.actor_name, event.actor_name
        )
    return event.actor_name


def channel_label(channel: str) -> str:
    """The way in, in words."""
    return {
        "web": _("Web page"),
        "api": _("API"),
        "command": _("Command line"),
        "worker": _("Background job"),
    }.get(channel, channel)


def kind_label(target_type: str) -> str:
    """The kind of thing as the reader calls it; the code of a kind that exists no more."""
    if not target_type:
        return ""
    try:
        model = apps.get_model(target_type)
    except LookupError:
        return target_type
    return str(model._meta.verbose_name)


def place_label(event: Event) -> str:
    """Locality and region, as far as the event belongs to any."""
    places = [place.name for place in (event.locality, event.region) if place is not None]
    return " · ".join(places)


def zone_label() -> str:
    """How far local time is from UTC, as ``+08:00``."""
    offset = f"{localtime():%z}"
    return f"{offset[:3]}:{offset[3:]}"


def value_text(value: Any) -> str:
    """A value of ``before`` or ``after`` as text; empty where there is none."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list) and all(isinstance(item, str | int | float) for item in value):
        return ", ".join(str(item) for item in value)
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True)
    return str(value)


def changes_of(event: Event) -> list[dict[str, str]]:
    """Rows of before and after, one per field that reads otherwise, in order of their names.

    What was absent before and is empty after is no change: nothing was deleted.
    """
    names = sorted({*event.before, *event.after})
    rows = [
        {
            "label": name.replace("_", " "),
            "code": "",
            "old": value_text(event.before.get(name)),
            "new": value_text(event.after.get(name)),
            "unit": "",
        }
        for name in names
    ]
    return [row for row in rows if row["old"] != row["new"]]
