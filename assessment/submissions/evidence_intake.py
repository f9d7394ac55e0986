"""A file on its way in: inspected, scanned, and without the place a picture was taken at."""

import hashlib
from dataclasses import dataclass, replace

from django.core.files.base import ContentFile, File
from django.core.files.uploadedfile import UploadedFile

from assessment.submissions.evidence_files import CONTENT_TYPES, FileFacts, inspect_upload
from assessment.submissions.evidence_places import without_place
from assessment.submissions.evidence_scanner import refuse_infected

_PICTURES = {CONTENT_TYPES[kind]: kind for kind in ("jpg", "png")}


@dataclass(frozen=True)
class Intake:
    """What is stored, its facts, and whether it named a place when it came."""

    file: "File[bytes]"
    facts: FileFacts
    lost_place: bool = False


def take_in(upload: "UploadedFile[bytes]") -> Intake:
    """The file as it is stored; ``ValidationError`` on ``upload`` for one that is not taken.

    Size and SHA-256 are those of what is stored: the same picture sent again is known again.
    """
    facts = inspect_upload(upload)
    refuse_infected(upload, facts.name)
    kind = _PICTURES.get(facts.content_type)
    if kind is None:
        return Intake(File(upload), facts)
    sent = upload.read()
    kept = without_place(sent, kind)
    upload.seek(0)
    if kept == sent:
        return Intake(File(upload), facts)
    digest = hashlib.sha256(kept).hexdigest()
    return Intake(ContentFile(kept), replace(facts, size=len(kept), sha256=digest), lost_place=True)
