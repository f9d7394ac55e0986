"""Letters that answer no request: one whole text per language in ``templates/emails``."""

from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation

from accounts.models import User


def language_of(person: User) -> str:
    """The language letters to the person are written in.

    Whoever follows the browser is written to in the installation's language: no browser is there.
    """
    return person.language or settings.LANGUAGE_CODE


def send_letter(name: str, *, to: str, person: User, **said: Any) -> None:
    """Write ``name`` to the address in the person's language; ``OSError`` if it cannot be sent."""
    written_letter(name, to=to, person=person, **said).send()


def written_letter(name: str, *, to: str, person: User, **said: Any) -> EmailMessage:
    """The letter ``name`` to the address in the person's language, ready to be sent."""
    language = language_of(person)
    with translation.override(language):
        subject, body = (
            render_to_string(f"emails/{language}/{name}_{part}.txt", {"user": person, **said})
            for part in ("subject", "message")
        )
    return EmailMessage(subject.strip(), body, None, [to])
