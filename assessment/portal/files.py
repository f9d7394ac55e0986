"""What can be downloaded of a publication, made from its frozen results only."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.downloads import csv_text
from accounts.software import software_digest
from assessment.cycles.demonstration import notice_of
from assessment.portal.documents import publication_document, result_document, results_of
from assessment.publication.models import Publication

# A file that nobody looks for so long is counted anew.
KEPT_SECONDS = 30 * 24 * 3600
_RESULT_COLUMNS = (
    *("cycle", "kind", "locality", "name_zh", "name_en", "node", "node_zh", "node_en"),
    *("score", "published", "rank", "grade"),
)


@dataclass(frozen=True)
class FileKind:
    """A text file made of a publication: its name in addresses, its content."""

    name: str
    label: str | Promise
    note: str | Promise
    content_type: str
    write: Callable[[Publication], str]

    @property
    def extension(self) -> str:
        """The file's format in capitals."""
        return self.name.rpartition(".")[2].upper()

    def size(self, publication: Publication) -> int:
        """Its bytes."""
        return file_size(publication, self.name, lambda made: self.write(made).encode())

    def file_name(self, publication: Publication) -> str:
        """The name the downloaded file carries."""
        return f"{publication.cycle.code}-{publication.kind}-{publication.number}-{self.name}"


def results_csv(publication: Publication) -> str:
    """Every node's result of every locality, with names and titles in both languages.

    ``score`` has full precision, ``published`` the framework's decimals. The column
    ``notice`` marks demonstration data in each row.
    """
    cycle, nodes = publication.cycle, publication.run.parsed.by_code
    places = publication.run.places
    rows = [
        [
            cycle.code,
            publication.kind,
            result.locality.code,
            places[result.locality.code].name_zh,
            places[result.locality.code].name_en,
            result.node,
            nodes[result.node].title.zh_hans,
            nodes[result.node].title.en,
            result.score,
            result.published,
            result.rank,
            result.grade,
        ]
        for result in results_of(publication)
    ]
    return csv_text(_RESULT_COLUMNS, rows, notice=notice_of(cycle))


def whole_json(publication: Publication) -> str:
    """Publication, framework, results and trace in one document."""
    return _json(
        {
            "format": "lianping-publication/1",
            **publication_document(publication),
            "framework": publication.run.document,
            "results": [result_document(publication, result) for result in results_of(publication)],
            "trace": _sorted(publication.run.trace),
        }
    )


def framework_json(publication: Publication) -> str:
    """The framework document the results were scored under, as the designer imports it."""
    return publication.run.parsed.as_json()


def file_size(publication: Publication, name: str, write: Callable[[Publication], bytes]) -> int:
    """Bytes of a file made of the publication; made once to be counted, then remembered."""
    key = f"size:{software_digest()}:{publication.pk}:{publication.bundle_sha256}:{name}"
    size: int | None = cache.get(key)
    if size is None:
        size = len(write(publication))
        cache.set(key, size, KEPT_SECONDS)
    return size


FILE_KINDS = {
    kind.name: kind
    for kind in (
        FileKind(
            "results.csv",
            _("Results as a table"),
            _("Every score, rank and grade of every locality, for spreadsheets."),
            "text/csv",
            results_csv,
        ),
        FileKind(
            "publication.json",
            _("Everything as JSON"),
            _("Results, framework and the trace of every figure, for programs."),
            "application/json",
            whole_json,
        ),
        FileKind(
            "framework.json",
            _("Framework"),
            _("Tree, weights, scoring and rules, in the published format."),
            "application/json",
            framework_json,
        ),
    )
}


def _sorted(value: Any) -> Any:
    """The same JSON with sorted keys: jsonb forgets the order they were written in."""
    return json.loads(json.dumps(value, sort_keys=True))


def _json(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"
