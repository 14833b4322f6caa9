"""Every page of ours for everybody: axe-core finds nothing, and right-to-left and phones have room enough."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from tests.journeys.addresses import pages_of
from tests.journeys.browsing import PHONE, excusing, has_horizontal_scroll

pytestmark = pytest.mark.slow

MIRROR = "document.documentElement.dir = 'rtl'"
# Buttons, links and fields of the page that lie over one another by more than a few pixels.
OVERLAPS = """() => {
  const boxes = [...document.querySelectorAll("main :is(button, a.button, input, select, textarea)")]
    .filter((one) => one.checkVisibility({ visibilityProperty: true }))
    .filter((one) => !one.closest(".w-sr-only, .brief-bar"))
    .map((one) => [one, one.getBoundingClientRect()])
    .filter(([, box]) => box.width > 2 && box.height > 2);
  const found = [];
  for (const [index, [one, a]] of boxes.entries()) for (const [other, b] of boxes.slice(index + 1)) {
    if (one.contains(other) || other.contains(one)) continue;
    const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    if (width > 3 && height > 3) found.push([one, other].map((each) => each.outerHTML.slice(0, 90)));
  }
  return found;
}"""


@pytest.fixture
def briefs(open_brief):
    """Return the addresses of one brief's editor and reading page."""
    _page, brief = open_brief(1)
    return {"brief editor": f"/desk/briefs/{brief}/edit/", "brief": f"/desk/briefs/{brief}/"}


def visit(page, address):
    """Open a page and wait until its menu is drawn, so that what is examined is what people meet."""
    answer = page.goto(address)
    assert answer.ok, f"{address}: {answer.status}"
    expect(page.locator("#wagtail-sidebar nav").first).to_be_attached()


def examine(page, name, found):
    results = Axe().run(page)
    for violation in results.response["violations"]:
        nodes = [node["html"][:160] for node in violation["nodes"][:3]]
        found.append(f"{name}: {violation['id']}: {violation['help']}: {nodes}")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_axe_finds_nothing_on_any_page(office, world, briefs, language):
    found = []
    for person, addresses in {"admin": pages_of(world), "editor": briefs}.items():
        page = office.open(person, language=language)
        for name, address in addresses.items():
            visit(page, address)
            assert page.locator("html").get_attribute("lang") == language
            examine(page, f"{name} ({language})", found)
    assert found == []


def test_axe_finds_nothing_before_the_door(office):
    page, found = office.open(), []
    with excusing(office.watcher, "status of 404", "status of 410"):
        for address in ("/accounts/login/", "/welcome/wrong-token/"):
            page.goto(address)
            examine(page, address, found)
    assert found == []


def test_every_page_fits_a_phone_and_a_mirrored_desk(office, world, briefs):
    wide, over = [], []
    for person, addresses in {"admin": pages_of(world), "editor": briefs}.items():
        page = office.open(person, language="vi", viewport=PHONE)
        for name, address in addresses.items():
            visit(page, address)
            wide += [name] if has_horizontal_scroll(page) else []
            page.evaluate(MIRROR)
            wide += [f"{name}, mirrored"] if has_horizontal_scroll(page) else []
            page.set_viewport_size({"width": 1280, "height": 900})
            wide += [f"{name}, mirrored and wide"] if has_horizontal_scroll(page) else []
            over += [f"{name}: {pair}" for pair in page.evaluate(OVERLAPS)]
            page.set_viewport_size(PHONE)
    assert (wide, over) == ([], [])


def test_the_menu_opens_on_a_phone(office):
    page = office.open("editor", viewport=PHONE)
    page.goto("/desk/")
    sources = page.locator("#wagtail-sidebar").get_by_role("link", name="Sources")
    expect(sources).not_to_be_in_viewport()
    page.get_by_role("button", name="Toggle sidebar").first.click()
    sources.click()
    page.wait_for_url("**/sources/")
