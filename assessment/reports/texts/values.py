"""What the placeholders become in each document, in the language that is active."""

from datetime import date

from django.utils import dateformat

from accounts.models import Region
from accounts.text import is_chinese as reads_chinese
from assessment.charts.figures import written
from assessment.cycles.calendar import local_date
from assessment.cycles.models import Cycle
from assessment.engine.texts import is_chinese
from assessment.publication.models import Publication
from assessment.reports.frozen import FrozenRun
from assessment.reports.numbers import ABSENT, published
from assessment.submissions.models import Version

Values = dict[str, object]


def body_values(region: Region, *, body: str = "", name: str = "") -> Values:
    """The region and its office as they are called now, or under the names given."""
    return {
        "body": body or region.body_name,
        "region": name or region.name,
        "contact": region.contact,
    }


def publication_values(run: FrozenRun, language: str) -> Values:
    """A publication as a whole, under the names it was made with."""
    publication, framework = run.publication, run.framework
    at = publication.published_at or publication.made_at
    frozen = publication.region_name_zh if reads_chinese() else publication.region_name_en
    return {
        **body_values(publication.cycle.region, body=publication.body_name, name=frozen),
        "cycle": publication.cycle_name,
        "framework": framework.title.text(language),
        **_period(publication.cycle, language),
        "date": day_text(local_date(at), language),
        "assessed": run.assessed,
        "ranked": run.ranked,
        "median": written(run.median_score(framework.root), framework.decimals),
    }


def commendation_values(run: FrozenRun, commended: int, language: str) -> Values:
    """The same with the highest grade and how many reached it."""
    return {
        **publication_values(run, language),
        "commended": commended,
        "best_grade": run.framework.grades[0].title.text(language),
    }


def number_values(publication: Publication, number: int) -> Values:
    """The number a publication's commendation was given, and the year of its day."""
    at = publication.published_at or publication.made_at
    return {"year": local_date(at).year, "number": number}


def locality_values(run: FrozenRun, code: str, language: str) -> Values:
    """One locality's overall result; a dash for what it has not."""
    framework = run.framework
    index = dict(run.everywhere(framework.root))[code]
    score, grade = published(index["published"]), index["grade"]
    return {
        "locality": run.publication.run.places[code].name,
        "score": ABSENT if score is None else written(score, framework.decimals),
        "grade": framework.grade(grade).title.text(language) if grade else ABSENT,
        "rank": ABSENT if index["rank"] is None else index["rank"],
    }


def receipt_values(version: Version, language: str) -> Values:
    """A signed form."""
    submission = version.submission
    return {
        **body_values(submission.cycle.region),
        "cycle": submission.cycle.name,
        "locality": submission.locality.name,
        "version": version.number,
        "person": version.content["signed_by"] or ABSENT,
        "date": day_text(local_date(version.signed_at), language),
    }


def day_text(day: date, language: str) -> str:
    """As official documents write it: no leading zeros, no numerals in Chinese characters."""
    if is_chinese(language):
        return dateformat.format(day, "Y年n月j日")
    return dateformat.format(day, "j F Y")


def _period(cycle: Cycle, language: str) -> Values:
    return {
        "period_start": day_text(cycle.period_start_date, language),
        "period_end": day_text(cycle.period_end_date, language),
    }
