"""Addresses of the REST API, version 1."""

from typing import Any

from django.conf import settings
from django.urls import URLPattern, URLResolver, path
from django.utils.translation import get_language, override
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from assessment.observations.api import api_urlpatterns as observations
from assessment.portal import api as portal
from assessment.scores.api import api_urlpatterns as scores
from assessment.submissions.api import api_urlpatterns as submissions
from assessment.submissions.checks_api import checks_urlpatterns as checks
from assessment.submissions.evidence_api import evidence_urlpatterns as evidence
from assessment.submissions.remarks_api import remarks_urlpatterns as remarks
from config.api_schema import TokenScheme as TokenScheme  # registers itself


class SchemaView(SpectacularAPIView):
    """The description of the API, in the language asked for with ``lang`` or the reader's own."""

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """A language that is not offered is passed over."""
        wished = request.GET.get("lang", "").lower()
        offered = dict(settings.LANGUAGES)
        with override(wished if wished in offered else get_language()):
            response: Response = self._get_schema_response(request)  # type: ignore[no-untyped-call]
            return response


_PUBLICATION = "publications/<slug:cycle>/"
urlpatterns: list[URLPattern | URLResolver] = [
    path(
        "schema/",
        SchemaView.as_view(permission_classes=[AllowAny], authentication_classes=[]),
        name="api-schema",
    ),
    path(
        "docs/",
        SpectacularSwaggerSplitView.as_view(
            url_name="api-schema",
            template_name="portal/api_docs.html",
            permission_classes=[AllowAny],
            authentication_classes=[],
        ),
        name="api-docs",
    ),
    path("publications/", portal.PublicationList.as_view(), name="api-publications"),
    path(_PUBLICATION, portal.PublicationDetail.as_view(), name="api-publication"),
    path(f"{_PUBLICATION}results/", portal.ResultList.as_view(), name="api-results"),
    path(f"{_PUBLICATION}framework/", portal.FrameworkDetail.as_view(), name="api-framework"),
    path(
        f"{_PUBLICATION}localities/<str:code>/",
        portal.LocalityDetail.as_view(),
        name="api-locality",
    ),
    *submissions,
    *evidence,
    *checks,
    *remarks,
    *observations,
    *scores,
]
