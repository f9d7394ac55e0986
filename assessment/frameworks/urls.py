"""Addresses of the frameworks room."""

from django.urls import URLPattern, path

from assessment.frameworks.views import files, listing, node, version

app_name = "frameworks"
_VERSION = "frameworks/<slug:code>/<int:number>/"
urlpatterns: list[URLPattern] = [
    path("frameworks/", listing.framework_list, name="list"),
    path("frameworks/new/", listing.framework_new, name="new"),
    path(_VERSION, version.version_page, name="version"),
    path(f"{_VERSION}freeze/", version.freeze, name="freeze"),
    path(f"{_VERSION}next/", version.new_version, name="new-version"),
    path(f"{_VERSION}export/", files.export, name="export"),
    path(f"{_VERSION}import/", files.import_file, name="import"),
    path(f"{_VERSION}add/indicator/", node.node_add, {"kind": "indicator"}, "add-indicator"),
    path(f"{_VERSION}add/dimension/", node.node_add, {"kind": "dimension"}, "add-dimension"),
    path(f"{_VERSION}nodes/<str:node>/", node.node_page, name="node"),
    path(f"{_VERSION}nodes/<str:node>/remove/", node.node_remove, name="remove"),
]
