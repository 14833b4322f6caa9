"""Measure the whole way from an address to a stored article, against bare extraction of the same pages.

The baseline is that of `bench.extraction`: what a plain user of trafilatura calls to get text, title and
date, which the desk reads, too. Its call for the text alone stands beside it as `text_only`.
"""

from __future__ import annotations

import argparse
import gzip
import math
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import psutil

from bench.contracts import ROOT, BenchFailed, make_report, narrate, read_records, require_path
from bench.extraction import read_bare as read_page_bare
from bench.loopback import name_hosts, serve_bodies

DATA = ROOT.parent / "shared" / "data" / "extraction"
HOSTS = 60  # publications that the pages are spread over; a desk reads as many in a round
MONTH = 1_000_000 / (30 * 86_400)  # articles a second that a million a month need on the mean
_CHUNK = 4  # pages handed to a process of the baseline at once


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the data."""

    name: str
    title: str
    html: bytes


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of this benchmark."""
    parser.add_argument(
        "--data", type=Path, default=DATA, help="folder with truth.jsonl and html/<id>.html.gz"
    )
    parser.add_argument("--pages", type=int, default=0, help="how many pages; all, once each, by default")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="reading processes")


def run(arguments: argparse.Namespace) -> dict[str, Any]:
    """Return the report on listening to the pages, each in its own round of everything."""
    pages, paths = load_pages(arguments.data, arguments.pages)
    with narrate(f"bare extraction of {len(pages)} pages in {arguments.processes} processes"):
        baseline = measure_bare(pages, arguments.processes, read_bare)
        text_only = measure_bare(pages, arguments.processes, extract_text)
    with make_desk() as folder, narrate(f"listening to {len(pages)} pages"):
        metrics = measure_desk(pages, arguments.processes)
        metrics["database_mb"] = round(
            sum(path.stat().st_size for path in folder.glob("desk.sqlite3*")) / 1e6, 1
        )
    seconds = metrics.pop("seconds")
    report = make_report(
        bench="listen",
        paths=paths,
        count=len(pages),
        seconds=seconds,
        metrics=metrics,
        baseline={**baseline, **{f"text_only.{name}": value for name, value in text_only.items()}},
    )
    rate, cpu_ms = report["items_per_second"], metrics["cpu_ms_per_item"]
    for prefix, bare in (("", baseline), ("text_only.", text_only)):
        report[f"{prefix}ratio"] = round(rate / bare["items_per_second"], 3)
        report[f"{prefix}cpu_ratio"] = round(bare["cpu_ms_per_item"] / cpu_ms, 3)
    report["months_of_a_million"] = round(rate / MONTH, 1)
    return report


def load_pages(folder: Path, count: int) -> tuple[list[Page], list[Path]]:
    """Load pages and the files they stand in; more than there are come round again under other names."""
    truth = read_records(folder / "truth.jsonl")
    wanted = count or len(truth)
    files = [folder / "html" / f"{record['id']}.html.gz" for record in truth[:wanted]]
    bodies = [gzip.decompress(require_path(path).read_bytes()) for path in files]
    pages = []
    for number in range(wanted):
        record = truth[number % len(truth)]
        title = " ".join((record.get("title") or record["id"]).split())
        pages.append(Page(f"{number}-{record['id']}", title, bodies[number % len(bodies)]))
    return pages, [folder / "truth.jsonl", *files]


def measure_bare(pages: Sequence[Page], processes: int, read: Callable[[bytes], bool]) -> dict[str, Any]:
    """Let trafilatura read every page in as many processes; read tells whether it found a text."""
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        list(pool.map(read, [page.html for page in pages[: processes * _CHUNK]]))  # imports, caches
        before, began = read_cpu_seconds(), time.perf_counter()
        found = list(pool.map(read, [page.html for page in pages], chunksize=_CHUNK))
        seconds, cpu_seconds = time.perf_counter() - began, read_cpu_seconds() - before
    return {
        "items_per_second": round(len(pages) / seconds, 2),
        "cpu_ms_per_item": round(1000 * cpu_seconds / len(pages), 2),
        "kept": sum(found),
    }


def read_bare(html: bytes) -> bool:
    """Do what the baseline of `bench.extraction` does: text, and metadata with title and date."""
    return bool(read_page_bare(html, "")[0])


def extract_text(html: bytes) -> bool:
    """Have trafilatura extract the text and nothing else."""
    import trafilatura

    return bool(trafilatura.extract(html))


def read_cpu_seconds(without: int = 0) -> float:
    """Return the processor's time of this process and its children, one of them left out."""
    me = psutil.Process()
    living = [me, *(child for child in me.children() if child.pid != without)]
    times = [process.cpu_times() for process in living]
    return sum(one.user + one.system for one in times)


@contextmanager
def make_desk() -> Iterator[Path]:
    """Make a desk with an empty database, under var/, and remove it."""
    data_dir = ROOT / "var"
    data_dir.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="bench-listen-", dir=data_dir))
    os.environ.update(
        DJANGO_SETTINGS_MODULE="legation.config.settings",
        LEGATION_DATA_DIR=str(folder),
        LEGATION_EMBEDDER="hashing",
        LEGATION_FETCH_ALLOWED_HOSTS=",".join(name_hosts(HOSTS)),
    )
    import django
    from django.core.management import call_command

    django.setup()
    try:
        with narrate("making an empty desk"):
            call_command("migrate", verbosity=0)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def measure_desk(pages: Sequence[Page], processes: int) -> dict[str, Any]:
    """Let the desk listen to feeds that lead to the pages, and return what it took."""
    from legation.desk.listen.services.fetching import make_fetch_options
    from legation.desk.listen.services.listening import listen_once
    from legation.desk.listen.services.visits import VisitLimits
    from legation.gateways.readers import ReadCall, ReaderPool

    hosts = name_hosts(min(HOSTS, len(pages)))
    options = make_fetch_options(per_host_delay_seconds=0.0)
    limits = VisitLimits(pages=math.ceil(len(pages) / len(hosts)), seconds=3_600.0)
    with serve_bodies(hosts, write_press(pages, hosts)) as (port, server), ReaderPool(processes) as readers:
        for number, host in enumerate(hosts):
            add_source(number, f"http://{host}:{port}/feed/{number}")
        warm = [readers.submit(ReadCall(time.sleep, (0.5,))) for _ in range(processes)]  # one for each
        for future in warm:
            future.result()
        before, own_before, began = read_cpu_seconds(server), time.process_time(), time.perf_counter()
        account = listen_once(options=options, limits=limits, readers=readers)
        seconds = time.perf_counter() - began
        own_seconds, cpu_seconds = time.process_time() - own_before, read_cpu_seconds(server) - before
        children = [child for child in psutil.Process().children() if child.pid != server]
        children_mb = sum(child.memory_info().rss for child in children) / 1e6
    if sum(account.counts.values()) != len(pages):
        raise BenchFailed(f"{len(pages)} items came in, and {account.counts} were counted.")
    return {
        "seconds": seconds,
        "cpu_ms_per_item": round(1000 * cpu_seconds / len(pages), 2),
        "cpu_ms_per_item.desk": round(1000 * own_seconds / len(pages), 2),  # without the reading processes
        "reading_rss_mb": round(children_mb, 1),
        **{f"outcomes.{kind}": count for kind, count in sorted(account.counts.items())},
    }


def add_source(number: int, feed: str) -> None:
    """Store one source; no person adds it, so no audit log is kept."""
    from legation.desk.listen.models import Source

    Source.objects.create(key=f"bench-{number}", name=f"Bench {number}", feeds=[feed])


def write_press(pages: Sequence[Page], hosts: Sequence[str]) -> dict[str, tuple[str, bytes]]:
    """Write the feeds and pages by path; feed n names every page of host n."""
    bodies = {f"/{page.name}": ("text/html", page.html) for page in pages}
    # Today's, so that nothing is left out as too old; not all at once, so that no two look like one batch.
    now = datetime.now(UTC)
    for number in range(len(hosts)):
        items = [
            f"<item><title>{escape(page.title)}</title><link>/{page.name}</link><guid>{page.name}</guid>"
            f"<pubDate>{format_datetime(now - timedelta(minutes=1 + place))}</pubDate></item>"
            for place, page in enumerate(pages[number :: len(hosts)])
        ]
        feed = f'<rss version="2.0"><channel><title>Bench {number}</title>{"".join(items)}</channel></rss>'
        bodies[f"/feed/{number}"] = ("application/rss+xml; charset=utf-8", feed.encode())
    return bodies
