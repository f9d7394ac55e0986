"""FRAMEWORK.json in and out of the designer, and starting a framework."""

import json

import pytest
from django.urls import reverse

from assessment.frameworks.canonical import export_text
from assessment.frameworks.models import Framework, FrameworkVersion
from assessment.frameworks.services import freeze_version
from tests.cast import Cast
from tests.factories import NOW, tiny_framework
from tests.frameworks.browsing import address, english
from tests.frameworks.documents import draft, node, unbalanced, upload


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
    other = tiny_framework() | {"title": {"zh-Hans": "别的", "en": "Other"}}
    for revision, document in ((2, other), (3, exported)):
        sent = {"revision": revision, "document": upload(document)}
        client.post(address("import", version), sent)
    version.refresh_from_db()
    assert version.revision == 4
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


def test_framework_starts_from_scratch_and_can_be_frozen_as_it_is(cast: Cast) -> None:
    sent = {
        "start": "minimal",
        "minimal-region": cast.region.pk,
        "minimal-name_zh": "从零开始",
        "minimal-name_en": "From nothing",
        "minimal-code": "no code",
    }
    refused = english(cast).post(reverse("frameworks:new"), sent)
    assert list(refused.context["minimal"].errors) == ["code"]
    answer = english(cast).post(reverse("frameworks:new"), sent | {"minimal-code": "from-nothing"})
    assert answer.url == "/desk/frameworks/from-nothing/1/"
    version = FrameworkVersion.objects.get(framework__code="from-nothing")
    assert [node.code for node in version.parsed.nodes] == ["index", "D1", "I1"]
    assert str(version.parsed.title.en) == "From nothing"
    frozen = freeze_version(version=version, by=cast.coordinator, at=NOW)
    assert frozen.state == "frozen"
