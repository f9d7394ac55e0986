"""Wiring: settings, addresses, workers; the one package that knows every room."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
