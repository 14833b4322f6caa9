"""A page is shown by a browser that reaches nothing; whatever the page tries stays inside."""

from __future__ import annotations

import os
import stat
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from legation.engine.records.captures import RenderedPage
from legation.engine.records.fetches import FetchRequest, FetchResult, FetchStatus
from legation.gateways.archive import ProcessRenderer, find_browser
from legation.gateways.http import FetchOptions, describe_user_agent

BROWSER = find_browser()
needs_browser = pytest.mark.skipif(bool(BROWSER.problem), reason=f"shows pages: {BROWSER.problem}")
NOW = datetime(2026, 11, 22, 7, 30, tzinfo=UTC)
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc0000003010100"
    "c9fe92ef0000000049454e44ae426082"
)


class Site:
    """A server on the loopback that counts what it is asked for."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.asked: list[str] = []

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"


@pytest.fixture
def start_site() -> Iterator[Callable[[], Site]]:
    servers = []

    def start() -> Site:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                found = {
                    "/style.css": (b"body { background: #ff0000 }", "text/css"),
                    "/dot.png": (PIXEL, "image/png"),
                }
                body, kind = found.get(self.path, (b"", ""))
                self.send_response(200 if body else 404)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_HEAD = do_OPTIONS = do_GET  # noqa: N815 - the server's own names

            def log_message(self, *_: Any) -> None:
                return None

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        site = Site(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        servers.append((server, thread))
        return site

    yield start
    for server, thread in servers:
        server.shutdown()
        server.server_close()
        thread.join()


def render(
    html: str,
    *,
    address: str = "http://paper.test/news",
    allowed: str = "",
    beat: Any = lambda: None,
    **changes: Any,
) -> RenderedPage:
    options = FetchOptions(
        user_agent=describe_user_agent("press@example.org"),
        allowed_hosts=frozenset({allowed} if allowed else ()),
        per_host_delay_seconds=0.0,
        connect_timeout_seconds=1.0,
        total_timeout_seconds=3.0,
    )
    request = FetchRequest(address=address)
    page = FetchResult(
        request=request,
        status=FetchStatus.FETCHED,
        fetched_at=NOW,
        final_address=address,
        http_status=200,
        content_type="text/html; charset=utf-8",
        body=html.encode(),
    )
    fields = {"browser": BROWSER.path, "fetch_options": options, "timeout_seconds": 60.0, **changes}
    return ProcessRenderer(**fields).render(page, beat=beat)


@needs_browser
def test_a_page_is_portrayed_with_its_parts(start_site: Callable[[], Site]) -> None:
    site = start_site()
    head = '<link rel="stylesheet" href="/style.css"><script src="/x.js"></script>'
    html = f'{head}<h1>Tin</h1><img src="/dot.png">'
    shown = render(html, address=f"http://{site.host}/news", allowed=site.host)
    assert shown.problem == ""
    assert shown.screenshot.startswith(b"\xff\xd8\xff")
    assert shown.pdf.startswith(b"%PDF-")
    assert {exchange.address.rpartition("/")[2] for exchange in shown.exchanges} == {"style.css", "dot.png"}
    assert "/x.js" not in site.asked
    assert shown.browser.startswith("Chromium ")


@needs_browser
def test_a_very_long_page_is_portrayed_down_to_a_bound() -> None:
    from io import BytesIO

    from PIL import Image

    shown = render('<div style="height:400000px;background:linear-gradient(red,blue)">long</div>')
    with Image.open(BytesIO(shown.screenshot)) as picture:
        assert picture.size == (1280, 12_000)


HOSTILE = """<!doctype html><html><head>
<link rel=preconnect href="http://{host}/"><link rel=dns-prefetch href="http://{host}/">
<link rel=prefetch href="http://{host}/prefetch"><link rel=preload as=fetch href="http://{host}/preload">
<link rel=icon href="http://{host}/icon"><link rel=stylesheet href="http://{host}/style.css">
<link rel=stylesheet href="http://localhost:{port}/local.css"><link rel=manifest href="http://{host}/manifest">
<style>@import url(http://{host}/import.css); body {{ background: url(http://[::1]:{port}/six) }}
@font-face {{ font-family: x; src: url(http://{host}/font) }} p {{ font-family: x }}</style>
<meta http-equiv=refresh content="0;url=http://{host}/refreshed"></head><body>
<p>words<img src="http://{host}/image"><img src="http://2130706433:{port}/decimal"><img src="file:///etc/passwd">
<iframe src="file:///etc/passwd"></iframe><iframe src="http://{host}/frame"></iframe>
<iframe src="data:text/html,<img src=http://{host}/inner>"></iframe>
<object data="http://{host}/object"></object><embed src="http://{host}/embed"><video src="http://{host}/video"></video>
<a ping="http://{host}/ping" href="/" download>x</a>
<script>
const to = "http://{host}/";
const quietly = (act) => {{
  try {{ const made = act(); if (made && made.catch) made.catch(() => 0); }} catch (e) {{ 0; }} }};
quietly(() => fetch(to + "fetch"));
quietly(() => fetch(to + "post", {{method: "POST", body: "x", mode: "no-cors"}}));
quietly(() => navigator.sendBeacon(to + "beacon", "x")); quietly(() => new WebSocket("ws://{host}/socket"));
quietly(() => new EventSource(to + "events")); quietly(() => navigator.serviceWorker.register("/worker.js"));
quietly(() => new Worker(URL.createObjectURL(new Blob([
  `fetch("${{to}}worker"); importScripts("${{to}}scripts")`]))));
quietly(() => {{ const peer = new RTCPeerConnection({{iceServers: [{{urls: "stun:{host}"}}]}});
  peer.createDataChannel("x"); peer.createOffer().then((offer) => peer.setLocalDescription(offer)); }});
quietly(() => new WebTransport("https://{host}/transport")); quietly(() => window.open(to + "window"));
quietly(() => {{ const form = document.createElement("form"); form.action = to + "form"; form.method = "post";
  form.target = "_blank"; document.body.append(form); form.submit(); }});
</script></body></html>"""


@needs_browser
@pytest.mark.parametrize("has_scripts", [False, True], ids=["without scripts", "with scripts"])
def test_a_hostile_page_reaches_nothing(start_site: Callable[[], Site], has_scripts: bool) -> None:
    private = start_site()
    shown = render(HOSTILE.format(host=private.host, port=private.port), has_scripts=has_scripts)
    assert shown.problem == ""
    assert private.asked == []
    assert shown.exchanges == ()
    assert shown.refused_count > 5
    assert b"root:" not in shown.pdf


@needs_browser
def test_the_same_page_reaches_what_is_allowed(start_site: Callable[[], Site]) -> None:
    # So that the test above can fail: the attempts do arrive where the guard lets them through.
    open_site = start_site()
    render(HOSTILE.format(host=open_site.host, port=open_site.port), allowed=open_site.host)
    assert {"/image", "/style.css", "/frame", "/inner"} <= set(open_site.asked)
    assert not {"/refreshed", "/video", "/ping", "/prefetch"} & set(open_site.asked)


@needs_browser
def test_no_more_parts_are_fetched_than_allowed(start_site: Callable[[], Site]) -> None:
    site = start_site()
    html = "".join(f'<img src="/part{number}">' for number in range(60))
    shown = render(html, address=f"http://{site.host}/", allowed=site.host, max_requests=10)
    assert len([path for path in site.asked if path.startswith("/part")]) == 10
    assert shown.refused_count == 60  # ten were not found, fifty not asked for


@needs_browser
def test_a_page_that_never_ends_is_portrayed_or_killed_in_time() -> None:
    shown = render("<script>for (;;) {}</script>words", has_scripts=True, timeout_seconds=6.0)
    assert "within 6 seconds" in shown.problem


def write_browser(folder: Path, program: str) -> Path:
    path = folder / "browser"
    path.write_text(f"#!{sys.executable}\n{program}")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@needs_browser
def test_a_browser_that_hangs_is_killed_with_what_it_started(tmp_path: Path) -> None:
    program = (
        "import os, subprocess, time\n"
        f"child = subprocess.Popen(['sleep', '300'], start_new_session=True)\n"
        f"open({str(tmp_path / 'pids')!r}, 'w').write(f'{{os.getpid()}} {{child.pid}}')\n"
        "time.sleep(300)\n"
    )
    shown = render("words", browser=str(write_browser(tmp_path, program)), timeout_seconds=4.0)
    assert "did not finish" in shown.problem
    pids = [int(pid) for pid in (tmp_path / "pids").read_text().split()]
    assert len(pids) == 2
    assert not any(map(is_running, pids))


@needs_browser
def test_calling_the_work_off_ends_the_browser(tmp_path: Path) -> None:
    program = (
        f"import os, time\nopen({str(tmp_path / 'pid')!r}, 'w').write(str(os.getpid()))\ntime.sleep(300)\n"
    )

    class CalledOff(Exception):
        pass

    def beat() -> None:
        if (tmp_path / "pid").exists():
            raise CalledOff

    with pytest.raises(CalledOff):
        render("words", browser=str(write_browser(tmp_path, program)), beat=beat)
    assert not is_running(int((tmp_path / "pid").read_text()))


@needs_browser
def test_a_browser_that_fails_is_said(tmp_path: Path) -> None:
    shown = render("words", browser=str(write_browser(tmp_path, "raise SystemExit(3)")))
    assert shown.problem.startswith("The browser failed: ")
    assert shown.screenshot == b""


@needs_browser
def test_the_browser_learns_none_of_our_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEGATION_SECRET_KEY", "hidden words")
    program = f"import os\nopen({str(tmp_path / 'env')!r}, 'w').write(repr(dict(os.environ)))\n"
    render("words", browser=str(write_browser(tmp_path, program)))
    assert "hidden words" not in (tmp_path / "env").read_text()


def test_a_browser_is_looked_for_where_the_setting_says(tmp_path: Path) -> None:
    assert find_browser("off").problem == "Pictures of pages are switched off."
    missing = find_browser(str(tmp_path / "none"))
    assert missing.path == ""
    assert str(tmp_path / "none") in missing.problem
    own = write_browser(tmp_path, "")
    assert find_browser(str(own)).path in (str(own), "")


def test_without_its_driver_the_browser_is_of_no_use(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    state = find_browser(str(write_browser(tmp_path, "")))
    assert state.path == ""
    assert "playwright" in state.problem
    assert os.access(tmp_path / "browser", os.X_OK)
