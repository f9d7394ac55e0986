"""Reports of 40 localities in two languages through Redis and workers, beside bare WeasyPrint.

    python -m bench.reports [--localities 40] [--rounds 2] [--long]

Starts a PostgreSQL, a Redis and a worker with one process per core, and asks for all reports of a
published cycle as a coordinator does. The floor is WeasyPrint alone on the same final HTML with
warm fonts, one process per core (``bench/floors/bare_pdf.py``): no contents, charts, signature,
attached data, queue or database. The ratio of processor time beside that of wall time tells how
far other programs disturbed. Prints, never asserts; takes some minutes. ``--long`` goes on to 500
reports and tells the memory of each process on the way.

What WeasyPrint spends its time on, and what was gained (one report of 20 indicators): it writes the
file half of the time, PDF/A and its tags being an eighth of the whole and subsetting four faces
another one, and lays out the other half. Flexible boxes for the points of the summary took
11 % of the whole, for each is measured several times; without them the floor fell, too. Looking
for garbage once after a report instead of all the while (``garbage``) saves the product 15 % that
the floor still pays for; this covers contents, charts and signature.
"""

import argparse
import json
import os
import pickle
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from math import log
from pathlib import Path
from statistics import median
from typing import Any

from scripts.child import Child
from scripts.throwaway import postgresql, redis

ROOT = Path(__file__).resolve().parents[1]
CORES = os.cpu_count() or 1
LONG = 500
ALONE = 7
SIZES = (10, 40, 160)
# Above this (CSS pixels from the top of the page) the last page is almost empty.
EMPTY_BELOW = (37 + 0.35 * 225) / 25.4 * 96
WITHIN_SECONDS = 1800


@dataclass(frozen=True)
class Took:
    """Seconds on the clock and of the processors."""

    wall: float
    cpu: float

    def __str__(self) -> str:
        return f"{self.wall:7.2f} s wall {self.cpu:7.2f} s processor"


class Worker:
    """A worker of the product, one process per core."""

    def __init__(self, log: Any) -> None:
        command = [sys.executable, "-W", "ignore", "-m", "celery", "-q", "-A", "config.celery"]
        command += ["worker", "--pool", "prefork", "--concurrency", str(CORES)]
        command += ["--loglevel", "WARNING", "--without-gossip", "--without-mingle"]
        self._child = Child("worker", command, {}, log=log)

    def stop(self) -> None:
        """End it with its processes."""
        self._child.stop()

    def cpu(self) -> float:
        """Processor seconds of all its processes."""
        ticks = os.sysconf("SC_CLK_TCK")
        return sum(sum(map(int, stat[11:15])) for stat in self._stats().values()) / ticks

    def memory(self) -> list[int]:
        """MiB of each process of the pool's own, without what it maps of fonts and libraries."""
        found = []
        for number in list(self._stats())[1:]:
            lines = Path(f"/proc/{number}/status").read_text().splitlines()
            found += [int(line.split()[1]) // 1024 for line in lines if line.startswith("RssAnon")]
        return sorted(found)

    def _stats(self) -> dict[int, list[str]]:
        """What the system tells of the first process and then of its children, by number."""
        found = []
        for path in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = path.read_text().rpartition(")")[2].split()
            except OSError:  # it ended meanwhile
                continue
            number = int(path.parent.name)
            if self._child.pid in (number, int(fields[1])):
                found.append((number != self._child.pid, number, fields))
        return {number: fields for _is_child, number, fields in sorted(found)}


def batch(publication: Any, worker: Worker) -> Took:
    """All reports of the publication asked for, until the last one is done."""
    from django.db.models import Max
    from django.utils import timezone

    from accounts.models import Locality
    from assessment.jobs.models import Job
    from assessment.reports.queries import LANGUAGES
    from assessment.reports.services import request_reports

    places = list(Locality.objects.filter(pk__in=publication.run.results.values("locality")))
    start, cpu = time.time(), time.process_time() + worker.cpu()
    asked = request_reports(
        publication=publication,
        localities=places,
        languages=LANGUAGES,
        by=None,
        at=timezone.now(),
    )
    asking = time.process_time()
    jobs = Job.objects.filter(pk__in=[job.pk for job in asked])
    busy = jobs.filter(finished_at__isnull=True)
    while busy.exists():
        if time.time() > start + WITHIN_SECONDS:
            raise TimeoutError(f"{busy.count()} reports are not done")
        time.sleep(0.05)
    failed = jobs.exclude(state="succeeded").first()
    if failed is not None:
        raise RuntimeError(failed.error)
    ended = jobs.aggregate(at=Max("finished_at"))["at"].timestamp()
    return Took(ended - start, asking + worker.cpu() - cpu)


def forget_keys(publication: Any) -> None:
    """As if nothing were known of the files: all are made anew."""
    publication.reports.update(inputs_key="", content_key="")


def write_documents(publication: Any, folder: Path) -> None:
    """The final HTML of every report, with its pictures and its style."""
    from django.utils import translation

    from accounts.models import Locality
    from assessment.reports.contents import report_contents
    from assessment.reports.pdf import style_sheet
    from assessment.reports.printable import html_of
    from assessment.reports.queries import LANGUAGES

    folder.mkdir()
    places = Locality.objects.filter(pk__in=publication.run.results.values("locality"))
    for place in places:
        for language in LANGUAGES:
            with translation.override(language):
                contents = report_contents(
                    publication=publication, locality=place, language=language
                )
                style = style_sheet(contents.style_sheets[0])
                document = (html_of(contents), contents.pictures, style)
            path = folder / f"{place.code}-{language}.pickle"
            path.write_bytes(pickle.dumps(document))


def floor(folder: Path, processes: int, rounds: int = 1) -> dict[str, Any]:
    """What bare WeasyPrint takes for the documents of the folder."""
    command = [sys.executable, "-m", "bench.floors.bare_pdf", str(folder)]
    command += [str(processes), str(rounds)]
    told = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    found: dict[str, Any] = json.loads(told.stdout)
    return found


def throughput(publication: Any, folder: Path, worker: Worker, rounds: int) -> None:
    """Batches against the floor in turn, then the same batch with nothing changed."""
    write_documents(publication, folder)
    count = len(list(folder.iterdir()))
    ratios = []
    for _round in range(rounds):
        bare = floor(folder, CORES)
        forget_keys(publication)
        whole = batch(publication, worker)
        ratios.append((bare["wall"] / whole.wall, bare["cpu"] / whole.cpu))
        print(f"floor, {count} documents, {CORES} processes   {Took(bare['wall'], bare['cpu'])}")
        print(f"batch, {count} reports, {CORES} processes     {whole}   {loaded()}")
    wall, cpu = (median(each) for each in zip(*ratios, strict=True))
    print(f"throughput / floor: wall {wall:.2f}, processor {cpu:.2f}")
    again = median(batch(publication, worker).wall for _round in range(3))
    print(f"second batch, nothing changed: {again:.2f} s, {whole.wall / again:.0f} × faster")
    almost = sum(end < EMPTY_BELOW for end in bare["ends"])
    print(f"{almost} of {count} end on a page almost empty and are set a second time, closer")


def alone(publication: Any, folder: Path) -> None:
    """One report after the other in one warm process, and the floor likewise."""
    one = folder.with_name("one")
    one.mkdir()
    document = sorted(folder.iterdir())[0]
    (one / document.name).write_bytes(document.read_bytes())
    bare = floor(one, 1, ALONE)
    report = publication.reports.select_related("locality").get(
        locality__code=document.name.partition("-")[0],
        language=document.stem.partition("-")[2],
    )
    whole = warm(lambda: make_one(publication, report))
    print(
        f"one report warm / floor: wall {whole.wall / bare['each_wall']:.2f},"
        f" processor {whole.cpu / bare['each_cpu']:.2f}   ({whole}) {loaded()}"
    )


def make_one(publication: Any, report: Any) -> None:
    """The job of one report from its claim to its end, in this process."""
    from django.utils import timezone

    from assessment.jobs.models import Job
    from assessment.jobs.runs import run_job
    from assessment.reports.services import JOB_KIND

    forget_keys(publication)
    about = {
        "publication": publication.pk,
        "locality": report.locality_id,
        "language": report.language,
    }
    now = timezone.now()
    job = Job.objects.create(kind=JOB_KIND, parameters=about, created_at=now, heartbeat_at=now)
    run_job(job.pk)
    job.refresh_from_db()
    if job.state != "succeeded":
        raise RuntimeError(job.error)


def warm(action: Callable[[], object], rounds: int = ALONE) -> Took:
    """Medians of several rounds after one that warms up."""
    action()
    walls, cpus = [], []
    for _round in range(rounds):
        wall, cpu = time.perf_counter(), time.process_time()
        action()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return Took(median(walls), median(cpus))


def growth() -> None:
    """What one report costs with more localities and with more indicators."""
    from bench.scenes.published import published_cycle
    from tests.factories import wide_framework

    scenes = {
        "localities (20 indicators)": lambda n: published_cycle(n, wide_framework(20)),
        "indicators (10 localities)": lambda n: published_cycle(10, wide_framework(n)),
    }
    for name, scene in scenes.items():
        found = [_cost(scene(size)) for size in SIZES]
        steps = [
            log(after / before) / log(big / small)
            for (small, before), (big, after) in zip(
                zip(SIZES, found, strict=True), zip(SIZES[1:], found[1:], strict=True), strict=False
            )
        ]
        told = ", ".join(
            f"{size}: {1000 * cost:.0f} ms" for size, cost in zip(SIZES, found, strict=True)
        )
        print(f"one report by {name}: {told}; exponents {' '.join(f'{x:.2f}' for x in steps)}")


def _cost(publication: Any) -> float:
    """Processor seconds of one report."""
    from accounts.models import Locality
    from assessment.reports.models import Report

    place = Locality.objects.filter(pk__in=publication.run.results.values("locality")).first()
    report = Report.objects.create(publication=publication, locality=place, language="zh-hans")
    return warm(lambda: make_one(publication, report), 3).cpu


def endurance(publication: Any, worker: Worker) -> None:
    """Batch after batch until each process has had its share of 500 reports."""
    done = 0
    print(f"memory of each process at the beginning: {worker.memory()} MiB")
    while done < LONG:
        forget_keys(publication)
        batch(publication, worker)
        done += publication.reports.count()
        print(f"after {done} reports more: {worker.memory()} MiB")


def loaded() -> str:
    """How busy the machine is besides."""
    return f"load {os.getloadavg()[0]:.1f}"


def arguments() -> argparse.Namespace:
    """How much is measured."""
    parser = argparse.ArgumentParser(prog="python -m bench.reports")
    parser.add_argument("--localities", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--long", action="store_true")
    return parser.parse_args()


def measure() -> None:
    """Everything, in a process that has the services in its environment."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    from assessment.publication.services import keep_analysis
    from bench.scenes.published import library_framework, published_cycle

    call_command("migrate", verbosity=0)
    home = Path(os.environ["LIANPING_HOME"])
    first = published_cycle(2 * CORES, library_framework())
    asked = arguments()
    publication = published_cycle(asked.localities, library_framework())
    start = time.perf_counter()
    keep_analysis(publication=publication, at=timezone.now())
    print(f"how firm the ranks are, once for the publication: {time.perf_counter() - start:.1f} s")
    with (home / "worker.log").open("w+", encoding="utf-8") as log_file:
        worker = Worker(log_file)
        try:
            batch(first, worker)
            throughput(publication, home / "documents", worker, asked.rounds)
            print(f"memory of each process: {worker.memory()} MiB")
            if asked.long:
                endurance(publication, worker)
        finally:
            worker.stop()
    alone(publication, home / "documents")
    growth()


def main() -> None:
    """Start the services, create the database, measure in a process of its own."""
    arguments()
    with postgresql() as database, redis() as queue, tempfile.TemporaryDirectory() as home:
        import psycopg

        with psycopg.connect(database.rpartition("/")[0] + "/postgres", autocommit=True) as link:
            link.execute("CREATE DATABASE lianping")
        env = {
            "DATABASE_URL": database,
            "REDIS_URL": f"{queue}/0",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "LIANPING_HOME": home,
        }
        code = "from bench.reports import measure; measure()"
        command = [sys.executable, "-c", code, *sys.argv[1:]]
        subprocess.run(command, env={**os.environ, **env}, check=True, cwd=ROOT)


if __name__ == "__main__":
    main()
