"""A form says in the product's own words what is missing and what is not chosen yet."""

import pytest
from django import forms
from django.utils import translation

from accounts.form_words import Form
from accounts.models import User


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


class Chosen(Form):
    """One field of each kind of choice."""

    one = forms.ChoiceField(label="One", choices=[("a", "A")])
    some = forms.MultipleChoiceField(label="Some", choices=[("a", "A")])
    person = forms.ModelChoiceField(User.objects.none(), label="Person")
    people = forms.ModelMultipleChoiceField(User.objects.none(), label="People")


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "What was chosen for “{}” is not, or no longer, on offer. Choose again."),
        ("zh-hans", "“{}”所选项不在可选范围内或已失效，请重新选择。"),
    ],
)
def test_a_choice_that_is_not_offered_is_refused_without_repeating_it(
    language: str, sentence: str
) -> None:
    sent = {"one": "<forged>", "some": ["a", "b"], "person": "x7", "people": ["x7"]}
    with translation.override(language):
        errors = {name: list(each) for name, each in Chosen(sent).errors.items()}
    assert errors == {
        name: [sentence.format(label)]
        for name, label in [
            ("one", "One"),
            ("some", "Some"),
            ("person", "Person"),
            ("people", "People"),
        ]
    }


def test_an_empty_choice_has_words() -> None:
    with translation.override("zh-hans"):
        form = Asked()
        firsts = [next(iter(form.fields[name].choices))[1] for name in ("kind", "size")]  # type: ignore[attr-defined]
    assert firsts == ["请选择", "无"]


class Written(Form):
    """A text of several lines, as long as the service takes it."""

    text = forms.CharField(max_length=5, widget=forms.Textarea)


def test_a_long_text_is_told_and_kept_instead_of_cut_by_the_browser() -> None:
    form = Written({"text": "123456"})
    with translation.override("en"):
        assert form.errors["text"] == [
            "Found 6 characters; expected at most 5 characters. Shorten the text."
        ]
    assert "maxlength" not in str(form["text"])
    assert "123456" in str(form["text"])
