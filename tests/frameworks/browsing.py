"""How the tests of this room go about the pages."""

from typing import Any

from django.test import Client
from django.urls import reverse

from assessment.frameworks.models import FrameworkVersion
from tests.cast import Cast


def address(name: str, version: FrameworkVersion, *more: str) -> str:
    """The address of a page of the version."""
    return reverse(f"frameworks:{name}", args=[version.framework.code, version.number, *more])


def english(cast: Cast, who: str = "coordinator") -> Client:
    """A signed-in browser that asks for English."""
    client = cast.client(who)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def typed(version: FrameworkVersion, client: Client, code: str, **changes: Any) -> dict[str, Any]:
    """What the browser would send of the node's form, with some fields changed."""
    form = client.get(address("node", version, code)).context["form"]
    sent: dict[str, Any] = {"revision": version.revision}
    for field in form:
        value = field.field.prepare_value(field.value())
        if value not in (None, "", False):
            sent[field.name] = "on" if value is True else value
    return sent | changes
