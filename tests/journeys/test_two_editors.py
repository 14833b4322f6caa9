"""Two editors of one brief, and one editor without a network: nothing is lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from tests.journeys.browsing import excusing
from tests.journeys.test_briefs import field, save

pytestmark = pytest.mark.slow

PASSWORD = "an-attache-of-the-press-2026"


@pytest.fixture
def colleague(office, world):
    """Return the browser of a second editor, who came in by an invitation."""
    admin = office.open("admin")
    admin.goto("/desk/people/invite/")
    (unit,) = world.query("SELECT unit_id FROM people_membership WHERE role = 'editor' ORDER BY id LIMIT 1")[
        0
    ]
    admin.locator("select[name=unit]").select_option(str(unit))
    admin.locator("select[name=role]").select_option("editor")
    admin.get_by_role("button", name="Make the link").click()
    link = admin.locator(".desk-code").inner_text()
    page = office.open()
    page.goto(link)
    number = world.query("SELECT count(*) FROM people_user")[0][0]
    page.locator("input[name=name]").fill(f"Second Editor {number}")
    page.locator("input[name=email]").fill(f"second{number}@demo.example")
    for password in page.locator("input[type=password]").all():
        password.fill(PASSWORD)
    page.get_by_role("button", name="Make the account").click()
    page.wait_for_url("**/desk/**")
    return page


def test_two_editors_at_once_never_overwrite_each_other(open_brief, colleague):
    first, brief = open_brief(3)
    second = colleague
    second.goto(f"/desk/briefs/{brief}/edit/")
    theirs, mine = "Tít của người thứ hai", "Tít của người thứ nhất"

    # Different fields of one item: both stand, in both windows.
    field(first, "why_it_matters").fill("Từ người thứ nhất.")
    field(second, "what_we_suggest").fill("Từ người thứ hai.")
    save(first)
    save(second)
    for page in (first, second):
        page.reload()
        expect(field(page, "why_it_matters")).to_have_value("Từ người thứ nhất.")
        expect(field(page, "what_we_suggest")).to_have_value("Từ người thứ hai.")

    # The same field: the second to arrive is asked, and sees both texts.
    field(second, "headline").fill(theirs)
    save(second)
    field(first, "headline").fill(mine)
    first.keyboard.press("Control+s")
    dialog = first.locator("[data-brief-conflict]")
    expect(dialog).to_be_visible()
    expect(dialog.locator("[data-part=theirs]")).to_have_text(theirs)
    expect(dialog.locator("[data-part=mine]")).to_have_text(mine)
    second.reload()
    expect(field(second, "headline")).to_have_value(theirs)
    first.get_by_role("button", name="Use mine").click()
    expect(first.locator("[data-brief-status]")).to_have_text("Saved")
    second.reload()
    expect(field(second, "headline")).to_have_value(mine)


def test_ten_minutes_offline_are_reconciled(office, open_brief, colleague):
    page, brief = open_brief(4)
    page.clock.install()
    page.reload()
    expect(page.locator("[data-brief-status]")).to_have_text("Saved")
    with excusing(office.watcher, "ERR_INTERNET_DISCONNECTED"):
        page.context.set_offline(True)
        field(page, "headline").fill("Viết khi mất mạng")
        page.locator("[data-kind=item]").nth(1).get_by_role("button", name="Move up", exact=True).click()
        moved = page.locator("[data-kind=item]").first.get_attribute("data-key")
        page.clock.run_for("10:00")
        expect(page.locator("[data-brief-status]")).to_contain_text("Offline")

        colleague.goto(f"/desk/briefs/{brief}/edit/")
        field(colleague, "what_we_suggest").fill("Viết trong lúc đó")
        save(colleague)

        page.context.set_offline(False)
        page.on("dialog", lambda dialog: dialog.accept())
        page.reload()  # what was typed offline survives even this
    page.clock.resume()
    expect(page.locator("[data-brief-status]")).to_have_text("Saved")
    colleague.reload()
    for one in (page, colleague):
        expect(one.locator("[data-kind=item]").first).to_have_attribute("data-key", moved)
        expect(field(one, "headline", item=1)).to_have_value("Viết khi mất mạng")
        expect(field(one, "what_we_suggest", item=1)).to_have_value("Viết trong lúc đó")
