"""Addresses of the scores room."""

from django.urls import path

from assessment.scores.views import adjustments, runs

app_name = "scores"
_RUNS = "cycles/<slug:cycle>/runs/"
urlpatterns = [
    path(_RUNS, runs.run_list, name="list"),
    path(f"{_RUNS}compute/", runs.compute, name="compute"),
    path(f"{_RUNS}adjustments/", adjustments.adjust, name="adjust"),
    path(f"{_RUNS}adjustments/<int:pk>/withdraw/", adjustments.withdraw, name="withdraw"),
    path(f"{_RUNS}<int:number>/", runs.run_detail, name="run"),
    path(f"{_RUNS}<int:number>/export/", runs.run_export, name="export"),
    path(f"{_RUNS}<int:number>/differences/", runs.differences, name="differences"),
    path(f"{_RUNS}<int:number>/<slug:code>/", runs.locality_trace, name="locality"),
]
