"""Names that people type stand in sentences of the product and turn none of them."""

import pytest
from django.utils.translation import override

from accounts.models import Locality, User
from accounts.text import is_directing, isolated

OVERRIDE, ISOLATE, POP = "\u202e", "\u2068", "\u2069"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Beijing", "Beijing"),
        ("北京市 😀", "北京市 😀"),
        (f"{OVERRIDE}Beijing 市", "Beijing 市"),
        ("القاهرة", f"{ISOLATE}القاهرة{POP}"),
        (f"القاهرة{POP} 1", f"{ISOLATE}القاهرة 1{POP}"),
    ],
)
def test_a_name_keeps_to_itself(typed: str, shown: str) -> None:
    assert isolated(typed) == shown
    assert is_directing(typed) == any(sign in typed for sign in (OVERRIDE, ISOLATE, POP))


def test_places_and_people_are_shown_so() -> None:
    place = Locality(name_zh=f"{OVERRIDE}甲市", name_en="حلوان")
    with override("zh-hans"):
        assert place.name == "甲市"
    with override("en"):
        assert place.name == f"{ISOLATE}حلوان{POP}"
    assert str(User(username="u", full_name=f"{OVERRIDE}科室")) == "科室"
