"""The designer's pages: who reads what, the list, the tree, freezing."""

from typing import Any

import pytest
from django.urls import reverse

from assessment.frameworks import services
from assessment.frameworks.models import FrameworkVersion
from assessment.frameworks.workflow import VersionState
from tests.cast import Cast
from tests.factories import NOW, FrameworkVersionFactory, tiny_framework
from tests.frameworks.browsing import address, english, typed
from tests.frameworks.documents import draft, node, unbalanced
from tests.queries import assert_same_queries

PEOPLE = [
    *("coordinator", "reviewer", "auditor", "contributor", "approver", "other_coordinator"),
    *("system_administrator", "security_administrator", "audit_administrator", "visitor"),
]
READING = ("version", "export")
CHANGING = ("freeze", "import", "add-indicator", "add-dimension")


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
        return list(client.get(url, query).context["list"].page.object_list)

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
    assert "0 points at 0 %, 100 points at 100 %, in proportion in between." in page
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
