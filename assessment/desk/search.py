"""The search of the desk: cycles, forms, frameworks and indicators the reader may see."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import Max, QuerySet
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.searching import fits, search_condition, words_of
from assessment.cycles import queries as cycle_queries
from assessment.engine.texts import LocalizedText, localized
from assessment.frameworks import queries as framework_queries
from assessment.frameworks.models import FrameworkVersion
from assessment.submissions import queries as submission_queries

MOST_IN_A_GROUP = 20
LONGEST_QUERY = 100


@dataclass(frozen=True)
class Hit:
    """One thing found."""

    label: str
    code: str
    note: str
    url: str
    state: str = ""


@dataclass(frozen=True)
class Group:
    """The first things of a kind that fit, and how many fit in all."""

    code: str
    heading: str
    hits: list[Hit]
    total: int

    @property
    def is_cut(self) -> bool:
        """Whether more fit than are shown."""
        return self.total > len(self.hits)


def search(user: User | AnonymousUser, query: str) -> list[Group]:
    """What fits the words by Chinese or English name or by code; groups without hits are left out.

    Every word must occur. A constant number of SQL queries, whatever is found.
    """
    words = words_of(query)
    if not words:
        return []
    versions = _newest_versions(user)
    groups = (
        _group("cycles", _("Cycles"), _cycles(user, words)),
        _group("forms", _("Localities and their forms"), _forms(user, words)),
        _cut("frameworks", _("Frameworks"), list(_frameworks(versions, words))),
        _cut(
            "indicators",
            pgettext("found by the search", "Indicators"),
            list(_indicators(versions, words)),
        ),
    )
    return [group for group in groups if group.hits]


def _group(code: str, heading: str, found: tuple[list[Hit], int]) -> Group:
    return Group(code, heading, *found)


def _cut(code: str, heading: str, hits: list[Hit]) -> Group:
    return Group(code, heading, hits[:MOST_IN_A_GROUP], len(hits))


def _cycles(user: User | AnonymousUser, words: list[str]) -> tuple[list[Hit], int]:
    found = cycle_queries.listed_cycles(user).filter(
        search_condition(["name_zh", "name_en", "code"], words)
    )
    cycles = found.order_by("-period_end_date", "code")[:MOST_IN_A_GROUP]
    hits = [
        Hit(
            cycle.name,
            cycle.code,
            cycle.region.name,
            reverse("desk:cycle", args=[cycle.code]),
            cycle.stage,
        )
        for cycle in cycles
    ]
    return hits, found.count()


def _forms(user: User | AnonymousUser, words: list[str]) -> tuple[list[Hit], int]:
    fields = ("locality__name_zh", "locality__name_en", "locality__code")
    found = submission_queries.visible_to(user).filter(search_condition(fields, words))
    forms = found.order_by("-cycle__period_end_date", "locality__code")[:MOST_IN_A_GROUP]
    hits = [
        Hit(
            form.locality.name,
            form.locality.code,
            form.cycle.name,
            reverse("submissions:form", args=[form.pk]),
            form.state,
        )
        for form in forms
    ]
    return hits, found.count()


def _newest_versions(user: User | AnonymousUser) -> QuerySet[FrameworkVersion]:
    """The newest version of each framework the user may read; one query when it is read."""
    visible = framework_queries.visible_to(user)
    newest = visible.order_by().values("framework").annotate(newest=Max("pk")).values("newest")
    return visible.filter(pk__in=newest).order_by("framework__code")


def _frameworks(versions: Iterable[FrameworkVersion], words: list[str]) -> Iterator[Hit]:
    for version in versions:
        framework = version.framework
        if fits((framework.name_zh, framework.name_en, framework.code), words):
            yield Hit(
                framework.name,
                framework.code,
                _("Version %(number)s") % {"number": version.number},
                reverse("frameworks:version", args=[framework.code, version.number]),
                version.state,
            )


def _indicators(versions: Iterable[FrameworkVersion], words: list[str]) -> Iterator[Hit]:
    language = get_language() or "zh-hans"
    for version in versions:
        framework = version.framework
        # Not as the engine reads it: an unfinished draft is searched, too.
        for node in version.document.get("nodes", []):
            code = str(node.get("code", ""))
            title = localized(node.get("title")) or LocalizedText("", "")
            if code and fits((title.zh_hans, title.en, code), words):
                yield Hit(
                    title.text(language) or code,
                    code,
                    f"{framework.name} · {version.number}",
                    reverse("frameworks:node", args=[framework.code, version.number, code]),
                )
