"""One running demo for all journeys; every journey on a brief has a brief of a day of its own."""

from __future__ import annotations

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
    """Start one browser for a module: its loop must not outlive it, for Django refuses to work in one."""
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


@pytest.fixture
def open_brief(office: Office, world: World) -> Callable[[int], tuple[Page, int]]:
    """Return open_brief(days_ago): opens the editor of that day's brief, prepared where it is not there.

    The demo's articles reach back five days. Day 1 belongs to the journeys that only look, the others to one
    journey each.
    """

    def make(days_ago: int) -> tuple[Page, int]:
        day = _today(world) - timedelta(days=days_ago)
        page = office.open("editor")
        page.goto("/desk/briefs/")
        page.get_by_text("Prepare the brief of another day").click()
        page.locator("#brief-day").fill(day.isoformat())
        page.get_by_role("button", name="Prepare", exact=True).click()
        page.wait_for_url("**/edit/")
        return page, int(page.url.split("/")[-3])

    return make


def _today(world: World) -> date:
    ((shown,),) = world.query("SELECT max(day) FROM understand_brief")
    return date.fromisoformat(shown)
