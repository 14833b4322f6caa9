"""Takes the README's screenshots anew: python -m tests.journeys.take_screenshots (after bin/setup develop).

It starts a demo world in a temporary folder, waits for its first brief, photographs it into docs/screenshots/
and stops it again. The pictures change with the day, as the demo's articles do.
"""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright
from tests.journeys.browsing import PHONE, Office, open_browser
from tests.journeys.worlds import ROOT, World, prepare_folder

TARGET = ROOT / "docs" / "screenshots"
MAX_BYTES = 250_000  # a README is read on slow lines too
COLOURS = 192  # of the palette: enough for text and badges, a third of the bytes of full colour
PDF_DOTS_PER_INCH = 90
CHANGED = "fisheries-ledger"  # some minutes after the demo's first start
KEPT = "evacuation-wire"
NOTE = "Lần đầu báo chí nước sở tại dẫn toàn văn tuyên bố chung. Đề nghị Đại sứ nhắc lại chiều nay."


def take_all() -> None:
    """Start the demo and take every picture."""
    TARGET.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        world = World(Path(folder) / "desk", "--demo")
        prepare_folder(world.folder)
        world.start()
        try:
            world.wait_for_brief()
            _photograph(Office(world, open_browser(playwright)), world)
        finally:
            world.stop()


def _photograph(office: Office, world: World) -> None:
    editor = office.open("editor", language="vi")
    _keep("home-vi.png", editor, "/desk/")
    editor.goto("/desk/briefs/1/edit/")
    editor.locator("[data-field=why_it_matters]").first.fill(NOTE)
    editor.keyboard.press("Control+s")
    editor.wait_for_timeout(2_500)
    editor.evaluate("document.activeElement.blur()")
    _keep("brief-editor-vi.png", editor)
    _keep_pdf("brief-pdf.png", editor)
    phone = office.open("editor", language="vi", viewport=PHONE, device_scale_factor=2)
    _keep("brief-phone-vi.png", phone, "/desk/briefs/1/")
    story = "SELECT id FROM understand_story ORDER BY source_count DESC, article_count DESC, id"
    english = office.open("editor", language="en")
    _keep("story-en.png", english, f"/desk/stories/{world.query(story)[0][0]}/")
    _photograph_listening(office, world)
    office.close()


def _photograph_listening(office: Office, world: World) -> None:
    """Show alarms, the coverage meter, a changed article and a kept page."""
    editor = office.open("editor", language="vi")
    _keep("health-vi.png", editor, "/desk/listen/health/")
    _keep("coverage-vi.png", editor, "/desk/listen/health/coverage/")
    english = office.open("editor", language="en")
    article = world.find_article(KEPT)
    english.goto(f"/desk/listen/articles/{article}/")
    english.get_by_role("button", name="Keep an evidence copy").click()
    kept = "SELECT id FROM listen_capture WHERE article_id = ? AND file_name LIKE '%.warc%'"
    world.wait_for(lambda: world.query(kept, article), "evidence copy", 120)
    _keep("evidence-en.png", english, f"/desk/listen/captures/{world.query(kept, article)[0][0]}/page/")
    article = world.find_article(CHANGED)
    world.wait_for_change(CHANGED)
    english.goto("/desk/listen/sources/demo-harbour-ledger/")
    english.get_by_role("button", name="Fetch now").click()
    changed = "SELECT 1 FROM listen_article WHERE id = ? AND version > 1"
    world.wait_for(lambda: world.query(changed, article), "second version", 120)
    _keep("versions-en.png", english, f"/desk/listen/articles/{article}/versions/")


def _keep(name: str, page: Page, address: str = "") -> None:
    if address:
        page.goto(address)
        page.wait_for_load_state("networkidle")
    _write(name, page.screenshot())


def _keep_pdf(name: str, page: Page) -> None:
    """Let another program draw the first page of the brief's PDF."""
    content = page.request.get("/desk/briefs/1/download/pdf/").body()
    command = ["pdftoppm", "-png", "-r", str(PDF_DOTS_PER_INCH), "-f", "1", "-l", "1", "-singlefile", "-"]
    _write(name, subprocess.run(command, input=content, capture_output=True, check=True).stdout)


def _write(name: str, picture: bytes) -> None:
    image = Image.open(io.BytesIO(picture)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    image.save(TARGET / name, optimize=True)
    size = (TARGET / name).stat().st_size
    assert size <= MAX_BYTES, f"{name} has {size:,} bytes"
    sys.stdout.write(f"{name}: {image.width}×{image.height}, {size:,} bytes\n")


if __name__ == "__main__":
    take_all()
