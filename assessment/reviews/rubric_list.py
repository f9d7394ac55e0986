"""Experts' scores of a cycle as a list of localities, and as a file."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal

from django.http import HttpResponse, QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.lists import Choice, Column, Filter, ListPage, Search, list_csv, read_computed
from accounts.moments import time_text
from accounts.searching import place_texts
from assessment.cycles.demonstration import notice_of
from assessment.cycles.models import Cycle
from assessment.engine.document import Node
from assessment.reviews.models import RubricScore
from assessment.reviews.queries import RubricRow, settled_level

CSV: Mapping[str, Callable[[RubricScore], object]] = {
    "locality": lambda score: score.locality.code,
    "name_zh": lambda score: score.locality.name_zh,
    "name_en": lambda score: score.locality.name_en,
    "indicator": lambda score: score.indicator,
    "expert": lambda score: str(score.reviewer),
    "level": lambda score: score.level_text,
    "abstains": lambda score: "yes" if score.has_abstained else "",
    "comment": lambda score: score.comment,
    "updated_at": lambda score: time_text(score.updated_at),
}


def read_rubric(
    rows: Sequence[RubricRow], nodes: Sequence[Node], chosen: QueryDict
) -> ListPage[RubricRow]:
    """By locality; filtered by whether scores are still to be given."""
    language = get_language() or "zh-hans"
    choices: list[Choice[RubricRow]] = [
        Choice("open", _("To score"), fits=lambda row: not row.is_complete),
        Choice("done", _("Scored"), fits=lambda row: row.is_complete),
    ]
    return read_computed(
        rows,
        chosen,
        columns=[
            Column(_("Locality"), "locality", value=lambda row: row.locality.code),
            *(
                Column(
                    node.title.text(language),
                    node.code,
                    value=_level(node.code),
                    descending_first=True,
                )
                for node in nodes
            ),
            Column(_("Scored"), "done", value=lambda row: row.done),
        ],
        sort="locality",
        search=Search(_("Search localities"), texts=lambda row: place_texts(row.locality)),
        filters=[Filter("state", _("State"), choices)],
    )


def rubric_csv(cycle: Cycle, rows: Iterable[RubricRow]) -> HttpResponse:
    """One line per score given."""
    scores = [score for row in rows for given in row.scores.values() for score in given]
    return list_csv(f"{cycle.code}-expert-scores.csv", scores, CSV, notice=notice_of(cycle))


def _level(code: str) -> Callable[[RubricRow], Decimal | None]:
    return lambda row: settled_level(row.scores.get(code, []))
