"""The node's form: what it shows, sent back untouched, changes nothing."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from assessment.frameworks import library
from assessment.frameworks.forms.fields import NumberField
from assessment.frameworks.forms.node import NodeForm

NODES = [
    pytest.param(item, id=f"{code}-{item['code']}")
    for code in library.template_codes()
    for item in library.read_template(code)["nodes"]
]


@pytest.mark.parametrize("item", NODES)
def test_untouched_form_gives_back_the_node(item: dict[str, Any]) -> None:
    sent = {}
    for field in NodeForm(item):
        value = field.field.prepare_value(field.value())
        if value not in (None, "", False):
            sent[field.name] = "on" if value is True else value
    form = NodeForm(item, sent)
    assert form.errors == {}
    changed = {part: value for part, value in form.changes().items() if item.get(part) != value}
    assert changed == {}


def test_a_number_out_of_all_proportion_is_called_too_large() -> None:
    with translation.override("en"), pytest.raises(ValidationError) as refused:
        NumberField().clean("123456789012345678")
    assert refused.value.messages == ["123456789012345678 is too large: at most 1000000000000."]
