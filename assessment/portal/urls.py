"""Addresses of the public area."""

from django.urls import URLPattern, path

from assessment.portal.views import files, publication, site

app_name = "portal"
_CYCLE = "cycles/<slug:cycle>/"
urlpatterns: list[URLPattern] = [
    path("", publication.home, name="home"),
    path("publications/", site.publications, name="publications"),
    path("downloads/", site.downloads, name="downloads"),
    path("verify/", site.verify, name="verify"),
    path("contest/", site.contest, name="contest"),
    path("accessibility/", site.accessibility, name="accessibility"),
    path("framework.schema.json", site.framework_schema, name="framework-schema"),
    path(_CYCLE, publication.cycle, name="cycle"),
    path(f"{_CYCLE}ranking/", publication.ranking, name="ranking"),
    path(f"{_CYCLE}ranking.csv", publication.ranking_file, name="ranking-file"),
    path(f"{_CYCLE}localities/<str:code>/", publication.locality, name="locality"),
    path(f"{_CYCLE}localities/<str:code>/report.<str:language>.pdf", files.report, name="report"),
    path(f"{_CYCLE}documents/<str:kind>.<str:language>.pdf", files.document, name="document"),
    path(f"{_CYCLE}indicators/<str:code>/", publication.indicator, name="indicator"),
    path(f"{_CYCLE}methodology/", publication.methodology, name="methodology"),
    path(f"{_CYCLE}downloads/", publication.cycle_downloads, name="cycle-downloads"),
    path(f"{_CYCLE}downloads/bundle.zip", files.bundle, name="bundle"),
    path(f"{_CYCLE}downloads/<str:kind>", files.download, name="download"),
]
