"""Settings of the worker processes in these tests: the product's, with a quicker pulse."""

from datetime import timedelta

from config.settings import *  # noqa: F403 - all of the product's settings

JOB_HEARTBEAT_SECONDS = 0.3
JOB_LOST_AFTER_SECONDS = 2
JOB_WAITING_AGAIN_SECONDS = 2
CELERY_BEAT_SCHEDULE = {"reap-jobs": {"task": "jobs.reap", "schedule": timedelta(seconds=1)}}
