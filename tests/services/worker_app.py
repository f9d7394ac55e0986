"""The product's Celery application with the kinds of work of these tests."""

import django

from config.celery import app

django.setup()

from tests.services.work import register_work  # noqa: E402 - needs the applications loaded

register_work()

__all__ = ["app"]
