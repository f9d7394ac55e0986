"""The values of a cycle for programs of those who may see its matrix."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import (
    OpenApiParameter,
    extend_schema,
    extend_schema_field,
    extend_schema_serializer,
)
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.authorization import require
from assessment.cycles.queries import find_cycle
from assessment.engine.figures import plain_number
from assessment.observations.models import Observation
from assessment.observations.permissions import can_view_observations
from assessment.observations.queries import visible_to

_CYCLE = OpenApiParameter("cycle", str, OpenApiParameter.PATH, description=_("Code of the cycle"))
_TAGS: list[Any] = [_("Cycles")]


@extend_schema_serializer(description=_("One value of one locality."))
class ObservationSerializer(serializers.ModelSerializer[Observation]):
    """One value of one locality; ``value`` is text with all its digits, null without one."""

    locality = serializers.SlugRelatedField[Any](slug_field="code", read_only=True)
    value = serializers.SerializerMethodField("figure")

    class Meta:
        model = Observation
        fields = ["locality", "indicator", "status", "value", "source", "recorded_at"]

    @extend_schema_field(
        serializers.CharField(
            allow_null=True,
            help_text=_("As text with all digits recorded; null where there is no value."),
        )
    )
    def figure(self, observation: Observation) -> str | None:
        """The figure as it was recorded, without zeros at its end."""
        return None if observation.value is None else plain_number(observation.value)


class ObservationList(ListAPIView[Observation]):
    """The values recorded in a cycle."""

    serializer_class = ObservationSerializer
    queryset = Observation.objects.none()
    filterset_fields = ["indicator", "status"]

    def get_queryset(self) -> QuerySet[Observation]:
        """What the caller may see of the cycle of the address."""
        seen = visible_to(self.request.user).filter(cycle__code=self.kwargs.get("cycle"))
        return seen.select_related("locality").order_by("locality__code", "indicator")

    @extend_schema(
        operation_id="observations_list",
        summary=_("Values of a cycle"),
        description=_("One page of values, by locality and indicator."),
        tags=_TAGS,
        parameters=[
            _CYCLE,
            OpenApiParameter("indicator", str, description=_("Only this indicator")),
        ],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One page of values, by locality and indicator."""
        cycle = find_cycle(request.user, kwargs["cycle"])
        if cycle is None:
            raise Http404
        require(can_view_observations, request.user, cycle)
        return super().get(request, *args, **kwargs)


api_urlpatterns: list[URLPattern] = [
    path("cycles/<slug:cycle>/observations/", ObservationList.as_view(), name="api-observations"),
]
