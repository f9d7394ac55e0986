"""Small tables as people type them."""

import pytest
from django.core.exceptions import ValidationError

from assessment.frameworks.forms.fields import TableField


@pytest.mark.parametrize(
    ("line", "value", "score"),
    [
        ("60 80", 60, 80),
        ("60,80", 60, 80),
        ("60, 80", 60, 80),
        ("1,000 80", 1000, 80),
        ("１０００ 80.5", 1000, 80.5),
        ("-1,000.5 0", -1000.5, 0),
        ("1,5", 1, 5),
    ],
)
def test_a_line_is_a_value_and_a_score(line: str, value: float, score: float) -> None:
    assert TableField(key="value").clean(line) == [{"value": value, "score": score}]


@pytest.mark.parametrize("line", ["1,000", "60", "60 80 90", "1,000,000"])
def test_what_could_be_read_in_two_ways_is_asked_about(line: str) -> None:
    with pytest.raises(ValidationError):
        TableField(key="value").clean(line)
