"""What the API says of a form beside its answers: what is asked, known before, remarked."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from assessment.submissions.models import AnswerRemark, RemarkEntry


@extend_schema_serializer(description=_("One indicator the form asks, in both languages."))
class AskedSerializer(serializers.Serializer[dict[str, Any]]):
    """One indicator the form asks; texts in ``zh-Hans`` and ``en``."""

    code = serializers.CharField()
    title = serializers.DictField(child=serializers.CharField())
    unit = serializers.DictField(child=serializers.CharField(), allow_null=True)
    expected = serializers.CharField()
    statuses = serializers.ListField(child=serializers.CharField())
    evidence_required = serializers.BooleanField()
    responsible = serializers.CharField(allow_blank=True)


@extend_schema_serializer(
    description=_("What was said or measured before; proposed: may be taken over by its mark.")
)
class SuggestionSerializer(serializers.Serializer[dict[str, Any]]):
    """What was said or measured before; ``proposed``: it may be taken over by its mark."""

    mark = serializers.CharField()
    proposed = serializers.BooleanField()
    kind = serializers.CharField()
    origin = serializers.CharField()
    day = serializers.DateField()
    status = serializers.CharField()
    value = serializers.CharField(allow_null=True)
    reason = serializers.CharField()


@extend_schema_serializer(description=_("One line of the thread of a remark."))
class RemarkEntrySerializer(serializers.ModelSerializer[RemarkEntry]):
    """One line of the thread of a remark."""

    action = serializers.CharField(read_only=True)
    by = serializers.CharField(source="by.full_name", default="", read_only=True)
    by_locality = serializers.BooleanField(source="is_localitys", read_only=True)

    class Meta:
        model = RemarkEntry
        fields = ["action", "text", "by", "by_locality", "at"]


@extend_schema_serializer(
    description=_("A remark of the coordinating body on one answer, with its thread.")
)
class RemarkSerializer(serializers.ModelSerializer[AnswerRemark]):
    """A remark of the coordinating body on one answer, with its thread."""

    # Plain text: the description of the API names each set of choices once, and has a "state".
    kind = serializers.CharField(read_only=True)
    state = serializers.CharField(read_only=True)
    entries = RemarkEntrySerializer(many=True, read_only=True)

    class Meta:
        model = AnswerRemark
        fields = ["id", "indicator", "kind", "text", "state", "sent_at", "entries"]
