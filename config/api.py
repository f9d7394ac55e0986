"""Addresses of the REST API, version 1."""

from django.urls import URLPattern, URLResolver, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny

from assessment.observations.api import api_urlpatterns as observations
from assessment.portal import api as portal
from assessment.scores.api import api_urlpatterns as scores
from assessment.submissions.api import api_urlpatterns as submissions
from assessment.submissions.evidence_api import evidence_urlpatterns as evidence
from config.api_schema import TokenScheme as TokenScheme  # registers itself

_PUBLICATION = "publications/<slug:cycle>/"
urlpatterns: list[URLPattern | URLResolver] = [
    path(
        "schema/",
        SpectacularAPIView.as_view(permission_classes=[AllowAny], authentication_classes=[]),
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
    *observations,
    *scores,
]
