"""People at their browsers: signed in once, watched for what a page must never do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect
from tests.journeys.worlds import World

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
PATIENCE_MILLISECONDS = 30_000  # the machine that runs this may be busy with other tests
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}


def open_browser(playwright: Playwright) -> Browser:
    """Start Debian's chromium."""
    expect.set_options(timeout=PATIENCE_MILLISECONDS)
    return playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS, headless=True)


class Watcher:
    """Notes every request to another origin and every error in a console."""

    def __init__(self, address: str) -> None:
        self.origin = address
        self.strangers: list[str] = []
        self.errors: list[str] = []
        self.excused: tuple[str, ...] = ()

    def watch(self, context: BrowserContext) -> None:
        """Follow everything that a context's pages do."""
        context.on("request", self._note_request)
        context.on("console", self._note_console)
        context.on("weberror", lambda error: self.errors.append(str(error.error)))

    def check(self) -> None:
        """Fail where a page loaded something from elsewhere or a script complained."""
        errors = [error for error in self.errors if not any(word in error for word in self.excused)]
        assert not self.strangers, f"loaded from elsewhere: {self.strangers}"
        assert not errors, f"said in a console: {errors}"

    def _note_request(self, request: Any) -> None:
        parts = urlsplit(request.url)
        if (
            parts.scheme not in {"data", "blob", "about"}
            and f"{parts.scheme}://{parts.netloc}" != self.origin
        ):
            self.strangers.append(request.url)

    def _note_console(self, message: Any) -> None:
        if message.type in {"error", "warning"}:
            self.errors.append(f"{message.text} ({message.location.get('url', '')})")


class Office:
    """The browsers of one world's people."""

    def __init__(self, world: World, browser: Browser) -> None:
        self.world, self.browser = world, browser
        self.watcher = Watcher(world.address)
        self._cookies: dict[str, Any] = {}
        self._contexts: list[BrowserContext] = []

    def open(self, name: str = "", *, language: str = "en", viewport: Any = None, **options: Any) -> Page:
        """Open a fresh browser of one demo person, signed in; without a name, of a stranger."""
        state = self._sign_in(name) if name else None
        page = self._open_context(viewport or DESKTOP, storage_state=state, **options).new_page()
        if name:
            speak(page, language)
        return page

    def close(self) -> None:
        """Close every browser."""
        while self._contexts:
            self._contexts.pop().close()

    def _open_context(self, viewport: Any, **options: Any) -> BrowserContext:
        context = self.browser.new_context(
            viewport=viewport, base_url=self.world.address, accept_downloads=True, **options
        )
        context.set_default_timeout(PATIENCE_MILLISECONDS)
        self.watcher.watch(context)
        self._contexts.append(context)
        return context

    def _sign_in(self, name: str) -> Any:
        if name not in self._cookies:
            context = self._open_context(DESKTOP)
            sign_in(context.new_page(), f"{name}@demo.example", self.world.password)
            self._cookies[name] = context.storage_state()
            context.close()
            self._contexts.remove(context)
        return self._cookies[name]


def sign_in(page: Page, email: str, password: str) -> None:
    """Sign a person in by the form."""
    page.goto("/accounts/login/?next=/desk/")
    page.locator("input[name=login]").fill(email)
    page.locator("input[name=password]").fill(password)
    page.locator("form[action*=login] button[type=submit]").click()
    page.wait_for_url("**/desk/")


def speak(page: Page, language: str) -> None:
    """Let the desk speak a language to whoever is signed in, as its language switch does."""
    token = next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "csrftoken")
    answer = page.request.post(
        "/welcome/language/",
        form={"language": language, "next": "/accounts/login/", "csrfmiddlewaretoken": token},
        max_redirects=0,
    )
    assert answer.status == 302, answer.text()


@contextmanager
def excusing(watcher: Watcher, *words: str) -> Iterator[None]:
    """Let errors that contain one of some words pass: those of a network that is switched off, say."""
    before = watcher.excused
    watcher.excused = (*before, *words)
    try:
        yield
    finally:
        watcher.check()
        watcher.errors.clear()
        watcher.excused = before


def has_horizontal_scroll(page: Page) -> bool:
    """Tell whether a page is wider than its window."""
    script = "document.scrollingElement.scrollWidth > document.scrollingElement.clientWidth + 1"
    return bool(page.evaluate(script))
