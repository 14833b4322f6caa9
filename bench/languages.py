"""Names the language of headlines, without and with the language that their source usually writes."""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.contracts import BenchFailed, make_report, narrate, read_language, require_path, time_call
from legation.engine.text.languages import ask_fasttext, name_language

ENGLISH, FRENCH = "en", "fr"  # the wrong priors: the commonest languages of the news
Namer = Callable[[str, str], str]  # text and prior to language


@dataclass(frozen=True, slots=True)
class Headline:
    """One headline and the language it is written in."""

    language: str  # BCP 47
    group: str  # what its share is reported under, such as "vi" or "vi-bare"
    text: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add this benchmark's options."""
    parser.add_argument(
        "--data", type=Path, required=True,
        help="headlines as lines of language<TAB>text, or a folder of <code>.txt with document_ids.tsv",
    )  # fmt: skip


def run(arguments: argparse.Namespace) -> dict[str, Any]:
    """Return the share of headlines named rightly: alone, with the right prior and with a wrong one."""
    path = require_path(arguments.data)
    headlines = read_headlines(path)
    with narrate(f"naming the language of {len(headlines)} headlines"):
        metrics, seconds = time_call(lambda: score_headlines(headlines, _ask_product))
    return make_report(
        bench="languages",
        paths=sorted(path.glob("*.txt")) if path.is_dir() else [path],
        count=len(headlines),
        seconds=seconds,
        metrics=metrics,
        baseline=score_headlines(headlines, _ask_one_detector),
    )


def read_headlines(path: Path) -> list[Headline]:
    """Read headlines of a file of lines, language<TAB>text, or of a folder of aligned texts.

    A language may carry a mark after a hyphen, such as vi-bare, which only names a group. Of a folder, the
    first line of each document is its headline. Raises BenchFailed where there is none.
    """
    if path.is_dir():
        headlines = list(_read_folder(path))
    else:
        rows = (line.split("\t", 1) for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
        headlines = [Headline(row[0].partition("-")[0], row[0], row[1]) for row in rows if len(row) == 2]
    if not headlines:
        raise BenchFailed(f"{path} holds no headline.")
    return headlines


def score_headlines(headlines: Iterable[Headline], name: Namer) -> dict[str, float]:
    """Return the shares named rightly: "alone", "with_prior", "with_wrong_prior", and "alone.<group>"."""
    right: dict[str, list[bool]] = defaultdict(list)
    for headline in headlines:
        wrong = FRENCH if headline.language == ENGLISH else ENGLISH
        alone = name(headline.text, "") == headline.language
        right["alone"].append(alone)
        right["with_prior"].append(name(headline.text, headline.language) == headline.language)
        right["with_wrong_prior"].append(name(headline.text, wrong) == headline.language)
        right[f"alone.{headline.group}"].append(alone)
    return {key: round(sum(found) / len(found), 4) for key, found in right.items()}


def _read_folder(folder: Path) -> Iterable[Headline]:
    ids = require_path(folder / "document_ids.tsv").read_text(encoding="utf-8").split("\n")
    firsts = [n for n, key in enumerate(ids) if key.strip() and key not in ids[:n]]
    for path in sorted(folder.glob("*.txt")):
        lines = path.read_text(encoding="utf-8").split("\n")
        language = read_language(path.stem, "\n".join(lines[:50]))
        for line in firsts:
            yield Headline(language, language, lines[line])


def _ask_product(text: str, prior: str) -> str:
    return name_language(text, prior=prior).language


def _ask_one_detector(text: str, prior: str) -> str:
    """The baseline: lid.176 alone, which knows no prior."""
    return ask_fasttext(" ".join(text.split()))[0]
