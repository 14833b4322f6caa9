"""A silence noticed and noted, a change read word by word, and a page kept as evidence."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from warcio.archiveiterator import ArchiveIterator

pytestmark = pytest.mark.slow

EDITED = "fisheries-ledger"  # changed on its page and in its feed some minutes after the demo's first start
NOTE = "The editor says that the paper is on strike."


def test_a_silence_is_read_and_noted_by_an_analyst(office, world):
    page = office.open("analyst")
    page.goto("/desk/")
    page.locator("#wagtail-sidebar").get_by_role("link", name="Health of listening").click()
    page.wait_for_url("**/listen/health/")
    told = page.locator("main article.health-alarm")
    told.first.wait_for()
    kinds = {tuple(re.split(r"\n+", card.inner_text())[:2]) for card in told.all()}
    assert {
        ("Río Abierto", "Silence"), ("Suara Dermaga", "Flood"), ("ຂ່າວລຳນ້ຳ", "Moved feed"),
    } <= kinds  # fmt: skip
    page.get_by_role("link", name="Río Abierto").click()
    page.wait_for_url("**/listen/health/*/")
    expect(page.locator("main")).to_contain_text("Nothing has come in since")
    page.locator("input[name=note], textarea[name=note]").fill(NOTE)
    page.get_by_role("button", name="I have seen it").click()
    expect(page.locator("main")).to_contain_text("Not seen after all")
    alarm = "SELECT note, seen_by_id IS NOT NULL FROM listen_sourcealarm WHERE about LIKE '%rio-abierto'"
    assert world.query(alarm) == [(NOTE, 1)]


def test_a_changed_article_shows_what_was_changed(office, world):
    article = world.find_article(EDITED)
    world.wait_for_change(EDITED)
    page = office.open("analyst")
    page.goto("/desk/listen/sources/demo-harbour-ledger/")
    page.get_by_role("button", name="Fetch now").click()
    version = "SELECT version FROM listen_article WHERE id = ?"
    world.wait_for(lambda: world.query(version, article)[0][0] > 1, "second version", 120)
    page.goto(f"/desk/listen/articles/{article}/versions/")
    expect(page.locator("main del").filter(has_text="60").first).to_be_visible()
    expect(page.locator("main ins").filter(has_text="130").first).to_be_visible()


def test_an_evidence_copy_is_asked_for_and_opened_by_another_program(office, world):
    article = world.find_article("evacuation-wire")
    page = office.open("editor")
    page.goto(f"/desk/listen/articles/{article}/")
    page.get_by_role("button", name="Keep an evidence copy").click()
    link = page.locator("#evidence").get_by_role("link", name=re.compile(r"^Download .*\.warc"))
    link.wait_for(timeout=120_000)
    with page.expect_download() as coming:
        link.click()
    with coming.value.path().open("rb") as file:
        records = [
            (record.rec_type, record.rec_headers["WARC-Target-URI"]) for record in ArchiveIterator(file)
        ]
    ((address,),) = world.query("SELECT address FROM listen_article WHERE id = ?", article)
    assert ("response", address) in records
