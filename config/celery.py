"""The Celery application; broker and options come from the settings."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("lianping")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
