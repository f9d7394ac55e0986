"""The content of a signed version: how it is written, hashed and compared."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from accounts.models import User
from assessment.engine.figures import plain_number
from assessment.engine.texts import LANGUAGES
from assessment.engine.validation import sentence
from assessment.submissions.answers import AnswerState
from assessment.submissions.checks import FormFinding
from assessment.submissions.models import Answer, Evidence, Submission
from assessment.submissions.periods import Period

FORMAT = "lianping-submission/1"
FIELDS = ("status", "value", "reason", "note", "explanation", "evidence")
Content = Mapping[str, Any]


@dataclass(frozen=True)
class Difference:
    """One field of one indicator that reads differently; an empty text means absent.

    ``field`` is one of ``FIELDS``; a status is given by its code, evidence as one line per
    file: name and the first 12 digits of its SHA-256.
    """

    indicator: str
    field: str
    old: str
    new: str


def live_content(
    answers: Iterable[Answer],
    evidence: Iterable[Evidence],
    assessed: Period,
    findings: Iterable[FormFinding] = (),
) -> dict[str, Any]:
    """What the form says now, as plain JSON values; removed files are left out.

    A file says what it proves where that is not the period ``assessed``, an answer what it was
    taken over from where it was. ``explanations`` are there only where a warning was explained,
    each with the warning as it reads in both languages.
    """
    files: dict[str, list[dict[str, Any]]] = {}
    for item in evidence:
        if item.removed_at is None:
            files.setdefault(item.indicator, []).append(_file(item, assessed))
    explained = _explanations(findings)
    return {
        **({"explanations": explained} if explained else {}),
        "answers": {
            answer.indicator: {
                "status": answer.status,
                "value": None if answer.value is None else plain_number(answer.value),
                "reason": answer.reason,
                "note": answer.note,
                "answered_by": str(answer.updated_by) if answer.updated_by else "",
                "answered_at": answer.updated_at.astimezone(UTC).isoformat(),
                **({"prefilled": answer.prefilled} if answer.prefilled else {}),
            }
            for answer in sorted(answers, key=lambda each: each.indicator)
        },
        "evidence": {code: sorted(files[code], key=lambda f: f["id"]) for code in sorted(files)},
    }


def _file(item: Evidence, assessed: Period) -> dict[str, Any]:
    found = {"id": str(item.pk), "name": item.name, "size": item.size, "sha256": item.sha256}
    return found if item.proves == assessed else {**found, "proves": str(item.proves)}


def _explanations(findings: Iterable[FormFinding]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for each in findings:
        if each.explanation is not None:
            told = {
                "rule": each.finding.rule.id,
                "warning": {tag: sentence(each.finding, tag) for tag in LANGUAGES},
                "text": each.explanation.text,
                "explained_by": str(each.explanation.by or ""),
                "explained_at": each.explanation.at.astimezone(UTC).isoformat(),
            }
            found.setdefault(each.indicator, []).append(told)
    return found


def signed_content(
    submission: Submission, live: Content, *, statement: str, by: User | None, at: datetime
) -> dict[str, Any]:
    """The frozen content of a version: what was said, by which form, signed by whom and when."""
    framework = submission.cycle.framework_version
    return {
        "format": FORMAT,
        "cycle": submission.cycle.code,
        "locality": submission.locality.code,
        "framework": {
            "code": framework.framework.code,
            "number": framework.number,
            "version": framework.document.get("version", ""),
        },
        "revision": submission.revision,
        "statement": statement,
        "signed_by": str(by) if by is not None else "",
        "signed_at": at.astimezone(UTC).isoformat(),
        **live,
    }


def signed_state(answer: Mapping[str, Any] | None) -> AnswerState:
    """An answer of a version's content; "not answered yet" where it has none."""
    if answer is None:
        return AnswerState()
    value = None if answer["value"] is None else Decimal(answer["value"])
    return AnswerState(answer["status"], value, answer["reason"], answer["note"])


def content_hash(content: Content) -> str:
    """SHA-256 (hex) of the canonical JSON (``canonical_text``)."""
    return hashlib.sha256(canonical_text(content)).hexdigest()


def canonical_text(content: Content) -> bytes:
    """The content as canonical JSON: sorted keys, no spaces, letters as they are, UTF-8."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return text.encode()


def content_differences(old: Content | None, new: Content) -> list[Difference]:
    """What reads differently, by indicator in code order; all that is said if ``old`` is None."""
    before, after = old or {}, new
    codes = sorted(
        {
            code
            for content in (before, after)
            for part in ("answers", "evidence", "explanations")
            for code in content.get(part, {})
        }
    )
    found = []
    for code in codes:
        was, now = _fields(before, code), _fields(after, code)
        found += [
            Difference(code, name, was[name], now[name])
            for name in FIELDS
            if was[name] != now[name]
        ]
    return found


def _fields(content: Content, code: str) -> dict[str, str]:
    answer = content.get("answers", {}).get(code, {})
    files = content.get("evidence", {}).get(code, [])
    explained = content.get("explanations", {}).get(code, [])
    texts = {name: str(answer.get(name) or "") for name in FIELDS}
    texts["explanation"] = "\n".join(item["text"] for item in explained)
    lines = [
        " · ".join(filter(None, [f"{item['name']} ({item['sha256'][:12]})", item.get("proves")]))
        for item in files
    ]
    return {**texts, "evidence": "\n".join(sorted(lines))}
