"""Measures the desk's pages on a synthetic store, against one of 10,000 articles and against plain SQL."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from bench.contracts import ROOT, BenchFailed, make_report, narrate
from bench.stores import AT, SEED

SMALL = 10_000
FORMAT = 1  # raised when the store's structure changes, so that a kept one is built anew
WARM_UP = 3  # requests before the clock: templates compile and the file comes into memory
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
FACTS = "store.json"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this benchmark's options."""
    parser.add_argument("--articles", type=int, default=1_000_000, help="articles in the store")
    parser.add_argument("--country", default="", help="country pack; that of demo/default-country by default")
    parser.add_argument("--keep", type=Path, help="folder that keeps the stores for the next run")
    parser.add_argument("--repeats", type=int, default=20, help="measured requests of each page")
    parser.add_argument(
        "--pages", default="", help="only pages whose names begin with one of these, comma between"
    )
    parser.add_argument(
        "--plans", action="store_true", help="also print each page's queries with their plans"
    )
    parser.add_argument(
        "--grouping", action="store_true", help="also read 500 new articles into the stores' stories"
    )


def run(arguments: argparse.Namespace) -> dict[str, Any]:
    """Return the report on one size of store."""
    if arguments.articles < 1_000:
        raise BenchFailed("--articles must be 1000 or more: smaller stores have no structure.")
    country = arguments.country or (ROOT / "demo" / "default-country").read_text(encoding="utf-8").strip()
    if not (ROOT / "countries" / country / "country.yml").exists():
        raise BenchFailed(f"There is no country pack {country!r} under countries/.")
    data_dir = ROOT / "var"
    data_dir.mkdir(exist_ok=True)
    keep = arguments.keep or Path(tempfile.mkdtemp(prefix="bench-desk-", dir=data_dir))
    try:
        small = _measure_apart(SMALL, country, keep.resolve(), arguments)
        large = _measure_apart(arguments.articles, country, keep.resolve(), arguments)
        paths = [keep / f"desk-{country}-{arguments.articles}" / FACTS]
        metrics, baseline = {}, {}
        for side, report in (("pages", metrics), ("baseline", baseline)):
            for page, found in large[side].items():
                report |= {f"{page}.{name}": value for name, value in found.items()}
                before = small[side][page]
                report[f"{page}.ratio_to_10k"] = _divide(found["p95_ms"], before["p95_ms"])
                report[f"{page}.cpu_ratio_to_10k"] = _divide(found["cpu_ms"], before["cpu_ms"])
        for side in (small, large) if arguments.grouping else ():
            name = "grouping_10k" if side is small else "grouping"
            metrics |= {f"{name}.{key}": value for key, value in side["grouping"].items()}
        report = make_report(
            bench="desk", paths=paths, count=arguments.articles, seconds=large["seconds"],
            metrics=metrics, baseline=baseline,
        )  # fmt: skip
        # What is handed out are pages, by a process of their own.
        return {
            **report,
            "items_per_second": large["requests_per_second"],
            "peak_rss_mb": large["peak_rss_mb"],
        }
    finally:
        if not arguments.keep:
            shutil.rmtree(keep)


def _divide(large: float, small: float) -> float:
    return round(large / max(small, 0.1), 2)  # both are rounded to tenths


def _measure_apart(count: int, country: str, keep: Path, arguments: argparse.Namespace) -> dict[str, Any]:
    """Measure one store in a process of its own, whose database is that store."""
    store = keep / f"desk-{country}-{count}"
    environ = {name: value for name, value in os.environ.items() if not name.startswith("LEGATION_")} | {
        "LEGATION_DATA_DIR": str(store),
        "LEGATION_EMBEDDER": "hashing",
        "LEGATION_SECRET_KEY": "only-for-benchmarks",
        "DJANGO_SETTINGS_MODULE": "legation.config.testing",
        "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT))),
    }
    words = [
        str(count),
        country,
        str(arguments.repeats),
        arguments.pages,
        "plans" if arguments.plans else "",
        "grouping" if arguments.grouping else "",
    ]
    with narrate(f"measuring a store of {count:,} articles"):
        done = subprocess.run(
            [sys.executable, "-m", "bench.desk", *words],
            cwd=ROOT,
            env=environ,
            stdout=subprocess.PIPE,
            text=True,
        )
    if done.returncode:
        raise BenchFailed(f"The store of {count:,} articles could not be measured; the log above says why.")
    return dict(json.loads(done.stdout.splitlines()[-1]))


def open_store(count: int, country: str) -> dict[str, Any]:
    """Build the store in the data directory of Django's settings, or take the one that is there."""
    from django.conf import settings
    from django.core.management import call_command

    path = settings.DATA_DIR / FACTS
    wanted = {"articles": count, "country": country, "format": FORMAT, "seed": SEED}
    if path.exists():
        facts = dict(json.loads(path.read_text()))
        if facts.items() >= wanted.items():
            call_command("migrate", verbosity=0)
            return facts
    for file in settings.DATA_DIR.glob("desk.sqlite3*"):
        file.unlink()
    from bench.offices import fill_people, fill_work
    from bench.stores import fill_store, finish_store

    with narrate(f"building {count:,} articles"):
        call_command("migrate", verbosity=0)
        people = fill_people(country)
        plan = fill_store(count, country)
        offices = fill_work(count, *people)
        finish_store()
    facts = wanted | {
        "stories": plan.story_count,
        "mission": offices.mission.pk,
        "approver": offices.approver.pk,
        "administrator": offices.administrator.pk,
        "brief": offices.brief.pk,
    }
    path.write_text(json.dumps(facts))
    return facts


def list_pages(facts: Mapping[str, Any]) -> dict[str, tuple[str, str, str]]:
    """Return the measured pages: who asks, for which address, and the plain SQL that reads as much."""
    from bench.desk_pages import list_addresses

    return list_addresses(facts)


def _measure(call: Callable[[], Any], repeats: int, queries: int) -> dict[str, float]:
    """Repeat a call; SQLite works in this process, so that its processor time tells of a busy machine too."""
    for _ in range(WARM_UP):
        call()
    times, busy = [], []
    for _ in range(repeats):
        started, worked = time.perf_counter(), time.process_time()
        call()
        times.append((time.perf_counter() - started) * 1000)
        busy.append((time.process_time() - worked) * 1000)
    ordered = sorted(times)
    return {
        "cpu_ms": round(statistics.median(busy), 1),
        "p50_ms": round(statistics.median(ordered), 1),
        "p95_ms": round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))], 1),
        "queries": queries,
    }


def measure_store(
    facts: Mapping[str, Any], repeats: int, only: tuple[str, ...], plans: bool
) -> dict[str, Any]:
    """Measure every page through Django's test client, and the plain SQL beside it."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from legation.desk.people.models import User

    clients = {}
    for name in ("approver", "administrator"):
        clients[name] = Client(SERVER_NAME="localhost")
        clients[name].force_login(User.objects.get(pk=facts[name]), backend=BACKEND)
    pages, baseline, started, requests = {}, {}, time.perf_counter(), 0
    for page, (who, address, sql) in list_pages(facts).items():
        if only and not page.startswith(only):
            continue

        def visit(who: str = who, address: str = address) -> Any:
            response = clients[who].get(address, headers={"accept-encoding": "gzip"})
            if response.status_code != 200:
                raise BenchFailed(f"{address} answered {response.status_code}.")
            return response

        def ask(sql: str = sql) -> None:
            with connection.cursor() as cursor:
                cursor.execute(sql)
                cursor.fetchall()

        visit()  # the first time may write, such as when a person last looked
        with CaptureQueriesContext(connection) as captured:
            response = visit()
        pages[page] = _measure(visit, repeats, len(captured))
        pages[page]["kilobytes"] = round(len(response.content) / 1024, 1)
        baseline[page] = _measure(ask, repeats, 1)
        requests += repeats
        print(f"{page:24} {pages[page]} SQL {baseline[page]['p95_ms']}", file=sys.stderr)
        if plans:
            from bench.desk_pages import print_plans

            print_plans(captured.captured_queries)
    seconds = time.perf_counter() - started
    busy = sum(found["p50_ms"] for found in pages.values()) * repeats / 1000
    return {
        "pages": pages,
        "baseline": baseline,
        "seconds": round(seconds, 1),
        "requests_per_second": round(requests / busy, 1) if busy else 0.0,
    }


def main(words: list[str]) -> None:
    """Measure one store; called in a process of its own."""
    import resource

    import django
    from django.utils import timezone

    timezone.now = lambda: AT  # the store's moment, before any module takes hold of the clock
    django.setup()
    from legation.desk.shell.messages import compile_messages

    compile_messages()
    count, country, repeats, only, plans, grouping = words
    facts = open_store(int(count), country)
    found = measure_store(facts, int(repeats), tuple(filter(None, only.split(","))), bool(plans))
    if grouping:
        from bench.grouping import measure_grouping

        found["grouping"] = measure_grouping(facts)
    found["peak_rss_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1:])
