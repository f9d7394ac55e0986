"""Addresses of the airquality room."""

from django.urls import path

from assessment.airquality import views

app_name = "airquality"
urlpatterns = [
    path("cycles/<slug:cycle>/observations/annual-means/", views.means, name="means"),
    path("cycles/<slug:cycle>/observations/annual-means/derive/", views.derive, name="derive"),
]
