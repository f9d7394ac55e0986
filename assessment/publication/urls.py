"""Addresses of the publication room."""

from django.urls import path

from assessment.publication import views

app_name = "publication"
_DESK = "cycles/<slug:cycle>/publication/"
urlpatterns = [
    path(_DESK, views.detail, name="detail"),
    path(f"{_DESK}preliminary/", views.step, {"code": "preliminary"}, name="preliminary"),
    path(f"{_DESK}withdraw/", views.step, {"code": "withdraw"}, name="withdraw"),
    path(f"{_DESK}finalise/", views.step, {"code": "finalise"}, name="finalise"),
    path(f"{_DESK}reopen/", views.step, {"code": "reopen"}, name="reopen"),
    path(f"{_DESK}publish/", views.step, {"code": "publish"}, name="publish"),
    path(f"{_DESK}<int:number>/bundle/", views.bundle, name="bundle"),
]
