"""What the public reads of a publication that was taken back."""

from datetime import UTC, datetime

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from assessment.publication.services import withdraw_preliminary
from tests.cast import Cast
from tests.portal.published import preliminary
from tests.portal.test_pages import addresses, page, status
from tests.publishing import said


def test_a_withdrawn_publication_says_so_at_every_address(cast: Cast) -> None:
    publication = preliminary(cast.cycle)
    places = [*addresses(cast.cycle, cast.locality.code)]
    places += [f"/cycles/{cast.cycle.code}/localities/{cast.locality.code}/report.en.pdf"]
    for address in addresses(cast.cycle, cast.locality.code):
        assert status(address) == 200, address
    at = datetime(2017, 5, 4, 20, tzinfo=UTC)  # 5 May in Beijing
    withdraw_preliminary(cycle=cast.cycle, reason=said("Wrong <means>"), by=cast.coordinator, at=at)
    for address in places:
        response = Client().get(address, HTTP_ACCEPT_LANGUAGE="en")
        html = response.content.decode()
        assert response.status_code == 410, address
        assert response["Content-Type"] == "text/html; charset=utf-8", address
        assert "max-age=0" in response["Cache-Control"], address
        assert "<h1>Publication withdrawn</h1>" in html, address
        assert "Wrong &lt;means&gt;" in html, address
        assert "2017-05-05" in html, address
        assert publication.body_name_en in html, address
        assert cast.coordinator.full_name not in html, address
    assert publication.file_name not in page("/downloads/")
    assert "Nothing has been published yet" in page("/")
    assert "Wrong &lt;means&gt;" in page("/publications/")


def test_a_new_publication_takes_the_place_of_the_withdrawn_one(cast: Cast) -> None:
    preliminary(cast.cycle)
    withdraw_preliminary(cycle=cast.cycle, reason=said("Wrong means"), by=None, at=timezone.now())
    preliminary(cast.cycle)
    assert status(f"/cycles/{cast.cycle.code}/") == 200
    assert "Wrong means" in page("/publications/")


def test_the_bundle_of_a_withdrawn_publication_is_known_as_such(cast: Cast) -> None:
    publication = preliminary(cast.cycle)
    with publication.bundle.open("rb") as file:
        content = file.read()
    withdraw_preliminary(cycle=cast.cycle, reason=said("Wrong means"), by=None, at=timezone.now())
    upload = SimpleUploadedFile("bundle.zip", content)
    html = Client(HTTP_ACCEPT_LANGUAGE="en").post("/verify/", {"bundle": upload}).content.decode()
    assert "that was withdrawn on" in html
    assert "See the results" not in html
