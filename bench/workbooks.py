# ruff: noqa: E402 - Django must be set up before the rooms can be imported
"""Cost of the workbooks: one form written and read back, and a region of 3 000 localities.

    python -m bench.workbooks

The answers lie in a throwaway SQLite database, 25 to each form (framework national-2014), each
with a note. The peak of memory counts from the beginning of the export; what the process holds
by then, the database in memory with it, stands beside it. Prints, never asserts; times,
of the processor, are for orientation.
"""

import gc
import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings_test")

import django

django.setup()

from django.test.utils import setup_databases, teardown_databases
from django.utils import translation

from accounts.models import Locality, Membership, User
from accounts.roles import Role
from assessment.cycles.workflow import Stage
from assessment.engine import load_framework
from assessment.submissions.answers import reported_nodes
from assessment.submissions.models import Answer, Submission
from assessment.submissions.workbooks.comparison import hold_against, read_file
from assessment.submissions.workbooks.region import region_workbook
from assessment.submissions.workbooks.writing import form_workbook
from tests.factories import CycleFactory, FrameworkVersionFactory, UserFactory

LIBRARY = Path(__file__).resolve().parents[1] / "assessment/frameworks/library"
LOCALITIES = 3000
NOW = datetime(2017, 3, 1, 2, 0, tzinfo=UTC)


def best(call: Callable[[], Any], rounds: int = 5) -> float:
    """Shortest of several runs, in seconds of this process."""
    times = []
    for _ in range(rounds):
        start = time.process_time()
        call()
        times.append(time.process_time() - start)
    return min(times)


def memory(name: str) -> float:
    """``VmRSS``, what this process holds now, or ``VmHWM``, its peak; MiB."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith(name)).split()[1]) / 1024


def forget_peak() -> None:
    """Begin the peak of memory again at what is held now (proc(5), clear_refs)."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def fill() -> tuple[Submission, User]:
    """A cycle of so many forms with every answer given; the first of them, and its contributor."""
    framework = load_framework(LIBRARY / "national-2014.json")
    version = FrameworkVersionFactory(document=framework.as_dict())
    cycle = CycleFactory(
        framework_version=version, region=version.framework.region, stage=Stage.COLLECTING
    )
    by = UserFactory()
    places = Locality.objects.bulk_create(
        Locality(code=f"{100000 + n}", name_zh=f"地区{n}", name_en=f"Place {n}")
        for n in range(LOCALITIES)
    )
    forms = Submission.objects.bulk_create(
        Submission(cycle=cycle, locality=place, created_at=NOW, updated_at=NOW) for place in places
    )
    nodes = reported_nodes(framework)
    Answer.objects.bulk_create(
        (
            Answer(
                submission=form,
                indicator=code,
                status="value",
                value=Decimal(n % 2),
                note=f"见附件第 {n} 页，由环境监测部门提供",
                revision=1,
                updated_by=by,
                updated_at=NOW,
            )
            for form in forms
            for n, code in enumerate(nodes)
        ),
        batch_size=5000,
    )
    Membership.objects.create(user=by, role=Role.CONTRIBUTOR, locality=places[0], created_at=NOW)
    found = Submission.objects.select_related("cycle__framework_version", "locality")
    return found.get(pk=forms[0].pk), by


def region_size(submission: Submission) -> int:
    """How many bytes the region's workbook has."""
    with region_workbook(submission.cycle, at=NOW) as file:
        return file.seek(0, os.SEEK_END)


def main() -> None:
    """Print every measurement."""
    submission, by = fill()
    nodes = reported_nodes(submission.cycle.framework_version.parsed)
    with translation.override("zh-hans"):
        content = form_workbook(submission, fillable=nodes, at=NOW)
        write = best(lambda: form_workbook(submission, fillable=nodes, at=NOW))
        found = read_file(submission, "form.xlsx", content)
        read = best(lambda: read_file(submission, "form.xlsx", content))
        compare = best(lambda: hold_against(submission, found, by=by, at=NOW))
        print(f"one form, {len(found.rows)} indicators, {len(content) / 1024:.0f} KiB")
        print(f"  write   {write * 1000:8.1f} ms")
        print(f"  read    {read * 1000:8.1f} ms")
        print(f"  compare {compare * 1000:8.1f} ms")
        gc.collect()
        forget_peak()
        before, start = memory("VmRSS"), time.process_time()
        size = region_size(submission)
        seconds, highest = time.process_time() - start, memory("VmHWM")
    print(f"region of {LOCALITIES} localities, {LOCALITIES * len(found.rows)} answers")
    print(f"  write   {seconds:8.1f} s, {size / 1024 / 1024:.1f} MiB")
    print(f"  memory  {highest:8.0f} MiB at most, {before:.0f} MiB before")


if __name__ == "__main__":
    databases = setup_databases(verbosity=0, interactive=False)
    try:
        main()
    finally:
        teardown_databases(databases, verbosity=0)
    sys.exit(0)
