"""The pages of the desk that are measured, and the plain SQL that reads as much as each."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from bench.stores import LANGUAGES, PHRASE, RARE_WORD, country_codes

DEEP_PAGE = 50
_NEWEST_ARTICLES = "SELECT id, title, sort_at FROM listen_article ORDER BY sort_at DESC, id DESC LIMIT 50"
_NEWEST_STORIES = "SELECT * FROM understand_story ORDER BY last_at DESC, id DESC LIMIT 50"

Page = tuple[str, str, str]  # who asks, address, SQL


def list_addresses(facts: Mapping[str, Any]) -> dict[str, Page]:
    """Return the measured pages by name."""
    who, brief = "approver", facts["brief"]
    return {
        "home": (who, reverse("wagtailadmin_home"), _NEWEST_STORIES),
        **_story_pages(facts, who),
        **_article_pages(who),
        "sources": (who, reverse("listen:sources"), "SELECT * FROM listen_source ORDER BY name, id LIMIT 50"),
        "brief_editor": (
            who,
            reverse("understand:brief_edit", args=[brief]),
            _one("understand_brief", brief),
        ),
        "brief_suggestions": (who, reverse("understand:brief_stories", args=[brief]), _NEWEST_STORIES),
        "brief": (who, reverse("understand:brief", args=[brief]), _one("understand_brief", brief)),
        "briefs": (who, reverse("understand:briefs"), _newest("understand_brief")),
        "jobs": ("administrator", reverse("carry:jobs") + "?status=done", _newest("carry_job")),
        "jobs_running": ("administrator", reverse("carry:jobs"), _newest("carry_job")),
        "jobs_mission": (who, reverse("carry:jobs") + "?status=done", _newest("carry_job")),
        "deliveries": ("administrator", reverse("carry:deliveries"), _newest("carry_delivery")),
        "deliveries_mission": (who, reverse("carry:deliveries"), _newest("carry_delivery")),
        "outcomes": (who, reverse("listen:outcomes"), _newest("listen_outcome")),
        "counters": (
            who,
            reverse("listen:outcome_totals") + "?days=30",
            "SELECT kind, reason, SUM(count) FROM listen_outcomeday GROUP BY kind, reason",
        ),
        "health": (who, reverse("listen:health"), _newest("listen_sourcealarm")),
        "coverage": (
            who,
            reverse("listen:coverage"),
            "SELECT about, SUM(articles) FROM listen_volumehour GROUP BY about",
        ),
        "outcomes_filtered": (
            who,
            reverse("listen:outcomes") + "?kind=quarantined&source=source-3",
            _newest("listen_outcome", "kind = 'quarantined'"),
        ),
    }


def _story_pages(facts: Mapping[str, Any], who: str) -> dict[str, Page]:
    from legation.desk.shell.keysets import page_by_key
    from legation.desk.understand.models import Story
    from legation.desk.understand.views.stories import PAGE_SIZE

    before = page_by_key(
        Story.objects.filter(merged_into=None, article_count__gt=0), cursor="",
        size=PAGE_SIZE * (DEEP_PAGE - 1),
        order=("-last_at", "-id"),
    )  # fmt: skip
    stories = reverse("understand:stories")
    everything = {"about": "all", "hours": "", "order": "new"}
    typical = (
        Story.objects.filter(article_count__range=(6, 9), subjects__isnull=False).order_by("-last_at").first()
    )
    country = (
        Story.objects.filter(subjects__subject=facts["country"], pk=1)
        .values_list("title", flat=True)
        .get()
        .split()[1]
    )
    pages = {
        "stories": stories,
        "stories_week": stories + "?" + urlencode({"about": "us", "hours": "168", "order": "rank"}),
        "stories_newest": stories + "?" + urlencode(everything),
        "stories_us_newest": stories + "?" + urlencode(everything | {"about": "us"}),
        "stories_filtered": stories
        + "?"
        + urlencode(everything | {"language": LANGUAGES[-1], "country": country_codes()[-1], "sources": 3}),
        "stories_page_50": stories + "?" + urlencode(everything | {"from": before.next}),
        "search_stories_rare": stories + "?" + urlencode(everything | {"q": RARE_WORD}),
        "search_stories_phrase": stories + "?" + urlencode(everything | {"q": PHRASE}),
        "search_stories_country": stories + "?" + urlencode(everything | {"q": country}),
        "search_stories_nothing": stories + "?" + urlencode(everything | {"q": "no such words anywhere"}),
    }
    return {
        **{name: (who, address, _NEWEST_STORIES) for name, address in pages.items()},
        "story_big": (who, reverse("understand:story", args=[1]), _members(1)),
        "story": (who, reverse("understand:story", args=[typical.pk]), _members(typical.pk)),
    }


def _article_pages(who: str) -> dict[str, Page]:
    from babel import Locale

    from legation.desk.listen.models import Article, Source
    from legation.desk.people.models import Installation
    from legation.desk.shell.keysets import page_by_key

    middle = Article.objects.order_by("pk").values_list("pk", flat=True).last() // 2
    deep = page_by_key(
        Article.objects.filter(sort_at__lte=Article.objects.get(pk=middle).sort_at), cursor="", size=1,
        order=("-sort_at", "-id"),
    )  # fmt: skip
    copied = Article.objects.filter(pk__gte=middle, copy_group__isnull=False).order_by("pk").first()
    source = Source.objects.get(pk=1)
    language = source.languages[0]
    name = Locale(language).territories[Installation.objects.get().country.upper()]
    narrow = f"language = '{language}' AND country = '{source.country}'"
    words = {"rare": RARE_WORD, "phrase": PHRASE, "country": name, "nothing": "no such words anywhere"}
    articles = reverse("listen:articles")
    pages = {
        "articles": (articles, _NEWEST_ARTICLES),
        "articles_filtered": (
            articles + "?" + urlencode({"language": language, "country": source.country}),
            _NEWEST_ARTICLES.replace(" ORDER", f" WHERE {narrow} ORDER"),
        ),
        "articles_rare_pair": (
            articles + "?" + urlencode({"language": LANGUAGES[-1], "country": source.country, "ours": "yes"}),
            _NEWEST_ARTICLES,
        ),
        "articles_deep": (articles + "?" + urlencode({"from": deep.next}), _NEWEST_ARTICLES),
        "article": (reverse("listen:article", args=[copied.pk]), _one("listen_article", copied.pk)),
        **{
            f"search_{kind}": (articles + "?" + urlencode({"q": text}), _like(text))
            for kind, text in words.items()
        },
    }
    return {name: (who, address, sql) for name, (address, sql) in pages.items()}


def _like(words: str) -> str:
    return _NEWEST_ARTICLES.replace(" ORDER", f" WHERE title LIKE '%%{words}%%' ORDER")


def _members(story: int) -> str:
    return (
        f"SELECT a.* FROM listen_article a JOIN understand_storymember m ON m.article_id = a.id "
        f"WHERE m.story_id = {story} ORDER BY a.sort_at DESC, a.id DESC LIMIT 50"
    )


def _one(table: str, key: int) -> str:
    return f"SELECT * FROM {table} WHERE id = {key}"


def _newest(table: str, where: str = "1 = 1") -> str:
    return f"SELECT * FROM {table} WHERE {where} ORDER BY id DESC LIMIT 50"


def print_plans(queries: Sequence[Mapping[str, Any]]) -> None:
    """Print the queries of a page that took a millisecond or more, with the database's plan."""
    from django.db import connection

    for query in queries:
        if float(query["time"]) < 0.001 or not query["sql"].startswith("SELECT"):
            continue
        print(f"  {query['time']} s  {query['sql'][:200]} … {query['sql'][-300:]}", file=sys.stderr)
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN QUERY PLAN " + query["sql"].replace("%", "%%"))
            for row in cursor.fetchall():
                print(f"      {row[-1]}", file=sys.stderr)
