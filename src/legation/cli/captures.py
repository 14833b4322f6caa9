"""bin/legation capture: keep an evidence copy of articles' pages, now, in this terminal."""

from __future__ import annotations

import argparse
from typing import Any

from legation.cli.installations import Refused, say, start_django


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.description = (
        "Keep an evidence copy of each article's page as it is now: a web archive, and with a browser also a "
        "picture and a PDF. A page that the desk does not know is read first."
    )
    parser.add_argument(
        "articles", nargs="+", metavar="ARTICLE", help="address of a page, or number of an article"
    )


def run(arguments: argparse.Namespace) -> int:
    """Keep the copies; returns 0 where every page was kept, else 1."""
    start_django()
    missing = 0
    for word in arguments.articles:
        problem = _capture(word)
        if problem:
            missing += 1
            print(f"{word}: not kept: {problem}")
    return int(bool(missing))


def _capture(word: str) -> str:
    """Keep one page and print its copies; returns why it was not kept, "" where it was."""
    from django.utils import timezone

    from legation.desk.listen.models import Capture
    from legation.desk.listen.services.captures import NoWebPage, request_capture

    article = _find(word)
    if article is None:
        return "the page could not be read as an article"
    try:
        job = request_capture(article=article, at=timezone.now(), unit=None, by=None)
    except NoWebPage:
        return "the article has no web page"
    _finish(job)
    for capture in Capture.objects.filter(pk__in=job.state.get("captures", [])).order_by("number"):
        print(
            f"{capture.number}\t{capture.kind}\t{capture.sha256}\t{capture.size_bytes}\t{capture.file.name}"
        )
    if job.state.get("problem"):
        say(f"{word}: no picture: {job.state['problem']}")
    return (
        ""
        if job.state.get("captures")
        else job.error or f"its job is {job.status}; another worker may have it"
    )


def _find(word: str) -> Any:
    """Return the article of a number or address; an unknown address is fetched and read first."""
    from django.utils import timezone

    from legation.desk.listen.models import Article
    from legation.desk.listen.services.single_articles import check_fetch, find_article, request_article
    from legation.desk.listen.services.sources import SourceRefused

    if word.isdecimal():
        article = Article.objects.filter(pk=int(word)).first()
        if article is None:
            raise Refused(f"there is no article {word}.")
        return article
    known = find_article(address=word)
    if known is not None:
        return known
    try:
        job = request_article(address=word, by=None, unit=None, at=timezone.now())
    except SourceRefused as refusal:
        raise Refused(f"{word}: {refusal}") from refusal
    _finish(job)
    return check_fetch(job_id=job.pk).article


def _finish(job: Any) -> None:
    """Do a job in this process, and read what came of it."""
    from legation.desk.carry.services.runs import run_job

    run_job(job_id=job.pk)
    job.refresh_from_db()
