"""Makes and checks the bundle of a publication with the engine's own writer and verifier."""

import hashlib
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from assessment.cycles.demonstration import DEMONSTRATION
from assessment.engine.bundle import BundleParts, CyclePeriod, build_bundle
from assessment.engine.problems import EngineVersionError
from assessment.engine.results import Results
from assessment.engine.texts import LocalizedText
from assessment.engine.verification import verify
from assessment.publication.models import Publication
from assessment.publication.wording import (
    caveats_in_both_languages,
    reason_in_both_languages,
)
from assessment.scores.models import ScoreRun
from assessment.scores.queries import differs_from, recompute


def attach_bundle(publication: Publication, name: str, at: datetime) -> None:
    """Build the bundle of an unsaved publication from its frozen run and store it as ``name``.

    The engine recomputes the run first and verifies the bundle after writing; raises
    ``ValidationError`` on ``run`` if either does not agree with what is stored.
    """
    content = _build(publication, at)
    _require_verified(content)
    publication.bundle_sha256 = hashlib.sha256(content).hexdigest()
    publication.bundle_bytes = len(content)
    publication.bundle.name = publication.bundle.storage.save(name, ContentFile(content))


def require_intact(publication: Publication) -> None:
    """Raise ``ValidationError`` unless the stored file is the one made, and verifies."""
    try:
        with publication.bundle.storage.open(publication.bundle.name or "", "rb") as file:
            content = file.read()
    except FileNotFoundError:
        message = _("The stored bundle is missing. Restore it from a back-up.")
        raise ValidationError({"run": [message]}) from None
    if hashlib.sha256(content).hexdigest() != publication.bundle_sha256:
        raise ValidationError({"run": [_("The stored bundle is not the one that was made.")]})
    _require_verified(content)


def recomputed(run: ScoreRun) -> Results:
    """The engine's results of a run; ``ValidationError`` on ``run`` unless they are the stored.

    The public pages read the stored results, so this is asked before they become public.
    """
    try:
        results = recompute(run)
    except EngineVersionError as error:
        raise ValidationError({"run": [error.problems[0].text(get_language() or "en")]}) from error
    different = differs_from(run, results)
    if different:
        place = " ".join(different[0])
        message = _(
            "The engine no longer gives the results of run %(number)s (first difference: "
            "%(place)s). Compute the scores again."
        )
        raise ValidationError({"run": [message % {"number": run.number, "place": place}]})
    return results


def _build(publication: Publication, at: datetime) -> bytes:
    cycle = publication.cycle
    return build_bundle(
        BundleParts(
            results=recomputed(publication.run),
            cycle=CyclePeriod(
                code=cycle.code,
                title=LocalizedText(publication.cycle_name_zh, publication.cycle_name_en),
                start=cycle.period_start_date,
                end=cycle.period_end_date,
            ),
            kind=publication.kind,
            number=publication.number,
            generated_at=at,
            notice=DEMONSTRATION if cycle.is_demonstration else None,
            caveats=caveats_in_both_languages(publication),
            caveats_reason=reason_in_both_languages(publication),
        )
    )


def _require_verified(content: bytes) -> None:
    report = verify(content)
    if not report.is_ok:
        raise ValidationError(
            {
                "run": [
                    _("The bundle does not verify: %(reason)s")
                    % {"reason": report.text(get_language() or "zh-hans")}
                ]
            }
        )
