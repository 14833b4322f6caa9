"""A story corrected by hand in the browser, and every step undone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.slow

# The big ones that are told to their end: the demo's news of today still come in.
BIGGEST = "SELECT id FROM understand_story WHERE article_count > 3 ORDER BY last_at, id LIMIT 2"


def members(world, story):
    rows = world.query("SELECT article_id FROM understand_storymember WHERE story_id = ?", story)
    return {article for (article,) in rows}


def test_a_story_is_parted_merged_and_put_back(office, world):
    (story,), (other,) = world.query(BIGGEST)
    before, others = members(world, story), members(world, other)
    page = office.open("analyst")

    page.goto(f"/desk/stories/{story}/")
    page.locator("input[name=articles]").first.check()
    chosen = int(page.locator("input[name=articles]").first.get_attribute("value"))
    page.get_by_role("button", name="Part chosen articles as a new story").click()
    page.wait_for_load_state()
    assert members(world, story) == before - {chosen}
    page.goto(f"/desk/stories/{story}/")
    page.get_by_role("button", name="Undo").first.click()
    expect(page.locator("main")).to_contain_text("Undone")
    assert members(world, story) == before

    page.locator("#story-other").fill(str(other))
    page.get_by_role("button", name="Merge the other story into this one").click()
    page.wait_for_load_state()
    assert members(world, story) == before | others
    page.goto(f"/desk/stories/{story}/")
    page.get_by_role("button", name="Undo").first.click()
    expect(page.locator("main")).to_contain_text("Undone")
    assert (members(world, story), members(world, other)) == (before, others)


def test_a_story_to_merge_is_found_by_words_of_its_title(office, world):
    (story,), (other,) = world.query(BIGGEST)
    ((title,),) = world.query("SELECT title FROM understand_story WHERE id = ?", other)
    page = office.open("analyst")
    page.goto(f"/desk/stories/{story}/")
    page.locator("#story-search").press_sequentially(" ".join(title.split()[:3]))
    page.locator("#story-found button").first.click()
    expect(page.locator("#story-other")).to_have_value(str(other))
