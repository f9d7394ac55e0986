"""What a framework may call its parts, the tables that name them can hold."""

import re

from django.apps import apps

from assessment.engine.document import CODE_LENGTH
from assessment.engine.schema import framework_schema

# Fields that hold a code of the framework: of a node, or of a grade.
NAMES = {"indicator", "node", "grade"}
ROOMS = ("observations", "reviews", "scores", "submissions")


def test_the_schema_takes_codes_of_the_length_the_engine_states() -> None:
    pattern = framework_schema()["$defs"]["code"]["pattern"]
    assert re.search(pattern, "a" * CODE_LENGTH)
    assert not re.search(pattern, "a" * (CODE_LENGTH + 1))


def test_every_table_holds_a_code_of_full_length() -> None:
    widths = {
        f"{model.__name__}.{field.name}": field.max_length
        for room in ROOMS
        for model in apps.get_app_config(room).get_models()
        for field in model._meta.fields
        if field.name in NAMES or (model.__name__, field.name) == ("Assignment", "code")
    }
    assert widths.keys() >= {"Observation.indicator", "Result.grade", "Answer.indicator"}
    assert set(widths.values()) == {CODE_LENGTH}
