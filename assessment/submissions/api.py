"""The locality's form for programs: the same services, permissions and messages as the page."""

from typing import Any

from django.db.models import QuerySet
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import (
    OpenApiParameter,
    extend_schema,
    extend_schema_field,
    extend_schema_serializer,
    extend_schema_view,
)
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.authorization import require
from accounts.models import User
from accounts.text import is_storable
from assessment.cycles.demonstration import notice_document
from assessment.cycles.permissions import can_list_cycles
from assessment.cycles.workflow import NotAllowedNow
from assessment.engine.figures import plain_number
from assessment.observations.numbers import expected_value
from assessment.submissions import queries
from assessment.submissions.answers import (
    AnswerInput,
    AnswerState,
    allowed_statuses,
    reported_nodes,
    state_of,
)
from assessment.submissions.api_fields import (
    AskedSerializer,
    RemarkSerializer,
    SuggestionSerializer,
)
from assessment.submissions.division import division_of
from assessment.submissions.findings_json import FindingSerializer, findings_said
from assessment.submissions.models import Answer, Submission
from assessment.submissions.permissions import can_edit_submission
from assessment.submissions.prefill import is_changed, suggestions_of
from assessment.submissions.services import SaveOutcome, save_answers
from assessment.submissions.wording import refusal


@extend_schema_serializer(description=_("One answer as typed; read as on the page of the form."))
class AnswerInputSerializer(serializers.Serializer[AnswerInput]):
    """One answer as typed; what it means is decided by the service, as for the page."""

    status = serializers.CharField(required=False, allow_blank=True, default="")
    value = serializers.CharField(
        required=False, allow_blank=True, default="", trim_whitespace=False
    )
    reason = serializers.CharField(required=False, allow_blank=True, default="")
    note = serializers.CharField(required=False, allow_blank=True, default="")
    revision = serializers.IntegerField(
        required=False,
        default=0,
        min_value=0,
        help_text=_("Revision of the stored answer you saw; 0 where there was none."),
    )
    key = serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        max_length=32,
        help_text=_("Your own name for this save: sent again, it is carried out once."),
    )
    prefill = serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        max_length=64,
        help_text=_("Mark of the suggestion to take over; status, value and reason are its own."),
    )


@extend_schema_serializer(
    description=_("Answers by indicator code; indicators left out stay as they are.")
)
class AnswersPatchSerializer(serializers.Serializer[dict[str, Any]]):
    """Answers by indicator code; indicators left out stay as they are."""

    answers = serializers.DictField(child=AnswerInputSerializer())

    def validate_answers(self, answers: dict[str, Any]) -> dict[str, Any]:
        """A code that no database and no answer can hold is not looked up."""
        if not all(map(is_storable, answers)):
            raise serializers.ValidationError(
                _("A code holds characters that are not text. Take codes from the form.")
            )
        return answers


@extend_schema_serializer(
    description=_("One answer as stored; an empty status is “not answered yet”.")
)
class StoredAnswerSerializer(serializers.Serializer[dict[str, Any]]):
    """One answer as stored; an empty status is "not answered yet"."""

    status = serializers.CharField()
    value = serializers.CharField(allow_null=True)
    reason = serializers.CharField()
    note = serializers.CharField()
    revision = serializers.IntegerField()
    prefilled = serializers.DictField(
        required=False,
        allow_null=True,
        help_text=_("What it was taken over from, with what that said; null: it was typed."),
    )
    changed_since_prefill = serializers.BooleanField(required=False)


@extend_schema_serializer(
    description=_("Both answers. Send yours again with the revision of theirs to overwrite it.")
)
class ConflictSerializer(serializers.Serializer[dict[str, Any]]):
    """Both answers; send yours again with ``theirs.revision`` to overwrite deliberately."""

    mine = StoredAnswerSerializer()
    theirs = StoredAnswerSerializer()
    by = serializers.CharField()


@extend_schema_serializer(description=_("What became of each answer sent."))
class SaveOutcomeSerializer(serializers.Serializer[dict[str, Any]]):
    """What became of each answer sent."""

    revision = serializers.IntegerField()
    saved = serializers.ListField(child=serializers.CharField())
    cleared = serializers.ListField(child=serializers.CharField())
    unchanged = serializers.ListField(child=serializers.CharField())
    repeated = serializers.ListField(child=serializers.CharField())
    problems = serializers.DictField(
        child=serializers.DictField(child=serializers.ListField(child=serializers.CharField()))
    )
    findings = FindingSerializer(
        many=True, help_text=_("What the rules find in the form after the save.")
    )
    conflicts = serializers.DictField(child=ConflictSerializer())


@extend_schema_serializer(description=_("Why nothing can be changed now, and whom to ask."))
class RefusalSerializer(serializers.Serializer[dict[str, Any]]):
    """Why nothing can be changed now, and whom to ask."""

    detail = serializers.CharField()


@extend_schema_serializer(description=_("One form of a list."))
class SubmissionSerializer(serializers.ModelSerializer[Submission]):
    """One form of a list."""

    cycle = serializers.SlugRelatedField[Any](slug_field="code", read_only=True)
    locality = serializers.SlugRelatedField[Any](slug_field="code", read_only=True)
    last_day = serializers.DateField(source="end_date", read_only=True)
    unlock_requested = serializers.BooleanField(source="asks_unlock", read_only=True)

    class Meta:
        model = Submission
        fields = [
            *("id", "cycle", "locality", "state", "revision", "last_day", "unlock_requested"),
            "updated_at",
        ]


@extend_schema_serializer(
    description=_("One form with what it asks, and its answers by indicator code.")
)
class SubmissionDetailSerializer(SubmissionSerializer):
    """One form with what it asks, and its answers by indicator code."""

    indicators = serializers.SerializerMethodField()
    answers = serializers.SerializerMethodField()
    suggestions = serializers.SerializerMethodField()
    remarks = serializers.SerializerMethodField()
    notice = serializers.SerializerMethodField()

    class Meta(SubmissionSerializer.Meta):
        fields = [
            *SubmissionSerializer.Meta.fields,
            *("indicators", "answers", "suggestions", "remarks", "notice"),
        ]

    @extend_schema_field(AskedSerializer(many=True))
    def get_indicators(self, submission: Submission) -> list[dict[str, Any]]:
        """What is asked, in the order of the form, and who answers for it."""
        division = division_of(submission)
        return [
            {
                "code": code,
                "title": node.title.as_dict(),
                "unit": node.unit.as_dict() if node.unit is not None else None,
                "expected": expected_value(node),
                "statuses": [str(each) for each in allowed_statuses(node)],
                "evidence_required": bool(node.evidence and node.evidence.required),
                "responsible": str(division.of(code) or ""),
            }
            for code, node in reported_nodes(queries.document_of(submission)).items()
        ]

    @extend_schema_field(
        serializers.DictField(child=serializers.ListField(child=SuggestionSerializer()))
    )
    def get_suggestions(self, submission: Submission) -> dict[str, list[dict[str, Any]]]:
        """What was said or measured before, by indicator, for those who fill the form."""
        user = caller(self.context["request"])
        if not submission.is_editable_state or not can_edit_submission(user, submission):
            return {}
        return {
            code: [
                {"mark": each.mark, "proposed": each.is_proposed, **each.as_taken()}
                for each in offered
            ]
            for code, offered in suggestions_of(submission).items()
        }

    @extend_schema_field(RemarkSerializer(many=True))
    def get_remarks(self, submission: Submission) -> list[dict[str, Any]]:
        """The remarks on its answers that the caller may read, with their threads."""
        found = queries.remarks_seen_by(caller(self.context["request"]), submission)
        return list(RemarkSerializer(found, many=True).data)

    @extend_schema_field(serializers.DictField(child=serializers.CharField(), allow_null=True))
    def get_notice(self, submission: Submission) -> dict[str, str] | None:
        """That the data are a demonstration, in both languages; null where they are real."""
        return notice_document(submission.cycle)

    @extend_schema_field(serializers.DictField(child=StoredAnswerSerializer()))
    def get_answers(self, submission: Submission) -> dict[str, dict[str, Any]]:
        """Every stored answer; those not answered yet are absent or keep a text alone."""
        return {
            answer.indicator: _stored(state_of(answer), answer.revision) | _origin(answer)
            for answer in submission.answers.all()
        }


FORM_TAGS: list[Any] = [_("Forms")]
FORM_NUMBER = OpenApiParameter(
    "id", int, OpenApiParameter.PATH, description=_("Number of the form")
)


@extend_schema_view(
    list=extend_schema(
        summary=_("List of forms"), description=_("The forms the caller may see."), tags=FORM_TAGS
    ),
    retrieve=extend_schema(
        summary=_("One form with its answers"),
        description=_(
            "Indicators not answered yet are absent, or have an empty status and keep a note."
        ),
        tags=FORM_TAGS,
        parameters=[FORM_NUMBER],
    ),
)
class SubmissionViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Submission]
):
    """Forms the caller may see; answers are changed by the locality's contributors."""

    serializer_class = SubmissionSerializer
    queryset = Submission.objects.none()
    filterset_fields = ["state"]

    def get_queryset(self) -> QuerySet[Submission]:
        """What the caller may see."""
        return queries.visible_to(self.request.user).order_by("-cycle__period_end_date", "pk")

    def get_serializer_class(self) -> type[SubmissionSerializer]:
        """The list without answers, one form with them."""
        return SubmissionDetailSerializer if self.action == "retrieve" else SubmissionSerializer

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """As the page of forms: refused to administrators, who assess nothing."""
        require(can_list_cycles, caller(request))
        return super().list(request, *args, **kwargs)

    @extend_schema(
        summary=_("Save answers"),
        description=_(
            "Saves every valid answer. 400: some had problems; 409: some were in conflict; "
            "423: the form cannot be changed now."
        ),
        tags=FORM_TAGS,
        parameters=[FORM_NUMBER],
        request=AnswersPatchSerializer,
        responses={
            200: SaveOutcomeSerializer,
            400: SaveOutcomeSerializer,
            409: SaveOutcomeSerializer,
            423: RefusalSerializer,
        },
    )
    @action(detail=True, methods=["patch"], url_path="answers")
    def answers(self, request: Request, pk: str | None = None) -> Response:
        """Save every valid answer. 400: some had problems; 409: some were in conflict."""
        submission = self.get_object()
        sent = AnswersPatchSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        answers = {
            code: AnswerInput(**typed) for code, typed in sent.validated_data["answers"].items()
        }
        try:
            outcome = save_answers(
                submission=submission, answers=answers, by=caller(request), at=timezone.now()
            )
        except NotAllowedNow as error:
            return Response({"detail": refusal(error, submission)}, status=status.HTTP_423_LOCKED)
        said = _said(outcome) | {
            "findings": findings_said(submission, queries.findings_in(submission))
        }
        return Response(said, status=_code(outcome))


def caller(request: Request) -> User:
    """The signed-in caller; nobody else passes the API's own permission."""
    if not isinstance(request.user, User):
        raise NotAuthenticated
    return request.user


def _stored(state: AnswerState, revision: int) -> dict[str, Any]:
    value = None if state.value is None else plain_number(state.value)
    return {
        "status": state.status,
        "value": value,
        "reason": state.reason,
        "note": state.note,
        "revision": revision,
    }


def _origin(answer: Answer) -> dict[str, Any]:
    taken = answer.prefilled
    return {
        "prefilled": taken,
        "changed_since_prefill": taken is not None and is_changed(taken, state_of(answer)),
    }


def _said(outcome: SaveOutcome) -> dict[str, Any]:
    return {
        "revision": outcome.revision,
        "saved": list(outcome.saved),
        "cleared": list(outcome.cleared),
        "unchanged": list(outcome.unchanged),
        "repeated": list(outcome.repeated),
        "problems": outcome.problems,
        "conflicts": {
            code: {
                "mine": _stored(conflict.mine, 0),
                "theirs": _stored(conflict.theirs, conflict.revision),
                "by": str(conflict.by or ""),
            }
            for code, conflict in outcome.conflicts.items()
        },
    }


def _code(outcome: SaveOutcome) -> int:
    if outcome.problems:
        return status.HTTP_400_BAD_REQUEST
    return status.HTTP_409_CONFLICT if outcome.conflicts else status.HTTP_200_OK


api_urlpatterns: list[URLPattern] = [
    path("submissions/", SubmissionViewSet.as_view({"get": "list"}), name="api-submissions"),
    path(
        "submissions/<int:pk>/",
        SubmissionViewSet.as_view({"get": "retrieve"}),
        name="api-submission",
    ),
    path(
        "submissions/<int:pk>/answers/",
        SubmissionViewSet.as_view({"patch": "answers"}),
        name="api-submission-answers",
    ),
]
