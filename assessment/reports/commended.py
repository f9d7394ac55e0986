"""Who is commended: the localities with the highest grade."""

from assessment.publication.models import Publication
from assessment.reports.frozen import FrozenRun


def commended(publication: Publication) -> list[str]:
    """Codes of the localities with the highest grade of all, best first."""
    run = FrozenRun(publication)
    best = run.framework.grades[0].code
    graded = [
        (traced["rank"] or 0, code)
        for code, traced in run.everywhere(run.framework.root)
        if traced["grade"] == best
    ]
    return [code for _rank, code in sorted(graded)]
