"""Letters that answer no request: one whole text per language in ``templates/emails``."""

from typing import Any

from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation

from accounts.models import User


def send_letter(name: str, *, to: str, person: User, **said: Any) -> None:
    """Write ``name`` to the address in the person's language; ``OSError`` if it cannot be sent."""
    language = person.language or translation.get_language() or "zh-hans"
    with translation.override(language):
        subject, body = (
            render_to_string(f"emails/{language}/{name}_{part}.txt", {"user": person, **said})
            for part in ("subject", "message")
        )
    send_mail(subject.strip(), body, None, [to])
