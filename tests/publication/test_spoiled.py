"""A published bundle of which any digit was changed does not verify."""

from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from assessment.cycles.workflow import Stage
from assessment.engine.verification import DIFFERS, OK, UNUSABLE, verify
from assessment.scores.services import make_adjustment
from tests.cast import Cast, make_cast
from tests.engine.bundles import packed, resealed
from tests.factories import NOW
from tests.observations.scene import at_stage
from tests.portal.published import bundle_files, preliminary
from tests.publication.spoiling import DIGITS, spoiled

# The tests ask the database nothing; the mark has it made for the bundle, also when they run alone.
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def files(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[dict[str, bytes]]:
    """The files of a bundle that the product published, with an adjustment in it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield published_files(make_cast())
        transaction.set_rollback(True)


def published_files(cast: Cast) -> dict[str, bytes]:
    at_stage(cast.cycle, Stage.REVIEWING)
    make_adjustment(
        cycle=cast.cycle,
        locality=cast.locality,
        node="index",
        points=Decimal("1.50"),
        article_zh="第 9 条",
        article_en="Article 9",
        reason_zh="先行先试。",
        reason_en="Went first.",
        by=cast.coordinator,
        at=NOW,
    )
    return bundle_files(preliminary(cast.cycle))


def test_every_file_of_a_bundle_is_spoiled_here(files: dict[str, bytes]) -> None:
    assert set(files) == set(DIGITS)
    assert verify(packed(files)).exit_status == OK


@pytest.mark.parametrize("name", DIGITS)
def test_one_changed_digit_of_any_file_is_found(files: dict[str, bytes], name: str) -> None:
    assert verify(packed(spoiled(files, name))).exit_status in (DIFFERS, UNUSABLE)


@pytest.mark.parametrize("name", DIGITS)
def test_one_changed_digit_is_found_under_renewed_digests(
    files: dict[str, bytes], name: str
) -> None:
    assert verify(resealed(spoiled(files, name))).exit_status in (DIFFERS, UNUSABLE)
