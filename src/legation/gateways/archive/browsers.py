"""Shows one page in Chromium; run as a process of its own, which may be killed at any moment.

The page is hostile. The browser has no network: its proxy is dead, its names resolve to nothing, and each
request it makes is answered here, by the guarded fetcher or not at all.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import resource
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from legation.engine.records.fetches import FetchRequest, FetchResult, FetchStatus, HttpExchange
from legation.gateways.http import FetchOptions, PoliteFetcher

REQUEST, PAGE, ANSWER = "request.json", "page.bin", "answer.json"
SCREENSHOT, PRINT = "screenshot.jpg", "page.pdf"

_WIDTH, _HEIGHT = 1280, 900  # a plain desktop window
MAX_PICTURE_HEIGHT = 12_000  # pixels: some fifteen screens; the longest articles with their comments
MAX_PDF_PAGES = 40
_PART_KINDS = frozenset(
    {"document", "stylesheet", "image", "font"}
)  # what a picture needs; no media, no scripts
_LOAD_SECONDS = 40.0
_SETTLE_SECONDS = 0.5  # for fonts and layout after the last answer
_MAX_FILE_BYTES = 512 * 1024 * 1024  # of any one file the browser writes; its shared memory counts as such
# The port "discard": nothing listens there, and whatever did would get no request that matters.
_DEAD_PROXY = "http://127.0.0.1:9"
_ARGUMENTS = [
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--proxy-bypass-list=<-loopback>",  # else the browser goes past its proxy to this very machine
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--dns-prefetch-disable",
    "--no-pings",
    "--no-first-run",
    "--disable-features=Prerender2,SpeculationRulesPrefetchProxy,MediaRouter,OptimizationHints,WebTransport",
]


class Errand:
    """Answers what one page asks for, within bounds, and keeps what was answered."""

    def __init__(self, fetcher: PoliteFetcher, asked: dict[str, Any], body: bytes) -> None:
        self._fetcher, self._asked, self._body = fetcher, asked, body
        self._is_page_shown = False
        self._requests = self._bytes = 0
        self.refused = 0
        self.exchanges: list[HttpExchange] = []

    async def answer(self, route: Any) -> None:
        """Answer one request of the browser: the page from memory, its parts through the fetcher."""
        request = route.request
        if not self._is_page_shown and request.is_navigation_request():
            self._is_page_shown = True
            await route.fulfill(status=200, headers=_headers(self._asked["content_type"]), body=self._body)
            return
        if _is_leaving(request) or request.method != "GET" or request.resource_type not in _PART_KINDS:
            await self._refuse(route)
            return
        self._requests += 1
        if self._requests > self._asked["max_requests"] or self._bytes > self._asked["max_bytes"]:
            await self._refuse(route)
            return
        result = await self._fetcher.fetch(
            FetchRequest(
                address=request.url,
                checks_robots=self._asked["obeys_robots"],
                keeps_exchanges=True,
            )
        )
        await self._hand_over(route, result)

    async def _hand_over(self, route: Any, result: FetchResult) -> None:
        self._bytes += len(result.body)
        if result.status is not FetchStatus.FETCHED or self._bytes > self._asked["max_bytes"]:
            await self._refuse(route)
            return
        self.exchanges += result.exchanges
        await route.fulfill(status=200, headers=_headers(result.content_type), body=result.body)

    async def _refuse(self, route: Any) -> None:
        self.refused += 1
        await route.abort("blockedbyclient")


def _is_leaving(request: Any) -> bool:
    """Tell whether a request would replace the page, or open another window."""
    from playwright.async_api import Error

    if not request.is_navigation_request():
        return False
    try:
        return request.frame.parent_frame is None
    except Error:  # a window that does not stand yet
        return True


def _headers(content_type: str) -> dict[str, str]:
    """Return all that the browser is told of an answer; a page's own headers may ask it to report home."""
    return {"content-type": content_type or "application/octet-stream", "access-control-allow-origin": "*"}


async def show_page(folder: Path) -> None:
    """Show the page that a folder describes, and write picture, print and answer into it."""
    asked = json.loads((folder / REQUEST).read_text())
    options = FetchOptions(
        **{**asked["fetch_options"], "allowed_hosts": frozenset(asked["fetch_options"]["allowed_hosts"])}
    )
    async with PoliteFetcher(options, lambda: datetime.now(UTC)) as fetcher:
        errand = Errand(fetcher, asked, (folder / PAGE).read_bytes())
        answer = await _run_browser(folder, asked, errand)
        answer |= {"refused": errand.refused, "exchanges": [_pack(one) for one in errand.exchanges]}
    (folder / ANSWER).write_text(json.dumps(answer))


async def _run_browser(folder: Path, asked: dict[str, Any], errand: Errand) -> dict[str, Any]:
    from playwright.async_api import async_playwright  # not on every machine; the parent has looked

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=asked["browser"],
            args=_ARGUMENTS,
            proxy={"server": _DEAD_PROXY},
            # The sandbox needs a user of its own; root cannot have one.
            chromium_sandbox=os.getuid() != 0,
        )
        try:
            context = await browser.new_context(
                java_script_enabled=asked["has_scripts"],
                service_workers="block",
                accept_downloads=False,
                viewport={"width": _WIDTH, "height": _HEIGHT},
            )
            await context.route("**/*", errand.answer)
            await context.route_web_socket("**/*", lambda socket: socket.close())
            context.on("page", lambda other: asyncio.ensure_future(_close_others(context, other)))
            page = await context.new_page()
            page.on("dialog", lambda dialog: asyncio.ensure_future(dialog.dismiss()))
            await _load(page, asked["address"])
            await _portray(page, folder)
            return {"browser": f"Chromium {browser.version}"}
        finally:
            await browser.close()


async def _close_others(context: Any, opened: Any) -> None:
    """Close a window that the page opened."""
    if context.pages and opened is not context.pages[0]:
        await opened.close()


async def _load(page: Any, address: str) -> None:
    """Load the page; parts that do not come in time are left out of the picture."""
    from playwright.async_api import TimeoutError as TooSlow

    try:
        await page.goto(address, wait_until="load", timeout=_LOAD_SECONDS * 1000)
    except TooSlow:
        return
    await asyncio.sleep(_SETTLE_SECONDS)


async def _portray(page: Any, folder: Path) -> None:
    """Write the picture and the print."""
    height = await page.evaluate(
        "Math.max(document.documentElement.scrollHeight, document.body ? document.body.scrollHeight : 0)"
    )
    clip = {"x": 0, "y": 0, "width": _WIDTH, "height": max(_HEIGHT, min(int(height), MAX_PICTURE_HEIGHT))}
    picture = folder / SCREENSHOT
    await page.screenshot(
        path=picture, full_page=True, clip=clip, type="jpeg", quality=80, animations="disabled"
    )
    await page.pdf(
        path=folder / PRINT, format="A4", print_background=True, page_ranges=f"1-{MAX_PDF_PAGES}", tagged=True
    )


def _pack(exchange: HttpExchange) -> dict[str, Any]:
    packed = asdict(exchange)
    packed["started_at"] = exchange.started_at.isoformat()
    for name in ("request_head", "response_head", "response_body"):
        packed[name] = base64.b64encode(packed[name]).decode()
    return packed


def unpack_exchange(packed: dict[str, Any]) -> HttpExchange:
    """Read an exchange as the answer file holds it; raises ValueError, KeyError or TypeError."""
    read = {**packed, "started_at": datetime.fromisoformat(packed["started_at"])}
    for name in ("request_head", "response_head", "response_body"):
        read[name] = base64.b64decode(packed[name])
    return HttpExchange(**read)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_FSIZE, (_MAX_FILE_BYTES, _MAX_FILE_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    asyncio.run(show_page(Path(sys.argv[1])))
