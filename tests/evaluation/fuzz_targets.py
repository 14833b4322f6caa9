"""What reads the spoilt, and what must hold of all that it says: made to be called in a reading process."""

# ruff: noqa: E501 - inputs stand on lines of their own length
from __future__ import annotations

import dataclasses
import io
import json
import re
import resource
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Any

from tests.evaluation.fuzz_seeds import NOW

from legation.engine.flow import read_item
from legation.engine.listen.copies import CopyText, describe_change, match_texts, name_kind
from legation.engine.listen.discoveries import read_site, tidy_language
from legation.engine.listen.feed_dates import parse_feed_date
from legation.engine.listen.fingerprints import lookup_keys, make_fingerprint
from legation.engine.listen.icons import UnusableIcon, make_icon
from legation.engine.listen.import_formats import UnknownFormat, read_head, read_parts, recognise_format
from legation.engine.listen.link_patterns import UnusablePattern
from legation.engine.listen.list_pages import propose_list, read_list_page
from legation.engine.listen.opml import UnreadableOpml, read_opml
from legation.engine.listen.page_links import UnreadableList
from legation.engine.listen.pages import UnreadablePage, read_page
from legation.engine.listen.versions import VersionText, judge_change
from legation.engine.records.articles import Feed, FeedItem, OutcomeKind, PageText, ReadItem
from legation.engine.records.fetches import FetchRequest, FetchResult, FetchStatus
from legation.engine.records.imports import ImportedRecord, ImportUnit
from legation.engine.records.sources import ListPage
from legation.engine.text.differences import DifferenceKind, compare_texts
from legation.engine.text.encodings import decode_bytes, normalise_text
from legation.engine.text.folding import fold_text, fold_tokens
from legation.engine.text.languages import name_language
from legation.engine.text.passages import name_passages
from legation.engine.text.sentences import split_sentences
from legation.gateways.archive import UnreadableArchive, find_faults, read_archived_page

ADDRESS = "https://gazette.example/news/pier.html"
MAX_OUTER_SECONDS = 5.0  # of what the desk does in its own process, where nothing kills it
MAX_OUTER_BYTES = 600_000_000
MAX_SPOKEN_CHARACTERS = (
    12_000_000  # of all texts of one answer: several times two million and what stands around
)
# What neither database stores, or what shows a reader something else than is there.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_DECEITFUL = re.compile("[\u202a-\u202e\u2066-\u2069]")
# Widths of the desk's columns by field, as in desk/listen/models; mapping cuts titles, bylines and details.
_WIDTHS = {"address": 2048, "record_id": 210, "outlet": 200, "country": 2, "language": 10, "reason": 60}


@dataclasses.dataclass(slots=True)
class Verdict:
    """How reading one input ended."""

    outcomes: dict[str, int]  # such as "kept" or "discarded:too_short" to how often
    faults: tuple[str, ...] = ()  # sentences: which rule was broken
    seconds: float = 0.0
    grown_bytes: int = 0  # of the process's peak of memory


def find_faults_of(value: Any, name: str = "", depth: int = 0) -> Iterator[str]:
    """Say where a record holds what cannot be stored or must not be shown."""
    if depth > 12:
        return
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        for part in dataclasses.fields(value):
            if part.name != "content":
                # What a page or a feed declares is brought to a short code before it is stored.
                declared = part.name == "language" and isinstance(value, PageText | Feed)
                told = "page.language" if declared else part.name
                yield from find_faults_of(getattr(value, part.name), told, depth + 1)
    elif isinstance(value, Enum):
        return
    elif isinstance(value, str):
        if _UNSTORABLE.search(value):
            yield f"{name} cannot be stored: {value[:60]!r}"
        if name in {"title", "lead", "body", "byline", "outlet", "text"} and _DECEITFUL.search(value):
            yield f"{name} turns its own letters round: {value[:60]!r}"
        if len(value) > (35 if name == "page.language" else _WIDTHS.get(name, MAX_SPOKEN_CHARACTERS)):
            yield f"{name} has {len(value)} characters"
    elif isinstance(value, datetime):
        if value.utcoffset() is None:
            yield f"{name} has no zone"
        elif not 1900 <= value.year <= 2200 or abs(value.utcoffset() or timedelta(0)) > timedelta(hours=15):
            yield f"{name} is {value!r}"
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield from find_faults_of(part, str(key), depth + 1)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from find_faults_of(part, name, depth + 1)


def documented_reasons() -> frozenset[str]:
    """Return the reasons that the room's own page explains."""
    page = Path(__file__).parents[2] / "docs" / "rooms" / "listen.md"
    rows = re.findall(r"^\|((?: ?`\w+`,?)+) \|", page.read_text(encoding="utf-8"), re.MULTILINE)
    return frozenset(name for row in rows for name in re.findall(r"`(\w+)`", row))


def _name(outcome: OutcomeKind, reason: str) -> str:
    return f"{outcome}:{reason}" if reason else str(outcome)


def read_as_page(content: bytes) -> tuple[list[str], list[Any]]:
    """Read a page, also as a home page and as a list."""
    answers: list[Any] = [read_site(decode_bytes(content)[0], address=ADDRESS)]
    try:
        answers.append(read_page(content, address=ADDRESS, content_type="text/html"))
        ends = [f"page:{answers[-1].kind}"]
    except UnreadablePage as error:
        ends = ["unreadable_page"]
        answers.append(str(error))
    try:
        proposal = propose_list(content, address=ADDRESS)
        pattern = proposal.pattern if proposal else "/news/*"
        answers += [
            proposal,
            read_list_page(content, page=ListPage(ADDRESS, pattern), address=ADDRESS, now=NOW),
        ]
    except (UnreadableList, UnusablePattern) as error:
        answers.append(str(error))
    return ends, answers


def read_as_item(content: bytes) -> tuple[list[str], list[Any]]:
    """Read a page as that of a feed's item, and as what the feed itself holds."""
    request = FetchRequest(ADDRESS)
    kind = ("text/html", "text/html; charset=utf-16", "", "text/html; charset=\x00", "image/png")[
        len(content) % 5
    ]
    page = FetchResult(
        request, FetchStatus.FETCHED, NOW, final_address=ADDRESS, content_type=kind, body=content
    )
    text = _decode_wildly(content[:200_000])
    title = normalise_text(text[:400])  # as the readers of feeds give it
    dates = re.findall(r"\d{4}-\d\d-\d\d[T\d:+.-]*", text)
    moment = parse_feed_date(dates[0]) if dates else None
    answers = [
        read_item(FeedItem("g", ADDRESS, title, summary_html=summary, published_at=moment), fetched,
                  source_language="", now=NOW, further=further)
        for title, summary, fetched, further in (
            ("", "", page, ()), (title[:300], "", page, (page,)), ("Title", text, None, ()), (title[99:], text, page, ()),
        )
    ]  # fmt: skip
    return [_name(answer.outcome, answer.reason) for answer in answers], list(answers)


def read_as_import(content: bytes, file_name: str = "") -> tuple[list[str], list[Any]]:
    """Read a file of articles as the desk does; what the desk does in its own process has less time."""
    stream = io.BytesIO(content)
    try:
        kind = recognise_format(read_head(stream), file_name)
    except UnknownFormat as error:
        return ["quarantined:unknown_format"], [str(error)]
    ends: list[str] = []
    answers: list[Any] = []
    parts = read_parts(stream, kind, now=NOW, size_bytes=len(content), file_name=file_name)
    begins_at, outer, grown = 0, 0.0, 0
    while True:
        start, peak = time.perf_counter(), _peak_bytes()
        part = next(parts, None)
        outer, grown = outer + time.perf_counter() - start, grown + _peak_bytes() - peak
        if part is None:
            break
        units = part.units if part.reading is None else part.reading(*part.arguments)
        if not units:
            answers.append("\x00 a part of a file ended in nothing")
        if not begins_at <= part.end_offset <= len(content):
            answers.append(
                f"\x00 a part ends at {part.end_offset}, after {begins_at}, in {len(content)} bytes"
            )
        begins_at = part.end_offset
        for unit in units:
            ends.append(_name(unit.outcome, unit.reason))
            answers.append(_check_unit(unit))
    if begins_at != len(content) and content.strip(b"\r\n\t \x0b\x0c\x00"):
        answers.append(f"\x00 reading stopped at {begins_at} of {len(content)} bytes ({kind})")
    if outer > MAX_OUTER_SECONDS or grown > MAX_OUTER_BYTES:
        answers.append(f"\x00 cutting the file took {outer:.1f} s and {grown // 1_000_000} MB")
    return ends, answers


def _check_unit(unit: ImportUnit) -> Any:
    """Return a unit, or what is wrong with it as a whole."""
    if (unit.record is None) == (unit.outcome is OutcomeKind.KEPT) or (
        unit.record is None and not unit.detail
    ):
        return f"\x00 a unit is neither kept nor refused: {unit!r}"
    return unit


def _decode_wildly(content: bytes) -> str:
    """Decode UTF-8 with the halves of surrogates that JSON lets in."""
    try:
        return content.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return content.decode("utf-8", "replace")


def read_as_opml(content: bytes) -> tuple[list[str], list[Any]]:
    """Read a list of sources."""
    try:
        read = read_opml(content)
        outlines = [dataclasses.replace(one, language=tidy_language(one.language)) for one in read.outlines]
        return ["opml"], [read.title, read.problems, *outlines]
    except UnreadableOpml as error:
        return ["unreadable_opml"], [str(error)]


def read_as_icon(content: bytes) -> tuple[list[str], list[Any]]:
    """Make an icon of a picture."""
    try:
        made = make_icon(content)
    except UnusableIcon as error:
        return ["unusable_icon"], [str(error)]
    return ["icon"], [] if len(made) < 20_000 else [f"\x00 an icon of {len(made)} bytes"]


def read_as_copy(content: bytes) -> tuple[list[str], list[Any]]:
    """Read a web archive as an evidence copy: its page, and whether it is whole."""
    answers: list[Any] = list(find_faults(io.BytesIO(content)))[:50]
    name = "<urn:uuid:00000000-0000-4000-8000-000000000001>"
    try:
        page = read_archived_page(io.BytesIO(content), record_id=name, max_bytes=5_000_000)
    except UnreadableArchive as error:
        return ["unreadable_archive"], [*answers, str(error)]
    if len(page.body) > 5_000_000:
        answers.append(f"\x00 a page of {len(page.body)} bytes")
    return ["archived_page"], answers


def read_as_text(content: bytes) -> tuple[list[str], list[Any]]:
    """Name languages, cut sentences and compare two halves of a text, wild and as it would be stored."""
    wild = _decode_wildly(content)
    answers: list[Any] = [fold_text(normalise_text(wild)), decode_bytes(content, "utf-7")[0][:0]]
    for text in (wild, normalise_text(wild)):
        guess = name_language(text, prior="vi")
        passages = name_passages(text, language=guess.language)
        if any(not 0 <= one.start < one.end <= len(text) for one in passages):
            answers.append("\x00 a passage lies outside its text")
        sentences = split_sentences(text, guess.language)
        if sum(map(len, sentences)) > len(text) + len(sentences):
            answers.append("\x00 sentences are longer than their text")
        fold_tokens(text)
        answers += [guess.language, guess.method]
    before, after = text[: len(text) * 2 // 3], text[len(text) // 3 :]
    runs = compare_texts(before, after, finds_moves=True)
    told = "".join(run.text for run in runs if run.kind in {DifferenceKind.KEPT, DifferenceKind.ADDED})
    if "".join(told.split()) != "".join(after.split()) and not any(run.kind not in _PLAIN for run in runs):
        answers.append("\x00 kept and added runs are not the text after")
    judge_change(VersionText("a", "", before), VersionText("b", "", after))
    first, second = make_fingerprint(before, title="a"), make_fingerprint(after, title="b")
    name_kind(first, second)
    if not all(-(2**63) <= key < 2**63 for key in (*lookup_keys(first), *lookup_keys(second))):
        answers.append("\x00 a key does not fit its column")
    change = describe_change(CopyText("a", before), CopyText("b", after))
    if not (
        0 <= match_texts(first, second).similarity <= 1
        and 0 <= change.added <= 1
        and 0 <= change.removed <= 1
    ):
        answers.append("\x00 a share is none")
    return ["text"], answers


_PLAIN = {DifferenceKind.KEPT, DifferenceKind.ADDED, DifferenceKind.REMOVED}
READERS: Mapping[str, Callable[[bytes], tuple[list[str], list[Any]]]] = {
    "page": read_as_page, "item": read_as_item, "import": read_as_import, "opml": read_as_opml,
    "icon": read_as_icon, "copy": read_as_copy, "text": read_as_text,
}  # fmt: skip


def judge_reading(reader: str, content: bytes) -> Verdict:
    """Read one input and judge the answer; what the reader raises is a fault."""
    start, peak = time.perf_counter(), _peak_bytes()
    try:
        ends, answers = READERS[reader](content)
        faults = [fault for answer in answers for fault in _judge(answer)]
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - any of them is what is looked for
        ends, faults = [], [f"raised {type(error).__name__}: {str(error)[:200]!r} at {_find_place(error)}"]
    counts: dict[str, int] = {}
    for end in ends:
        counts[end] = counts.get(end, 0) + 1
    if not ends and not faults and content:
        faults.append("ended in nothing")
    known = documented_reasons()
    faults += [
        f"{end} is not documented"
        for end in counts
        if ":" in end and end[:5] != "page:" and end.partition(":")[2] not in known
    ]
    return Verdict(counts, tuple(faults[:5]), time.perf_counter() - start, _peak_bytes() - peak)


def _judge(answer: Any) -> Iterator[str]:
    if isinstance(answer, str) and answer.startswith("\x00 "):
        yield answer[2:]
        return
    if isinstance(answer, ReadItem):
        answer = dataclasses.replace(answer, item=None)
    if isinstance(answer, PageText | ReadItem | ImportUnit | ImportedRecord):
        size = sum(len(part) for part in _texts_of(answer))
        if size > MAX_SPOKEN_CHARACTERS:
            yield f"the answer holds {size} characters"
    yield from find_faults_of(answer)
    if isinstance(answer, ImportUnit) and answer.record:
        for moment in (answer.record.published_at, answer.record.modified_at):
            if moment and moment.utcoffset() != UTC.utcoffset(None):
                yield f"{moment!r} is not in UTC"


def _texts_of(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for part in dataclasses.fields(value):
            yield from _texts_of(getattr(value, part.name))
    elif isinstance(value, tuple):
        for one in value:
            yield from _texts_of(one)


def _find_place(error: BaseException) -> str:
    """Name the last line of ours that an exception passed."""
    place, trace = "?", error.__traceback__
    while trace:
        name = trace.tb_frame.f_code.co_filename
        if "/legation/" in name:
            place = f"{Path(name).name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


def _peak_bytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def to_line(name: str, verdict: Verdict) -> str:
    """Write a verdict as one line of JSON."""
    return json.dumps({"name": name, **dataclasses.asdict(verdict)}, ensure_ascii=False, default=str)
