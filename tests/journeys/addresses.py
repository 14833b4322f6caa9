"""The addresses of every page of ours in one demo world."""

from __future__ import annotations

from tests.journeys.worlds import World


def pages_of(world: World) -> dict[str, str]:
    """Return every kind of page by its name, with records that stand in the demo world."""

    def one(sql: str) -> object:
        return world.query(sql)[0][0]

    story = one("SELECT id FROM understand_story WHERE article_count > 0 ORDER BY article_count DESC, id")
    article = one("SELECT id FROM listen_article WHERE language = 'ar' ORDER BY id")
    changed = one("SELECT id FROM listen_article ORDER BY version DESC, id")
    copied = one("SELECT id FROM listen_article ORDER BY copy_group_id IS NULL, id")
    source = one("SELECT key FROM listen_source ORDER BY id")
    unit = one("SELECT unit_id FROM people_membership WHERE role = 'editor' ORDER BY id")
    user = one("SELECT user_id FROM people_membership WHERE role = 'editor' ORDER BY id")
    job = one("SELECT id FROM carry_job WHERE kind = 'understand.group_articles' ORDER BY id")
    return {
        "home": "/desk/",
        "stories": "/desk/stories/",
        "story": f"/desk/stories/{story}/",
        "articles": "/desk/listen/articles/",
        "article": f"/desk/listen/articles/{article}/",
        "versions": f"/desk/listen/articles/{changed}/versions/",
        "copies": f"/desk/listen/articles/{copied}/copies/?with={copied}",
        "type in": "/desk/listen/articles/add/",
        "sources": "/desk/listen/sources/",
        "source": f"/desk/listen/sources/{source}/",
        "source form": f"/desk/listen/sources/{source}/edit/",
        "shipped sources": "/desk/listen/sources/shipped/",
        "outcomes": "/desk/listen/outcomes/",
        "counters": "/desk/listen/outcomes/totals/?days=30",
        "health": "/desk/listen/health/?state=all",
        "languages and countries": "/desk/listen/health/coverage/",
        "imports": "/desk/listen/imports/",
        "briefs": "/desk/briefs/",
        "schedule": f"/desk/briefs/schedule/{unit}/",
        "jobs": "/desk/jobs/?status=done",
        "job": f"/desk/jobs/{job}/",
        "deliveries": "/desk/deliveries/",
        "people": "/desk/people/",
        "person": f"/desk/people/{user}/",
        "invite": "/desk/people/invite/",
        "units": "/desk/people/units/",
        "unit": f"/desk/people/units/{unit}/",
        "audit": "/desk/people/audit/",
        "profile": "/desk/profile/",
        "wizard: country": "/desk/setup/country/",
        "wizard: unit": "/desk/setup/unit/",
        "wizard: languages": "/desk/setup/languages/",
        "wizard: sources": "/desk/setup/sources/",
    }
