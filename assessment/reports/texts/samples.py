"""What the placeholders of a region's texts become, shown with the newest things they can name."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import Region
from assessment.publication.models import Publication
from assessment.reports.commended import commended
from assessment.reports.frozen import FrozenRun
from assessment.reports.queries import newest_publication, newest_signed
from assessment.reports.texts.catalogue import DOCUMENT_OF, OfficeText
from assessment.reports.texts.in_force import paragraphs_of
from assessment.reports.texts.placeholders import filled, problems_of
from assessment.reports.texts.values import (
    Values,
    body_values,
    commendation_values,
    day_text,
    locality_values,
    receipt_values,
)
from assessment.submissions.models import Version


@dataclass(frozen=True)
class Sample:
    """A text as it would be printed in one language; ``is_faulty`` where it cannot be."""

    language: str
    paragraphs: tuple[str, ...]
    is_faulty: bool = False


@dataclass(frozen=True)
class Samples:
    """The values of one region's documents: of its newest publication and signed form.

    What there is none of yet is made up, and ``is_made_up`` says so.
    """

    region: Region
    text: OfficeText

    @cached_property
    def _run(self) -> FrozenRun | None:
        publication: Publication | None = newest_publication(self.region)
        return None if publication is None else FrozenRun(publication)

    @cached_property
    def _signed(self) -> Version | None:
        return newest_signed(self.region)

    @cached_property
    def is_made_up(self) -> bool:
        """Whether figures and names stand for others that there are not yet."""
        if not set(self.text.placeholders) - {"body", "region", "contact"}:
            return False
        if DOCUMENT_OF[self.text.key].code == "receipt":
            return self._signed is None
        return self._run is None

    def values(self, language: str) -> Mapping[str, object]:
        """What each placeholder of the text becomes in the language."""
        with translation.override(language):
            found = _made_up(language) | body_values(self.region) | self._real(language)
        return {name: found[name] for name in self.text.placeholders}

    def sample(self, text: str, language: str) -> Sample:
        """The text, or the standard wording in place of an empty one, with its values."""
        if problems_of(text, self.text.placeholders):
            return Sample(language, (), is_faulty=True)
        said = filled(text.strip() or self.text.standard(language), self.values(language))
        return Sample(language, paragraphs_of(said))

    def _real(self, language: str) -> Values:
        if DOCUMENT_OF[self.text.key].code == "receipt":
            return {} if self._signed is None else receipt_values(self._signed, language)
        if self._run is None:
            return {}
        best = commended(self._run.publication)
        code = (best or [code for code, _index in self._run.in_order])[0]
        return commendation_values(self._run, len(best), language) | locality_values(
            self._run, code, language
        )


def _made_up(language: str) -> Values:
    return {
        "cycle": _("Joint assessment of 2016"),
        "framework": _("Framework of cooperation"),
        "period_start": day_text(date(2016, 1, 1), language),
        "period_end": day_text(date(2016, 12, 31), language),
        "date": day_text(date(2017, 3, 31), language),
        "assessed": 28,
        "ranked": 27,
        "commended": 4,
        "year": 2017,
        "number": 12,
        "median": "78.40",
        "locality": _("Sample city"),
        "score": "86.50",
        "grade": _("Good"),
        "rank": 3,
        "best_grade": _("Excellent"),
        "version": 1,
        "person": _("Name of the approver"),
    }
