"""robots.txt: obeyed, cached, and its failures read as RFC 9309 asks."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from aiohttp import web

from legation.engine.records.fetches import FetchRequest, FetchStatus
from legation.gateways.http.robots import keep_own_groups

RULES = "User-agent: Legation\nDisallow: /closed\n\nUser-agent: *\nDisallow: /\n"


def answer_with(**settings: Any) -> Any:
    async def handler(_: web.Request) -> web.Response:
        return web.Response(**settings)

    return handler


def fetch_paths(
    serve: Any, fetcher: Any, paths: list[str], robots: Any, **request: Any
) -> tuple[list[Any], Any]:
    """Fetch the paths one after the other from a site with this robots.txt: the results and the site."""

    async def main() -> tuple[list[Any], Any]:
        handlers = {"robots_txt": robots} if robots else {}
        page = answer_with(text="page")
        async with serve(open=page, closed=page, **handlers) as site, fetcher:
            results = [await fetcher.fetch(FetchRequest(site.address + path, **request)) for path in paths]
            return results, site

    return asyncio.run(main())


def test_what_robots_txt_forbids_us_by_name_is_not_asked_for(serve: Any, make_fetcher: Any) -> None:
    results, site = fetch_paths(serve, make_fetcher(), ["/open", "/closed/1"], answer_with(text=RULES))
    assert [result.status for result in results] == [FetchStatus.FETCHED, FetchStatus.REFUSED_ROBOTS]
    assert site.paths == ["/open"]
    assert "forbids" in results[1].reason


def test_robots_txt_is_read_once_for_many_pages(serve: Any, make_fetcher: Any) -> None:
    _, site = fetch_paths(serve, make_fetcher(), ["/open"] * 4, answer_with(text=RULES))
    assert [request.path for request in site.seen].count("/robots.txt") == 1


def test_robots_txt_is_read_again_after_a_day(serve: Any, make_fetcher: Any, clock: Any) -> None:
    async def main() -> None:
        rules = ["", "User-agent: *\nDisallow: /\n"]

        async def change(_: web.Request) -> web.Response:
            return web.Response(text=rules.pop(0))

        async with serve(open=answer_with(text="page"), robots_txt=change) as site, make_fetcher() as fetcher:
            request = FetchRequest(site.address + "/open")
            assert (await fetcher.fetch(request)).status is FetchStatus.FETCHED
            clock.move(23 * 3600)
            assert (await fetcher.fetch(request)).status is FetchStatus.FETCHED
            clock.move(2 * 3600)
            assert (await fetcher.fetch(request)).status is FetchStatus.REFUSED_ROBOTS

    asyncio.run(main())


@pytest.mark.parametrize("http_status", [404, 403, 410])
def test_an_absent_robots_txt_forbids_nothing(serve: Any, make_fetcher: Any, http_status: int) -> None:
    results, _ = fetch_paths(serve, make_fetcher(), ["/open"], answer_with(status=http_status))
    assert results[0].status is FetchStatus.FETCHED


def test_a_failing_robots_txt_forbids_everything_for_a_while(
    serve: Any, make_fetcher: Any, clock: Any
) -> None:
    async def main() -> None:
        codes = [500, 404]

        async def mend(_: web.Request) -> web.Response:
            return web.Response(status=codes.pop(0))

        async with serve(open=answer_with(text="page"), robots_txt=mend) as site, make_fetcher() as fetcher:
            request = FetchRequest(site.address + "/open")
            refused = await fetcher.fetch(request)
            assert refused.status is FetchStatus.REFUSED_ROBOTS
            assert "500" in refused.reason
            assert (await fetcher.fetch(request)).status is FetchStatus.REFUSED_ROBOTS
            clock.move(601)
            assert (await fetcher.fetch(request)).status is FetchStatus.FETCHED

    asyncio.run(main())


def test_a_busy_robots_txt_makes_the_page_wait(serve: Any, make_fetcher: Any) -> None:
    busy = answer_with(status=429, headers={"Retry-After": "60"})
    results, site = fetch_paths(serve, make_fetcher(), ["/open"], busy)
    assert (results[0].status, results[0].retry_after_seconds) == (FetchStatus.BUSY, 60.0)
    assert site.paths == []


def test_robots_txt_is_followed_to_another_place_but_not_into_the_private_net(
    serve: Any, make_fetcher: Any
) -> None:
    into_private = answer_with(status=302, headers={"Location": "http://169.254.169.254/robots.txt"})
    results, site = fetch_paths(serve, make_fetcher(), ["/open"], into_private)
    assert results[0].status is FetchStatus.REFUSED_ADDRESS
    assert site.paths == []


def test_a_request_may_leave_robots_txt_aside(serve: Any, make_fetcher: Any) -> None:
    results, site = fetch_paths(
        serve, make_fetcher(), ["/closed"], answer_with(text=RULES), checks_robots=False
    )
    assert results[0].status is FetchStatus.FETCHED
    assert [request.path for request in site.seen] == ["/closed"]


def test_a_crawl_delay_is_kept_up_to_a_bound(serve: Any, make_fetcher: Any) -> None:
    patient = answer_with(text="User-agent: *\nCrawl-delay: 3600\n")
    started = time.monotonic()
    fetch_paths(serve, make_fetcher(max_crawl_delay_seconds=0.2), ["/open"] * 3, patient)
    assert 0.35 < time.monotonic() - started < 5


def test_a_hostile_robots_txt_is_read_in_good_time(serve: Any, make_fetcher: Any) -> None:
    wild = "User-agent: *\nDisallow: /" + "*a" * 200 + "b$\n"
    noise = "".join(f"Disallow: /{number}*\n" for number in range(200_000))
    started = time.monotonic()
    results, _ = fetch_paths(serve, make_fetcher(), ["/open/" + "a" * 1_000], answer_with(text=wild + noise))
    assert results[0].status is FetchStatus.FETCHED
    assert time.monotonic() - started < 5


def test_names_of_other_robots_do_not_make_the_file_explode(serve: Any, make_fetcher: Any) -> None:
    names = "".join(f"User-agent: r{number}\n" for number in range(15_000))
    rules = "".join(f"Disallow: /{number}\n" for number in range(15_000))
    started = time.monotonic()
    text = names + "User-agent: LEGATION\n" + rules + "Disallow: /closed\n"
    results, _ = fetch_paths(serve, make_fetcher(), ["/open", "/closed"], answer_with(text=text))
    assert [result.status for result in results] == [FetchStatus.FETCHED, FetchStatus.REFUSED_ROBOTS]
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("delay", ["nan", "inf", "-1", "1e999", "soon", "99" * 400])
def test_a_senseless_crawl_delay_does_no_harm(serve: Any, make_fetcher: Any, delay: str) -> None:
    patient = answer_with(text=f"User-agent: *\nCrawl-delay: {delay}\nRequest-rate: 1/0\n")
    results, _ = fetch_paths(serve, make_fetcher(max_crawl_delay_seconds=0.1), ["/open"] * 2, patient)
    assert {result.status for result in results} == {FetchStatus.FETCHED}


def test_only_our_name_and_everybody_s_are_kept() -> None:
    text = "User-agent: Good\nUser-Agent: Legation/2\n# note\nUSERAGENT *\nDisallow: /x\n"
    text += "User-agent: a\nAllow: /"
    kept = keep_own_groups(text, "Legation").splitlines()
    nobody = kept[0]
    assert kept[1:] == ["User-agent: legation", "# note", "User-agent: *", "Disallow: /x", nobody, "Allow: /"]
    assert "good" not in nobody.lower()
