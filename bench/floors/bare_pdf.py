"""The floor of reports: bare WeasyPrint on HTML that is final, warm, one process per core.

    python -m bench.floors.bare_pdf FOLDER PROCESSES ROUNDS

Each file of the folder is a pickle of (html, pictures by address, style sheet). Every process sets
one document before the clock starts. Prints wall and processor seconds of all documents, as JSON,
and how many of them end on a page that is almost empty.
"""

import json
import pickle
import sys
import time
from multiprocessing import get_context
from pathlib import Path

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

VARIANT = "pdf/a-3a"


class Pictures(URLFetcher):
    """Serves the charts of one document."""

    def __init__(self, pictures: dict[str, bytes]) -> None:
        super().__init__(allowed_protocols=())
        self._pictures = pictures

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        """One of the charts."""
        picture = self._pictures[url.removeprefix("chart:")]
        return URLFetcherResponse(url, picture, {"Content-Type": "image/svg+xml"})


def set_one(path: Path) -> tuple[float, float, float]:
    """Processor and wall seconds, and how high the last page is filled (CSS pixels)."""
    html, pictures, style = pickle.loads(path.read_bytes())
    wall, cpu = time.perf_counter(), time.process_time()
    fonts, fetcher = FontConfiguration(), Pictures(pictures)
    sheet = CSS(string=style, font_config=fonts, url_fetcher=fetcher)
    page = HTML(string=html, base_url="chart:", url_fetcher=fetcher)
    document = page.render(font_config=fonts, stylesheets=[sheet], pdf_variant=VARIANT)
    document.write_pdf(pdf_variant=VARIANT)
    end = document.pages[-1].anchors.get("end-of-report", (0, 1e9))
    return time.process_time() - cpu, time.perf_counter() - wall, float(end[1])


def main(folder: Path, processes: int, rounds: int) -> None:
    """Set every document so many times."""
    paths = sorted(folder.iterdir())
    with get_context("fork").Pool(processes, initializer=set_one, initargs=(paths[0],)) as pool:
        pool.map(time.sleep, [0.2] * processes * 2, chunksize=1)  # all have begun
        start = time.perf_counter()
        times = list(pool.imap_unordered(set_one, paths * rounds, chunksize=1))
        wall = time.perf_counter() - start
    told = {
        "wall": wall,
        "cpu": sum(cpu for cpu, _wall, _end in times),
        "each_cpu": sorted(cpu for cpu, _wall, _end in times)[len(times) // 2],
        "each_wall": sorted(each for _cpu, each, _end in times)[len(times) // 2],
        "ends": [end for _cpu, _wall, end in times],
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
