"""Texts an office words itself: placeholders judged, versions kept, the standard unchanged."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.utils import translation

from assessment.audit.changes import changes_of
from assessment.audit.models import Event
from assessment.publication.models import Publication
from assessment.reports.contents import report_contents
from assessment.reports.models import DocumentNumber, TextVersion
from assessment.reports.notices import commendation_contents, receipt_contents
from assessment.reports.printable import html_of
from assessment.reports.queries import texts_in_force
from assessment.reports.services import give_number, write_text
from assessment.reports.texts.catalogue import GROUPS, PLACEHOLDERS, TEXTS
from assessment.reports.texts.placeholders import fault_of, filled, problems_of
from assessment.submissions.models import Submission, Version
from assessment.submissions.services import open_collection
from tests.cast import Cast
from tests.factories import NOW
from tests.flushing import past_triggers
from tests.reports.conftest import LATER
from tests.submissions.conftest import fill as answer
from tests.submissions.conftest import sign

ALLOWED = ("locality", "cycle", "rank", "period_start")


def write(cast: Cast, key: str = "report-closing", **changes: Any) -> TextVersion | None:
    """Worded by the coordinator; both languages standard unless said otherwise."""
    given = {"text_zh": "", "text_en": "", "seen": None, "by": cast.coordinator, "at": LATER}
    return write_text(region=cast.region, key=key, **(given | changes))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{locality}：第 {rank} 名", []),
        ("没有占位符的文字。", []),
        ("{localty}", [("{localty}", 1, 1, "locality")]),
        ("一\n二 {Locality}", [("{Locality}", 2, 3, "locality")]),
        ("{ locality }", [("{ locality }", 1, 1, "locality")]),
        ("{period-start}", [("{period-start}", 1, 1, "period_start")]),
        ("\uff5blocality\uff5d", [("\uff5blocality\uff5d", 1, 1, "locality")]),
        ("{locality\uff5d", [("{locality\uff5d", 1, 1, "locality")]),
        ("{phone}", [("{phone}", 1, 1, "")]),
        ("{}", [("{}", 1, 1, "")]),
        ("{locality.name}", [("{locality.name}", 1, 1, "locality")]),
        ("{{ 7 * 7 }}", [("{", 1, 1, ""), ("{ 7 * 7 }", 1, 2, ""), ("}", 1, 11, "")]),
        ("{rank 名", [("{rank", 1, 1, "rank")]),
        ("第 rank} 名", [("}", 1, 7, "")]),
        ("{rank\n}", [("{rank", 1, 1, "rank"), ("}", 2, 1, "")]),
    ],
)
def test_every_brace_is_judged_where_it_stands(
    text: str, expected: list[tuple[str, int, int, str]]
) -> None:
    found = [(each.found, each.line, each.place, each.meant) for each in problems_of(text, ALLOWED)]
    assert found == expected


def test_a_problem_says_where_what_what_is_allowed_and_the_nearest() -> None:
    (problem,) = problems_of("一\n第 {rnak} 名", ALLOWED)
    with translation.override("en"):
        said = str(fault_of(problem, ALLOWED))
    for part in ("“{rnak}” in line 2, character 3", "{locality}, {cycle}, {rank}", "mean {rank}?"):
        assert part in said


def test_braces_in_a_value_are_text() -> None:
    assert filled("{locality}/{cycle}", {"locality": "{cycle}", "cycle": "2016"}) == "{cycle}/2016"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_standard_wordings_pass_their_own_check(language: str) -> None:
    for text in TEXTS.values():
        assert problems_of(text.standard(language), text.placeholders) == []
        assert len(text.standard(language)) <= text.longest
        assert set(text.placeholders) <= set(PLACEHOLDERS)


def test_every_text_stands_in_one_document() -> None:
    assert len(TEXTS) == sum(len(group.texts) for group in GROUPS)


@pytest.mark.django_db
def test_each_change_is_a_version_and_an_event(cast: Cast) -> None:
    first = write(cast, text_zh="{locality}再接再厉。\r\n\r\n\r\n\r\n谢谢。  ")
    second = write(cast, text_zh="{locality}再接再厉。", text_en="Well done, {locality}.")
    assert (first and first.number, second and second.number) == (1, 2)
    assert first is not None
    assert first.text_zh == "{locality}再接再厉。\n\n谢谢。"
    assert texts_in_force(cast.region) == {"report-closing": second}
    one, two = Event.objects.filter(action="reports.write_text").order_by("sequence")
    assert (one.before, one.after) == (
        {},
        {"text": "report-closing", "zh-Hans": first.text_zh},
    )
    assert two.before == {"zh-Hans": first.text_zh}
    assert two.after["en"] == "Well done, {locality}."
    with translation.override("en"):
        labels = [change.label for change in changes_of([two])[two.sequence]]
        assert labels == ["Chinese", "English", "Text"]
        told = changes_of([two])[two.sequence][-1]
    assert told.value == "Evaluation report · Closing remarks"


@pytest.mark.django_db
def test_nothing_changed_leaves_neither_version_nor_event(cast: Cast) -> None:
    assert write(cast) is None
    write(cast, text_en="Thank you.")
    assert write(cast, text_en=" Thank you.\n") is None
    assert TextVersion.objects.count() == 1
    assert Event.objects.filter(action="reports.write_text").count() == 1


@pytest.mark.django_db
def test_the_standard_wording_typed_stays_the_standard(cast: Cast) -> None:
    key = "commendation-addressee"
    assert write(cast, key, text_zh="各参评地区：", text_en="To all localities assessed:") is None
    changed = write(cast, key, text_zh="各市、区：", text_en="To all localities assessed:")
    assert changed is not None
    assert (changed.text_zh, changed.text_en) == ("各市、区：", "")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("key", "text", "said"),
    [
        ("report-closing", "{localty}", "{locality}"),
        ("report-closing", "第 {rank 名", "{rank"),
        ("report-closing", "字" * 5001, "5001"),
        ("commendation-addressee", "各市：\n各区：", "多行"),
        ("commendation-addressee", "{locality}：", "{locality}"),
        ("report-closing", "\ud800", "无法保存"),
    ],
)
def test_what_cannot_be_printed_is_refused(cast: Cast, key: str, text: str, said: str) -> None:
    with pytest.raises(ValidationError) as refused:
        write(cast, key, text_zh=text)
    assert list(refused.value.message_dict) == ["text_zh"]
    assert said in " ".join(refused.value.message_dict["text_zh"])
    assert not TextVersion.objects.exists()


@pytest.mark.django_db
def test_the_coordinator_of_the_region_alone_words_its_documents(cast: Cast) -> None:
    for name in ("other_coordinator", "auditor", "approver", "system_administrator"):
        with pytest.raises(PermissionDenied):
            write(cast, text_en="Mine", by=getattr(cast, name))


@pytest.mark.django_db
def test_what_somebody_else_wrote_meanwhile_is_not_written_over(cast: Cast) -> None:
    write(cast, text_en="Theirs", seen=0)
    with pytest.raises(ValidationError) as refused:
        write(cast, text_en="Mine", seen=0)
    assert cast.coordinator.full_name in refused.value.message_dict["seen"][0]
    assert write(cast, text_en="Mine", seen=1) is not None


@pytest.mark.django_db
def test_a_version_is_never_changed(cast: Cast) -> None:
    write(cast, text_en="Once")
    with pytest.raises(DatabaseError), transaction.atomic():
        TextVersion.objects.update(text_en="Twice")
    with pytest.raises(TypeError):
        TextVersion.objects.get().save()


def html(publication: Publication, cast: Cast, language: str) -> str:
    with translation.override(language):
        return html_of(
            report_contents(publication=publication, locality=cast.locality, language=language)
        )


@pytest.mark.django_db
def test_a_report_says_what_the_office_wrote_where_it_belongs(
    cast: Cast, publication: Publication
) -> None:
    plain = html(publication, cast, "en")
    write(cast, "report-opening", text_en="report-opening: <b>{locality}</b>, {score} and {rank}.")
    write(cast, "report-closing", text_en="report-closing: {grade}")
    write(cast, "reports-method", text_en="reports-method: {assessed}")
    write(cast, "reports-contact", text_en="{body}, 010-1234")
    write(cast, "letterhead-mark", text_en="Joint Office")
    text = html(publication, cast, "en")
    assert html(publication, cast, "zh-hans").count("report-opening") == 0
    place = {
        part: text.index(part)
        for part in (
            "Joint Office</p>",
            'class="contents shared"',
            "report-opening: &lt;b&gt;",
            "report-closing: ",
            f"{publication.body_name_en}, 010-1234",
            "reports-method: ",
        )
    }
    assert list(place.values()) == sorted(place.values())
    assert f"&lt;b&gt;{cast.locality.name_en}&lt;/b&gt;, 90.00 and 1." in text
    assert "Closing remarks" in text
    assert "Closing remarks" not in plain
    for key in [*texts_in_force(cast.region)]:
        write(cast, key)
    assert html(publication, cast, "en") == plain


@pytest.mark.django_db
def test_a_commendation_is_worded_line_by_line(cast: Cast, publication: Publication) -> None:
    write(cast, "commendation-addressee", text_zh="各市人民政府：")
    write(
        cast, "commendation-opening", text_zh="共 {commended} 个地区获“{best_grade}”。\n名单如下："
    )
    write(cast, "commendation-line", text_zh="{locality}（{grade}，{score}）")
    write(cast, "commendation-copies", text_zh="{region}各成员单位。" * 5)
    with translation.override("zh-hans"):
        said = commendation_contents(publication, "zh-hans")
        page = html_of(said)
    assert said.addressee == "各市人民政府："
    assert said.opening == ("共1个地区获“优秀”。", "名单如下：")
    assert said.lines == (f"{cast.locality.name_zh}（优秀，90.00）",)
    assert said.closing[0].startswith("希望受表扬的地区")
    assert f"抄送：{said.copies}" in page


@pytest.mark.django_db
def test_a_commendation_bears_the_number_it_was_given(cast: Cast, publication: Publication) -> None:
    given: Any = {"publication": publication, "by": cast.coordinator, "at": LATER}

    def printed() -> str:
        with translation.override("zh-hans"):
            return commendation_contents(publication, "zh-hans").document_number

    assert printed() == ""
    give_number(number=" 12 ", **given)
    assert printed() == "〔2017〕12号"
    write(cast, "letterhead-number", text_zh="京津冀协作办〔{year}〕{number}号")
    assert printed() == "京津冀协作办〔2017〕12号"
    assert give_number(number="12", **given) is None
    for typed in ("012", "0", "-1", "1.5", "十二", "100000"):
        with pytest.raises(ValidationError):
            give_number(number=typed, **given)
    first = Publication.objects.get(kind="preliminary")
    with pytest.raises(ValidationError):
        give_number(number="13", **(given | {"publication": first}))
    with pytest.raises(PermissionDenied):
        give_number(number="13", **(given | {"by": cast.auditor}))
    with past_triggers():
        Publication.objects.filter(pk=first.pk).update(published_at=publication.published_at)
    DocumentNumber.objects.create(publication=first, number=13, written_at=LATER)
    with pytest.raises(ValidationError, match="13"):
        give_number(number="13", **given)
    give_number(number="", **given)
    assert printed() == ""
    events = Event.objects.filter(action="reports.number_document").order_by("sequence")
    assert [(event.before, event.after) for event in events] == [
        ({}, {"number": 12}),
        ({"number": 12}, {}),
    ]


@pytest.fixture
def version(cast: Cast) -> Version:
    """The locality's form, signed off."""
    open_collection(cycle=cast.cycle, by=cast.coordinator, at=NOW)
    cast.cycle.refresh_from_db()
    submission = Submission.objects.get(cycle=cast.cycle, locality=cast.locality)
    answer(submission, cast.contributor)
    sign(submission, cast.approver)
    return submission.versions.get()


@pytest.mark.django_db
def test_a_receipt_is_worded_as_when_it_was_signed(cast: Cast, version: Version) -> None:
    before, after = (version.signed_at + timedelta(days=days) for days in (-1, 1))
    write(cast, "receipt-opening", text_en="Received from {locality}.", at=before)
    write(cast, "receipt-opening", text_en="Too late.", at=after)
    with translation.override("en"):
        assert receipt_contents(version, "en").opening == (
            f"Received from {cast.locality.name_en}.",
        )
