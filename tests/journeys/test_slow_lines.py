"""From home to a signed brief on an embassy's line: 256 kbit/s and 600 ms."""

from __future__ import annotations

import sys

import pytest
from playwright.sync_api import expect
from tests.journeys.browsing import sign_in

pytestmark = pytest.mark.slow

LINE = {
    "offline": False,
    "latency": 600,  # milliseconds
    "downloadThroughput": 256_000 / 8,  # bytes a second
    "uploadThroughput": 256_000 / 8,
}
MAX_FIRST_BYTES, MAX_PAGE_BYTES = 600_000, 50_000  # what the product promises


class Meter:
    """Counts what crosses the wire, heads and bodies as they were encoded."""

    def __init__(self, page):
        self.session = page.context.new_cdp_session(page)
        self.bytes, self.pages = 0, {}
        self.session.on("Network.loadingFinished", self._count)
        self.session.send("Network.enable")
        self.session.send("Network.emulateNetworkConditions", LINE)

    def _count(self, event):
        self.bytes += event["encodedDataLength"]

    def note(self, page, name):
        """Write down what came since the last note, once the page is quiet."""
        page.wait_for_load_state("networkidle")
        self.pages[name], self.bytes = int(self.bytes), 0


def test_home_story_brief_and_signature_pass_on_a_slow_line(office, world, open_brief):
    editor, brief = open_brief(5)
    editor.get_by_role("button", name="Submit for signature").click()
    editor.wait_for_url(f"**/briefs/{brief}/")

    page = office.open()
    page.set_default_timeout(90_000)
    meter = Meter(page)
    sign_in(page, "approver@demo.example", world.password)
    expect(page.locator(".desk-card").first).to_be_visible()
    meter.note(page, "first visit: sign-in and home")
    page.locator(".desk-card a[href*='/stories/']:not([href$='/stories/'])").first.click()
    page.wait_for_url("**/stories/*/")
    meter.note(page, "story")
    page.goto("/desk/")
    meter.note(page, "home")
    page.goto("/desk/stories/")
    meter.note(page, "stories")
    page.goto(f"/desk/briefs/{brief}/")
    meter.note(page, "brief")
    page.get_by_role("button", name="Sign off and send").click()
    expect(page.locator("main")).to_contain_text("Signed off")
    meter.note(page, "signed brief")

    sys.stdout.write(f"bytes: {meter.pages}\n")  # pytest -rP shows it
    first, *later = meter.pages.values()
    assert first <= MAX_FIRST_BYTES, meter.pages
    assert max(later) <= MAX_PAGE_BYTES, meter.pages
    assert min(meter.pages.values()) > 1_000, "the meter stood still"


def test_the_editor_of_a_brief_opens_on_a_slow_line(open_brief):
    page, brief = open_brief(1)
    page.goto("/desk/")
    meter = Meter(page)
    page.goto(f"/desk/briefs/{brief}/edit/")
    expect(page.locator("[data-brief-status]")).to_have_text("Saved")
    meter.note(page, "editor")
    assert meter.pages["editor"] <= MAX_PAGE_BYTES, meter.pages
