"""The published schema of FRAMEWORK.json."""

import json

from django.test import RequestFactory
from jsonschema import Draft202012Validator

from assessment.frameworks import library
from assessment.frameworks.views.files import framework_schema_file


def test_schema_is_public_and_fits_the_templates() -> None:
    answer = framework_schema_file(RequestFactory().get("/framework.schema.json"))
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/schema+json"
    assert "public" in answer.headers["Cache-Control"]
    schema = json.loads(answer.content)
    Draft202012Validator.check_schema(schema)
    for code in library.template_codes():
        assert list(Draft202012Validator(schema).iter_errors(library.read_template(code))) == []


def test_schema_is_only_read() -> None:
    assert framework_schema_file(RequestFactory().post("/framework.schema.json")).status_code == 405
