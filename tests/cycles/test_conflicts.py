"""Two coordinators at one cycle."""

from datetime import date

from django.urls import reverse

from assessment.cycles.queries import participants
from assessment.cycles.workflow import Stage
from tests.cast import Cast
from tests.cycles.test_pages import english, moved, sent


def test_older_page_overwrites_nothing_and_keeps_what_was_typed(cast: Cast) -> None:
    cycle, client = moved(cast, Stage.COLLECTING), english(cast)
    url = reverse("cycles:edit", args=[cycle.code])
    revision = client.get(url).context["revision"]
    first = sent(cast, objection_end_date="2017-05-30", revision=revision)
    assert client.post(url, first).status_code == 302
    older = sent(cast, review_end_date="2017-04-20", revision=revision)
    refused = client.post(url, older)
    assert refused.status_code == 200
    who, again = refused.context["form"].non_field_errors()
    assert who.startswith(f"{cast.coordinator} saved at ")
    assert who.endswith("Last day to object: 2017-04-30 → 2017-05-30.")
    assert again == "What you typed is kept below. Saved again, it replaces what they saved."
    assert 'value="2017-04-20"' in refused.content.decode()
    cycle.refresh_from_db()
    assert (cycle.review_end_date, cycle.objection_end_date) == (
        date(2017, 4, 15),
        date(2017, 5, 30),
    )
    assert client.post(url, older | {"review_end_date": "soon"}).context["revision"] == revision
    meant = older | {"revision": refused.context["revision"], "objection_end_date": "2017-05-30"}
    assert client.post(url, meant).status_code == 302
    cycle.refresh_from_db()
    assert cycle.review_end_date == date(2017, 4, 20)


def test_older_page_leaves_the_participants_a_colleague_chose(cast: Cast) -> None:
    client = english(cast)
    url = reverse("cycles:edit", args=[cast.cycle.code])
    given = sent(cast, code=cast.cycle.code, revision=client.get(url).context["revision"])
    chosen = given | {"localities": [cast.neighbour.code]}
    assert client.post(url, chosen).status_code == 302
    refused = client.post(url, given)
    told = str(refused.context["form"].errors)
    assert f"Localities removed: {cast.locality.name_en} {cast.locality.code}; " in told
    assert list(participants(cast.cycle)) == [cast.neighbour]


def test_dates_typed_while_the_cycle_was_published_are_shown_and_not_saved(cast: Cast) -> None:
    cycle, client = moved(cast, Stage.FINAL), english(cast)
    url = reverse("cycles:edit", args=[cycle.code])
    given = sent(cast, stage=Stage.FINAL, revision=client.get(url).context["revision"])
    moved(cast, Stage.PUBLISHED)
    refused = client.post(url, given | {"objection_end_date": "2017-05-30"})
    assert refused.status_code == 409
    assert refused.context["closed_text"] == "A published cycle can no longer be changed."
    assert refused.context["kept"] == [("Last day to object", "2017-05-30")]
    assert "2017-05-30" in refused.text
    cycle.refresh_from_db()
    assert cycle.objection_end_date == date(2017, 4, 30)


def test_a_name_typed_while_the_collection_was_opened_is_not_lost_without_a_word(
    cast: Cast,
) -> None:
    client = english(cast)
    url = reverse("cycles:edit", args=[cast.cycle.code])
    page = client.get(url)
    given = sent(cast, code=cast.cycle.code, name_zh=cast.cycle.name_zh, name_en="Another name")
    given |= {"stage": Stage.DRAFT, "revision": page.context["revision"]}
    moved(cast, Stage.COLLECTING)
    typed = given | {"review_end_date": "2017-04-20", "localities": [cast.neighbour.code]}
    refused = client.post(url, typed)
    assert refused.context["kept"] == [
        ("English name", "Another name"),
        ("Localities", cast.neighbour.name_en),
    ]
    assert 'value="2017-04-20"' in refused.text
    assert 'name="stage" value="collecting"' in refused.text
    assert client.post(url, typed | {"stage": Stage.COLLECTING}).status_code == 302
    cast.cycle.refresh_from_db()
    assert cast.cycle.review_end_date == date(2017, 4, 20)
