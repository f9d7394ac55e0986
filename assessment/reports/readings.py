"""Previews that were made are kept for a while: one costs seconds, and few of them differ."""

from collections.abc import Callable

from django.conf import settings
from django.core.cache import cache

from accounts.models import Locality
from accounts.software import software_digest
from assessment.publication.models import Publication
from assessment.reports.inputs import digest_of, rows_read
from assessment.reports.queries import number_of

# A preview is read over and over within minutes, and hardly a day later.
KEPT_SECONDS = 3600
# New ones that an account has made for it in a minute: more than anybody reads.
MADE_PER_MINUTE = 20


def reading_key(publication: Publication, locality: Locality | None, *asked: str) -> str:
    """Of all that a preview is made of, so that a kept one is never out of date.

    ``asked`` says which document in which form and language, and what stands around it.
    """
    # Imported here: only processes that make documents load the library that signs them.
    from assessment.reports.signing import known_credential

    credential = known_credential()
    parts = [
        software_digest(),
        str(settings.ECHARTS_FILE),
        settings.SITE_URL,
        None if credential is None else credential.certificates,
        rows_read(publication, locality),
        number_of(publication),
        asked,
    ]
    return f"reading:{digest_of(parts)}"


def kept_or_made(key: str, may_make: Callable[[], bool], make: Callable[[], bytes]) -> bytes | None:
    """The preview from the cache that all processes share; None where it may not be made now.

    Without a key it is made each time.
    """
    kept: bytes | None = cache.get(key) if key else None
    if kept is not None:
        return kept
    if not may_make():
        return None
    made = make()
    if key:
        cache.set(key, made, KEPT_SECONDS)
    return made
