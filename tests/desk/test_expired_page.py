"""An expired form token is answered with the way back."""

from django.test import Client

from tests.cast import Cast


def test_expired_token_offers_sign_in_and_the_page_of_the_form(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    page = f"/desk/cycles/{cast.cycle.code}/?x=1"
    response = client.post(
        f"/desk/cycles/{cast.cycle.code}/open/", headers={"referer": f"http://testserver{page}"}
    )
    assert response.status_code == 403
    assert response.context["next_url"] == page
    assert "/account/login/?next=/desk/cycles/" in response.content.decode()


def test_expired_token_from_elsewhere_leads_nowhere(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post("/account/login/", headers={"referer": "http://evil.example/desk/"})
    assert response.status_code == 403
    assert response.context["next_url"] == ""


def test_an_address_for_forms_opened_as_a_page_explains_itself(cast: Cast) -> None:
    client = cast.client("coordinator")
    response = client.get("/account/switch/", headers={"accept-language": "en"})
    assert response.status_code == 405
    assert response.headers["Allow"] == "POST"
    assert "This address only receives what a form sends" in response.content.decode()
