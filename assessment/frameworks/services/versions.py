"""Frameworks and versions as a whole: start, copy, replace, freeze."""

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.authorization import require
from accounts.models import Region, User
from accounts.uniqueness import refused_in_words
from assessment.audit.services import record_event
from assessment.frameworks.canonical import export_text
from assessment.frameworks.differences import document_difference
from assessment.frameworks.library import read_template
from assessment.frameworks.models import Framework, FrameworkVersion
from assessment.frameworks.permissions import can_change_framework, can_start_framework
from assessment.frameworks.problems import UnusableDocumentError
from assessment.frameworks.reading import check_document, document_problems
from assessment.frameworks.services.saving import (
    check_revision,
    lock_draft,
    lock_version,
    save_document,
    stamped,
)
from assessment.frameworks.workflow import VersionAction

_CODE = re.compile(r"[a-z][a-z0-9-]{0,59}", re.ASCII)
_RESERVED = frozenset({"new"})


@transaction.atomic
def create_framework(
    *,
    region: Region,
    code: str,
    name_zh: str,
    name_en: str,
    document: Mapping[str, Any],
    by: User | None,
    at: datetime,
) -> FrameworkVersion:
    """Start a framework with version 1 as a draft and return that version.

    The document gets the code given and the version ``1.0``; it may still have faults a
    draft may have. Raises ``ValidationError`` for a bad or taken code or an empty name,
    ``UnusableDocumentError`` with every problem for a document that cannot be read.
    """
    if by is not None:
        require(can_start_framework, by, region)
    problems = check_document(stamped(document, code="unnamed", number=1))
    _check_framework(code, name_zh, name_en)
    content = stamped(document, code=code, number=1)
    with refused_in_words(lambda: _check_framework(code, name_zh, name_en)):
        framework = Framework.objects.create(
            region=region, code=code, name_zh=name_zh.strip(), name_en=name_en.strip()
        )
    after = {"code": code, "name_zh": framework.name_zh, "problems": len(problems)}
    return _first_save(framework, 1, content, "frameworks.create_framework", after, by, at)


def _check_framework(code: str, name_zh: str, name_en: str) -> None:
    errors: dict[str, Any] = {}
    if code in _RESERVED:
        sentence = _("“%(code)s” stands in addresses of the site itself. Choose another one.")
        errors["code"] = sentence % {"code": code}
    elif not _CODE.fullmatch(code):
        errors["code"] = _(
            "“%(code)s” cannot be a code. Use up to 60 small letters, digits and hyphens,"
            " beginning with a letter."
        ) % {"code": code[:60]}
    elif Framework.objects.filter(code=code).exists():
        errors["code"] = _("The code “%(code)s” is taken. Choose another one.") % {"code": code}
    for field, name in (("name_zh", name_zh), ("name_en", name_en)):
        if not name.strip():
            errors[field] = _("Write the name in this language, too.")
        elif len(name.strip()) > 200:
            errors[field] = _("The name has more than 200 characters. Shorten it.")
    if errors:
        raise ValidationError(errors)


def _first_save(
    framework: Framework,
    number: int,
    document: dict[str, Any],
    action: str,
    after: Mapping[str, Any],
    by: User | None,
    at: datetime,
) -> FrameworkVersion:
    version = FrameworkVersion.objects.create(
        framework=framework,
        number=number,
        document=document,
        created_by=by,
        created_at=at,
        updated_at=at,
    )
    record_event(
        action=action,
        by=by,
        at=at,
        target=version,
        after={**after, "number": number, "revision": version.revision},
        region=framework.region,
    )
    return version


@transaction.atomic
def create_from_library(
    *, region: Region, template: str, by: User | None, at: datetime
) -> FrameworkVersion:
    """Start a framework from a built-in template; ``ValidationError`` if there is none.

    Its code is the template's, with the region's code behind it where that is taken.
    """
    try:
        document = read_template(template)
    except KeyError:
        message = _("There is no built-in framework “%(code)s”.") % {"code": template}
        raise ValidationError({"template": message}) from None
    return create_framework(
        region=region,
        code=_free_code(template, region),
        name_zh=document["title"]["zh-Hans"],
        name_en=document["title"]["en"],
        document=document,
        by=by,
        at=at,
    )


def _free_code(wanted: str, region: Region) -> str:
    tries = [wanted, f"{wanted}-{region.code}".lower()[:56].rstrip("-")]
    taken = set(Framework.objects.values_list("code", flat=True))
    for code in tries:
        if code not in taken:
            return code
    number = 2
    while f"{tries[-1]}-{number}" in taken:
        number += 1
    return f"{tries[-1]}-{number}"


@transaction.atomic
def create_version(
    *, framework: Framework, based_on: FrameworkVersion, by: User | None, at: datetime
) -> FrameworkVersion:
    """Copy a version of the framework into a new draft with the next number."""
    framework = (
        Framework.objects.select_for_update(of=("self",), no_key=True)
        .select_related("region")
        .get(pk=framework.pk)
    )
    if by is not None:
        require(can_change_framework, by, framework)
    if based_on.framework_id != framework.pk:
        raise ValidationError(
            {"based_on": _("A new version is made from a version of the same framework.")}
        )
    numbers = framework.versions.values_list("number", flat=True)
    number = max(numbers, default=0) + 1
    content = stamped(based_on.document, code=framework.code, number=number)
    after = {"based_on": based_on.number}
    return _first_save(framework, number, content, "frameworks.create_version", after, by, at)


@transaction.atomic
def import_document(
    *,
    version: FrameworkVersion,
    document: Mapping[str, Any],
    by: User | None,
    at: datetime,
    revision: int | None = None,
) -> FrameworkVersion:
    """Replace the whole document of a draft; code and version stay the draft's own.

    The event has the SHA-256 of the exported text before and after, and what differs; the
    same document again changes and records nothing.
    Raises ``UnusableDocumentError`` with every problem, ``NotAllowedNow`` for a frozen version
    and ``StaleRevisionError`` if ``revision`` is given and somebody saved in between.
    """
    version = lock_draft(version, revision=revision, by=by)
    content = stamped(document, code=version.framework.code, number=version.number)
    problems = check_document(content)
    if export_text(content) == export_text(version.document):
        return version
    return save_document(
        version,
        content,
        action="frameworks.import_document",
        before=_fingerprint(version.document),
        after=_fingerprint(content)
        | document_difference(version.document, content)
        | {"problems": len(problems)},
        by=by,
        at=at,
    )


def _fingerprint(document: Mapping[str, Any]) -> dict[str, Any]:
    text = export_text(document)
    return {
        "nodes": len(document.get("nodes", [])),
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
    }


@transaction.atomic
def freeze_version(
    *, version: FrameworkVersion, by: User | None, at: datetime, revision: int | None = None
) -> FrameworkVersion:
    """Close a draft for good.

    Raises ``UnusableDocumentError`` with every problem that is left, ``NotAllowedNow`` for a
    frozen version and ``StaleRevisionError`` if ``revision`` is given and somebody saved
    in between.
    """
    version, state = lock_version(version, action=VersionAction.FREEZE, by=by)
    check_revision(version, revision)
    problems = document_problems(version.document)
    if problems:
        raise UnusableDocumentError(problems, version.document)
    before = {"state": version.state}
    version.state = state
    version.frozen_by, version.frozen_at = by, at
    version.save(update_fields=["state", "frozen_by", "frozen_at"])
    record_event(
        action="frameworks.freeze_version",
        by=by,
        at=at,
        target=version,
        before=before,
        after={"state": state, "revision": version.revision},
        region=version.framework.region,
    )
    return version
