"""The published schema of FRAMEWORK.json."""

import json

import pytest
from django.test import Client
from jsonschema import Draft202012Validator

from assessment.frameworks import library


@pytest.mark.django_db
def test_schema_is_public_and_fits_the_templates(client: Client) -> None:
    answer = client.get("/framework.schema.json")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/schema+json"
    assert "public" in answer.headers["Cache-Control"]
    schema = json.loads(answer.content)
    Draft202012Validator.check_schema(schema)
    for code in library.template_codes():
        assert list(Draft202012Validator(schema).iter_errors(library.read_template(code))) == []


@pytest.mark.django_db
def test_schema_is_only_read(client: Client) -> None:
    assert client.post("/framework.schema.json").status_code == 405
