"""The runs of a cycle for programs of those who may see them before publication."""

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
from assessment.cycles.models import Cycle
from assessment.cycles.queries import find_cycle
from assessment.scores.models import Result, ScoreRun
from assessment.scores.permissions import can_view_runs
from assessment.scores.queries import run_numbered, runs_of

_CYCLE = OpenApiParameter("cycle", str, OpenApiParameter.PATH, description=_("Code of the cycle"))
_NUMBER = OpenApiParameter("number", int, OpenApiParameter.PATH, description=_("Number of the run"))
_TAGS: list[Any] = [_("Cycles")]


@extend_schema_serializer(
    description=_("One run; its inputs are named by the SHA-256 of the snapshot.")
)
class RunSerializer(serializers.ModelSerializer[ScoreRun]):
    """One run; its inputs are named by the SHA-256 of the snapshot."""

    class Meta:
        model = ScoreRun
        fields = ["number", "made_at", "engine_version", "snapshot_sha256"]


@extend_schema_serializer(
    description=_("One node's result of one locality; absent figures are null.")
)
class RunResultSerializer(serializers.ModelSerializer[Result]):
    """One node's result of one locality; absent figures are null."""

    locality = serializers.SlugRelatedField[Any](slug_field="code", read_only=True)
    published = serializers.SerializerMethodField()

    class Meta:
        model = Result
        fields = ["locality", "node", "score", "published", "rank", "grade"]

    @extend_schema_field(
        serializers.CharField(
            allow_null=True,
            help_text=_("The rounded score as text, with the decimals the framework states."),
        )
    )
    def get_published(self, result: Result) -> str | None:
        """The rounded score as text, with the decimals the framework states."""
        places: int = self.context["decimals"]
        return None if result.published is None else f"{result.published:.{places}f}"


class RunList(ListAPIView[ScoreRun]):
    """The runs of a cycle, newest first."""

    serializer_class = RunSerializer
    queryset = ScoreRun.objects.none()
    filter_backends = ()

    def get_queryset(self) -> QuerySet[ScoreRun]:
        """The runs of the cycle of the address."""
        return runs_of(_cycle(self.request, self.kwargs["cycle"]))

    @extend_schema(
        operation_id="runs_list",
        summary=_("Score runs of a cycle"),
        description=_("One page of runs, newest first."),
        tags=_TAGS,
        parameters=[_CYCLE],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One page of runs."""
        return super().get(request, *args, **kwargs)


class RunResultList(ListAPIView[Result]):
    """The results of one run."""

    serializer_class = RunResultSerializer
    queryset = Result.objects.none()
    filterset_fields = ["node"]

    @extend_schema(
        operation_id="run_results_list",
        summary=_("Results of a score run"),
        description=_("One page of results, best first within each node."),
        tags=_TAGS,
        parameters=[
            _CYCLE,
            _NUMBER,
            OpenApiParameter("node", str, description=_("Only this node (index, dimension, …)")),
        ],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One page of results, best first within each node."""
        run = run_numbered(_cycle(request, kwargs["cycle"]), kwargs["number"])
        if run is None:
            raise Http404
        results = run.results.select_related("locality").order_by("node", "rank", "locality__code")
        page = self.paginate_queryset(self.filter_queryset(results)) or []
        context = {"decimals": run.parsed.decimals}
        return self.get_paginated_response(
            RunResultSerializer(page, many=True, context=context).data
        )


def _cycle(request: Request, code: str) -> Cycle:
    """The cycle, for those who may see its runs; 404 where they may not see it, 403 else."""
    cycle = find_cycle(request.user, code)
    if cycle is None:
        raise Http404
    require(can_view_runs, request.user, cycle)
    return cycle


api_urlpatterns: list[URLPattern] = [
    path("cycles/<slug:cycle>/runs/", RunList.as_view(), name="api-runs"),
    path(
        "cycles/<slug:cycle>/runs/<int:number>/results/",
        RunResultList.as_view(),
        name="api-run-results",
    ),
]
