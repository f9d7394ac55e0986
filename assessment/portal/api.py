"""The open API: public publications and their results, read-only, for everybody."""

from typing import Any

from django.http import Http404
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers, status
from rest_framework.exceptions import APIException
from rest_framework.generics import ListAPIView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from accounts.http import client_address
from assessment.cycles.demonstration import notice_document
from assessment.portal.documents import (
    locality_document,
    publication_document,
    result_document,
    rounded,
    selected_results,
)
from assessment.portal.queries import find_locality, find_publication, find_withdrawn
from assessment.publication.models import Publication
from assessment.publication.queries import public_publications
from assessment.scores.models import Result
from assessment.scores.queries import locality_trace

_CYCLE = OpenApiParameter("cycle", str, OpenApiParameter.PATH, description=_("Code of the cycle"))
_LOCALITY = OpenApiParameter(
    "code", str, OpenApiParameter.PATH, description=_("Code of the locality, six digits")
)
_TAGS: list[Any] = [_("Publications")]


class OpenThrottle(SimpleRateThrottle):
    """Moderate use by one network address; forwarded addresses count behind our proxies only."""

    scope = "open"
    rate = "300/min"

    def get_cache_key(self, request: Request, view: APIView) -> str:
        """One counter per address."""
        return f"portal-api-{client_address(request._request)}"


@extend_schema_serializer(description=_("A text in Chinese (zh-Hans) and English (en)."))
class BothLanguages(serializers.Serializer[dict[str, str]]):
    """A text in Chinese (``zh-Hans``) and English (``en``)."""

    en = serializers.CharField()

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Add the Chinese side, whose name is no Python name."""
        return {"zh-Hans": serializers.CharField(), **super().get_fields()}


@extend_schema_serializer(description=_("A region and its coordinating body."))
class RegionDocument(serializers.Serializer[dict[str, Any]]):
    """A region and its coordinating body."""

    code = serializers.CharField()
    name = BothLanguages()
    coordinating_body = BothLanguages()


@extend_schema_serializer(description=_("First and last day, both included."))
class PeriodDocument(serializers.Serializer[dict[str, Any]]):
    """First and last day, both included."""

    start = serializers.DateField()
    end = serializers.DateField()


@extend_schema_serializer(description=_("The framework that was applied."))
class FrameworkVersionDocument(serializers.Serializer[dict[str, Any]]):
    """Which framework was applied."""

    code = serializers.CharField()
    version = serializers.CharField()
    title = BothLanguages()


@extend_schema_serializer(description=_("The bundle that everything can be recomputed from."))
class BundleDocument(serializers.Serializer[dict[str, Any]]):
    """The bundle that everything can be recomputed from."""

    sha256 = serializers.CharField()
    bytes = serializers.IntegerField()


@extend_schema_serializer(
    description=_("A gap the results were published in spite of: a rule, an indicator or a day.")
)
class CaveatDocument(serializers.Serializer[dict[str, Any]]):
    """A gap the results were published in spite of: a rule, an indicator, a day, and where."""

    kind = serializers.CharField()
    code = serializers.CharField()
    localities = serializers.ListField(child=serializers.CharField())
    text = BothLanguages()


@extend_schema_serializer(description=_("One publication."))
class PublicationDocument(serializers.Serializer[dict[str, Any]]):
    """One publication."""

    cycle = serializers.CharField()
    title = BothLanguages()
    region = RegionDocument()
    period = PeriodDocument()
    kind = serializers.ChoiceField(choices=Publication.Kind.choices)
    number = serializers.IntegerField()
    published_at = serializers.DateTimeField()
    objection_end_date = serializers.DateField()
    is_demonstration = serializers.BooleanField()
    notice = BothLanguages(allow_null=True)
    framework_version = FrameworkVersionDocument()
    caveats = CaveatDocument(many=True)
    caveats_reason = BothLanguages(allow_null=True)
    engine_version = serializers.CharField()
    bundle = BundleDocument()


@extend_schema_serializer(description=_("A locality."))
class LocalityDocument(serializers.Serializer[dict[str, Any]]):
    """A locality."""

    code = serializers.CharField()
    name = BothLanguages()


@extend_schema_serializer(
    description=_("The result of one locality in one node; absent figures are null.")
)
class ResultDocument(serializers.Serializer[dict[str, Any]]):
    """One node's result of one locality; absent figures are null."""

    locality = LocalityDocument()
    node = serializers.CharField()
    score = serializers.FloatField(allow_null=True)
    published = serializers.CharField(allow_null=True)
    rank = serializers.IntegerField(allow_null=True)
    grade = serializers.CharField(allow_null=True)


@extend_schema_serializer(description=_("Every step of every figure of one locality."))
class TraceDocument(serializers.Serializer[dict[str, Any]]):
    """Every step of every figure of one locality."""

    notice = BothLanguages(allow_null=True)
    locality = LocalityDocument()
    nodes = serializers.DictField(child=serializers.JSONField())
    flags = serializers.DictField(child=serializers.JSONField())


class PublicationWithdrawn(APIException):
    """410: there was a publication, and it no longer stands.

    The body has ``detail``, ``withdrawn_at`` and the body's ``reason`` in both languages.
    """

    status_code = status.HTTP_410_GONE

    def __init__(self, publication: Publication) -> None:
        at = publication.withdrawn_at
        super().__init__(
            {
                "detail": gettext("This publication was withdrawn."),
                "withdrawn_at": "" if at is None else at.isoformat(),
                "reason": {
                    "zh-Hans": publication.withdrawal_reason_zh,
                    "en": publication.withdrawal_reason_en,
                },
            }
        )


class OpenView(APIView):
    """No account, no cookies, moderate use."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = (OpenThrottle,)


class PublicationList(OpenView, ListAPIView[Publication]):
    """Every public publication, newest first."""

    queryset = public_publications()
    serializer_class = PublicationDocument  # type: ignore[assignment]
    filter_backends = ()

    @extend_schema(
        summary=_("List of publications"),
        description=_("Every public publication, newest first."),
        tags=_TAGS,
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One page of publications."""
        return self.list(request, *args, **kwargs)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One page of publications."""
        page = self.paginate_queryset(public_publications()) or []
        return self.get_paginated_response([publication_document(item) for item in page])


class PublicationDetail(OpenView):
    """One publication."""

    @extend_schema(
        summary=_("Current publication of a cycle"),
        description=_("The preliminary one, later the final one."),
        tags=_TAGS,
        parameters=[_CYCLE],
        responses=PublicationDocument,
    )
    def get(self, request: Request, cycle: str) -> Response:
        """The current publication of a cycle: preliminary, then final."""
        return Response(publication_document(_publication(cycle)))


class ResultList(OpenView, ListAPIView[Result]):
    """Results, best first within each node."""

    queryset = Result.objects.none()
    serializer_class = ResultDocument  # type: ignore[assignment]
    filter_backends = ()

    @extend_schema(
        summary=_("Scores, ranks and grades"),
        description=_("Best first within each node. “published” is text with all its decimals."),
        tags=_TAGS,
        parameters=[
            _CYCLE,
            OpenApiParameter("node", str, description=_("Only this node (index, dimension, …)")),
            OpenApiParameter("locality", str, description=_("Only this locality")),
        ],
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One page of results; ``published`` is text with all its decimals."""
        publication = _publication(kwargs["cycle"])
        framework = publication.run.parsed
        node = request.query_params.get("node", "")
        if node and node not in {scored.code for scored in framework.weighted_nodes}:
            message = gettext("There is no scored node “%(code)s”.") % {"code": node}
            raise serializers.ValidationError({"node": [message]})
        locality = request.query_params.get("locality", "")
        if locality and find_locality(publication, locality) is None:
            message = gettext("The locality “%(code)s” takes no part.") % {"code": locality}
            raise serializers.ValidationError({"locality": [message]})
        page = self.paginate_queryset(selected_results(publication, node, locality)) or []
        return self.get_paginated_response(
            [result_document(publication, rounded(result, framework.decimals)) for result in page]
        )


class FrameworkDetail(OpenView):
    """The framework of a publication."""

    @extend_schema(
        summary=_("Framework of a publication"),
        description=_("The frozen document; its schema is at /framework.schema.json."),
        tags=_TAGS,
        parameters=[_CYCLE],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request, cycle: str) -> Response:
        """The frozen framework document (its schema: /framework.schema.json)."""
        return Response(_publication(cycle).run.document)


class LocalityDetail(OpenView):
    """The trace of one locality."""

    @extend_schema(
        summary=_("How the figures of a locality came about"),
        description=_("By node: raw value, normalised, weighted, after the rules, rounded."),
        tags=_TAGS,
        parameters=[_CYCLE, _LOCALITY],
        responses=TraceDocument,
    )
    def get(self, request: Request, cycle: str, code: str) -> Response:
        """Raw, normalised, weighted, rules, rounded: by node."""
        publication = _publication(cycle)
        locality = find_locality(publication, code)
        trace = locality_trace(publication.run, locality) if locality else None
        if locality is None or trace is None:
            raise Http404
        return Response(
            {
                "notice": notice_document(publication.cycle),
                "locality": locality_document(locality),
                "nodes": trace["nodes"],
                "flags": trace["flags"],
            }
        )


def _publication(cycle: str) -> Publication:
    found = find_publication(cycle)
    if found is not None:
        return found
    withdrawn = find_withdrawn(cycle)
    raise Http404 if withdrawn is None else PublicationWithdrawn(withdrawn)
