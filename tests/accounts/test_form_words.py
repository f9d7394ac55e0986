"""A form says in the product's own words what is missing and what is not chosen yet."""

from django import forms
from django.utils import translation

from accounts.form_words import Form


class Asked(Form):
    """One field of each kind, one of them with words of its own."""

    name = forms.CharField(label="Name")
    kind = forms.ChoiceField(label="Kind", choices=[("", "---------"), ("a", "A")])
    size = forms.ChoiceField(label="Size", choices=[("", "---------"), ("s", "S")], required=False)
    upload = forms.FileField(label="File")
    reason = forms.CharField(label="Reason", error_messages={"required": "Say why."})


def test_missing_fields_are_named_by_what_is_to_be_done() -> None:
    with translation.override("en"):
        errors = {name: list(each) for name, each in Asked({}).errors.items()}
    assert errors == {
        "name": ["Fill in “Name”."],
        "kind": ["Choose an entry for “Kind”."],
        "upload": ["Choose a file."],
        "reason": ["Say why."],
    }


def test_an_empty_choice_has_words() -> None:
    with translation.override("zh-hans"):
        form = Asked()
        firsts = [next(iter(form.fields[name].choices))[1] for name in ("kind", "size")]  # type: ignore[attr-defined]
    assert firsts == ["请选择", "无"]
