"""Every address of the product."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

handler400 = "config.errors.bad_request"
handler403 = "config.errors.permission_denied"
handler404 = "config.errors.page_not_found"
handler500 = "config.errors.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("assessment.portal.urls")),
    path("account/", include("accounts.urls")),
    path("account/", include("assessment.notices.urls")),
    path("desk/", include("assessment.audit.urls")),
    path("desk/", include("assessment.jobs.urls")),
    path("desk/", include("assessment.frameworks.urls")),
    path("desk/", include("assessment.cycles.urls")),
    # After the cycles, whose cycles/new/ the overview of a cycle called "new" would hide.
    path("desk/", include("assessment.desk.urls")),
    path("desk/", include("assessment.observations.urls")),
    path("desk/", include("assessment.airquality.urls")),
    path("desk/", include("assessment.submissions.urls")),
    path("desk/", include("assessment.reviews.urls")),
    path("desk/", include("assessment.scores.urls")),
    path("desk/", include("assessment.publication.urls")),
    path("desk/", include("assessment.reports.urls")),
    path("api/v1/", include("config.api")),
    path("admin/", admin.site.urls),
    path("health/", include("config.health")),
    path("favicon.ico", RedirectView.as_view(url="/static/img/favicon.ico", permanent=True)),
]
