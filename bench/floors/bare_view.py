# ruff: noqa: E402 - Django must be set up before the rooms can be imported
"""The floor of bench.submissions: a view that does one UPDATE and one INSERT, and nothing else."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings_test")

import django
from django.conf import settings

django.setup()
# Once the apps are content with them.
settings.MIDDLEWARE = []
settings.ROOT_URLCONF = __name__

from django.core.handlers.wsgi import WSGIHandler
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.utils import timezone

from assessment.submissions.models import Step, Submission


@transaction.atomic
def write(request: HttpRequest, pk: int, turn: int) -> JsonResponse:
    """Change a form's row, add a row beside it."""
    Submission.objects.filter(pk=pk).update(revision=F("revision") + 1)
    Step.objects.create(
        submission_id=pk,
        action="save",
        from_state="draft",
        to_state="draft",
        reason=f"{turn}",
        at=timezone.now(),
    )
    return JsonResponse({"saved": turn})


urlpatterns = [path("<int:pk>/<int:turn>/", write)]
application = WSGIHandler()
