"""The shipped sources: many, of many countries and languages, each feed once, and nobody's own account."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from legation.engine.listen.feed_twins import twin_key
from legation.engine.records.sources import ListPage, SourceKind, SourceRecord
from legation.gateways.source_files import judge_address, load_sources
from legation.gateways.yaml_files import UnusablePack

SOURCES = Path(__file__).resolve().parents[2] / "sources"
ENTRY = """sources:
  - key: xx-gazette
    name: The Gazette
    kind: press
    country: FR
    languages: [fr]
    home: https://gazette.test/
"""


@pytest.fixture(scope="module")
def shipped() -> list[SourceRecord]:
    return load_sources([SOURCES])


def test_the_shipped_sources_are_many_and_of_many_countries_and_languages(
    shipped: list[SourceRecord],
) -> None:
    assert len(shipped) >= 300
    assert len({source.country for source in shipped} - {""}) >= 100
    assert len({language.split("-")[0] for source in shipped for language in source.languages}) >= 60


def test_the_shipped_sources_speak_the_languages_of_the_neighbours(shipped: list[SourceRecord]) -> None:
    spoken = {language.split("-")[0] for source in shipped for language in source.languages}
    assert spoken >= {"lo", "km", "my", "th", "id", "ms", "zh", "ja", "ko", "hi", "ar", "fa", "sw", "vi"}
    countries = {source.country for source in shipped}
    assert countries >= {"BN", "ID", "KH", "LA", "MM", "MY", "PH", "SG", "TH", "TL", "VN"}


def test_each_kind_of_source_is_among_the_shipped(shipped: list[SourceRecord]) -> None:
    assert {source.kind for source in shipped} == set(SourceKind)


def test_no_shipped_feed_stands_there_twice_under_twin_addresses(shipped: list[SourceRecord]) -> None:
    counts = Counter(twin_key(feed) for source in shipped for feed in source.feeds)
    assert [feed for feed, count in counts.items() if count > 1] == []


def test_no_personal_account_and_no_blog_is_shipped(shipped: list[SourceRecord]) -> None:
    addresses = [address for source in shipped for address in (source.home, *source.feeds)]
    assert [address for address in addresses if judge_address(address)] == []
    assert not [address for address in addresses if "blogspot" in address or "/feeds/posts/" in address]


def test_no_ownership_is_shipped_without_its_origin(shipped: list[SourceRecord]) -> None:
    assert all(bool(source.ownership_type) == bool(source.ownership_origin) for source in shipped)


def test_no_shipped_source_claims_to_be_verified(shipped: list[SourceRecord]) -> None:
    assert not [source.key for source in shipped if source.is_verified]


def test_a_source_may_have_a_list_page_instead_of_a_feed(tmp_path: Path) -> None:
    file = tmp_path / "one.yml"
    file.write_text(
        ENTRY + "    list_pages: [{address: 'https://gazette.test/news', pattern: '/news/*'}]\n",
        encoding="utf-8",
    )
    [source] = load_sources([file])
    assert source.feeds == ()
    assert source.list_pages == (ListPage("https://gazette.test/news", "/news/*"),)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("", "feeds: must be a list of texts, or list_pages must be there"),
        ("list_pages: [{address: 'https://gazette.test/news'}]", "list_pages[0].pattern: is missing"),
        ("list_pages: [{address: 'ftp://x', pattern: '/a'}]", "list_pages[0].address: 'ftp://x' is not"),
        ("list_pages: [{address: 'https://x.com/a', pattern: '/a'}]", "personal account or a blog"),
        ("list_pages: [{address: 'https://gazette.test/', pattern: '/a', more: 1}]", "unknown key"),
    ],
)
def test_a_wrong_list_page_says_file_and_key(tmp_path: Path, line: str, message: str) -> None:
    file = tmp_path / "one.yml"
    file.write_text(f"{ENTRY}    {line}\n", encoding="utf-8")
    with pytest.raises(UnusablePack) as problem:
        load_sources([file])
    assert message in str(problem.value)
