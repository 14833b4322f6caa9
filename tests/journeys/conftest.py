"""One running demo for all journeys; every journey on a brief has a brief of a day of its own."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from tests.journeys.browsing import Office, open_browser
from tests.journeys.worlds import World, copy_folder, prepare_folder


@pytest.fixture(scope="session")
def prepared_folder(tmp_path_factory: Any) -> Path:
    """Prepare one data folder as a first start does; it is copied for every world."""
    folder: Path = tmp_path_factory.mktemp("journeys") / "prepared"
    prepare_folder(folder)
    return folder


@pytest.fixture(scope="session")
def world(prepared_folder: Path) -> Iterator[World]:
    """Start the demo, wait for its first brief, and see it stop cleanly in the end."""
    folder = prepared_folder.parent / "demo"
    copy_folder(prepared_folder, folder)
    running = World(folder, "--demo")
    running.start()
    try:
        running.wait_for_brief()
        yield running
    finally:
        seconds = running.stop()
    assert seconds < 10.0, f"stopping took {seconds:.1f} s"
    assert "Traceback" not in running.log, running.log[-6000:]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start one browser for a module: Playwright's loop must not outlive it, Django's tests refuse to run in one."""
    with sync_playwright() as playwright:
        opened = open_browser(playwright)
        yield opened
        opened.close()


@pytest.fixture
def office(world: World, browser: Browser) -> Iterator[Office]:
    """Open browsers of the demo's people, and see that no page did what it must not."""
    people = Office(world, browser)
    yield people
    people.close()
    people.watcher.check()


_days_ago = itertools.count(1)


@pytest.fixture
def open_brief(office: Office, world: World) -> Callable[[], tuple[Page, int]]:
    """Return a function that prepares a brief of a day that no other journey uses, and opens its editor."""

    def make() -> tuple[Page, int]:
        day = _today(world) - timedelta(days=next(_days_ago))
        page = office.open("editor")
        page.goto("/desk/briefs/")
        page.get_by_text("Prepare the brief of another day").click()
        page.locator("#brief-day").fill(day.isoformat())
        page.get_by_role("button", name="Prepare", exact=True).click()
        page.wait_for_url("**/edit/")
        return page, int(page.url.split("/")[-3])

    return make


def _today(world: World) -> date:
    (shown,) = world.query("SELECT max(day) FROM understand_brief")[0]
    return date.fromisoformat(shown)
