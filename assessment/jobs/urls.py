"""Addresses of the jobs room."""

from django.urls import URLPattern, path

from assessment.jobs import views

app_name = "jobs"
urlpatterns: list[URLPattern] = [
    path("jobs/", views.job_list, name="list"),
    path("jobs/<uuid:pk>/", views.job_detail, name="detail"),
    path("jobs/<uuid:pk>/panel/", views.job_panel, name="panel"),
    path("jobs/<uuid:pk>/cancel/", views.job_cancel, name="cancel"),
    path("jobs/<uuid:pk>/retry/", views.job_retry, name="retry"),
]
