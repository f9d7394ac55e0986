"""An office words its documents itself, and sets the logo above them."""

import re
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.authorization import require
from accounts.models import Region, User
from accounts.moments import time_text
from accounts.stored_files import removed_on_rollback
from accounts.text import is_directing, is_storable, length_faults
from assessment.audit.services import record_event
from assessment.reports.logos import drawn_anew
from assessment.reports.models import Logo, TextVersion, logo_path
from assessment.reports.permissions import can_write_texts
from assessment.reports.queries import newest_logo, texts_in_force
from assessment.reports.texts.catalogue import CHINESE, ENGLISH, TEXTS, OfficeText
from assessment.reports.texts.placeholders import fault_of, problems_of

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

_CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f]")
_BLANK_LINES = re.compile(r"\n{3,}")


@transaction.atomic
def write_text(
    *,
    region: Region,
    key: str,
    text_zh: str,
    text_en: str,
    seen: int | None,
    by: User | None,
    at: datetime,
) -> TextVersion | None:
    """Word one text of the region's documents; an empty language is the standard wording.

    ``seen`` is the number of the version the writer looked at, 0 for the standard; ``None`` is a
    caller that looked at none. Returns the new version, or nothing where nothing changes.
    Raises ``PermissionDenied``, ``KeyError`` for a text there is not, and ``ValidationError``
    with all that is wrong on ``text_zh`` and ``text_en``, or on ``seen`` where somebody else
    worded it meanwhile.
    """
    if by is not None:
        require(can_write_texts, by, region)
    spec = TEXTS[key]
    Region.objects.select_for_update(no_key=True).get(pk=region.pk)
    before = texts_in_force(region).get(key)
    _require_seen(before, seen)
    typed = {"text_zh": (text_zh, CHINESE), "text_en": (text_en, ENGLISH)}
    cleaned = {name: _clean(text) for name, (text, _language) in typed.items()}
    faults = {name: _faults(text, spec) for name, text in cleaned.items()}
    if any(faults.values()):
        raise ValidationError({name: found for name, found in faults.items() if found})
    # The standard wording, typed, stays the standard wording.
    kept = {
        name: "" if text == spec.standard(typed[name][1]) else text
        for name, text in cleaned.items()
    }
    earlier = _recorded(before)
    written = TextVersion(
        region=region,
        key=key,
        number=before.number + 1 if before else 1,
        **kept,
        written_by=by,
        written_at=at,
    )
    if _recorded(written) == earlier:
        return None
    written.save()
    record_event(
        action="reports.write_text",
        by=by,
        at=at,
        target=region,
        before=earlier,
        after={"text": key, **_recorded(written)},
        region=region,
    )
    return written


def set_logo(
    *, region: Region, upload: "UploadedFile[bytes]", by: User | None, at: datetime
) -> Logo:
    """Set the logo of the region's letterhead: a PNG or JPEG, which is drawn anew as PNG.

    Raises ``PermissionDenied``, and ``ValidationError`` on ``upload`` for a file that is too
    large, no such picture, or broken. The same picture again is no change.
    """
    if by is not None:
        require(can_write_texts, by, region)
    drawn = drawn_anew(upload)
    logo = Logo(
        region=region,
        sha256=drawn.sha256,
        width=drawn.width,
        height=drawn.height,
        written_by=by,
        written_at=at,
    )
    storage, name = logo.file.storage, logo_path(logo, "")
    with removed_on_rollback(storage, name), transaction.atomic():
        before = _locked_logo(region)
        if before is not None and before.sha256 == drawn.sha256:
            return before
        storage.save(name, ContentFile(drawn.content))
        logo.number, logo.file.name = before.number + 1 if before else 1, name
        logo.save()
        _record_logo("reports.set_logo", before, logo)
    return logo


@transaction.atomic
def remove_logo(*, region: Region, by: User | None, at: datetime) -> Logo | None:
    """Take the logo out of the letterhead; documents that were made keep it, and so does the log.

    Nothing where there is none.
    """
    if by is not None:
        require(can_write_texts, by, region)
    before = _locked_logo(region)
    if before is None or not before.file:
        return None
    logo = Logo.objects.create(
        region=region, number=before.number + 1, written_by=by, written_at=at
    )
    _record_logo("reports.remove_logo", before, logo)
    return logo


def _locked_logo(region: Region) -> Logo | None:
    Region.objects.select_for_update(no_key=True).get(pk=region.pk)
    return newest_logo(region)


def _record_logo(action: str, before: Logo | None, logo: Logo) -> None:
    record_event(
        action=action,
        by=logo.written_by,
        at=logo.written_at,
        target=logo.region,
        before={"logo": before.sha256} if before is not None and before.sha256 else {},
        after={"logo": logo.sha256} if logo.sha256 else {},
        region=logo.region,
    )


def _require_seen(before: TextVersion | None, seen: int | None) -> None:
    if seen is None or seen == (before.number if before else 0):
        return
    if before is None:
        raise ValidationError({"seen": [_("Open the page again.")]})
    sentence = _(
        "%(person)s worded this text at %(time)s, after you opened the page. What stands now is "
        "shown below; save again to put yours in its place."
    )
    told = {"person": before.written_by or _("System"), "time": time_text(before.written_at)}
    raise ValidationError({"seen": [sentence % told]})


def _clean(text: str) -> str:
    """Without what cannot be seen or printed, and without space at the ends of lines."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    plain = "".join(sign for sign in _CONTROLS.sub("", plain) if not is_directing(sign))
    plain = "\n".join(line.strip() for line in plain.split("\n"))
    return _BLANK_LINES.sub("\n\n", plain).strip()


def _faults(text: str, spec: OfficeText) -> list[str]:
    if not is_storable(text):
        return [_("The text holds characters that cannot be stored. Type it anew.")]
    faults = length_faults(text, spec.longest)
    if spec.is_line and "\n" in text:
        faults.append(_("Found several lines; expected one. Put the text into one line."))
    problems = problems_of(text, spec.placeholders)
    return [*faults, *(str(fault_of(problem, spec.placeholders)) for problem in problems)]


def _recorded(version: TextVersion | None) -> dict[str, str]:
    """What the event log keeps of a version, by language."""
    if version is None:
        return {}
    written = {"zh-Hans": version.text_zh, "en": version.text_en}
    return {language: text for language, text in written.items() if text}
