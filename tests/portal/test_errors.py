"""What is not there: where the page leads depends on who asks."""

import re

import pytest

from tests.cast import Cast

BUTTON = re.compile(r'class="btn btn-primary" href="([^"]+)"')


@pytest.mark.parametrize(("name", "first"), [("visitor", "/"), ("contributor", "/desk/")])
def test_missing_page_leads_visitors_to_the_public_pages(cast: Cast, name: str, first: str) -> None:
    response = cast.client(name).get("/nowhere/")
    assert response.status_code == 404
    assert BUTTON.findall(response.text) == [first]
    assert '<input type="hidden" name="next" value="/nowhere/">' in response.text, (
        "read it in the other language"
    )
