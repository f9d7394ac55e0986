"""Evidence for programs: listed, and attached by the same service as on the page."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers, status
from rest_framework.generics import ListAPIView
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.authorization import require
from assessment.cycles.workflow import NotAllowedNow
from assessment.engine.document import CODE_LENGTH
from assessment.submissions import queries
from assessment.submissions.api import FORM_NUMBER, FORM_TAGS, RefusalSerializer, caller
from assessment.submissions.models import Evidence, Submission
from assessment.submissions.periods import typed_period
from assessment.submissions.permissions import can_edit_submission
from assessment.submissions.services import attach_evidence, link_evidence
from assessment.submissions.wording import refusal


@extend_schema_serializer(description=_("One file attached now."))
class EvidenceSerializer(serializers.ModelSerializer[Evidence]):
    """One file attached now."""

    class Meta:
        model = Evidence
        fields = [
            *("id", "indicator", "name", "content_type", "size", "sha256"),
            *("period_from", "period_to", "linked_from", "uploaded_at"),
        ]


@extend_schema_serializer(description=_("A file for one indicator, as multipart/form-data."))
class EvidenceUploadSerializer(serializers.Serializer[dict[str, Any]]):
    """A file for one indicator, as ``multipart/form-data``."""

    indicator = serializers.CharField(max_length=CODE_LENGTH)
    upload = serializers.FileField(allow_empty_file=True, max_length=None, required=False)
    evidence = serializers.UUIDField(
        required=False,
        help_text=_("A file of the locality to attach again, instead of an upload."),
    )
    period_from = serializers.DateField(
        required=False, help_text=_("First day it proves; without days: the period of the cycle.")
    )
    period_to = serializers.DateField(required=False, help_text=_("Last day it proves"))

    def validate(self, sent: dict[str, Any]) -> dict[str, Any]:
        """Either a file or one that is there."""
        if ("upload" in sent) == ("evidence" in sent):
            raise serializers.ValidationError({"upload": [_("Choose a file.")]})
        return sent


class EvidenceList(ListAPIView[Evidence]):
    """The files of a form."""

    serializer_class = EvidenceSerializer
    queryset = Evidence.objects.none()
    parser_classes = (MultiPartParser,)
    filterset_fields = ["indicator"]

    def get_queryset(self) -> QuerySet[Evidence]:
        """What is attached to the form of the address."""
        return queries.current_evidence(self._submission()).order_by("uploaded_at", "pk")

    @extend_schema(
        operation_id="submissions_evidence_list",
        summary=_("Evidence of a form"),
        description=_("One page of files, oldest first. Removed files are left out."),
        tags=FORM_TAGS,
        parameters=[
            FORM_NUMBER,
            OpenApiParameter("indicator", str, description=_("Only this indicator")),
        ],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One page of files, oldest first; removed ones are left out."""
        return super().get(request, *args, **kwargs)

    @extend_schema(
        operation_id="submissions_evidence_attach",
        summary=_("Attach evidence"),
        description=_(
            "Attaches one file, or one the locality has already (evidence). 400: what is wrong "
            "with it; 423: the form is closed."
        ),
        tags=FORM_TAGS,
        parameters=[FORM_NUMBER],
        request={"multipart/form-data": EvidenceUploadSerializer},
        responses={201: EvidenceSerializer, 423: RefusalSerializer},
    )
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Attach one file. 400: what is wrong with it; 423: the form is closed."""
        submission = self._submission()
        require(can_edit_submission, caller(request), submission)
        sent = EvidenceUploadSerializer(data=request.data)
        try:
            sent.is_valid(raise_exception=True)
            evidence = self._attach(submission, sent.validated_data)
        except ValidationError as error:
            return Response(error.message_dict, status=status.HTTP_400_BAD_REQUEST)
        except NotAllowedNow as error:
            return Response({"detail": refusal(error, submission)}, status=status.HTTP_423_LOCKED)
        return Response(EvidenceSerializer(evidence).data, status=status.HTTP_201_CREATED)

    def _attach(self, submission: Submission, sent: dict[str, Any]) -> Evidence:
        by, at = caller(self.request), timezone.now()
        if "evidence" in sent:
            source = get_object_or_404(queries.evidence_visible_to(by), pk=sent["evidence"])
            return link_evidence(
                submission=submission, indicator=sent["indicator"], evidence=source, by=by, at=at
            )
        days = sent.get("period_from"), sent.get("period_to")
        return attach_evidence(
            submission=submission,
            indicator=sent["indicator"],
            upload=sent["upload"],
            period=typed_period(*days, submission.cycle) if any(days) else None,
            by=by,
            at=at,
        )

    def _submission(self) -> Submission:
        seen = queries.visible_to(self.request.user)
        return get_object_or_404(seen, pk=self.kwargs["pk"])


evidence_urlpatterns: list[URLPattern] = [
    path("submissions/<int:pk>/evidence/", EvidenceList.as_view(), name="api-submission-evidence"),
]
