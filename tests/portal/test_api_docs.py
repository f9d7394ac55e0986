"""The description of the API: complete, and in the language of the reader."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from accounts.text import has_chinese

pytestmark = pytest.mark.django_db
METHODS = {"get", "post", "put", "patch", "delete"}


def schema(client: Client, query: str = "", **headers: str) -> dict[str, Any]:
    response = client.get(
        f"/api/v1/schema/{query}",
        headers={"accept": "application/vnd.oai.openapi+json", **headers},
    )
    assert response.status_code == 200
    document: dict[str, Any] = response.json()
    return document


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method in METHODS & methods.keys():
            yield f"{method} {path}", methods[method]


def texts(document: dict[str, Any]) -> dict[str, str]:
    """Every text a reader of the documentation sees, by where it stands."""
    found = {name: document["info"][name] for name in ("title", "description")}
    for name, operation in operations(document):
        found[f"{name} summary"] = operation.get("summary", "")
        found[f"{name} description"] = operation.get("description", "")
        found[f"{name} tag"] = " ".join(operation["tags"])
        for parameter in operation.get("parameters", []):
            found[f"{name} {parameter['name']}"] = parameter.get("description", "")
    return found | dict(of_schemas(document["components"]["schemas"]))


def of_schemas(schemas: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What is said of the documents that are sent and received, and of their fields."""
    for name, schema in schemas.items():
        for field, said in [("", schema), *schema.get("properties", {}).items()]:
            if "description" in said:
                yield f"{name} {field}", said["description"]


def test_every_operation_has_a_summary_a_description_and_described_parameters(
    client: Client,
) -> None:
    document = schema(client, "?lang=en")
    described = {name.partition(" ")[2] for name, _operation in operations(document)}
    assert described == document["paths"].keys()
    assert [name for name, text in texts(document).items() if not text] == []


def test_every_text_is_translated(client: Client) -> None:
    english, chinese = (texts(schema(client, f"?lang={code}")) for code in ("en", "zh-hans"))
    assert english.keys() == chinese.keys()
    assert [name for name, text in chinese.items() if not has_chinese(text)] == []
    assert [name for name, text in english.items() if has_chinese(text)] == []


@pytest.mark.parametrize(
    ("asked", "summary"),
    [
        ("en", "List of publications"),
        ("zh-CN,zh;q=0.9", "发布列表"),
        ("de", "List of publications"),
    ],
)
def test_without_a_wish_the_language_of_the_reader_decides(
    client: Client, asked: str, summary: str
) -> None:
    document = schema(client, **{"accept-language": asked})
    assert document["paths"]["/api/v1/publications/"]["get"]["summary"] == summary


@pytest.mark.parametrize("wish", ["de", "../../etc", "%00", "x" * 5000])
def test_a_language_nobody_knows_is_passed_over(client: Client, wish: str) -> None:
    document = schema(client, f"?lang={wish}", **{"accept-language": "en"})
    assert document["info"]["title"] == "Lianping API"
