"""Changes of frameworks through their services."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from assessment.audit.models import Event
from assessment.frameworks import library, services
from assessment.frameworks.canonical import export_text
from assessment.frameworks.models import Framework, FrameworkVersion
from assessment.frameworks.problems import UnusableDocumentError
from assessment.frameworks.workflow import NotAllowedNow, VersionState
from tests.cast import Cast
from tests.factories import NOW, tiny_framework
from tests.frameworks.documents import draft, node, unbalanced


def start(cast: Cast, **more: Any) -> FrameworkVersion:
    given: dict[str, Any] = {
        "region": cast.region,
        "code": "tiny",
        "name_zh": "小体系",
        "name_en": "Tiny",
        "document": tiny_framework(),
        "by": cast.coordinator,
        "at": NOW,
    }
    return services.create_framework(**(given | more))


def last_event() -> Event:
    return Event.objects.order_by("-sequence")[0]


def test_framework_starts_as_a_draft_with_version_1(cast: Cast) -> None:
    version = start(cast, code="my-own")
    version.refresh_from_db()
    assert (version.number, version.state, version.revision) == (1, VersionState.DRAFT, 1)
    assert (version.document["code"], version.document["version"]) == ("my-own", "1.0")
    assert (version.created_by, version.created_at) == (cast.coordinator, NOW)
    event = last_event()
    assert (event.action, event.actor) == ("frameworks.create_framework", cast.coordinator)
    assert event.region == cast.region


@pytest.mark.parametrize("code", ["", "New", "new", "2017", "a b", "名", "a" * 61, "a_b", "a/b"])
def test_bad_code_is_refused(cast: Cast, code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        start(cast, code=code)
    assert list(refused.value.message_dict) == ["code"]


def test_taken_code_and_empty_names_are_told_together(cast: Cast) -> None:
    start(cast)
    with pytest.raises(ValidationError) as refused:
        start(cast, name_zh=" ", name_en="x" * 201)
    assert sorted(refused.value.message_dict) == ["code", "name_en", "name_zh"]
    assert Framework.objects.filter(code="tiny").count() == 1


@pytest.mark.parametrize(
    "who",
    ["auditor", "reviewer", "contributor", "approver", "other_coordinator", "audit_administrator"],
)
def test_only_the_region_s_coordinator_starts_and_changes(cast: Cast, who: str) -> None:
    by = getattr(cast, who)
    version = draft(cast)
    with pytest.raises(PermissionDenied):
        start(cast, by=by)
    with pytest.raises(PermissionDenied):
        services.create_version(framework=version.framework, based_on=version, by=by, at=NOW)
    with pytest.raises(PermissionDenied):
        services.import_document(version=version, document=tiny_framework(), by=by, at=NOW)
    with pytest.raises(PermissionDenied):
        services.freeze_version(version=version, by=by, at=NOW)
    with pytest.raises(PermissionDenied):
        services.update_node(
            version=version, code="S1", changes={"weight": 1}, revision=1, by=by, at=NOW
        )
    with pytest.raises(PermissionDenied):
        services.remove_node(version=version, code="S1", revision=1, by=by, at=NOW)
    with pytest.raises(PermissionDenied):
        services.add_node(version=version, node={"code": "X"}, revision=1, by=by, at=NOW)


def test_unreadable_document_is_refused_with_everything(cast: Cast) -> None:
    with pytest.raises(UnusableDocumentError) as refused:
        start(cast, document={"format": "other"})
    assert len(refused.value.problems) >= 3
    assert not Framework.objects.filter(code="tiny").exists()


def test_unfinished_document_is_kept_as_a_draft_but_not_frozen(cast: Cast) -> None:
    version = start(cast, document=unbalanced())
    with pytest.raises(UnusableDocumentError) as refused:
        services.freeze_version(version=version, by=cast.coordinator, at=NOW)
    assert [problem.code for problem in refused.value.problems] == ["weights_do_not_sum"]
    version.refresh_from_db()
    assert version.state == VersionState.DRAFT


@pytest.mark.parametrize("template", library.template_codes())
def test_template_starts_a_framework(cast: Cast, template: str) -> None:
    version = services.create_from_library(
        region=cast.region, template=template, by=cast.coordinator, at=NOW
    )
    assert version.framework.code == template
    assert version.parsed.code == template


def test_template_taken_twice_gets_another_code(cast: Cast) -> None:
    codes = [
        services.create_from_library(
            region=region, template="national-2014", by=None, at=NOW
        ).framework.code
        for region in (cast.region, cast.other_region, cast.other_region)
    ]
    second = f"national-2014-{cast.other_region.code}"
    assert codes == ["national-2014", second, f"{second}-2"]


def test_unknown_template_is_refused(cast: Cast) -> None:
    with pytest.raises(ValidationError) as refused:
        services.create_from_library(region=cast.region, template="x", by=None, at=NOW)
    assert list(refused.value.message_dict) == ["template"]


def test_new_version_copies_and_counts_on(cast: Cast) -> None:
    first = start(cast)
    frozen = services.freeze_version(version=first, by=cast.coordinator, at=NOW)
    second = services.create_version(
        framework=frozen.framework, based_on=frozen, by=cast.coordinator, at=NOW
    )
    assert (second.number, second.state) == (2, VersionState.DRAFT)
    assert second.document == first.document | {"version": "2.0"}
    assert last_event().after == {"based_on": 1, "number": 2, "revision": 1}


def test_new_version_of_another_framework_is_refused(cast: Cast) -> None:
    version, other = draft(cast), draft(cast)
    with pytest.raises(ValidationError):
        services.create_version(framework=version.framework, based_on=other, by=None, at=NOW)


def test_freezing_is_for_good(cast: Cast) -> None:
    version = services.freeze_version(version=draft(cast), by=cast.coordinator, at=NOW)
    assert (version.state, version.frozen_by, version.frozen_at) == (
        VersionState.FROZEN,
        cast.coordinator,
        NOW,
    )
    given: dict[str, Any] = {"version": version, "by": cast.coordinator, "at": NOW}
    with pytest.raises(NotAllowedNow):
        services.freeze_version(**given)
    with pytest.raises(NotAllowedNow):
        services.import_document(**given, document=tiny_framework())
    with pytest.raises(NotAllowedNow):
        services.update_node(**given, code="S1", changes={"weight": 1}, revision=1)
    with pytest.raises(NotAllowedNow):
        services.add_node(**given, node={"code": "X"}, revision=1)
    with pytest.raises(NotAllowedNow):
        services.remove_node(**given, code="S1", revision=1)


def test_round_trip_between_frameworks_is_equal_in_every_byte(cast: Cast) -> None:
    source = services.create_from_library(
        region=cast.region, template="regional-cooperation", by=None, at=NOW
    )
    text = export_text(source.document)
    target = services.import_document(version=source, document=source.document, by=None, at=NOW)
    target.refresh_from_db()
    assert export_text(target.document) == text
    assert target.revision == 1  # nothing changed: pages open elsewhere stay good
    assert not Event.objects.filter(action="frameworks.import_document").exists()
    other = services.import_document(version=draft(cast), document=source.document, by=None, at=NOW)
    assert export_text(other.document | {"code": source.framework.code}) == text


def test_import_keeps_the_draft_s_own_code_and_version(cast: Cast) -> None:
    version = draft(cast, number=3)
    saved = services.import_document(
        version=version,
        document=tiny_framework() | {"code": "z", "version": "9.9"},
        by=None,
        at=NOW,
    )
    assert saved.document["code"] == version.framework.code
    assert saved.document["version"] == "3.0"


def test_update_changes_one_node_and_records_both_sides(cast: Cast) -> None:
    version = draft(cast)
    saved = services.update_node(
        version=version,
        code="S1",
        changes={"weight": 30, "formula": {"zh-Hans": "甲", "en": "A"}, "evidence": None},
        revision=1,
        by=cast.coordinator,
        at=NOW,
    )
    saved.refresh_from_db()
    changed = node(saved.document, "S1")
    assert (changed["weight"], changed["formula"]["en"]) == (30, "A")
    assert "evidence" not in changed
    assert saved.revision == 2
    event = last_event()
    assert event.action == "frameworks.update_node"
    assert event.before["weight"] == 40
    assert (event.after["node"], event.after["weight"], event.after["revision"]) == ("S1", 30, 2)


def test_update_that_changes_nothing_leaves_no_trace(cast: Cast) -> None:
    version = draft(cast)
    saved = services.update_node(
        version=version, code="S1", changes={"weight": 40.0}, revision=1, by=None, at=NOW
    )
    assert saved.revision == 1
    assert Event.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"title": {"zh-Hans": "", "en": "x"}}, "title"),
        ({"weight": -1}, "weight"),
        ({"definition": None}, "document"),
        ({"value": {"type": "number", "decimals": 99}}, "value"),
        ({"code": "S9"}, "code"),
        ({"parent": "effort"}, "parent"),
    ],
)
def test_update_that_breaks_the_document_is_refused(
    cast: Cast, changes: dict[str, Any], part: str
) -> None:
    version = draft(cast)
    with pytest.raises(ValidationError) as refused:
        services.update_node(
            version=version, code="S1", changes=changes, revision=1, by=None, at=NOW
        )
    assert list(refused.value.message_dict) == [part]
    version.refresh_from_db()
    assert version.revision == 1


def test_stale_revision_is_refused(cast: Cast) -> None:
    version = draft(cast)
    given: dict[str, Any] = {"version": version, "by": None, "at": NOW}
    services.update_node(**given, code="S1", changes={"weight": 39}, revision=1)
    for change in (
        lambda: services.update_node(**given, code="S2", changes={"weight": 21}, revision=1),
        lambda: services.remove_node(**given, code="S2", revision=1),
        lambda: services.add_node(**given, node={"code": "X"}, revision=1),
        lambda: services.import_document(**given, document=tiny_framework(), revision=1),
        lambda: services.freeze_version(**given, revision=1),
    ):
        with pytest.raises(services.StaleRevisionError) as refused:
            change()
        assert refused.value.version.revision == 2


def test_added_node_stands_behind_its_siblings(cast: Cast) -> None:
    new = {**node(tiny_framework(), "S1"), "code": "S9", "weight": 5}
    saved = services.add_node(version=draft(cast), node=new, revision=1, by=None, at=NOW)
    codes = [item["code"] for item in saved.document["nodes"]]
    assert codes == ["index", "sharing", "S1", "S2", "S9", "effort", "PM25_CHANGE", "S3"]


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"code": "S2"}, "code"),
        ({"parent": "S2"}, "parent"),
        ({"parent": "none"}, "parent"),
        ({"code": "1 x"}, "code"),
        ({"source": "guess"}, "source"),
    ],
)
def test_node_that_does_not_fit_is_refused(cast: Cast, change: dict[str, Any], part: str) -> None:
    new = {**node(tiny_framework(), "S1"), "code": "S9"} | change
    with pytest.raises(ValidationError) as refused:
        services.add_node(version=draft(cast), node=new, revision=1, by=None, at=NOW)
    assert list(refused.value.message_dict) == [part]


def test_removing_a_dimension_takes_its_branch_and_its_rules_along(cast: Cast) -> None:
    document = tiny_framework()
    text = {"zh-Hans": "不降反升", "en": "Rose"}
    document["rules"] = [
        {
            "id": "zero",
            "type": "zero_on_deterioration",
            "node": "index",
            "indicator": "PM25_CHANGE",
            "threshold": 0,
            "article": text,
            "text": text,
        },
        {"id": "cap", "type": "cap", "node": "sharing", "limit": 90, "article": text, "text": text},
    ]
    saved = services.remove_node(
        version=draft(cast, document=document), code="effort", revision=1, by=None, at=NOW
    )
    assert [item["code"] for item in saved.document["nodes"]] == ["index", "sharing", "S1", "S2"]
    assert [rule["id"] for rule in saved.document["rules"]] == ["cap"]
    assert last_event().before == {"nodes": ["PM25_CHANGE", "S3", "effort"], "rules": ["zero"]}


def test_index_and_unknown_nodes_cannot_be_removed(cast: Cast) -> None:
    version = draft(cast)
    for code in ("index", "nothing"):
        with pytest.raises(ValidationError):
            services.remove_node(version=version, code=code, revision=1, by=None, at=NOW)
