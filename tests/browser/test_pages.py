"""Every main page: fits a phone, passes axe, works from the keyboard, changes language."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from accounts.models import User
from tests.browser.conftest import Visit, person
from tests.browser.pages import ABSENT, CITY, PUBLISHED, REVIEWING, main_pages
from tests.browser.screenshots import MOST_BYTES, PICTURES, Picture, address_of, keep

READERS = ("", "contributor-130200", "approver", "coordinator", "reviewer", "auditor")
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 360, "height": 740}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# The part of the page that is wider than the screen: its first element, to find it by.
TOO_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return "";
  const isCut = (each) => getComputedStyle(each).overflowX !== "visible";
  const wide = [...document.querySelectorAll("body *")].find((each) => {
    for (let up = each.parentElement; up; up = up.parentElement) if (isCut(up)) return false;
    return each.getBoundingClientRect().right > width + 1;
  });
  return wide ? wide.outerHTML.slice(0, 120) : "the document";
}"""

pytestmark = pytest.mark.usefixtures("demonstration")


def violations(page: Page) -> dict[str, list[str]]:
    """What axe finds on the page: by rule, where."""
    options = {"runOnly": RULES, "resultTypes": ["violations"]}
    found = Axe().run(page, options=options).response["violations"]
    return {each["id"]: [node["html"][:160] for node in each["nodes"][:3]] for each in found}


def reader(name: str) -> User | None:
    return person(name) if name else None


@pytest.mark.parametrize("name", READERS)
def test_page_in_chinese_passes_axe_and_fits_a_phone(visit: Visit, name: str) -> None:
    page = visit(reader(name), language="zh-CN", bypass_csp=True)
    found: dict[tuple[str, str], object] = {}
    for address in main_pages()[name]:
        page.set_viewport_size(DESK)
        answer = page.goto(address)
        assert (address, answer and answer.status) == (address, 404 if address == ABSENT else 200)
        expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
        found |= {(address, rule): where for rule, where in violations(page).items()}
        page.set_viewport_size(PHONE)
        if wide := page.evaluate(TOO_WIDE):
            found[address, "too wide"] = wide
    assert found == {}


@pytest.mark.parametrize("name", READERS)
def test_page_in_english_fits_a_phone(visit: Visit, name: str) -> None:
    page = visit(reader(name), **PHONE)
    wide = {}
    for address in main_pages()[name]:
        page.goto(address)
        expect(page.locator("html")).to_have_attribute("lang", "en")
        wide[address] = page.evaluate(TOO_WIDE)
    assert {address: part for address, part in wide.items() if part} == {}


def test_previews_of_documents_pass_axe_and_fit_a_phone(visit: Visit) -> None:
    """Their language is their own: the bar above an English document is the Chinese reader's."""
    page = visit(reader("coordinator"), language="zh-CN", bypass_csp=True)
    reports = f"/desk/cycles/{PUBLISHED}/reports/{CITY}/report"
    documents = f"/desk/cycles/{PUBLISHED}/documents/commendation"
    found: dict[tuple[str, str], object] = {}
    for address in (f"{reports}.zh-hans.html", f"{reports}.en.html", f"{documents}.zh-hans.html"):
        page.set_viewport_size(DESK)
        page.goto(address)
        found |= {(address, rule): where for rule, where in violations(page).items()}
        page.set_viewport_size(PHONE)
        if wide := page.evaluate(TOO_WIDE):
            found[address, "too wide"] = wide
    assert found == {}


def test_no_column_of_a_wide_table_is_cut_off_on_paper(visit: Visit) -> None:
    """273 mm of a sheet of A4 laid across, in CSS pixels of 1/96 inch."""
    page = visit(reader("coordinator"), width=round(273 / 25.4 * 96), height=700)
    page.emulate_media(media="print")
    page.goto(f"/desk/cycles/{REVIEWING}/observations/")
    heads = page.locator("thead th")
    assert heads.count() > 11
    last = heads.last.bounding_box()
    assert last is not None
    assert last["x"] + last["width"] <= round(273 / 25.4 * 96)


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("", f"/cycles/{PUBLISHED}/localities/{CITY}/"),
        ("approver", "/desk/"),
        ("coordinator", f"/desk/cycles/{REVIEWING}/reviews/{CITY}/"),
    ],
)
def test_page_passes_axe_on_a_phone(visit: Visit, name: str, address: str) -> None:
    page = visit(reader(name), language="zh-CN", bypass_csp=True, **PHONE)
    page.goto(address)
    assert violations(page) == {}


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("", f"/cycles/{PUBLISHED}/ranking/?node=reduction&sort=-locality"),
        ("coordinator", f"/desk/cycles/{REVIEWING}/board/?state=returned"),
    ],
)
def test_language_switch_keeps_the_page(visit: Visit, name: str, address: str) -> None:
    page = visit(reader(name), language="zh-CN")
    page.goto(address)
    for language, label in (("en", "English"), ("zh-Hans", "中文")):
        page.get_by_role("button", name=label).locator("visible=true").first.click()
        expect(page.locator("html")).to_have_attribute("lang", language)
        assert page.url.endswith(address)


def focused(page: Page, path: str = "el.id || el.className") -> str:
    return str(page.evaluate(f"() => {{ const el = document.activeElement; return {path}; }}"))


@pytest.mark.parametrize(
    ("name", "address"), [("", "/"), ("coordinator", f"/desk/cycles/{REVIEWING}/")]
)
def test_first_tab_skips_to_the_content(visit: Visit, name: str, address: str) -> None:
    page = visit(reader(name))
    page.goto(address)
    page.keyboard.press("Tab")
    assert focused(page) == "lp-skip"
    expect(page.locator(".lp-skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    assert focused(page) == "main"


@pytest.mark.parametrize(
    ("name", "address"), [("", "/"), ("contributor-130200", "/desk/"), ("coordinator", "/desk/")]
)
def test_focus_goes_in_reading_order_and_is_seen(visit: Visit, name: str, address: str) -> None:
    page = visit(reader(name))
    page.goto(address)
    seen = []
    for _press in range(40):
        page.keyboard.press("Tab")
        if focused(page, "el === document.body") == "True":
            break
        place = page.evaluate(
            """() => {
              const all = [...document.querySelectorAll("*")], el = document.activeElement;
              const box = el.getBoundingClientRect(), look = getComputedStyle(el);
              const marked = look.outlineStyle !== "none" || look.boxShadow !== "none";
              return [all.indexOf(el), box.width > 0 && marked, el.outerHTML.slice(0, 100)];
            }"""
        )
        seen.append(place)
    orders = [order for order, _visible, _html in seen]
    assert orders == sorted(orders)
    assert len(seen) > 5
    assert [html for _order, is_visible, html in seen if not is_visible] == []


def test_dialog_from_the_keyboard(visit: Visit) -> None:
    page = visit(person("coordinator"))
    page.goto(f"/desk/cycles/{REVIEWING}/reviews/{CITY}/")
    trigger = page.locator("[data-dialog=accept]")
    trigger.focus()
    page.keyboard.press("Enter")
    dialog = page.locator("dialog#accept")
    expect(dialog).to_be_visible()
    for _press in range(4):
        is_inside = "!!el.closest('dialog') || el === document.body"
        assert focused(page, is_inside) == "True"
        page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(trigger).to_be_focused()


def test_portal_has_one_line_of_navigation_and_a_menu_on_phones(visit: Visit) -> None:
    page = visit(None, **PHONE)
    address = f"/cycles/{PUBLISHED}/ranking/"
    page.goto(address)
    tabs = page.get_by_role("navigation", name="This publication")
    main = page.get_by_role("navigation", name="Main")
    expect(tabs).to_be_visible()
    expect(main).to_have_count(0)
    tops = {link.bounding_box()["y"] for link in tabs.get_by_role("link").all()}  # type: ignore[index]
    assert len(tops) == 1
    page.locator("summary", has_text="Menu").click()
    expect(main.get_by_role("link")).to_have_text(
        ["Ranking", "Publications", "Methodology", "Downloads", "Verify", "Sign in"]
    )
    page.keyboard.press("Escape")
    expect(main).to_have_count(0)
    page.set_viewport_size(DESK)
    page.goto(address)
    expect(page.locator("summary", has_text="Menu")).to_be_hidden()
    expect(main.get_by_role("link")).to_have_count(5)


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_picture_of_the_readme(visit: Visit, picture: Picture) -> None:
    page = visit(
        reader(picture.user),
        language=picture.language,
        width=picture.width,
        height=picture.height,
    )
    page.goto(address_of(picture))
    expect(page.locator("main")).to_contain_text(picture.shows)
    content = page.screenshot()
    assert len(content) < MOST_BYTES
    keep(picture, content)
