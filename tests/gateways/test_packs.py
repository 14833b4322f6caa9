"""Country packs and source files: the shipped ones are complete, wrong ones say where."""

import re
from collections import Counter
from pathlib import Path

import pytest

from legation.engine.records.countries import CountryPack
from legation.engine.records.sources import SourceKind
from legation.gateways.packs import UnusablePack, list_countries, load_country, load_sources

ROOT = Path(__file__).parents[2]
COUNTRIES = ROOT / "countries"
SOURCES = ROOT / "sources"

COUNTRY = """
code: xx
label: {en: Exland}
capital: xx/exville
time_zone: Europe/Paris
interface_languages: [en]
working_languages: [en, fr]
working_days: [7, 1, 2, 3, 4]
holidays: [{month: 2, day: 3, label: {en: Ex Day}}]
"""
NAMES = "country: {any: [Exland]}\ndemonym: {en: [Exlandish]}\n"
GAZETTEER = "places: [{key: exville, type: city, label: {en: Exville}}]\n"


@pytest.fixture(scope="module")
def reference() -> CountryPack:
    return load_country("vn", COUNTRIES)


def write_pack(directory: Path, **files: str) -> Path:
    folder = directory / "xx"
    folder.mkdir()
    for name, text in {"country": COUNTRY, "names": NAMES, "gazetteer": GAZETTEER, **files}.items():
        (folder / f"{name}.yml").write_text(text, encoding="utf-8")
    return directory


def write_source(directory: Path, **changes: str) -> Path:
    values = {
        "key": "xx-daily",
        "name": "Daily",
        "kind": "press",
        "country": "FR",
        "languages": "[fr]",
        "home": "https://daily.example.org/",
        "feeds": "[https://daily.example.org/rss]",
        **changes,
    }
    file = directory / "xx.yml"
    text = "".join(f"    {key}: {value}\n" for key, value in values.items() if value)
    file.write_text("sources:\n  -\n" + text, encoding="utf-8")
    return file


@pytest.mark.parametrize("code", list_countries(COUNTRIES))
def test_every_shipped_country_loads_with_its_capital_units_and_layout(code: str) -> None:
    pack = load_country(code, COUNTRIES)
    keys = {subject.key for subject in pack.subjects}
    assert pack.capital in keys
    assert pack.units
    assert "brief" in pack.layouts
    assert {name.subject for name in pack.names} <= keys
    assert {subject.parent for subject in pack.subjects if subject.parent} <= keys
    assert all("en" in subject.label for subject in pack.subjects)


def test_two_countries_are_shipped() -> None:
    assert len(list_countries(COUNTRIES)) >= 2


def test_the_reference_country_has_its_thirty_four_provinces(reference: CountryPack) -> None:
    entries = re.findall(r"type: (\w+)", (COUNTRIES / "vn" / "gazetteer.yml").read_text(encoding="utf-8"))
    counts = Counter(entries)
    assert (counts["city"], counts["province"]) == (6, 28)
    parents = {subject.key: subject.parent for subject in reference.subjects}
    assert parents["vn/an-giang/kien-giang"] == "vn/an-giang"


def test_the_reference_country_is_spelled_by_hand_in_thirty_languages(reference: CountryPack) -> None:
    languages = {name.language for name in reference.names if name.kind in ("country", "demonym")}
    assert len(languages) >= 30
    supplements = {n.language for n in reference.names if n.kind == "country" and n.weight == 0.9}
    assert {"sw", "cy", "ka"} <= supplements


def test_vocabularies_weigh_less_than_the_pack(reference: CountryPack) -> None:
    own = {name.weight for name in reference.names if name.text == "Vietnam" and name.language == ""}
    borrowed = {name.weight for name in reference.names if name.language == "sw"}
    assert max(borrowed) < max(own)
    city = [name for name in reference.names if name.text == "Thủ Dầu Một"]
    assert [name.weight for name in city] == [0.6]


def test_foreign_spellings_of_a_known_city_join_its_subject(reference: CountryPack) -> None:
    assert {n.subject for n in reference.names if n.text == "ჰანოი"} == {"vn/ha-noi"}


def test_a_city_that_other_countries_have_too_is_ambiguous() -> None:
    names = load_country("cl", COUNTRIES).names
    assert [name.weight for name in names if name.text == "Los Ángeles"] == [0.3]


def test_the_layout_follows_the_administrative_form(reference: CountryPack) -> None:
    layout = reference.layouts["brief"]
    assert layout.page == "A4"
    assert layout.font_family == "Times New Roman"
    assert 13 <= layout.text_size_points <= 14
    assert (layout.margin_left_mm, layout.margin_right_mm) == (30, 15)
    assert layout.national_heading.startswith("CỘNG HÒA")
    assert layout.recipients_title == "Nơi nhận:"


def test_document_patterns_match_their_examples_inside_a_sentence(reference: CountryPack) -> None:
    found = {
        document.key
        for document in reference.documents
        if re.search(document.pattern, "theo Nghị định số 30/2020/NĐ-CP và công văn 678/BNG-TTBC")
    }
    assert {"legal", "letter"} <= found


def test_the_example_missions_name_their_hosts(reference: CountryPack) -> None:
    missions = [unit for unit in reference.units if unit.kind == "mission"]
    assert len(missions) >= 12
    assert all(re.fullmatch("[A-Z]{2}", unit.host_country) for unit in missions)
    assert len({unit.time_zone for unit in missions}) >= 8
    assert any(unit.subject == "vn/quang-ninh" for unit in reference.units)


def test_a_small_pack_is_enough(tmp_path: Path) -> None:
    pack = load_country("XX", write_pack(tmp_path))
    assert pack.code == "xx"
    assert pack.working_days == (1, 2, 3, 4, 7)
    assert pack.units == ()
    assert list_countries(tmp_path) == ["xx"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"country": COUNTRY.replace("code: xx", "code: yy")}, "country.yml: code: must be 'xx'"),
        ({"country": COUNTRY.replace("Europe/Paris", "Europe/Nowhere")}, "country.yml: time_zone"),
        ({"country": COUNTRY.replace("xx/exville", "xx/nowhere")}, "country.yml: capital"),
        ({"country": COUNTRY + "colour: red\n"}, "country.yml: colour: unknown key"),
        ({"country": COUNTRY + "code: xx\n"}, "'code' stands twice"),
        ({"country": COUNTRY.replace("{en: Exland}", "{fr: Exlande}")}, "label.en: is missing"),
        ({"country": COUNTRY.replace("[7, 1", "[9, 1")}, "working_days"),
        ({"country": COUNTRY.replace("month: 2", "month: 13")}, "holidays[0].day"),
        ({"names": "country: {any: [1]}"}, "names.yml: country.any[0]: must be text"),
        ({"names": "country: {any: [{text: Ex, weight: 3}]}"}, "country.any[0].weight"),
        ({"names": "country: {no: [Ex]}"}, "put it in quotes"),
        ({"names": "country: {any: []}"}, "names.yml: country: holds no spelling"),
        ({"names": "country: &a {any: [Ex]}\ndemonym: *a"}, "aliases"),
        ({"names": "country: {any: [Ex"}, "names.yml: is not YAML"),
        ({"names": "- Ex"}, "must hold a mapping"),
        ({"names": "country: !!python/object/apply:os.getcwd []"}, "names.yml: is not YAML"),
        ({"gazetteer": GAZETTEER.replace("city", "galaxy")}, "places[0].type"),
        ({"gazetteer": GAZETTEER.replace("type:", "parent: atlantis, type:")}, "places[0].parent"),
        ({"gazetteer": GAZETTEER.replace("key: exville", "key: Exville!")}, "places[0].key"),
        ({"documents": "documents: [{key: a, label: {en: A}, pattern: '(', examples: [b]}]"}, "pattern"),
        ({"documents": "documents: [{key: a, label: {en: A}, pattern: 'a', examples: [b]}]"}, "examples"),
        ({"units": "units: [{key: a, kind: circus, label: {en: A}, subject: xx}]"}, "units[0].kind"),
        ({"units": "units: [{key: a, kind: mission, label: {en: A}, subject: xx/b}]"}, "units[0].subject"),
    ],
)
def test_a_wrong_pack_says_file_and_key(tmp_path: Path, changes: dict[str, str], message: str) -> None:
    with pytest.raises(UnusablePack, match=re.escape(message)):
        load_country("xx", write_pack(tmp_path, **changes))


@pytest.mark.parametrize("code", ["zz", "../etc", "", "vnm"])
def test_an_unknown_country_is_refused_with_the_known_ones(code: str) -> None:
    with pytest.raises(UnusablePack, match=r"there are: cl, vn"):
        load_country(code, COUNTRIES)


def test_the_shipped_sources_are_many_and_of_many_languages() -> None:
    sources = load_sources([SOURCES])
    languages = {language.split("-")[0] for source in sources for language in source.languages}
    assert len(sources) >= 45
    assert len(languages) >= 14
    assert len({source.country for source in sources}) >= 20
    assert any(source.is_ours for source in sources)
    assert not any(source.is_verified for source in sources)


def test_a_good_source_is_read(tmp_path: Path) -> None:
    ownership = "{type: public, origin: its statutes}"
    file = write_source(tmp_path, ownership=ownership, ours="true", expected_per_day="2.5")
    [source] = load_sources([file])
    assert source.kind is SourceKind.PRESS
    assert source.is_ours
    assert (source.ownership_type, source.ownership_origin) == ("public", "its statutes")
    assert source.expected_per_day == 2.5


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "blog"},
        {"kind": "person"},
        {"home": "https://x.com/somebody"},
        {"home": "https://www.facebook.com/somebody"},
        {"feeds": "[https://somebody.substack.com/feed]"},
        {"feeds": "[https://somebody.wordpress.com/feed/]"},
        {"home": "https://social.example.org/@somebody"},
        {"feeds": "['https://www.youtube.com/feeds/videos.xml?channel_id=1']"},
    ],
)
def test_a_person_is_refused_with_the_reason(tmp_path: Path, changes: dict[str, str]) -> None:
    with pytest.raises(UnusablePack, match="personal account or a blog"):
        load_sources([write_source(tmp_path, **changes)])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"key": "XX daily"}, "sources[0].key"),
        ({"kind": "gossip"}, "sources[0].kind: must be one of press"),
        ({"country": ""}, "sources[0].country: is missing"),
        ({"country": "France"}, "sources[0].country"),
        ({"languages": "[french]"}, "sources[0].languages"),
        ({"languages": "[no]"}, "put it in quotes"),
        ({"feeds": "[]"}, "sources[0].feeds"),
        ({"feeds": "[file:///etc/passwd]"}, "not an absolute http"),
        ({"feeds": "['https://user:secret@daily.example.org/rss']"}, "holds a name or password"),
        ({"feeds": "['http://[::1']"}, "is not an"),
        ({"ownership": "{type: state}"}, "sources[0].ownership.origin"),
        ({"ownership": "{type: evil, origin: me}"}, "sources[0].ownership.type"),
        ({"expected_per_day": "-1"}, "sources[0].expected_per_day"),
        ({"score": "5"}, "sources[0].score: unknown key"),
    ],
)
def test_a_wrong_source_says_file_and_key(tmp_path: Path, changes: dict[str, str], message: str) -> None:
    with pytest.raises(UnusablePack, match=re.escape(message)):
        load_sources([write_source(tmp_path, **changes)])


def test_one_key_names_one_source(tmp_path: Path) -> None:
    file = write_source(tmp_path)
    with pytest.raises(UnusablePack, match="another source"):
        load_sources([file, file])


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnusablePack, match="nowhere.yml: cannot be read"):
        load_sources([tmp_path / "nowhere.yml"])
