"""Kinds of work that exist only in tests."""

from collections.abc import Callable
from typing import Any

import pytest

from assessment.jobs import kinds
from assessment.jobs.kinds import Progress, ResultLink, register_kind
from assessment.jobs.models import Job

Work = Callable[[Job, Progress], dict[str, Any]]


@pytest.fixture(autouse=True)
def _own_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))


@pytest.fixture
def register() -> Callable[[Work], str]:
    """Register the work under a name of its own; return the name."""

    def register_work(work: Work) -> str:
        register_kind(
            "tests.work",
            work,
            "Work of the tests",
            result_link=lambda job: ResultLink(f"/result/{job.result['of']}/", "Open"),
        )
        return "tests.work"

    return register_work


@pytest.fixture
def kind(register: Callable[[Work], str]) -> str:
    """A kind that reports once and returns what it was given."""

    def work(job: Job, progress: Progress) -> dict[str, Any]:
        progress.report(40, "Drawing the charts")
        return {"of": job.parameters.get("number", 0)}

    return register(work)
