"""A live blog is cut into its posts, and what only looks like one is not."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from legation.engine.listen.pages import read_page
from legation.engine.records.articles import PageKind, PageText

ADDRESS = "https://post.example/world/ferry-talks"
WORDS = "The ministers went back into the room, and the ferries wait in both of the harbours."


def update(hour: int, words: str = WORDS) -> dict[str, str]:
    return {
        "@type": "BlogPosting",
        "headline": f"Post of {hour} o'clock",
        "datePublished": f"2026-11-20T{hour:02}:05:00+07:00",
        "articleBody": f"{words} It was {hour} o'clock.",
    }


def read(body: str, head: str = "", title: str = "Ferry talks: live updates", lang: str = "en") -> PageText:
    return read_page(
        f"<html lang='{lang}'><head><title>{title}</title>{head}</head><body><main><h1>{title}</h1>"
        f"{body}</main></body></html>",
        address=ADDRESS,
    )


def state(updates: list[dict[str, str]]) -> str:
    node = {"@type": "LiveBlogPosting", "headline": "Ferry talks", "liveBlogUpdate": updates}
    return f"<script type='application/ld+json'>{json.dumps(node)}</script>"


def block(hour: int, words: str = WORDS) -> str:
    return (
        f"<div class='post'><time datetime='2026-11-20T{hour:02}:05:00Z'>{hour}:05</time><h3>At {hour}</h3>"
        f"<p>{words}</p><p>It was {hour} o'clock.</p></div>"
    )


def test_the_posts_of_json_ld_are_read_newest_first() -> None:
    page = read("<p>Talks go on.</p>", state([update(9), update(11), update(10)]))
    assert page.kind is PageKind.LIVE_BLOG
    assert [post.title for post in page.posts] == [f"Post of {hour} o'clock" for hour in (11, 10, 9)]
    assert page.posts[0].published_at is not None
    assert page.posts[0].published_at.astimezone(UTC) == datetime(2026, 11, 20, 4, 5, tzinfo=UTC)
    assert all(post.text in page.body and post.title in page.body for post in page.posts)


@pytest.mark.parametrize(
    ("title", "lang"),
    [
        ("Ferry talks: live updates", "en"),
        ("Trực tiếp: đàm phán về phà", "vi"),
        ("EN DIRECT - Négociations sur les ferries", "fr"),
        ("Fähren im Liveticker", "de"),
        ("Переговоры о паромах: онлайн", "ru"),
        ("渡轮谈判直播", "zh"),
        ("بث مباشر: محادثات العبارات", "ar"),
    ],
)
def test_blocks_with_times_are_posts_where_the_page_calls_itself_live(title: str, lang: str) -> None:
    page = read("<div>" + "".join(block(hour) for hour in (11, 10, 9, 8)) + "</div>", title=title, lang=lang)
    assert page.kind is PageKind.LIVE_BLOG
    assert [post.title for post in page.posts] == ["At 11", "At 10", "At 9", "At 8"]
    assert page.posts[0].text == f"{WORDS}\n\nIt was 11 o'clock."


def test_an_opening_stays_before_the_posts() -> None:
    opening = "Both governments hope for an agreement on the ferries before the winter begins."
    page = read(f"<p>{opening}</p><div>" + "".join(block(hour) for hour in (11, 10, 9)) + "</div>")
    assert page.body.startswith(opening)
    assert page.body.count(WORDS) == 3


def test_a_new_post_changes_the_text() -> None:
    before = read("", state([update(9), update(10), update(11)]))
    after = read("", state([update(9), update(10), update(11), update(12)]))
    assert len(after.posts) == 4
    assert before.body != after.body
    assert before.body in after.body


@pytest.mark.parametrize("name", ["comments", "related-teasers"])
def test_comments_and_teasers_are_no_posts(name: str) -> None:
    article = f"<article>{f'<p>{WORDS * 3}</p>' * 5}</article>"
    many = f"<div class='{name}'>" + "".join(block(hour) for hour in range(1, 9)) + "</div>"
    page = read(article + many, title="Ferry talks: live updates")
    assert page.posts == ()


def test_blocks_with_times_are_no_posts_where_nothing_is_live() -> None:
    blocks = "<div>" + "".join(block(hour) for hour in (11, 10, 9)) + "</div>"
    assert read(blocks, title="Ferry talks, a chronicle").posts == ()


def test_two_updates_are_no_live_blog() -> None:
    assert read(f"<article><p>{WORDS * 6}</p></article>", state([update(9), update(10)])).posts == ()


def test_broken_updates_are_passed_over() -> None:
    broken = [{"headline": 7}, {"articleBody": ["x"]}, update(1), update(2), update(3), {}]
    assert len(read("", state(broken)).posts) == 3  # type: ignore[arg-type]
