"""Articles of several pages, walled ones, live blogs and listings come in over real HTTP as what they are."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from tests.desk.listen.conftest import BODY, Answer, MovableClock, Outlet

from legation.desk.listen.models import Article, Outcome, Source
from legation.desk.listen.services.listening import RoundAccount, listen_once
from legation.desk.listen.services.posts import cut_opening, list_posts
from legation.gateways.http import FetchOptions

pytestmark = pytest.mark.django_db
MakeSource = Callable[..., Source]
Listen = Callable[..., RoundAccount]
SENTENCE = (
    "The ministers went back into the room, and the ferries wait in both of the harbours this morning. "
)


@pytest.fixture
def listen(clock: MovableClock, options: FetchOptions) -> Listen:
    """Return listen(): one round by the test's clock."""
    return lambda: listen_once(clock=clock, options=options)


def show(outlet: Outlet, path: str, body: str, head: str = "", title: str = "The council decides") -> None:
    html = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>{head}</head>'
        f"<body><main><article><h1>{title}</h1>{body}</article></main></body></html>"
    )
    outlet.answers[path] = Answer(html.encode(), headers={"Content-Type": "text/html; charset=utf-8"})


def show_part(outlet: Outlet, number: int, of: int, name: str = "/one") -> None:
    """Put one part of an article at /one, /one?page=2 and so on, with numbers that lead to all of them."""
    parts = "".join(f"<p>Part {number}.{line}. {SENTENCE * 2}</p>" for line in range(4))
    links = "".join(
        f"<a href='{name}?page={page}'>{page}</a> " for page in range(1, of + 1) if page != number
    )
    path = name if number == 1 else f"{name}?page={number}"
    show(outlet, path, f"<p>What both harbours want. {SENTENCE}</p>{parts}<nav class='pages'>{links}</nav>")


def article_at(name: str = "/one") -> Article:
    return Article.objects.get(address__endswith=name)


def test_the_pages_of_an_article_are_joined_in_one_visit(
    make_source: MakeSource, outlet: Outlet, listen: Listen
) -> None:
    for number in (1, 2, 3):
        show_part(outlet, number, of=3)
    make_source(feeds=[outlet.show_feed(outlet.feed_item("one"))])
    assert dict(listen().counts) == {"kept": 1}
    body = article_at().body
    places = [body.index(f"Part {number}.0.") for number in (1, 2, 3)]
    assert places == sorted(places)
    assert body.count("What both harbours want.") == 1
    assert [outlet.count_asked(path) for path in ("/one", "/one?page=2", "/one?page=3")] == [1, 1, 1]


def test_an_article_of_several_pages_is_read_again_whole(
    make_source: MakeSource, outlet: Outlet, listen: Listen, clock: MovableClock
) -> None:
    for number in (1, 2):
        show_part(outlet, number, of=2)
    make_source(feeds=[outlet.show_feed(outlet.feed_item("one"))])
    listen()
    before = article_at().body
    Article.objects.update(next_check_at=clock.moment)
    clock.move(days=2)
    listen()
    assert outlet.count_asked("/one") == 2
    article = article_at()
    assert (article.body, article.version) == (before, 1)


def test_a_series_without_end_is_left_after_eight_further_pages(
    make_source: MakeSource, outlet: Outlet, listen: Listen
) -> None:
    for number in range(1, 13):
        show_part(outlet, number, of=12)
    make_source(feeds=[outlet.show_feed(outlet.feed_item("one"))])
    listen()
    assert "Part 9.0." in article_at().body
    assert "Part 10.0." not in article_at().body
    assert sum(path.startswith("/one") for path in outlet.asked) == 9


def test_a_series_that_leads_back_to_itself_ends(
    make_source: MakeSource, outlet: Outlet, listen: Listen
) -> None:
    show_part(outlet, 1, of=2)
    outlet.answers["/one?page=2"] = Answer(status=302, headers={"Location": "/one"})
    make_source(feeds=[outlet.show_feed(outlet.feed_item("one"))])
    assert dict(listen().counts) == {"kept": 1}
    assert article_at().body.count("Part 1.0.") == 1


def test_a_missing_page_leaves_what_was_read(make_source: MakeSource, outlet: Outlet, listen: Listen) -> None:
    show_part(outlet, 1, of=3)
    show_part(outlet, 2, of=3)
    make_source(feeds=[outlet.show_feed(outlet.feed_item("one"))])
    assert dict(listen().counts) == {"kept": 1}
    assert "Part 2.0." in article_at().body


def test_the_whole_on_one_page_is_fetched_instead(
    make_source: MakeSource, outlet: Outlet, listen: Listen
) -> None:
    first = "".join(f"<p>Part {number}. {SENTENCE * 2}</p>" for number in range(4))
    whole = "".join(f"<p>Part {number}. {SENTENCE * 2}</p>" for number in range(12))
    show(
        outlet, "/one", f"{first}<nav><a href='/one?page=2'>2</a> <a href='/one?view=all'>View all</a></nav>"
    )
    show(outlet, "/one?view=all", whole)
    make_source(feeds=[outlet.show_feed(outlet.feed_item("one"))])
    assert dict(listen().counts) == {"kept": 1}
    assert "Part 11." in article_at().body
    assert article_at().body.count("Part 0.") == 1
    assert outlet.count_asked("/one?page=2") == 0


def test_the_next_article_is_not_fetched(make_source: MakeSource, outlet: Outlet, listen: Listen) -> None:
    paragraphs = "".join(f"<p>{part}</p>" for part in BODY.split("\n\n"))
    show(
        outlet,
        "/one",
        f"{paragraphs}<a rel='next' href='/two'>Next</a><div id='comments'><a href='?page=2'>2</a></div>",
    )
    make_source(feeds=[outlet.show_feed(outlet.feed_item("one"))])
    listen()
    assert [path for path in outlet.asked if path not in ("/robots.txt", "/feed.xml")] == ["/one"]


def test_a_walled_article_is_kept_as_its_beginning(
    make_source: MakeSource, outlet: Outlet, listen: Listen
) -> None:
    show(outlet, "/one", f"<p>{SENTENCE * 4}</p><p>Subscribe to continue reading this story.</p>")
    make_source(feeds=[outlet.show_feed(outlet.feed_item("one"))])
    assert dict(listen().counts) == {"kept": 1}
    article = article_at()
    assert (article.access, article.is_teaser) == ("paywall", True)
    assert "Subscribe" not in article.body


def live(hours: range) -> str:
    updates = [
        {
            "@type": "BlogPosting",
            "headline": f"Post of {hour} o'clock",
            "datePublished": f"2026-11-22T{hour:02}:05:00Z",
            "articleBody": f"{SENTENCE} It was {hour} o'clock.",
        }
        for hour in hours
    ]
    node = {"@type": "LiveBlogPosting", "headline": "Ferry talks", "liveBlogUpdate": updates}
    return f"<script type='application/ld+json'>{json.dumps(node)}</script>"


def test_a_live_blog_is_one_article_and_each_change_a_version_of_it(
    make_source: MakeSource, outlet: Outlet, listen: Listen, clock: MovableClock
) -> None:
    show(outlet, "/one", "<p>Talks go on in both of the harbours this morning.</p>", live(range(1, 5)))
    make_source(feeds=[outlet.show_feed(outlet.feed_item("one", title="Ferry talks: live"))])
    assert dict(listen().counts) == {"kept": 1}
    posts = list_posts(article=article_at())
    assert [post.title for post in posts] == [f"Post of {hour} o'clock" for hour in (4, 3, 2, 1)]
    assert posts[0].at is not None
    assert (posts[0].at.hour, posts[0].at.minute) == (4, 5)
    assert all(SENTENCE.strip() not in part for part in cut_opening(article=article_at(), posts=posts))
    clock.move(days=2)
    show(outlet, "/one", "<p>Talks go on in both of the harbours this morning.</p>", live(range(1, 9)))
    outlet.show_feed(outlet.feed_item("one", title="Ferry talks: live, agreement near"))
    assert dict(listen().counts) == {"changed": 1}
    assert Article.objects.count() == 1
    assert len(list_posts(article=article_at())) == 8


@pytest.mark.parametrize(
    ("body", "head", "title", "reason"),
    [
        (
            "".join(f"<h3><a href='/n/{n}'>Harbour number {n} agrees on ferries</a></h3>" for n in range(24)),
            '<script type=\'application/ld+json\'>{"@type": "CollectionPage"}</script>',
            "World",
            "listing_page",
        ),
        ("<p>Sorry.</p>", "", "Page not found", "no_article_page"),
        ("<p>Checking your browser.</p>", "", "Just a moment...", "consent_page"),
    ],
)
def test_what_is_no_article_ends_with_its_reason_where_the_feed_holds_no_text(
    make_source: MakeSource, outlet: Outlet, listen: Listen, body: str, head: str, title: str, reason: str
) -> None:
    show(outlet, "/one", body, head, title)
    make_source(feeds=[outlet.show_feed(outlet.feed_item("one"))])
    assert dict(listen().counts) == {f"discarded:{reason}": 1}
    assert Outcome.objects.get(kind="discarded").reason == reason
    assert not Article.objects.exists()


def test_the_feeds_own_words_stand_where_only_a_check_came(
    make_source: MakeSource, outlet: Outlet, listen: Listen
) -> None:
    show(outlet, "/one", "<p>Checking your browser.</p>", "", "Just a moment...")
    make_source(feeds=[outlet.show_feed(outlet.feed_item("one", summary=SENTENCE * 2))])
    assert dict(listen().counts) == {"kept": 1}
    article = article_at()
    assert (article.access, article.is_teaser) == ("consent", True)
    assert "Checking" not in article.body
