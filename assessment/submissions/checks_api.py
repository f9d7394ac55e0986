"""Checks for programs: what the rules find in a form, and explanations of warnings."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authorization import require
from accounts.text import is_storable
from assessment.cycles.demonstration import notice_document
from assessment.cycles.workflow import NotAllowedNow
from assessment.submissions import queries
from assessment.submissions.api import FORM_NUMBER, FORM_TAGS, RefusalSerializer, caller
from assessment.submissions.findings_json import FindingSerializer, findings_said
from assessment.submissions.models import Submission
from assessment.submissions.permissions import can_edit_submission
from assessment.submissions.services import ExplanationInput, explain_findings
from assessment.submissions.wording import refusal


@extend_schema_serializer(description=_("What keeps the form from being signed, and what warns."))
class ChecksSerializer(serializers.Serializer[dict[str, Any]]):
    """The findings of a form; ``unanswered`` are indicators without an answer."""

    revision = serializers.IntegerField()
    can_be_signed = serializers.BooleanField()
    unanswered = serializers.ListField(child=serializers.CharField())
    findings = FindingSerializer(many=True)
    notice = serializers.DictField(child=serializers.CharField(), allow_null=True)


@extend_schema_serializer(description=_("Why an answer stays although a rule warns of it."))
class ExplanationSerializer(serializers.Serializer[dict[str, Any]]):
    """Why an answer stays although a rule warns of it; without text it is taken back."""

    indicator = serializers.CharField()
    rule = serializers.CharField()
    basis = serializers.CharField(help_text=_("As the finding says it."))
    text = serializers.CharField(allow_blank=True)

    def validate(self, sent: dict[str, Any]) -> dict[str, Any]:
        """Texts that no database holds are refused."""
        if not all(map(is_storable, sent.values())):
            raise serializers.ValidationError(_("A text holds characters that are not text."))
        return sent


@extend_schema_serializer(description=_("Explanations of warnings."))
class ExplanationsSerializer(serializers.Serializer[dict[str, Any]]):
    """Explanations of warnings."""

    explanations = ExplanationSerializer(many=True)


@extend_schema_serializer(description=_("What became of each explanation, and the checks now."))
class ExplainedSerializer(ChecksSerializer):
    """The checks after the explanations; ``problems`` by indicator and rule."""

    problems = serializers.DictField(
        child=serializers.DictField(child=serializers.ListField(child=serializers.CharField()))
    )


class Checks(APIView):
    """The checks of one form."""

    @extend_schema(
        operation_id="submissions_checks",
        summary=_("Checks of a form"),
        description=_(
            "What the rules find in the answers as they stand, with the words of the page."
        ),
        tags=FORM_TAGS,
        parameters=[FORM_NUMBER],
        responses={200: ChecksSerializer},
    )
    def get(self, request: Request, pk: int) -> Response:
        """What the rules find now."""
        return Response(_checks(self._submission(pk)))

    @extend_schema(
        operation_id="submissions_checks_explain",
        summary=_("Explain warnings"),
        description=_(
            "Keeps explanations of warnings. 400: some were not taken; 423: the form is closed."
        ),
        tags=FORM_TAGS,
        parameters=[FORM_NUMBER],
        request=ExplanationsSerializer,
        responses={
            200: ExplainedSerializer,
            400: ExplainedSerializer,
            423: RefusalSerializer,
        },
    )
    def patch(self, request: Request, pk: int) -> Response:
        """Explain warnings, as on the page."""
        submission = self._submission(pk)
        require(can_edit_submission, caller(request), submission)
        sent = ExplanationsSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        explanations = {
            (each["indicator"], each["rule"]): ExplanationInput(each["text"], each["basis"])
            for each in sent.validated_data["explanations"]
        }
        try:
            outcome = explain_findings(
                submission=submission,
                explanations=explanations,
                by=caller(request),
                at=timezone.now(),
            )
        except NotAllowedNow as error:
            return Response({"detail": refusal(error, submission)}, status=status.HTTP_423_LOCKED)
        problems: dict[str, dict[str, list[str]]] = {}
        for (indicator, rule), sentences in outcome.problems.items():
            problems.setdefault(indicator, {})[rule] = sentences
        submission.revision = outcome.revision
        code = status.HTTP_400_BAD_REQUEST if problems else status.HTTP_200_OK
        return Response({**_checks(submission), "problems": problems}, status=code)

    def _submission(self, pk: int) -> Submission:
        return get_object_or_404(queries.visible_to(self.request.user), pk=pk)


def _checks(submission: Submission) -> dict[str, Any]:
    found = queries.findings_in(submission)
    missing = queries.missing_in(submission)
    return {
        "revision": submission.revision,
        "can_be_signed": not missing,
        "unanswered": [item.node.code for item in missing if item.finding is None],
        "findings": findings_said(submission, found),
        "notice": notice_document(submission.cycle),
    }


checks_urlpatterns: list[URLPattern] = [
    path("submissions/<int:pk>/checks/", Checks.as_view(), name="api-submission-checks"),
]
