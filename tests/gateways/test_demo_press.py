"""The demo world: complete, about whichever country is cast, and served as real sites serve."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import aiohttp
import pytest
import yaml
from yarl import URL

from legation.engine.listen.feeds import parse_feed
from legation.engine.listen.list_pages import read_list_page
from legation.engine.listen.pages import read_page
from legation.engine.records.articles import ArticleText, Feed
from legation.engine.text.languages import name_language
from legation.engine.understand.lexicons import compile_lexicon
from legation.engine.understand.relevance import find_mentions, subject_weights
from legation.gateways.demo_press import DEMO_DIRECTORY, DemoPress, main
from legation.gateways.demo_worlds import START_HOURS, WORLD_HOURS, DemoWorld, list_casts, load_world
from legation.gateways.packs import load_country
from legation.gateways.yaml_files import UnusablePack

COUNTRIES = Path(__file__).parents[2] / "countries"
NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
CASTS = list_casts(DEMO_DIRECTORY)
T = TypeVar("T")


def read_gold() -> dict[str, list[str]]:
    gold = yaml.safe_load((DEMO_DIRECTORY / "events.yml").read_text(encoding="utf-8"))
    return {**gold["events"], **{name: gold[name] for name in ("elsewhere", "unread", "series")}}


def name_gold(key: str) -> str:
    """Return the name under which an article stands in the gold file: one of a series under the series'."""
    name, _, number = key.rpartition("-")
    return name if number.isdigit() else key


def visit(
    action: Callable[[DemoPress, aiohttp.ClientSession], Awaitable[T]],
    country: str = "vn",
    at: datetime = NOW,
) -> T:
    """Start the press on free ports, let a visitor act, and stop it."""

    async def run() -> T:
        press = DemoPress(country, lambda: NOW)
        await press.start()
        try:
            async with aiohttp.ClientSession() as session:
                return await action(press, session)
        finally:
            await press.stop()

    return asyncio.run(run())


async def read_feed(press: DemoPress, session: aiohttp.ClientSession, outlet: str) -> Feed:
    [source] = [source for source in press.source_records() if source.key == f"demo-{outlet}"]
    async with session.get(source.feeds[0]) as answer:
        body = await answer.read()
        return parse_feed(body, content_type=answer.headers["Content-Type"], address=source.feeds[0])


async def read_channel(press: DemoPress, session: aiohttp.ClientSession, key: str) -> Feed:
    """Read an outlet's feed, or its list page where it has none."""
    [source] = [source for source in press.source_records() if source.key == f"demo-{key}"]
    if not source.list_pages:
        feed = await read_feed(press, session, key)
        outlet = next(outlet for outlet in press.world.outlets if outlet.key == key)
        # A news sitemap without entries says nothing that tells it from any sitemap.
        assert not feed.items or feed.dialect.replace(" ", "-") == outlet.dialect
        return feed
    [page] = source.list_pages
    async with session.get(page.address) as answer:
        return read_list_page(await answer.read(), page=page, address=page.address, now=NOW)


@pytest.fixture(scope="module", params=CASTS)
def world(request: pytest.FixtureRequest) -> DemoWorld:
    return load_world(DEMO_DIRECTORY, request.param)


def test_the_world_runs_as_two_countries() -> None:
    assert len(CASTS) >= 2


def test_the_world_is_as_large_as_promised(world: DemoWorld) -> None:
    assert len(world.outlets) == 12
    languages = {outlet.language for outlet in world.outlets}
    assert len(languages) == 10
    assert languages >= {"ru", "es", "lo", "ar", "vi"}
    assert len(world.articles) >= 120
    days = {int(article.versions[0].hours // 24) for article in world.articles}
    assert days == {0, 1, 2, 3, 4}
    assert {outlet.dialect for outlet in world.outlets} == {
        "rss-2.0", "atom-1.0", "rdf-1.0", "json-feed-1.1", "news-sitemap", "list-page",
    }  # fmt: skip


def test_the_world_holds_every_scene(world: DemoWorld) -> None:
    articles, outlets = world.articles, {outlet.key: outlet for outlet in world.outlets}
    versions = [version for article in articles for version in article.versions]
    assert any(len(article.versions) > 1 and not article.versions[-1].is_silent for article in articles)
    assert any(version.is_silent and not version.posts for version in versions), "a page edited in silence"
    assert any(version.posts for version in versions), "a live blog"
    assert any(article.wrong_charset for article in articles)
    assert any(article.is_paywalled for article in articles)
    assert any(article.is_listing for article in articles)
    assert any(article.pages > 1 for article in articles)
    assert any(outlet.gives_teasers for outlet in outlets.values())
    assert any(outlet.moved_from for outlet in outlets.values())
    assert any(outlet.clock_minutes > 60 for outlet in outlets.values())
    last = {key: max(a.versions[0].hours for a in articles if a.outlet == key) for key in outlets}
    assert any(WORLD_HOURS - hours > 48 and outlets[key].expected_per_day > 1 for key, hours in last.items())
    hours = Counter((article.outlet, int(article.versions[0].hours)) for article in articles)
    assert hours.most_common(1)[0][1] >= 20, "a flood"


def test_a_silent_edit_changes_the_page_and_not_the_feed() -> None:
    async def act(press: DemoPress, session: aiohttp.ClientSession) -> list[bytes]:
        seen = []
        for hours in (59, 61):
            press.move_clock(press.base + timedelta(hours=hours))
            for path in ("/news-sitemap.xml", "/news/chips-de.html"):
                async with session.get(f"{press.addresses['rheinblick']}{path}") as answer:
                    body = await answer.read()
                    seen.append(body.split(b"lanterns-de")[-1] if path.endswith("xml") else body)
        return seen

    feed_before, page_before, feed_after, page_after = visit(act)
    assert feed_before == feed_after
    assert b"Herbst." in page_before
    assert "übernächsten Frühjahr".encode() in page_after


def test_a_moved_feed_answers_301_and_a_clock_runs_ahead() -> None:
    async def act(press: DemoPress, session: aiohttp.ClientSession) -> tuple[int, datetime]:
        [moved] = [source for source in press.source_records() if source.key == "demo-khao-lam-nam"]
        async with session.get(moved.feeds[0]) as answer:
            status = answer.history[0].status
        feed = await read_feed(press, session, "suara-dermaga")
        moment = next(item.published_at for item in feed.items if item.guid.endswith("batik-id"))
        assert moment is not None
        return status, moment - press.base

    status, since = visit(act)
    assert (status, since) == (301, timedelta(hours=64 + 7))


def test_a_long_read_is_spread_over_its_pages() -> None:
    async def act(press: DemoPress, session: aiohttp.ClientSession) -> list[tuple[int, str]]:
        seen = []
        for number in (1, 2, 3, 4):
            address = f"{press.addresses['harbour-ledger']}/news/river-ledger.html?page={number}"
            async with session.get(address) as answer:
                seen.append((answer.status, await answer.text()))
        return seen

    pages = visit(act)
    assert [status for status, _ in pages] == [200, 200, 200, 404]
    marks = ("four hundred doses", "Money is the weak point", "lost overboard")
    assert all(mark in text for mark, (_, text) in zip(marks, pages, strict=False))
    assert all(('rel="next"' in text) == (number < 2) for number, (_, text) in enumerate(pages[:3]))


def test_a_wall_keeps_the_text_from_its_readers() -> None:
    async def act(press: DemoPress, session: aiohttp.ClientSession) -> str:
        async with session.get(f"{press.addresses['rheinblick']}/news/port-de.html") as answer:
            return await answer.text()

    page = visit(act)
    assert "nur für Abonnenten" in page
    assert "Baggerarbeiten" not in page


def test_most_is_there_at_the_start_and_some_news_and_an_edit_come_before_a_newcomers_eyes(
    world: DemoWorld,
) -> None:
    late = [article for article in world.articles if article.versions[0].hours > START_HOURS]
    assert len(world.articles) - len(late) >= 40
    assert 2 <= len(late) <= 6
    known = {key for keys in read_gold().values() for key in keys if key not in {a.key for a in late}}
    for article in late:
        event = next(keys for keys in read_gold().values() if article.key in keys)
        assert known & set(event), "news of a story that is there already"
    edits = [
        version
        for article in world.articles
        if article.versions[0].hours <= START_HOURS
        for version in article.versions[1:]
        if version.hours > START_HOURS
    ]
    assert len(edits) == 1
    assert WORLD_HOURS - START_HOURS == 0.5


def test_every_article_belongs_to_one_event_or_to_none(world: DemoWorld) -> None:
    counts = Counter(key for keys in read_gold().values() for key in keys)
    assert set(counts) == {name_gold(article.key) for article in world.articles}
    assert set(counts.values()) == {1}


def test_every_event_is_told_in_two_languages_at_least(world: DemoWorld) -> None:
    language = {outlet.key: outlet.language for outlet in world.outlets}
    by_key = {article.key: language[article.outlet] for article in world.articles}
    others = ("elsewhere", "unread", "series")
    events = {event: keys for event, keys in read_gold().items() if event not in others and len(keys) > 1}
    assert len(events) == 9
    for event, keys in events.items():
        assert len({by_key[key] for key in keys}) >= 2, event


def test_no_placeholder_and_no_other_country_remains(world: DemoWorld) -> None:
    text = "\n".join(
        part for article in world.articles for v in article.versions for part in (v.title, *v.paragraphs)
    )
    assert not re.search(r"[{}]", text)
    others = [code for code in CASTS if code != world.country]
    for code in others:
        lexicon = compile_lexicon(load_country(code, COUNTRIES).names)
        article = ArticleText("a", "", "", text, "und", None)
        sure = [m for m in find_mentions(article, lexicon) if m.kind in ("country", "demonym")]
        assert sure == []


def test_every_event_is_about_the_country_and_nothing_else_is(world: DemoWorld) -> None:
    lexicon = compile_lexicon(load_country(world.country, COUNTRIES).names)
    gold = read_gold()
    outlets = {outlet.key: outlet for outlet in world.outlets}
    for article in world.articles:
        if article.key in gold["unread"]:
            continue
        is_elsewhere = name_gold(article.key) in {*gold["elsewhere"], *gold["series"]}
        outlet = outlets[article.outlet]
        for version in article.versions:
            text = ArticleText(
                article_id=article.key,
                title=version.title,
                lead=version.paragraphs[0],
                body="\n\n".join(version.paragraphs[1:]),
                language=outlet.language,
                published_at=None,
                source_country=outlet.country,
            )
            weight = subject_weights(find_mentions(text, lexicon)).get(world.country, 0.0)
            if is_elsewhere:
                assert weight == 0.0, article.key
            else:
                assert weight >= 0.5, article.key


def test_a_reprint_is_word_for_word_or_lightly_edited(world: DemoWorld) -> None:
    articles = {article.key: article.versions[0] for article in world.articles}
    assert articles["port-ledger"].title == articles["port-wire"].title
    assert articles["port-ledger"].paragraphs == articles["port-wire"].paragraphs
    wire, edited = articles["rail-wire"].paragraphs, articles["rail-ledger"].paragraphs
    assert len(edited) == len(wire) - 1
    assert edited[0] != wire[0]
    assert edited[2] == wire[2]


def test_a_cast_without_a_word_is_refused(tmp_path: Path) -> None:
    for file in [*DEMO_DIRECTORY.glob("*.yml"), *DEMO_DIRECTORY.glob("*/*.yml")]:
        target = tmp_path / file.relative_to(DEMO_DIRECTORY)
        target.parent.mkdir(exist_ok=True)
        target.write_text(
            file.read_text(encoding="utf-8").replace("port_city: ", "harbour: "), encoding="utf-8"
        )
    with pytest.raises(UnusablePack, match="no word for '{port_city}'"):
        load_world(tmp_path, CASTS[0])


def test_an_unknown_cast_is_refused() -> None:
    with pytest.raises(UnusablePack, match="there is no cast for 'zz'"):
        load_world(DEMO_DIRECTORY, "zz")


@pytest.mark.parametrize("country", CASTS)
def test_all_feeds_and_pages_are_read_back_as_they_were_written(country: str) -> None:
    async def act(press: DemoPress, session: aiohttp.ClientSession) -> None:
        articles = {article.key: article for article in press.world.articles}
        read = 0
        for outlet in press.world.outlets:
            feed = await read_channel(press, session, outlet.key)
            for item in feed.items:
                found = re.search(r"/([a-z0-9-]+)\.html$", item.address)
                if found is None:
                    assert item.address.endswith("/section/0/")
                    read += 1
                    continue
                article = articles[found.group(1)]
                version = article.versions[-1]
                told = [one for one in article.versions if not one.is_silent][-1]
                assert item.title == told.title
                async with session.get(item.address) as answer:
                    assert answer.status == (404 if article.is_gone else 200)
                    html = await answer.read()
                    if article.is_gone:
                        continue
                    page = read_page(
                        html, address=str(answer.url), content_type=answer.headers["Content-Type"]
                    )
                assert page.title == version.title, article.key
                shown = 0 if article.is_paywalled or len(version.paragraphs) == 1 else 1
                assert version.paragraphs[shown] in page.body, article.key
                assert name_language(page.body).language == outlet.language, article.key
                read += 1
        assert read == len(articles) - 1

    visit(act, country)


def test_the_clock_shows_only_what_has_happened() -> None:
    async def act(press: DemoPress, session: aiohttp.ClientSession) -> list[int]:
        counts = []
        for hours in (0, 24, 72, 120):
            at = (press.base + timedelta(hours=hours)).isoformat().replace("+", "%2B")
            url = f"{press.addresses['harbour-ledger']}/clock?at={at}"
            async with session.post(URL(url, encoded=True)) as answer:
                assert answer.status == 200
            feeds = [await read_channel(press, session, outlet.key) for outlet in press.world.outlets]
            counts.append(sum(len(feed.items) for feed in feeds))
        return counts

    counts = visit(act)
    assert counts[0] == 0
    assert counts == sorted(set(counts))
    assert counts[-1] == len(load_world(DEMO_DIRECTORY, "vn").articles)


def test_an_edited_article_replaces_itself_under_one_guid() -> None:
    async def act(press: DemoPress, session: aiohttp.ClientSession) -> tuple[str, str, str, str]:
        guid, seen = "harbour-ledger:storm-ledger", []
        for hours in (45, 47):
            press.move_clock(press.base + timedelta(hours=hours))
            feed = await read_feed(press, session, "harbour-ledger")
            [item] = [item for item in feed.items if item.guid == guid]
            async with session.get(item.address) as answer:
                seen += [item.title, await answer.text()]
        return seen[0], seen[1], seen[2], seen[3]

    first_title, first_page, second_title, second_page = visit(act)
    assert first_title != second_title
    assert "82 miles" in first_page
    assert "restored" in second_page


def test_an_unchanged_feed_answers_304_to_either_validator() -> None:
    async def act(press: DemoPress, session: aiohttp.ClientSession) -> list[int]:
        address = press.source_records()[0].feeds[0]
        async with session.get(address) as answer:
            etag, changed = answer.headers["ETag"], answer.headers["Last-Modified"]
        statuses = []
        for headers in (
            {"If-None-Match": etag},
            {"If-Modified-Since": changed},
            {"If-None-Match": '"other"', "If-Modified-Since": changed},
        ):
            async with session.get(address, headers=headers) as answer:
                statuses.append(answer.status)
        press.move_clock(press.base + timedelta(hours=50))
        async with session.get(address, headers={"If-None-Match": etag}) as answer:
            statuses.append(answer.status)
        return statuses

    assert visit(act) == [304, 304, 200, 200]


def test_robots_are_told_to_keep_out_of_the_archive() -> None:
    async def act(press: DemoPress, session: aiohttp.ClientSession) -> tuple[str, list[str]]:
        async with session.get(f"{press.addresses['harbour-ledger']}/robots.txt") as answer:
            robots = await answer.text()
        feed = await read_feed(press, session, "harbour-ledger")
        return robots, [item.address for item in feed.items if "/archive/" in item.address]

    robots, archived = visit(act)
    assert "Disallow: /archive/" in robots
    assert len(archived) == 1


def test_one_link_passes_a_permanent_and_a_temporary_redirect() -> None:
    async def act(press: DemoPress, session: aiohttp.ClientSession) -> tuple[list[int], str]:
        async with session.get(f"{press.addresses['nanqiao']}/go/rail-zh.html") as answer:
            return [step.status for step in answer.history], answer.url.path

    assert visit(act) == ([301, 302], "/news/rail-zh.html")


def test_a_page_can_lie_about_its_charset() -> None:
    async def act(press: DemoPress, session: aiohttp.ClientSession) -> tuple[str, bytes]:
        async with session.get(f"{press.addresses['nanqiao']}/news/chips-zh.html") as answer:
            return answer.headers["Content-Type"], await answer.read()

    content_type, body = visit(act)
    assert content_type.endswith("charset=utf-8")
    with pytest.raises(UnicodeDecodeError):
        body.decode("utf-8")
    assert "半导体" in body.decode("gb18030")


def test_a_time_that_is_none_is_refused() -> None:
    async def act(press: DemoPress, session: aiohttp.ClientSession) -> int:
        async with session.post(f"{press.addresses['nanqiao']}/clock?at=noon") as answer:
            return answer.status

    assert visit(act) == 400


def test_the_reference_cast_has_an_outlet_of_its_own_and_the_other_none() -> None:
    async def act(press: DemoPress, session: aiohttp.ClientSession) -> list[str]:
        return [source.key for source in press.source_records() if source.is_ours]

    assert visit(act, "vn") == ["demo-tin-bon-phuong"]
    assert visit(act, "cl") == []


def test_the_command_explains_an_unknown_country(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as raised:
        main(["--country", "zz"])
    assert raised.value.code == 2
    assert "no cast for 'zz'; there are: cl, vn" in capsys.readouterr().err
