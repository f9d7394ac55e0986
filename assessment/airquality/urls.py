"""Addresses of the airquality room."""

from django.urls import URLPattern

app_name = "airquality"
urlpatterns: list[URLPattern] = []
