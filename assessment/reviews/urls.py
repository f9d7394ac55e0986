"""Addresses of the reviews room."""

from django.urls import path

from assessment.reviews.views import remarks, rubric, unlocking, verification

app_name = "reviews"
urlpatterns = [
    path("reviews/", rubric.mine, name="mine"),
    path("cycles/<slug:cycle>/rubric/", rubric.overview, name="rubric"),
    path("cycles/<slug:cycle>/rubric/settle/", rubric.settle, name="settle"),
    path("cycles/<slug:cycle>/rubric/<str:locality>/", rubric.score, name="rubric-locality"),
    path("cycles/<slug:cycle>/reviews/", verification.submission_list, name="list"),
    path("cycles/<slug:cycle>/reviews/<str:locality>/", verification.detail, name="submission"),
    path(
        "cycles/<slug:cycle>/reviews/<str:locality>/answers/<str:indicator>/",
        remarks.remarks,
        name="remarks",
    ),
    path("cycles/<slug:cycle>/reviews/<str:locality>/begin/", verification.begin, name="begin"),
    path("cycles/<slug:cycle>/reviews/<str:locality>/unlock/", unlocking.unlock, name="unlock"),
    path("cycles/<slug:cycle>/reviews/<str:locality>/accept/", verification.accept, name="accept"),
    path(
        "cycles/<slug:cycle>/reviews/<str:locality>/return/",
        verification.return_form,
        name="return",
    ),
    path("cycles/<slug:cycle>/reviews/<str:locality>/remarks/", verification.remark, name="remark"),
]
