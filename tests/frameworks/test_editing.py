"""Editing a draft: the forms of nodes, two people at one draft, adding, removing."""

import pytest

from accounts.roles import Role
from assessment.frameworks import services
from tests.cast import Cast
from tests.factories import NOW, member, tiny_framework
from tests.frameworks.browsing import address, english, typed
from tests.frameworks.documents import draft, node


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
    weighed, removed = answer.context["saves"]
    assert (weighed.person, weighed.action) == ("Person colleague", "Changed a node of a framework")
    assert [str(line) for line in weighed.changes] == [
        "Revision: 2",
        "Node: Indicator S1 S1",
        "Weight: 40 → 44",
    ]
    assert removed.action == "Removed a node of a framework"
    assert "Nodes: S3 (removed)" in [str(line) for line in removed.changes]
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
