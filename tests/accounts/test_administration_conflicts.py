"""The administrators' site where two change the same thing."""

from typing import Any

import pytest

from accounts.models import Locality
from tests.cast import Cast
from tests.factories import LocalityFactory


@pytest.mark.django_db
def test_what_a_colleague_changed_meanwhile_is_not_sent_back(cast: Cast) -> None:
    client, city = cast.client("system_administrator"), LocalityFactory(name_zh="旧名")
    page = f"/admin/accounts/locality/{city.pk}/change/"
    html = client.get(page).content.decode()
    assert 'name="initial-name_zh" value="旧名"' in html
    shown = {"code": city.code, "name_zh": "旧名", "name_en": city.name_en, "parent": ""}
    sent = shown | {f"initial-{name}": text for name, text in shown.items()}
    Locality.objects.filter(pk=city.pk).update(name_zh="新名")
    assert client.post(page, sent | {"name_en": "New name"}).status_code == 302
    city.refresh_from_db()
    assert (city.name_zh, city.name_en) == ("新名", "New name")


@pytest.mark.django_db
def test_of_two_who_change_the_same_the_second_is_asked(cast: Cast) -> None:
    """The entry stays in the form, and saved again it counts."""
    locality = LocalityFactory(name_zh="旧名", name_en="Old name")
    address = f"/admin/accounts/locality/{locality.pk}/change/"
    client = cast.client("system_administrator")
    shown = {"name_zh": "旧名", "name_en": "Old name", "parent": ""}
    opened = {f"initial-{name}": text for name, text in shown.items()}
    client.post(address, opened | shown | {"name_en": "First"})
    second = opened | shown | {"name_en": "Second", "parent": str(cast.locality.pk)}
    refused = client.post(address, second, headers={"accept-language": "en"})
    assert refused.status_code == 200
    form = refused.context["adminform"].form
    assert form.errors == {
        "name_en": [
            "Somebody else changed this to “First” after you opened the page. "
            "Your entry is kept: save again to replace theirs."
        ]
    }
    assert 'name="name_en" value="Second"' in refused.text
    assert 'name="initial-name_en" value="First"' in refused.text
    locality.refresh_from_db()
    assert (locality.name_en, locality.parent) == ("First", None)
    again = second | {"initial-name_en": "First"}
    assert client.post(address, again).status_code == 302
    locality.refresh_from_db()
    assert (locality.name_en, locality.parent) == ("Second", cast.locality)


def test_the_same_change_by_two_is_no_conflict(cast: Cast) -> None:
    locality = LocalityFactory(name_zh="旧名", name_en="Old name")
    address = f"/admin/accounts/locality/{locality.pk}/change/"
    client = cast.client("system_administrator")
    opened = {"initial-name_zh": "旧名", "initial-name_en": "Old name", "initial-parent": ""}
    sent = opened | {"name_zh": "旧名", "name_en": "New name", "parent": ""}
    assert [client.post(address, sent).status_code for _ in range(2)] == [302, 302]


def test_localities_of_a_region_changed_meanwhile_are_named(cast: Cast) -> None:
    third = LocalityFactory(name_en="Third")
    address = f"/admin/accounts/region/{cast.region.pk}/change/"
    client = cast.client("system_administrator")
    page = client.get(address)
    form = page.context["adminform"].form
    sent: dict[str, Any] = {name: form[name].value() or "" for name in form.fields}
    sent |= {f"initial-{name}": value for name, value in sent.items()}
    for name in ("localities", "initial-localities"):
        sent[name] = [str(cast.locality.pk), str(cast.neighbour.pk)]
    cast.region.localities.add(third)
    sent["localities"] = [str(cast.locality.pk)]
    refused = client.post(address, sent, headers={"accept-language": "en"})
    [message] = refused.context["adminform"].form.errors["localities"]
    assert "Third" in message
    assert cast.region.localities.count() == 3
    sent["initial-localities"] = [str(each.pk) for each in cast.region.localities.all()]
    assert client.post(address, sent).status_code == 302
    assert list(cast.region.localities.all()) == [cast.locality]
