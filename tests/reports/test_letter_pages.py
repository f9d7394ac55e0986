"""The pages on which an office words its documents and sets their logo."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from assessment.publication.models import Publication
from assessment.reports.models import Logo, TextVersion
from assessment.reports.services import write_text
from tests.cast import Cast
from tests.factories import NOW
from tests.queries import assert_same_queries
from tests.reports.test_logos import picture

pytestmark = pytest.mark.django_db


def page(cast: Cast, key: str = "report-closing", name: str = "text") -> str:
    more = [key] if name == "text" else []
    return reverse(f"reports:{name}", args=[cast.region.code, *more])


def test_a_wording_is_saved_and_listed(cast: Cast) -> None:
    client = cast.client("coordinator")
    sent = {"text_zh": "{locality}再接再厉。", "text_en": "", "seen": "0", "do": "save"}
    response = client.post(page(cast), sent, follow=True)
    assert TextVersion.objects.get().text_zh == "{locality}再接再厉。"
    text = response.text
    assert "已修改：中文" in text
    assert cast.coordinator.full_name in text
    edit = client.get(page(cast)).text
    assert "{locality}再接再厉。</textarea>" in edit
    assert "OfficeText" not in edit
    assert 'name="seen" value="1"' in edit


def test_what_is_refused_stays_as_typed_with_what_is_wrong(cast: Cast) -> None:
    sent = {"text_zh": "{localty} <b>", "text_en": "Fine.", "seen": "0"}
    response = cast.client("coordinator").post(page(cast), sent)
    assert response.status_code == 200
    assert not TextVersion.objects.exists()
    assert "{localty} &lt;b&gt;</textarea>" in response.text
    assert "Fine.</textarea>" in response.text
    assert "是否应为 {locality}？" in response.text


def test_back_to_the_standard_wording_is_one_more_version(cast: Cast) -> None:
    client = cast.client("coordinator")
    key = "commendation-closing"
    assert "恢复标准用语" not in client.get(page(cast, key)).text
    client.post(page(cast, key), {"text_zh": "谢谢。", "text_en": "Thanks.", "seen": "0"})
    assert "恢复标准用语" in client.get(page(cast, key)).text
    # What stands in the fields does not matter, nor whether it could be saved.
    sent = {"text_zh": "{x", "text_en": "", "seen": "1", "do": "standard"}
    assert client.post(page(cast, key), sent).status_code == 302
    last = TextVersion.objects.latest("number")
    assert (last.number, last.is_standard) == (2, True)
    assert "希望受表扬的地区再接再厉" in client.get(page(cast, key)).text


def test_a_sample_has_the_values_of_the_newest_publication(
    cast: Cast, publication: Publication
) -> None:
    client = cast.client("coordinator")
    sent = {"text_zh": "{locality}得 {score} 分", "text_en": "{rnk}", "do": "sample", "seen": "0"}
    text = client.post(page(cast), sent).text
    assert f"<p>{cast.locality.name_zh}得 90.00 分</p>" in text
    assert "占位符有误，暂不能显示" in text
    assert "示例数值" not in text
    assert not TextVersion.objects.exists()
    typing = {"text_zh": "<i>{grade}", "sample": "text_zh"}
    part = client.post(page(cast), typing, headers={"hx-request": "true"}).text
    assert "<p>&lt;i&gt;优秀</p>" in part
    assert "<form" not in part
    assert (
        client.post(page(cast), {"sample": "x"}, headers={"hx-request": "true"}).status_code == 404
    )


def test_before_any_publication_the_values_are_made_up_and_said_to_be(cast: Cast) -> None:
    text = cast.client("auditor").get(page(cast)).text
    assert "示例数值" in text
    assert cast.region.body_name_zh in text
    assert "<textarea" not in text


def test_somebody_else_s_wording_is_shown_before_it_is_replaced(cast: Cast) -> None:
    client = cast.client("coordinator")
    client.post(page(cast), {"text_zh": "甲", "text_en": "", "seen": "0"})
    response = client.post(page(cast), {"text_zh": "乙", "text_en": "", "seen": "0"})
    assert "乙</textarea>" in response.text
    assert "中文 · 甲" in response.text
    seen = re.search(r'name="seen" value="(\d+)"', response.text)
    assert seen
    assert client.post(page(cast), {"text_zh": "乙", "seen": seen[1]}).status_code == 302


def test_a_logo_is_uploaded_served_to_the_region_and_taken_out(cast: Cast) -> None:
    client = cast.client("coordinator")
    address = page(cast, name="logo")
    refused = client.post(address, {"upload": SimpleUploadedFile("a.svg", b"<svg/>")})
    assert "不是 PNG 或 JPEG 图片" in refused.text
    assert "选择文件" in client.post(address, {}).text
    assert not Logo.objects.exists()
    client.post(address, {"upload": SimpleUploadedFile("a.png", picture())})
    logo = Logo.objects.get()
    assert page(cast, name="logo_file") in client.get(page(cast, name="texts")).text
    served = cast.client("auditor").get(page(cast, name="logo_file"))
    assert served["Content-Type"] == "image/png"
    assert b"".join(served).startswith(b"\x89PNG")  # type: ignore[arg-type]
    assert served["ETag"] == f'"{logo.sha256}"'
    client.post(address, {"do": "remove"})
    assert client.get(page(cast, name="logo_file")).status_code == 404


def test_pages_ask_equally_often_for_one_and_three_versions(
    cast: Cast, publication: Publication
) -> None:
    def write(key: str, number: int) -> None:
        write_text(
            region=cast.region,
            key=key,
            text_zh=f"第 {number} 版",
            text_en="",
            seen=None,
            by=cast.coordinator,
            at=NOW,
        )

    client = cast.client("coordinator")
    write("report-closing", 1)

    def more() -> None:
        for number in (2, 3):
            write("report-closing", number)
            write("report-opening", number)

    def ask() -> None:
        assert client.get(page(cast, name="texts")).status_code == 200
        assert client.get(page(cast)).status_code == 200

    assert_same_queries(ask, more)


def test_who_gives_a_number_is_told_while_it_does_not_name_the_issuing_body(
    cast: Cast, publication: Publication
) -> None:
    """GB/T 9704-2012, 7.2.5: 发文机关代字, year and serial number."""
    reports = reverse("reports:list", args=[cast.cycle.code])
    client, address = cast.client("coordinator"), page(cast, "letterhead-number")
    assert f'href="{address}"' in client.get(reports).text
    assert f'href="{address}"' not in cast.client("auditor").get(reports).text
    client.post(address, {"text_zh": "京协办〔{year}〕{number}号", "text_en": "", "seen": "0"})
    assert f'href="{address}"' not in client.get(reports).text
