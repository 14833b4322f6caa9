"""A newcomer on a fresh machine: from the link in the terminal to a desk that listens."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from tests.journeys.browsing import Office, excusing
from tests.journeys.worlds import World, copy_folder

pytestmark = pytest.mark.slow

PASSWORD = "first-light-over-the-legation"


@pytest.fixture
def fresh_world(prepared_folder, tmp_path):
    copy_folder(prepared_folder, tmp_path / "fresh")
    running = World(tmp_path / "fresh")
    running.start()
    try:
        running.wait_for_line("Legation answers at")
        yield running
    finally:
        running.stop()


def test_the_link_in_the_terminal_leads_through_the_wizard_to_the_desk(fresh_world, browser):
    link = fresh_world.wait_for_line(r"http://localhost:\d+/welcome/\S+")[0]
    seconds = float(fresh_world.wait_for_line(r"\(after ([\d.]+) s\)")[1])
    assert seconds <= 3.0, "a start that has nothing to prepare"
    office = Office(fresh_world, browser)
    page = office.open()
    page.goto(link)
    page.locator("input[name=name]").fill("Nguyễn An")
    page.locator("input[name=email]").fill("an@mission.example")
    for password in page.locator("input[type=password]").all():
        password.fill(PASSWORD)
    page.locator("form button.button--wide").click()
    page.wait_for_url("**/desk/setup/country/")
    steps = _walk_the_wizard(page)
    assert steps[:4] == ["country", "unit", "languages", "sources"]
    expect(page.locator("main h1")).to_contain_text("Nguyễn An")
    ((listening,),) = fresh_world.query("SELECT count(*) FROM listen_source WHERE is_enabled")
    assert listening > 0
    office.watcher.check()
    with excusing(office.watcher, "status of 404"):
        stranger = office.open()
        stranger.goto(link)
        assert stranger.locator("input[type=password]").count() == 0, "the link worked twice"
    office.close()


def _walk_the_wizard(page):
    """Take what each step offers until the desk shows its home; return the steps' names."""
    steps = []
    while found := re.search(r"/setup/(\w+)/", page.url):
        steps.append(found[1])
        if found[1] == "country":
            page.locator("input[type=radio]").first.check()
        assert len(steps) < 9, "the wizard does not end"
        here = page.url
        page.locator("form.desk-form button[type=submit]").click()
        page.wait_for_url(lambda address, here=here: address != here)
    return steps
