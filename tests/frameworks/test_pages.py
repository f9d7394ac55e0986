"""The designer's pages: reading, permissions, editing, uploads."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from assessment.frameworks import services
from assessment.frameworks.canonical import export_text
from assessment.frameworks.models import Framework, FrameworkVersion
from assessment.frameworks.workflow import VersionState
from tests.cast import Cast
from tests.factories import NOW, FrameworkVersionFactory, member, tiny_framework
from tests.frameworks.documents import draft, node, unbalanced, upload
from tests.queries import assert_same_queries

PEOPLE = [
    *("coordinator", "reviewer", "auditor", "contributor", "approver", "other_coordinator"),
    *("system_administrator", "security_administrator", "audit_administrator", "visitor"),
]
READING = ("version", "export")
CHANGING = ("freeze", "import", "add-indicator", "add-dimension")


def address(name: str, version: FrameworkVersion, *more: str) -> str:
    return reverse(f"frameworks:{name}", args=[version.framework.code, version.number, *more])


def english(cast: Cast, who: str = "coordinator") -> Client:
    client = cast.client(who)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def typed(version: FrameworkVersion, client: Client, code: str, **changes: Any) -> dict[str, Any]:
    """What the browser would send of the node's form, with some fields changed."""
    form = client.get(address("node", version, code)).context["form"]
    sent: dict[str, Any] = {"revision": version.revision}
    for field in form:
        value = field.field.prepare_value(field.value())
        if value not in (None, "", False):
            sent[field.name] = "on" if value is True else value
    return sent | changes


@pytest.mark.parametrize("who", PEOPLE)
def test_list_and_new(cast: Cast, who: str) -> None:
    client = cast.client(who)
    signed_out = who == "visitor"
    admin = "administrator" in who
    listed = 302 if signed_out else 403 if admin else 200
    started = 302 if signed_out else 200 if "coordinator" in who else 403
    assert client.get(reverse("frameworks:list")).status_code == listed
    assert client.get(reverse("frameworks:new")).status_code == started
    assert client.post(reverse("frameworks:new"), {}).status_code == started


@pytest.mark.parametrize("who", PEOPLE)
def test_draft_is_seen_in_its_region_and_changed_by_its_coordinator(cast: Cast, who: str) -> None:
    version, client = draft(cast), cast.client(who)
    sees = who in {"coordinator", "reviewer", "auditor"}
    read = 302 if who == "visitor" else 200 if sees else 404
    change = read if who in {"coordinator", "visitor"} or not sees else 403
    for name in READING:
        assert client.get(address(name, version)).status_code == read, name
    assert client.get(address("node", version, "S1")).status_code == read
    for name in CHANGING:
        assert client.get(address(name, version)).status_code == change, name
        if who != "coordinator":
            assert client.post(address(name, version)).status_code == change, name
    assert client.get(address("remove", version, "S1")).status_code == change
    if who != "coordinator":
        for url in (address("node", version, "S1"), address("remove", version, "S1")):
            assert client.post(url, {"revision": 1}).status_code == change, url
        assert client.post(address("new-version", version)).status_code == change
    version.refresh_from_db()
    assert (version.state, version.revision) == (VersionState.DRAFT, 1)


def test_unknown_addresses_are_404(cast: Cast) -> None:
    version, client = draft(cast), cast.client("coordinator")
    for url in (
        "/desk/frameworks/nothing/1/",
        f"/desk/frameworks/{version.framework.code}/99/",
        f"/desk/frameworks/{version.framework.code}/{10**30}/",
        address("node", version, "nothing"),
        address("remove", version, "nothing"),
    ):
        assert client.get(url).status_code == 404, url


def test_list_asks_the_database_equally_often(cast: Cast) -> None:
    client = cast.client("coordinator")

    def more() -> None:
        for number in (2, 3):
            FrameworkVersionFactory(framework=cast.cycle.framework_version.framework, number=number)
            draft(cast)

    assert_same_queries(lambda: client.get(reverse("frameworks:list")), more)


def test_designer_asks_the_database_equally_often(cast: Cast) -> None:
    version, client = draft(cast), cast.client("coordinator")

    def more() -> None:
        for number in (2, 3):
            FrameworkVersionFactory(framework=version.framework, number=number)
        document = tiny_framework()
        for code in ("X1", "X2"):
            document["nodes"].append(node(document, "S3") | {"code": code, "weight": 0})
        FrameworkVersion.objects.filter(pk=version.pk).update(document=document)

    assert_same_queries(lambda: client.get(address("version", version)), more)


def test_list_is_searched_filtered_and_sorted(cast: Cast) -> None:
    first = draft(cast, framework__code="alpha", framework__name_en="First thing")
    second = draft(cast, framework__code="beta", framework__name_en="Second thing")
    client, url = english(cast), reverse("frameworks:list")

    def shown(**query: str) -> list[FrameworkVersion]:
        return list(client.get(url, query).context["page"].object_list)

    assert shown(q="second THING") == [second]
    assert shown(q="thing", sort="-code") == [second, first]
    assert shown(q="thing", sort="; drop") == [first, second]
    assert shown(state="frozen") == [cast.cycle.framework_version]
    assert shown(q="nothing like it") == []
    assert shown(page="99") == shown()


def test_list_is_exported_as_filtered(cast: Cast) -> None:
    version = draft(cast)
    answer = english(cast).get(reverse("frameworks:list"), {"format": "csv", "state": "draft"})
    assert answer.content.decode("utf-8-sig").splitlines() == [
        "framework,version,name_zh,name_en,state,cycles,saved_at",
        f"{version.framework.code},1,小体系,Tiny framework,draft,0,2017-03-01T10:00:00+08:00",
    ]


def test_designer_shows_sums_scoring_and_languages(cast: Cast) -> None:
    version = draft(cast, document=unbalanced())
    page = english(cast).get(address("version", version)).content.decode()
    assert "Data sharing" in page
    assert "sum 50, should be 60" in page
    assert "The children&#x27;s weights sum to 50, not 60." in page
    assert "0 points at 0, 100 points at 100." in page
    assert "frameworks/" + version.framework.code + "/1/freeze/" not in page
    chinese = cast.client("coordinator")
    page = chinese.get(address("version", version), headers={"accept-language": "zh-CN"})
    assert "信息共享" in page.content.decode()
    assert "下级权重之和为 50，应为 60。" in page.content.decode()


@pytest.mark.parametrize(
    "document",
    [
        {},
        [],
        "text",
        {"format": "x", "nodes": 3},
        {**tiny_framework(), "nodes": []},
        {**tiny_framework(), "nodes": [None, 3, {"code": "a", "kind": "index", "parent": "a"}]},
        {**tiny_framework(), "scale": None},
    ],
)
def test_designer_survives_any_document(cast: Cast, document: Any) -> None:
    version = draft(cast)
    FrameworkVersion.objects.filter(pk=version.pk).update(document=document)
    client = english(cast)
    page = client.get(address("version", version))
    assert page.status_code == 200
    assert page.context["design"].problems != []
    assert client.get(address("node", version, "S1")).status_code == 404
    assert client.get(address("freeze", version)).status_code == 200
    assert client.get(address("add-indicator", version)).status_code == 302
    assert client.get(reverse("frameworks:list")).status_code == 200


def test_reader_of_a_frozen_version_has_no_form(cast: Cast) -> None:
    version = cast.cycle.framework_version
    for who in ("coordinator", "auditor"):
        page = english(cast, who).get(address("node", version, "S1"))
        assert "form" not in page.context
        assert "台账" in page.content.decode()
        assert "Ledger" in page.content.decode()


@pytest.mark.parametrize("code", ["index", "sharing", "S1", "S2", "PM25_CHANGE"])
def test_saving_an_untouched_form_changes_nothing(cast: Cast, code: str) -> None:
    version, client = draft(cast), english(cast)
    answer = client.post(address("node", version, code), typed(version, client, code))
    assert answer.status_code == 302
    before = version.document
    version.refresh_from_db()
    assert (version.revision, version.document) == (1, before)


def test_form_saves_texts_numbers_and_scoring(cast: Cast) -> None:
    version, client = draft(cast), english(cast)
    sent = typed(
        version,
        client,
        "S1",
        title_zh="按时率",
        title_en="On time",
        weight="３５．５",
        scoring_lower="−10",
        scoring_upper="90",
        guidance_zh="按季度",
        guidance_en="By quarter",
        value_decimals="",
    )
    answer = client.post(address("node", version, "S1"), sent)
    assert answer.url == address("version", version) + "#node-S1"
    version.refresh_from_db()
    saved = node(version.document, "S1")
    assert saved["title"] == {"zh-Hans": "按时率", "en": "On time"}
    assert saved["weight"] == 35.5
    assert saved["guidance"] == {"zh-Hans": "按季度", "en": "By quarter"}
    assert saved["normalisation"] == {
        "method": "goalposts",
        "lower": -10,
        "upper": 90,
        "truncate": True,
    }
    assert saved["value"] == {"type": "number", "min": 0, "max": 100}
    assert version.revision == 2


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"title_en": ""}, ["title_en"]),
        ({"formula_zh": "只有中文"}, ["formula_en"]),
        ({"weight": "twelve"}, ["weight"]),
        ({"weight": "-1"}, ["weight"]),
        ({"weight": "1e400"}, ["weight"]),
        ({"weight": "NaN"}, ["weight"]),
        ({"value_decimals": "1.5"}, ["value_decimals"]),
        ({"value_min": "9", "value_max": "1"}, ["value_max"]),
        ({"source": "guess"}, ["source"]),
        ({"evidence_zh": "", "evidence_en": ""}, ["evidence_zh"]),
        ({"scoring_lower": ""}, ["scoring_lower"]),
    ],
)
def test_form_refuses_at_the_field_and_keeps_what_was_typed(
    cast: Cast, changes: dict[str, str], fields: list[str]
) -> None:
    version, client = draft(cast), english(cast)
    sent = typed(version, client, "S1", definition_en="Typed just now", **changes)
    answer = client.post(address("node", version, "S1"), sent)
    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == fields
    assert "Typed just now" in answer.content.decode()
    version.refresh_from_db()
    assert version.revision == 1


def test_tables_of_points_are_typed_line_by_line(cast: Cast) -> None:
    document = tiny_framework()
    table = {"method": "bands", "bands": [{"from": None, "score": 0}, {"from": 60, "score": 100}]}
    node(document, "S1")["normalisation"] = table
    version, client = draft(cast, document=document), english(cast)
    url = address("node", version, "S1")
    wrong = client.post(url, typed(version, client, "S1", scoring_bands="- 0\n60\nx y"))
    assert len(wrong.context["form"].errors["scoring_bands"]) == 2
    right = typed(version, client, "S1", scoring_bands="-  0\n５０ 40\n\n80, 100")
    assert client.post(url, right).status_code == 302
    version.refresh_from_db()
    assert node(version.document, "S1")["normalisation"]["bands"] == [
        {"from": None, "score": 0},
        {"from": 50, "score": 40},
        {"from": 80, "score": 100},
    ]


def test_stale_page_keeps_what_was_typed_and_says_who_saved_what(cast: Cast) -> None:
    version, client = draft(cast), english(cast)
    colleague = member(Role.COORDINATOR, region=cast.region, username="colleague")
    sent = typed(version, client, "S1", title_en="Typed by the first", weight="41")
    services.update_node(
        version=version, code="S1", changes={"weight": 44}, revision=1, by=colleague, at=NOW
    )
    services.remove_node(version=version, code="S3", revision=2, by=colleague, at=NOW)
    answer = client.post(address("node", version, "S1"), sent)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert 'value="Typed by the first"' in page
    assert [(save.by, save.what) for save in answer.context["saves"]] == [
        ("Person colleague", "changed S1: Weight"),
        ("Person colleague", "removed S3"),
    ]
    shown = {row.label: (row.old, row.new) for row in answer.context["differences"]}
    assert shown["Weight"] == ("44", "41")
    assert shown["Title (English)"] == ("Indicator S1", "Typed by the first")
    assert len(shown) == 2
    assert 'name="revision" value="3"' in page
    again = client.post(address("node", version, "S1"), sent | {"revision": 3})
    assert again.status_code == 302
    version.refresh_from_db()
    assert node(version.document, "S1")["weight"] == 41


def test_stale_page_takes_over_what_the_reader_did_not_touch(cast: Cast) -> None:
    version, client = draft(cast), english(cast)
    sent = typed(version, client, "S1", title_en="Typed by the first", allow=["not_applicable"])
    theirs = {
        "weight": 44,
        "formula": {"zh-Hans": "甲", "en": "A"},
        "normalisation": {"method": "goalposts", "lower": 5, "upper": 95, "truncate": False},
        "evidence": {"required": False, "text": {"zh-Hans": "无", "en": "None"}},
        "value": {"type": "number", "min": 1},
    }
    services.update_node(
        version=version, code="S1", changes=theirs, revision=1, by=cast.coordinator, at=NOW
    )
    services.update_node(
        version=version, code="S1", changes={"weight": 45}, revision=2, by=None, at=NOW
    )
    answer = client.post(address("node", version, "S1"), sent)
    shown = {row.label: (row.old, row.new) for row in answer.context["differences"]}
    assert shown.pop("Title (English)") == ("Indicator S1", "Typed by the first")
    assert shown == {
        "Lowest value accepted": ("1", "0"),
        "Highest value accepted": ("", "100"),
        "Decimals asked for": ("", "1"),
        "Answers allowed instead of a value": ("", "Not applicable"),
    }
    form = answer.context["form"]
    assert form["weight"].value() == "45"
    assert form["scoring_truncate"].value() is False
    assert form["formula_en"].value() == "A"
    assert form["evidence_required"].value() is False


def test_stale_page_with_an_error_stays_stale_after_correction(cast: Cast) -> None:
    version, client = draft(cast), english(cast)
    sent = typed(version, client, "S1", weight="")
    sent["weight"] = "x"
    services.update_node(
        version=version, code="S2", changes={"weight": 21}, revision=1, by=None, at=NOW
    )
    first = client.post(address("node", version, "S1"), sent)
    assert 'name="revision" value="1"' in first.content.decode()
    second = client.post(address("node", version, "S1"), sent | {"weight": "39"})
    assert second.status_code == 409


@pytest.mark.parametrize("revision", ["", "abc", "-1", "１", "9" * 30])
def test_missing_or_odd_revision_counts_as_stale(cast: Cast, revision: str) -> None:
    version, client = draft(cast), english(cast)
    sent = typed(version, client, "S1", weight="39") | {"revision": revision}
    assert client.post(address("node", version, "S1"), sent).status_code == 409


def test_node_removed_meanwhile_is_404_and_frozen_meanwhile_is_said(cast: Cast) -> None:
    version, client = draft(cast), english(cast)
    sent = typed(version, client, "S1", weight="39", title_en="Kept text")
    services.freeze_version(version=version, by=None, at=NOW)
    answer = client.post(address("node", version, "S1"), sent)
    assert answer.status_code == 200
    assert answer.context["form"].non_field_errors() == [
        "This version was frozen meanwhile and cannot be changed."
    ]
    assert "Kept text" in answer.content.decode()


@pytest.mark.parametrize(
    "method",
    ["goalposts", "target_attainment", "bands", "piecewise_linear", "min_max", "identity"],
)
@pytest.mark.parametrize("direction", ["positive", "negative"])
def test_indicator_is_added_with_sound_first_numbers(
    cast: Cast, method: str, direction: str
) -> None:
    version, client = draft(cast), english(cast)
    sent = {
        "revision": 1,
        "parent": "effort",
        "code": "NEW",
        "title_zh": "新",
        "title_en": "New",
        "definition_zh": "定义",
        "definition_en": "Definition",
        "weight": "0",
        "source": "submissions",
        "direction": direction,
        "value_type": "number",
        "method": method,
    }
    answer = client.post(address("add-indicator", version), sent)
    assert answer.url == address("node", version, "NEW")
    version.refresh_from_db()
    assert version.parsed.node("NEW").direction == direction


def test_dimension_is_added_and_listed_as_unfinished(cast: Cast) -> None:
    version, client = draft(cast), english(cast)
    sent = {
        "revision": 1,
        "parent": "index",
        "code": "d",
        "title_zh": "维",
        "title_en": "D",
        "weight": "5",
    }
    assert client.post(address("add-dimension", version), sent).status_code == 302
    design = client.get(address("version", version)).context["design"]
    assert {(p.node, p.code) for p in design.problems} == {
        ("index", "weights_do_not_sum"),
        ("d", "no_children"),
    }


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"code": "S1"}, "code"),
        ({"code": "1"}, "code"),
        ({"parent": "S1"}, "parent"),
        ({"title_en": ""}, "title_en"),
        ({"weight": ""}, "weight"),
    ],
)
def test_node_that_does_not_fit_is_refused_at_the_field(
    cast: Cast, change: dict[str, str], field: str
) -> None:
    version, client = draft(cast), english(cast)
    sent = {
        "revision": 1,
        "parent": "index",
        "code": "d",
        "title_zh": "维",
        "title_en": "D",
        "weight": "5",
    }
    answer = client.post(address("add-dimension", version), sent | change)
    assert list(answer.context["form"].errors) == [field]


def test_removal_is_asked_and_done(cast: Cast) -> None:
    version, client = draft(cast), english(cast)
    asked = client.get(address("remove", version, "effort"))
    assert asked.context["consequences"] == [
        "PM25_CHANGE Indicator PM25_CHANGE",
        "S3 Indicator S3",
    ]
    assert client.post(address("remove", version, "effort"), {"revision": 7}).status_code == 302
    version.refresh_from_db()
    assert version.revision == 1
    client.post(address("remove", version, "effort"), {"revision": 1})
    version.refresh_from_db()
    assert [item["code"] for item in version.document["nodes"]] == ["index", "sharing", "S1", "S2"]


def test_freezing_is_confirmed_and_then_a_new_version_follows(cast: Cast) -> None:
    version, client = draft(cast), english(cast)
    assert client.get(address("freeze", version)).status_code == 200
    client.post(address("freeze", version), {"revision": 1})
    version.refresh_from_db()
    assert version.state == VersionState.FROZEN
    assert client.get(address("freeze", version)).status_code == 302
    answer = client.post(address("new-version", version))
    assert answer.url == address("version", version).replace("/1/", "/2/")
    assert client.get(answer.url).context["is_editable"] is True
    assert client.get(address("new-version", version)).status_code == 405


def test_freezing_with_problems_lists_them(cast: Cast) -> None:
    version, client = draft(cast, document=unbalanced()), english(cast)
    answer = client.post(address("freeze", version), {"revision": 1}, follow=True)
    page = answer.content.decode()
    assert "Not frozen: 1 problem is left." in page
    assert "The children&#x27;s weights sum to 50, not 60." in page
    version.refresh_from_db()
    assert version.state == VersionState.DRAFT


def test_export_is_the_same_bytes_with_a_good_name(cast: Cast) -> None:
    version, client = draft(cast), english(cast)
    first, second = (client.get(address("export", version)) for _ in range(2))
    assert first.content == second.content == export_text(version.document).encode()
    assert first.headers["Content-Disposition"] == (
        f'attachment; filename="{version.framework.code}-v1-framework.json"'
    )
    assert "指标S1" in first.content.decode()


def test_export_and_import_return_every_byte(cast: Cast) -> None:
    version, client = draft(cast), english(cast)
    first = client.post(
        address("import", version), {"revision": 1, "document": upload(tiny_framework())}
    )
    assert first.url == address("version", version)
    exported = client.get(address("export", version)).content
    client.post(address("import", version), {"revision": 2, "document": upload(exported)})
    version.refresh_from_db()
    assert version.revision == 3
    assert client.get(address("export", version)).content == exported


def test_import_lists_every_problem_and_changes_nothing(cast: Cast) -> None:
    version, client = draft(cast), english(cast)
    document = tiny_framework()
    node(document, "S1")["title"] = {"en": "Only English"}
    node(document, "S2")["parent"] = "nowhere"
    sent = {"revision": 1, "document": upload(document)}
    answer = client.post(address("import", version), sent)
    page = answer.content.decode()
    assert "$.nodes[2].title lacks: zh-Hans." in page
    assert "The parent nowhere does not exist." in page
    assert "Name an existing dimension, or the index, as the parent." in page
    assert [(p.where, p.code) for p in answer.context["problems"]] == [
        ("S1 · title", "schema_required"),
        ("S2", "unknown_parent"),
        ("sharing", "weights_do_not_sum"),
    ]
    version.refresh_from_db()
    assert version.revision == 1


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"PK\x03\x04", b'{"a":' * 100_000, b'{"a": 1, "a": 2}', b"x" * 2_100_000],
)
def test_bad_uploads_are_told_not_crashed(cast: Cast, content: bytes) -> None:
    version, client = draft(cast), english(cast)
    for url, extra in (
        (address("import", version), {"revision": 1, "document": upload(content)}),
        (
            reverse("frameworks:new"),
            {
                "start": "file",
                "file-region": cast.region.pk,
                "file-document": upload(content),
            },
        ),
    ):
        answer = client.post(url, extra)
        assert answer.status_code == 200
        assert len(answer.context["problems"]) == 1


def test_import_without_a_file_and_into_a_changed_draft(cast: Cast) -> None:
    version, client = draft(cast), english(cast)
    empty = client.post(address("import", version), {"revision": 1})
    assert list(empty.context["form"].errors) == ["document"]
    stale = client.post(
        address("import", version), {"revision": 9, "document": upload(tiny_framework())}
    )
    assert stale.context["form"].non_field_errors() == [
        "Somebody saved this draft meanwhile. Choose the file again to replace it."
    ]
    frozen = cast.cycle.framework_version
    assert client.get(address("import", frozen)).status_code == 302


def test_framework_starts_from_a_template_by_the_page(cast: Cast) -> None:
    client = english(cast)
    sent = {
        "start": "template",
        "template-region": cast.region.pk,
        "template-template": "national-2020",
    }
    answer = client.post(reverse("frameworks:new"), sent)
    assert answer.url == "/desk/frameworks/national-2020/1/"
    assert client.get(answer.url).status_code == 200


def test_framework_starts_from_a_file_with_its_code_and_titles(cast: Cast) -> None:
    sent = {
        "start": "file",
        "file-region": cast.region.pk,
        "file-document": upload(unbalanced()),
    }
    answer = english(cast).post(reverse("frameworks:new"), sent)
    assert answer.url == "/desk/frameworks/tiny/1/"
    framework = Framework.objects.get(code="tiny")
    assert (framework.name_zh, framework.name_en) == ("小体系", "Tiny framework")


def test_framework_cannot_be_started_in_another_region(cast: Cast) -> None:
    sent = {
        "start": "template",
        "template-region": cast.other_region.pk,
        "template-template": "national-2020",
    }
    answer = english(cast).post(reverse("frameworks:new"), sent)
    assert answer.status_code == 200
    assert list(answer.context["from_template"].errors) == ["region"]


def test_taken_code_is_told_at_the_field(cast: Cast) -> None:
    taken = draft(cast).framework.code
    sent = {
        "start": "file",
        "file-region": cast.region.pk,
        "file-code": taken,
        "file-document": upload(json.dumps(tiny_framework())),
    }
    answer = english(cast).post(reverse("frameworks:new"), sent)
    assert list(answer.context["from_file"].errors) == ["code"]
