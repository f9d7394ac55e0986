"""Remarks for programs: writing in the thread of a remark, as on the page."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.authorization import require
from accounts.text import is_storable
from assessment.cycles.workflow import NotAllowedNow
from assessment.submissions import queries
from assessment.submissions.api import FORM_NUMBER, FORM_TAGS, RefusalSerializer, caller
from assessment.submissions.api_fields import RemarkSerializer
from assessment.submissions.models import RemarkEntry
from assessment.submissions.permissions import can_answer_remark, can_pin_remark
from assessment.submissions.services import (
    answer_remark,
    deal_with_remark,
    reopen_remark,
    resolve_remark,
)
from assessment.submissions.wording import thread_refusal
from assessment.submissions.workflow import RemarkAction

_MOVES: dict[str, Callable[..., RemarkEntry]] = {
    RemarkAction.ANSWER: answer_remark,
    RemarkAction.DEAL: deal_with_remark,
    RemarkAction.REOPEN: reopen_remark,
    RemarkAction.RESOLVE: resolve_remark,
}


@extend_schema_serializer(description=_("What is said in the thread of a remark."))
class RemarkEntryInputSerializer(serializers.Serializer[dict[str, Any]]):
    """What is said in the thread of a remark; who may do what is decided by the services."""

    # Plain text: the description of the API names each set of choices once, and has an "action".
    action = serializers.CharField(help_text=_("answer, deal, reopen or resolve"))
    text = serializers.CharField(required=False, allow_blank=True, default="")
    seen = serializers.IntegerField(
        required=False,
        allow_null=True,
        default=None,
        min_value=0,
        help_text=_("How many entries the thread had when you read it: others are not missed."),
    )

    def validate_action(self, action: str) -> str:
        """One of the moves there are."""
        if action not in _MOVES:
            raise serializers.ValidationError(_("answer, deal, reopen or resolve"))
        return action

    def validate_text(self, text: str) -> str:
        """A text that no database holds is refused."""
        if not is_storable(text):
            raise serializers.ValidationError(_("A text holds characters that are not text."))
        return text


class RemarkThread(APIView):
    """The thread of one remark."""

    @extend_schema(
        operation_id="submissions_remarks_write",
        summary=_("Reply to a remark"),
        description=_(
            "Writes in the thread of a remark: an answer, that it is dealt with, that it is open "
            "again. 400: what is wrong with it; 423: it cannot be done now."
        ),
        tags=FORM_TAGS,
        parameters=[
            FORM_NUMBER,
            OpenApiParameter(
                "remark", int, OpenApiParameter.PATH, description=_("Number of the remark")
            ),
        ],
        request=RemarkEntryInputSerializer,
        responses={200: RemarkSerializer, 423: RefusalSerializer},
    )
    def post(self, request: Request, pk: int, remark: int) -> Response:
        """Write in the thread, as the page does; the remark as it is then."""
        user = caller(request)
        submission = get_object_or_404(queries.visible_to(user), pk=pk)
        seen = queries.remarks_seen_by(user, submission)
        found = get_object_or_404(seen, pk=remark)
        require(can_answer_remark | can_pin_remark, user, submission)
        sent = RemarkEntryInputSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        try:
            _MOVES[sent.validated_data["action"]](
                remark=found,
                text=sent.validated_data["text"],
                seen=sent.validated_data["seen"],
                by=user,
                at=timezone.now(),
            )
        except ValidationError as error:
            return Response(error.message_dict, status=status.HTTP_400_BAD_REQUEST)
        except NotAllowedNow:
            return Response({"detail": thread_refusal()}, status=status.HTTP_423_LOCKED)
        return Response(RemarkSerializer(seen.get(pk=remark)).data)


remarks_urlpatterns: list[URLPattern] = [
    path(
        "submissions/<int:pk>/remarks/<int:remark>/",
        RemarkThread.as_view(),
        name="api-submission-remark",
    ),
]
