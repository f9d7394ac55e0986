"""Framework documents with known faults, for the tests of this room."""

import copy
import json
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from assessment.frameworks.models import FrameworkVersion
from assessment.frameworks.workflow import VersionState
from tests.cast import Cast
from tests.factories import FrameworkVersionFactory, tiny_framework


def node(document: dict[str, Any], code: str) -> dict[str, Any]:
    """The node of this code."""
    return next(item for item in document["nodes"] if item["code"] == code)


def unbalanced() -> dict[str, Any]:
    """Weights below ``sharing`` sum to 50, not 60."""
    document = copy.deepcopy(tiny_framework())
    node(document, "S1")["weight"] = 30
    return document


def draft(cast: Cast, **more: Any) -> FrameworkVersion:
    """A draft of the cast's region."""
    version: FrameworkVersion = FrameworkVersionFactory(
        framework__region=cast.region, state=VersionState.DRAFT, frozen_at=None, **more
    )
    return version


def upload(content: dict[str, Any] | bytes | str) -> SimpleUploadedFile:
    """The content as an uploaded FRAMEWORK.json."""
    if isinstance(content, dict):
        content = json.dumps(content, ensure_ascii=False)
    if isinstance(content, str):
        content = content.encode()
    return SimpleUploadedFile("FRAMEWORK.json", content, content_type="application/json")
