"""What a reader or a program is told when a request cannot be served."""

import pytest
from django.core.exceptions import SuspiciousOperation
from django.test import Client, RequestFactory
from django.test.utils import override_settings
from django.urls import reverse
from django.utils import translation

from config.errors import bad_request
from tests.cast import Cast

FORM = "http://testserver/account/tokens/?role=1"


@pytest.fixture
def client(cast: Cast) -> Client:
    client = cast.client("contributor")
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize(
    "limit", [{"DATA_UPLOAD_MAX_MEMORY_SIZE": 100}, {"DATA_UPLOAD_MAX_NUMBER_FIELDS": 2}]
)
def test_a_form_with_too_much_leads_back_to_where_it_was_typed(
    client: Client, limit: dict[str, int]
) -> None:
    sent = {"language": "en", "first": "1" * 60, "second": "2" * 60}
    with override_settings(**limit):
        answer = client.post(
            reverse("accounts:profile"),
            sent,
            headers={"referer": FORM, "accept-language": "en"},
        )
    assert answer.status_code == 413
    assert "Too much was sent at once" in answer.text
    assert 'class="btn btn-primary" href="/account/tokens/?role=1"' in answer.text
    assert 'href="/desk/"' in answer.text


@override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=3 * 1024 * 1024)
def test_the_page_of_too_much_says_the_limits_in_the_language_of_the_reader(client: Client) -> None:
    answer = client.post(
        reverse("accounts:profile"),
        {"language": "1" * 3 * 1024 * 1024},
        headers={"accept-language": "zh-CN", "referer": "https://elsewhere.example.org/"},
    )
    assert answer.status_code == 413
    assert "最多接收 3 MB 文字、10000 个字段和 100 个文件" in answer.text
    assert "elsewhere" not in answer.text


@pytest.mark.django_db
def test_a_request_that_is_not_understood_has_a_page_and_json_for_programs() -> None:
    with translation.override("en"):
        page, told = (
            bad_request(RequestFactory().get(address), SuspiciousOperation("secret"))
            for address in ("/desk/", "/api/v1/nowhere/")
        )
    assert (page.status_code, told.status_code) == (400, 400)
    assert "<h1>This request could not be understood</h1>" in page.text
    assert told.text == '{"detail": "This request could not be understood"}'
    assert "secret" not in page.text


def test_an_address_of_the_api_that_leads_nowhere_is_told_in_json(client: Client) -> None:
    answer = client.get("/api/v1/nowhere/", headers={"accept-language": "zh-CN"})
    assert answer.status_code == 404
    assert answer.json() == {"detail": "该地址不存在"}


def test_a_method_nothing_takes_has_a_page_and_json_for_programs(client: Client) -> None:
    page = client.put(reverse("accounts:profile"), headers={"accept-language": "en"})
    assert page.status_code == 405
    assert "<h1>This address only receives what a form sends</h1>" in page.text
    told = client.put(reverse("api-submissions"))
    assert told.status_code == 405
    assert list(told.json()) == ["detail"]
