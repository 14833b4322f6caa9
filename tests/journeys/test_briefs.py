"""From the home page to a signed brief in its readers' mailboxes."""

from __future__ import annotations

import email
import email.policy
import io
import re
import time

import docx
import pypdf
import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.slow

HEADLINE = "Cảng nước sâu: báo chí nước ngoài nói gì"
WHY = "Đại sứ gặp Bộ trưởng vào thứ Ba."


def save(page):
    page.keyboard.press("Control+s")
    expect(page.locator("[data-brief-status]")).to_have_text("Saved")


def field(page, name, item=0):
    return page.locator("[data-kind=item]").nth(item).locator(f"[data-field={name}]")


def test_a_brief_is_edited_returned_mended_signed_and_delivered(office, world, tmp_path):
    editor = office.open("editor")
    brief = _walk_from_home_to_the_brief(editor)
    _edit(editor)
    _submit(editor)

    approver = office.open("approver")
    approver.goto("/desk/")
    approver.locator(f".desk-card a[href$='/briefs/{brief}/']").first.click()
    approver.wait_for_url(f"**/briefs/{brief}/")
    expect(approver.locator("main")).to_contain_text(HEADLINE)
    approver.get_by_text("Return with remark").click()
    approver.locator("textarea[name=remark]").first.fill("Xin nêu tên cảng.")
    approver.get_by_role("button", name="Return", exact=True).click()
    expect(approver.locator("main")).to_contain_text("Xin nêu tên cảng.")

    editor.goto(f"/desk/briefs/{brief}/edit/")
    expect(editor.locator("main")).to_contain_text("Xin nêu tên cảng.")
    field(editor, "headline").fill(HEADLINE + " về Hải Phòng")
    save(editor)
    _submit(editor)

    approver.goto(f"/desk/briefs/{brief}/")
    before = len(world.mails)
    approver.get_by_role("button", name="Sign off and send").click()
    expect(approver.locator("main")).to_contain_text("Signed off")
    _check_mails(world, before)
    _check_word_file(approver, tmp_path)


def _walk_from_home_to_the_brief(page):
    page.goto("/desk/")
    page.locator(".desk-card a[href*='/stories/']").filter(has_not_text="All").first.click()
    page.wait_for_url("**/stories/*/")
    expect(page.get_by_role("heading", name="Articles")).to_be_visible()
    page.goto("/desk/")
    page.locator(".desk-card", has_text="Briefs due").locator("p a").first.click()
    page.wait_for_url(re.compile(r"/briefs/\d+/$"))
    page.locator(".desk-header").get_by_role("link", name="Edit").click()
    page.wait_for_url("**/edit/")
    return int(page.url.split("/")[-3])


def _edit(page):
    """Rewrite, add a note, move the second item to the top, and let it save itself."""
    items = page.locator("[data-kind=item]")
    second = items.nth(1).get_attribute("data-key")
    items.nth(1).get_by_role("button", name="Move up", exact=True).click()
    expect(items.first).to_have_attribute("data-key", second)
    assert "is-machine" in items.first.get_attribute("class")
    field(page, "headline").fill(HEADLINE)
    field(page, "why_it_matters").fill(WHY)
    expect(page.locator("[data-brief-status]")).to_have_text("Saved")
    page.reload()
    expect(items.first).to_have_attribute("data-key", second)
    expect(field(page, "headline")).to_have_value(HEADLINE)
    expect(field(page, "why_it_matters")).to_have_value(WHY)
    assert "is-machine" not in items.first.get_attribute("class")


def _submit(page):
    page.get_by_role("button", name="Submit for signature").click()
    page.wait_for_url(re.compile(r"/briefs/\d+/$"))
    expect(page.locator("main")).to_contain_text("waiting for signature")


def _check_mails(world, before):
    """The unit's own people and the official address get one mail each, in the mission's name."""
    own = "SELECT email FROM people_user AS one JOIN people_membership AS role ON role.user_id = one.id"
    mission = "SELECT unit_id FROM understand_brief LIMIT 1"
    people = {address for (address,) in world.query(f"{own} WHERE role.unit_id = ({mission})")}
    assert {"editor@demo.example", "analyst@demo.example", "reader@demo.example"} <= people
    expected = sorted({*people, "ambassador@demo.example"})

    def received():
        parsed = [
            email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            for path in world.mails[before:]
        ]
        return [mail for mail in parsed if HEADLINE in mail.get_body(("plain",)).get_content()]

    world.wait_for(lambda: len(received()) >= len(expected), "mails", 90)
    time.sleep(0.5)  # one too many would come right after
    mails = received()
    assert sorted(mail["To"].addresses[0].addr_spec for mail in mails) == expected
    (unit,) = world.query(
        "SELECT unit.name FROM people_unit AS unit JOIN understand_brief AS brief ON brief.unit_id = unit.id"
    )[0]
    for mail in mails:
        assert mail["From"].addresses[0].display_name == unit
        assert HEADLINE in mail.get_body(("plain",)).get_content()
        assert HEADLINE in mail.get_body(("html",)).get_content()
        (attached,) = mail.iter_attachments()
        pdf = pypdf.PdfReader(io.BytesIO(attached.get_content()))
        words = " ".join(" ".join(page.extract_text() for page in pdf.pages).split())
        assert "Hải Phòng" in words
        assert WHY in words
        assert unit in words or unit.upper() in words
        assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]
        assert pdf.outline


def _check_word_file(page, tmp_path):
    with page.expect_download() as download:
        page.get_by_role("link", name="DOCX").click()
    target = tmp_path / "brief.docx"
    download.value.save_as(target)
    document = docx.Document(str(target))
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert any(HEADLINE in text for text in texts)
    assert any(paragraph.style.name.startswith("Heading") for paragraph in document.paragraphs)


def test_a_brief_is_reordered_and_submitted_by_keyboard_alone(open_brief):
    page, brief = open_brief(2)
    items = page.locator("[data-kind=item]")
    assert items.count() >= 2
    second = items.nth(1).get_attribute("data-key")
    _press_until(page, "Tab", lambda: _focus(page, "closest('[data-kind=item]')?.dataset.key") == second)
    page.keyboard.press("Alt+ArrowUp")
    expect(items.first).to_have_attribute("data-key", second)
    expect(page.locator("[data-brief-status]")).to_have_text("Saved")
    _press_until(page, "Tab", lambda: _focus(page, "textContent.trim()") == "Submit for signature")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/briefs/{brief}/")
    expect(page.locator("main")).to_contain_text("waiting for signature")
    page.reload()
    assert page.locator("main h3").first.inner_text()


def _press_until(page, key, is_there, most=400):
    for _ in range(most):
        if is_there():
            return
        page.keyboard.press(key)
    raise AssertionError("the keyboard does not reach it")


def _focus(page, what):
    return page.evaluate(f"document.activeElement?.{what}")
