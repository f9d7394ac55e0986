"""A visitor holds a report, as a file or on paper, and asks whether it is the published one."""

import hashlib
import re
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import quote, unquote

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from assessment.publication.models import Publication
from assessment.publication.services import withdraw_preliminary
from assessment.reports.models import Document, IssuedFile, Report
from assessment.reports.pictures import code_picture
from assessment.reports.services import keep_document, keep_report
from assessment.reports.signing import signed, signing_credential
from assessment.submissions.models import Submission
from assessment.submissions.services import open_collection
from tests.cast import Cast
from tests.factories import NOW
from tests.portal.published import final, preliminary
from tests.publishing import finalise, said
from tests.signing_keys import AT, one_page
from tests.submissions.conftest import fill as answer
from tests.submissions.conftest import sign

LONG_AFTER = NOW + timedelta(days=90)


@pytest.fixture(autouse=True)
def _unlimited() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def kept(publication: Publication, cast: Cast) -> bytes:
    """A signed report of the publication, offered by the site."""
    content = signed(one_page(), at=AT, reason="Evaluation report")
    report = Report.objects.create(
        publication=publication, locality=cast.locality, language="en", file=ContentFile(b"", "x")
    )
    keep_report(report=report, content=content, at=NOW)
    return content


def bring(content: bytes) -> str:
    upload = SimpleUploadedFile("report.pdf", content, "application/pdf")
    response = Client(HTTP_ACCEPT_LANGUAGE="en").post("/verify/", {"bundle": upload})
    assert response.status_code == 200
    return response.content.decode()


def facts_in(html: str) -> dict[str, str]:
    """What the page lists of the file, by its name."""
    return dict(re.findall(r"<dt>([^<]+)</dt><dd>([^<]+)</dd>", html))


def look_up(code: str) -> str:
    response = Client(HTTP_ACCEPT_LANGUAGE="en").get(f"/verify/?code={quote(code)}")
    assert response.status_code == 200
    return response.content.decode()


def test_the_published_file_is_known_with_its_signature(cast: Cast) -> None:
    content = kept(final(cast.cycle), cast)
    html = bring(content)
    assert "This is the published document" in html
    assert facts_in(html)["Document"] == "Evaluation report"
    assert facts_in(html)["Locality"] == cast.locality.name_en
    assert hashlib.sha256(content).hexdigest() in html
    assert signing_credential().fingerprint in html
    assert "Holds for the whole file" in html


def test_a_changed_file_is_not_the_published_one(cast: Cast) -> None:
    content = kept(final(cast.cycle), cast)
    html = bring(content[:-1] + b" ")
    assert "This is not a document issued here" in html
    assert "Holds for the whole file" not in html


def test_a_report_of_a_withdrawn_publication_says_so(cast: Cast) -> None:
    content = kept(preliminary(cast.cycle), cast)
    assert "This is the published document" in bring(content)
    withdraw_preliminary(cycle=cast.cycle, reason=said("Wrong means"), by=None, at=timezone.now())
    html = bring(content)
    assert "This is a document of a publication that was withdrawn" in html
    assert "Its figures no longer hold." in html


def test_a_report_made_anew_is_known_by_its_earlier_file(cast: Cast) -> None:
    content = kept(final(cast.cycle), cast)
    anew = signed(one_page(), at=AT, reason="Made anew")
    keep_report(report=Report.objects.get(), content=anew, at=timezone.now())
    assert "This is the published document" in bring(anew)
    html = bring(content)
    assert "This is an earlier file of the published document" in html
    assert "Holds for the whole file" in html


def issued(document: Document, reason: str) -> bytes:
    content = signed(one_page(), at=AT, reason=reason)
    keep_document(document=document, content=content, at=NOW)
    return content


def test_a_regional_summary_is_known_and_offered_to_everybody(cast: Cast) -> None:
    publication = final(cast.cycle)
    document = Document.objects.create(
        kind="regional", publication=publication, language="zh-hans", file=ContentFile(b"", "x")
    )
    downloads = f"/cycles/{cast.cycle.code}/downloads/"
    address = f"/cycles/{cast.cycle.code}/documents/regional.zh-hans.pdf"
    assert Client().get(address).status_code == 404
    assert address not in Client().get(downloads).text
    content = issued(document, "Regional summary report")
    html = bring(content)
    assert "This is the published document" in html
    told = facts_in(html)
    assert told["Document"] == "Regional summary report"
    assert told["Cycle"] == publication.cycle_name_en
    assert (told["Number"], told["Language"]) == ("publication 2", "Chinese")
    assert "Locality" not in told
    assert address in Client().get(downloads).text
    download = Client().get(address)
    assert b"".join(download) == content  # type: ignore[arg-type]
    assert "区域评估总报告" in unquote(download["Content-Disposition"])


def test_a_receipt_is_genuine_and_nothing_else_is_told_of_it(cast: Cast) -> None:
    """It says whose form was handed in and when; whether the form stands is nobody else's."""
    open_collection(cycle=cast.cycle, by=cast.coordinator, at=NOW)
    cast.cycle.refresh_from_db()
    form = Submission.objects.get(cycle=cast.cycle, locality=cast.locality)
    answer(form, cast.contributor)
    sign(form, cast.approver)
    version = form.versions.get()
    receipt = Document.objects.create(kind="receipt", version=version, language="en")
    content = issued(receipt, "Receipt")
    html = bring(content)
    assert "This is a receipt issued here" in html
    told = facts_in(html)
    assert [told[name] for name in ("Document", "Locality", "Number")] == [
        "Receipt",
        cast.locality.name_en,
        "version 1",
    ]
    assert "/cycles/" not in html.partition('id="verdict"')[2].partition("</section>")[0]
    kept = IssuedFile.objects.get()
    issued(receipt, "Receipt, made again")
    assert "This is a receipt issued here" in bring(content)
    for change in ({"sha256": "0" * 64}, {"document": None}):
        with pytest.raises(DatabaseError), transaction.atomic():
            IssuedFile.objects.filter(pk=kept.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Document.objects.filter(pk=receipt.pk).update(language="zh-hans")
    with pytest.raises(DatabaseError, match="never changed or deleted"), transaction.atomic():
        IssuedFile.objects.all()._raw_delete("default")
    with pytest.raises(DatabaseError, match="never changed or deleted"), transaction.atomic():
        Document.objects.filter(pk=receipt.pk)._raw_delete("default")


def test_what_was_never_public_is_a_stranger_s(cast: Cast) -> None:
    first = preliminary(cast.cycle)
    inside = finalise(cycle=cast.cycle, run=first.run, by=None, at=LONG_AFTER)
    content = kept(inside, cast)
    assert "This is not a document issued here" in bring(content)
    with inside.bundle.storage.open(inside.bundle.name or "") as file:
        assert "This is not a bundle published here" in bring(file.read())


def test_the_bundle_of_a_superseded_publication_says_so(cast: Cast) -> None:
    publication = final(cast.cycle)
    first = publication.cycle.publications.get(kind=Publication.Kind.PRELIMINARY)
    with first.bundle.storage.open(first.bundle.name or "") as file:
        html = bring(file.read())
    assert "which was superseded" in html
    assert "A later publication of the same cycle holds now." in html


def test_a_stranger_s_pdf_is_compared_and_not_read(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(content: bytes) -> None:
        raise AssertionError("read")

    monkeypatch.setattr("assessment.portal.report_check.signature_of", refuse)
    assert "This is not a document issued here" in bring(b"%PDF-1.7 whatever")


def test_the_printed_code_finds_the_publication_however_it_is_typed(cast: Cast) -> None:
    publication = final(cast.cycle)
    code = publication.short_code
    assert code.replace("-", "").lower() == publication.bundle_sha256[:12]
    full_width = "".join(chr(ord(sign) + 0xFEE0) for sign in code)
    blanks = f" {code.replace('-', ' ')} "
    for typed in (code, code.lower(), code.replace("-", ""), blanks, full_width):
        html = look_up(typed)
        assert "The report belongs to a current publication" in html, typed
        assert publication.bundle_sha256 in html


def test_the_code_of_a_superseded_publication_says_so(cast: Cast) -> None:
    publication = final(cast.cycle)
    first = publication.cycle.publications.get(kind=Publication.Kind.PRELIMINARY)
    assert first.short_code != publication.short_code
    assert "to a publication that was superseded" in look_up(first.short_code)


def test_the_code_of_a_withdrawn_publication_says_so(cast: Cast) -> None:
    publication = preliminary(cast.cycle)
    withdraw_preliminary(cycle=cast.cycle, reason=said("Wrong means"), by=None, at=timezone.now())
    html = look_up(publication.short_code)
    assert "to a publication that was withdrawn" in html
    assert "Its figures no longer hold." in html


@pytest.mark.parametrize("typed", ["12", "1A2B-3C4D-5E6G", "<b>", "1A2B-3C4D-5E6F-7A8B"])
def test_what_is_no_code_is_said_and_kept(db: None, typed: str) -> None:
    html = look_up(typed)
    assert "is not a code of a report" in html
    assert "<b>" not in html


def test_an_empty_code_is_asked_for(db: None) -> None:
    assert "Enter the code printed in the report." in look_up("　")


def test_what_is_neither_bundle_nor_report_is_said(db: None) -> None:
    html = bring(b"some words, called report.pdf")
    assert "This is not a file of this site: neither a bundle (.zip) nor a document (.pdf)." in html
    assert "This is not a bundle published here" not in html
    assert "This is not a bundle published here" in bring(b"PK-made elsewhere")


def test_an_unknown_code_is_said(db: None) -> None:
    assert "No publication here has the code 1A2B-3C4D-5E6F." in look_up("1A2B-3C4D-5E6F")


def test_qr_code_leads_to_the_look_up_where_the_site_has_an_address(
    cast: Cast, settings: LazySettings
) -> None:
    publication = preliminary(cast.cycle)
    settings.SITE_URL = ""
    assert publication.bundle_sha256 in code_picture(publication).alternative_text
    settings.SITE_URL = "https://lianping.example.org"
    address = f"https://lianping.example.org/verify/?code={publication.short_code}"
    picture = code_picture(publication)
    assert picture.alternative_text.endswith(address)
    assert picture.svg.startswith(b"<svg")
    assert Client().get(address.removeprefix(settings.SITE_URL)).status_code == 200
