"""The database itself keeps publications, and the versions and forms they rest on."""

from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from assessment.cycles.models import Cycle
from assessment.frameworks.models import FrameworkVersion
from assessment.frameworks.workflow import VersionState
from assessment.publication.models import Publication, PublishedMeans
from assessment.publication.services import withdraw_preliminary
from assessment.submissions.models import Submission
from tests.cast import Cast
from tests.factories import NOW, FrameworkVersionFactory
from tests.portal.published import final, preliminary
from tests.publishing import said

CHANGES: list[dict[str, Any]] = [
    {"bundle_sha256": "0" * 64},
    {"bundle": "publications/other.zip"},
    {"number": 9},
    {"body_name_en": "Another office"},
    {"region_code": "other"},
    {"objection_end_date": "2030-01-01"},
    {"caveats_reason_zh": "另一理由"},
    {"published_at": None},
    {"published_at": timezone.now()},
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: next(iter(change)))
def test_what_a_publication_says_is_never_changed(cast: Cast, change: dict[str, Any]) -> None:
    publication = final(cast.cycle)
    row = Publication.objects.filter(pk=publication.pk)
    before = row.values().get()
    with pytest.raises(DatabaseError, match="never changed or deleted"), transaction.atomic():
        row.update(**change)
    assert row.values().get() == before


def test_a_publication_is_never_deleted(cast: Cast) -> None:
    rows = Publication.objects.filter(pk=final(cast.cycle).pk)
    with pytest.raises(DatabaseError, match="never changed or deleted"), transaction.atomic():
        rows._raw_delete(rows.db)


def test_the_means_of_a_publication_are_never_changed(cast: Cast) -> None:
    rows = PublishedMeans.objects.filter(publication=final(cast.cycle))
    with pytest.raises(DatabaseError, match="are never changed"), transaction.atomic():
        rows.update(document=[{}])
    assert rows.get().document == []


def test_a_publication_is_withdrawn_once(cast: Cast) -> None:
    publication = preliminary(cast.cycle)
    withdraw_preliminary(cycle=cast.cycle, reason=said("A figure was wrong"), by=None, at=NOW)
    row = Publication.objects.filter(pk=publication.pk)
    assert row.get().withdrawal_reason_en == "A figure was wrong"
    for change in ({"withdrawal_reason_zh": "Another"}, {"withdrawn_at": timezone.now()}):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            row.update(**change)


def test_a_frozen_version_is_never_changed_or_deleted(cast: Cast) -> None:
    row = FrameworkVersion.objects.filter(pk=cast.cycle.framework_version_id)
    for change in ({"document": {}}, {"state": VersionState.DRAFT, "frozen_at": None}):
        with pytest.raises(DatabaseError, match="never changed or deleted"), transaction.atomic():
            row.update(**change)
    with pytest.raises((DatabaseError, ProtectedError)), transaction.atomic():
        row.delete()


def test_a_draft_is_edited_and_thrown_away(cast: Cast) -> None:
    version = FrameworkVersionFactory(
        framework=cast.cycle.framework_version.framework,
        number=7,
        state=VersionState.DRAFT,
        frozen_at=None,
    )
    row = FrameworkVersion.objects.filter(pk=version.pk)
    assert row.update(document={"nodes": []}) == 1
    assert row.delete()[0] == 1


def opened_form(cycle: Cycle) -> None:
    place = cycle.participants.all()[0].locality
    Submission.objects.create(cycle=cycle, locality=place, created_at=NOW, updated_at=NOW)


@pytest.mark.parametrize("make", [opened_form, preliminary])
def test_a_cycle_with_records_is_never_deleted(cast: Cast, make: Any) -> None:
    make(cast.cycle)
    with pytest.raises(ProtectedError):
        Cycle.objects.get(pk=cast.cycle.pk).delete()
    assert Cycle.objects.filter(pk=cast.cycle.pk).exists()


def test_a_form_with_answers_or_evidence_is_never_deleted(cast: Cast) -> None:
    # Which models point to a form is read from the models, so that a new one is asked as well.
    protecting = {
        relation.related_model.__name__
        for relation in Submission._meta.related_objects
        if relation.on_delete.__name__ == "PROTECT"
    }
    assert protecting >= {"Answer", "Evidence", "Version", "Step"}
    assert len(protecting) == len(Submission._meta.related_objects)
