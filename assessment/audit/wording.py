"""Words for what events hold as codes: actions, persons, channels, kinds of things."""

from django.apps import apps
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from assessment.audit.actions import ACTIONS
from assessment.audit.models import Event
from assessment.audit.vocabulary import register_words as register_words

CHANNELS = {
    "web": gettext_lazy("Web page"),
    "api": gettext_lazy("API"),
    "command": gettext_lazy("Command line"),
    "worker": gettext_lazy("Background job"),
}


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
    return str(CHANNELS.get(channel, channel))


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
