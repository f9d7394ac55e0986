"""Findings as programs read them: the words of the page, in both languages."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from assessment.engine.texts import LANGUAGES
from assessment.engine.validation import sentence, words
from assessment.submissions.checks import FormFinding
from assessment.submissions.completeness import section_of
from assessment.submissions.models import Submission


@extend_schema_serializer(description=_("A finding in one language."))
class WordsSerializer(serializers.Serializer[dict[str, Any]]):
    """A finding in one language."""

    found = serializers.CharField()
    expected = serializers.CharField()
    remedy = serializers.CharField()
    sentence = serializers.CharField()


@extend_schema_serializer(
    description=_("What a validation rule finds in an answer, in zh-Hans and en.")
)
class FindingSerializer(serializers.Serializer[dict[str, Any]]):
    """What a validation rule finds in an answer; ``basis`` goes back with an explanation."""

    locality = serializers.CharField()
    section = serializers.CharField()
    indicator = serializers.CharField()
    rule = serializers.CharField()
    kind = serializers.CharField()
    code = serializers.CharField()
    severity = serializers.CharField()
    state = serializers.CharField(help_text=_("error, warning, or explained"))
    words = serializers.DictField(child=WordsSerializer())
    basis = serializers.CharField()
    explanation = serializers.CharField(allow_blank=True)


def findings_said(submission: Submission, found: Iterable[FormFinding]) -> list[dict[str, Any]]:
    """The findings of a form as JSON values."""
    document = submission.cycle.framework_version.parsed
    return [
        {
            "locality": submission.locality.code,
            "section": section_of(document, each.finding.node).code,
            "indicator": each.indicator,
            "rule": each.finding.rule.id,
            "kind": each.finding.rule.kind,
            "code": each.finding.code,
            "severity": each.finding.rule.severity,
            "state": each.state,
            "words": {tag: _in_words(each, tag) for tag in LANGUAGES},
            "basis": each.finding.basis,
            "explanation": each.explanation.text if each.explanation else "",
        }
        for each in found
    ]


def _in_words(found: FormFinding, language: str) -> dict[str, str]:
    said = words(found.finding, language)
    return {
        "found": said.found,
        "expected": said.expected,
        "remedy": said.remedy,
        "sentence": sentence(found.finding, language),
    }
