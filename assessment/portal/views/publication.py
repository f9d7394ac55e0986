"""The pages of one publication."""

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from assessment.cycles.calendar import local_date
from assessment.portal import text
from assessment.portal.dot_map import read_map
from assessment.portal.files import FILE_KINDS, file_size
from assessment.portal.freshness import frozen_page, known_by_content
from assessment.portal.http import crumbs, dated, public_page, publication_page, render_page
from assessment.portal.indicator import read_indicator
from assessment.portal.locality import read_locality
from assessment.portal.methodology import read_methodology
from assessment.portal.queries import find_locality, finished_documents, finished_reports
from assessment.portal.ranking import lines_of, list_of, overview_list, read_ranking
from assessment.portal.ranking_file import ranking_csv
from assessment.portal.site_lists import read_finished_reports, read_values, values_csv
from assessment.publication.models import Publication
from assessment.publication.queries import latest


@public_page
def home(request: HttpRequest) -> HttpResponse:
    """The latest publication, or that nothing has been published yet."""
    publication = latest()
    if publication is None:
        return render_page(request, "portal/empty.html", {}, section="ranking")
    return _overview(request, publication)


@publication_page
def cycle(request: HttpRequest, publication: Publication) -> HttpResponse:
    """The publication of one cycle."""
    return _overview(request, publication)


def _overview(request: HttpRequest, publication: Publication) -> HttpResponse:
    ranking = read_ranking(publication)
    context = {
        "finding": text.finding(ranking.rows),
        "ranking": ranking,
        "list": (listed := overview_list(ranking)),
        "lines": lines_of(ranking, listed),
        "map": read_map(ranking.framework, ranking.rows),
        "published_date": publication.published_at and local_date(publication.published_at),
    }
    return render_page(
        request, "portal/overview.html", context, section="ranking", publication=publication
    )


@publication_page
def ranking(request: HttpRequest, publication: Publication) -> HttpResponse:
    """The ranking of the index or a dimension: by province, searched, sorted."""
    whole = read_ranking(publication, request.GET.get("node", ""))
    listed = list_of(
        whole,
        request.GET,
        [line.row for line in whole.lines],
        export=reverse("portal:ranking-file", args=[publication.cycle.code]),
    )
    context = {
        "ranking": whole,
        "list": listed,
        "lines": lines_of(whole, listed),
        "is_full": True,
        "finding": text.finding(whole.rows),
        "breadcrumbs": crumbs(publication, (_("Full ranking"), "")),
    }
    return render_page(
        request, "portal/ranking.html", context, section="ranking", publication=publication
    )


@publication_page
def ranking_file(request: HttpRequest, publication: Publication) -> HttpResponse:
    """The ranking chosen on the page, as a table."""
    whole = read_ranking(publication, request.GET.get("node", ""))
    rows = list_of(whole, request.GET, whole.rows).rows
    return dated(publication, ranking_csv(publication, whole, rows))


def _reports_offered(publication: Publication, code: str) -> list[object]:
    found = [item.report for item in finished_reports(publication, code)]
    return [(report.sha256, report.rendered_at) for report in found]


@publication_page
@frozen_page(also=_reports_offered)
def locality(request: HttpRequest, publication: Publication, code: str) -> HttpResponse:
    """The results of one locality."""
    found = find_locality(publication, code)
    page = read_locality(publication, found) if found else None
    if found is None or page is None:
        raise Http404
    context = {
        "page": page,
        "locality": found,
        "framework": publication.run.parsed,
        "grade_word": text.grade_word(publication.run.parsed, page.row.grade),
        "reports": finished_reports(publication, found.code),
        "breadcrumbs": crumbs(
            publication,
            (_("Full ranking"), reverse("portal:ranking", args=[publication.cycle.code])),
            (found.name, ""),
        ),
    }
    response = render_page(
        request, "portal/locality.html", context, section="ranking", publication=publication
    )
    return response if page.chart else known_by_content(response)


@publication_page
@frozen_page()
def indicator(request: HttpRequest, publication: Publication, code: str) -> HttpResponse:
    """What an indicator means, how it is scored, and all values."""
    page = read_indicator(publication, code)
    if page is None:
        raise Http404
    listed = read_values(page, request.GET)
    if listed.wants_csv:
        return dated(publication, values_csv(publication, page.node.code, listed.rows))
    context = {
        "page": page,
        "list": listed,
        "breadcrumbs": crumbs(
            publication,
            (_("Methodology"), reverse("portal:methodology", args=[publication.cycle.code])),
            (text.said(page.node.title), ""),
        ),
    }
    response = render_page(
        request, "portal/indicator.html", context, section="methodology", publication=publication
    )
    return response if page.chart else known_by_content(response)


@publication_page
@frozen_page()
def methodology(request: HttpRequest, publication: Publication) -> HttpResponse:
    """How the scores are made, generated from the framework."""
    context = {
        "method": read_methodology(publication),
        "breadcrumbs": crumbs(publication, (_("Methodology"), "")),
    }
    return render_page(
        request, "portal/methodology.html", context, section="methodology", publication=publication
    )


def _overall_ranking(publication: Publication) -> bytes:
    whole = read_ranking(publication)
    return ranking_csv(publication, whole, list_of(whole, QueryDict(), whole.rows).rows).content


@publication_page
def cycle_downloads(request: HttpRequest, publication: Publication) -> HttpResponse:
    """Every file of the publication."""
    context = {
        "text_files": [(kind, kind.size(publication)) for kind in FILE_KINDS.values()],
        "ranking_size": file_size(publication, "ranking.csv", _overall_ranking),
        "documents": finished_documents(publication),
        "list": read_finished_reports(finished_reports(publication), request.GET),
        "breadcrumbs": crumbs(publication, (_("Downloads"), "")),
    }
    return render_page(
        request,
        "portal/cycle_downloads.html",
        context,
        section="downloads",
        publication=publication,
    )
