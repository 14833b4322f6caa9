"""Runs the benchmarks' command line on a few records of ours, as anybody else would."""

import json

import pytest
from bench import contracts, crosslingual, pairs, stories
from bench.__main__ import list_benches, main

FIXED_KEYS = {
    "bench", "version", "data_sha256", "n", "seconds", "items_per_second", "peak_rss_mb", "baseline",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _one_model(encoder, monkeypatch):
    for module in (stories, crosslingual, pairs):
        monkeypatch.setattr(module, "load_product_encoder", lambda: encoder)


def write_lines(path, records):
    path.write_text(
        "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8"
    )
    return path


def run(capsys, *words):
    code = main([*map(str, words), "--json"])
    captured = capsys.readouterr()
    return code, json.loads(captured.out.splitlines()[-1]) if code == 0 else captured.err


RECORDS = [
    {
        "uri": "b",
        "cluster_id": "x",
        "lang": "eng",
        "time": "2/11/2025 9:05",
        "title": "Bridge over the Lom river collapses",
        "body": "hidden",
    },
    {
        "id": "a",
        "subtopic": "x",
        "lang": "vi",
        "published_at": "2025-11-02 08:00:00",
        "title": "Sập cầu qua sông Lom",
    },
    {"subtopic": "y", "text": "The city orchestra opens its season with a new conductor tonight."},
]
FLOOD, SAME_FLOOD = "Rain floods the old town", "Old town under water after rain"
BANK = "Bank raises its rates"


def test_stories_reports_every_key_and_writes_one_story_per_record(tmp_path, capsys):
    data, out = write_lines(tmp_path / "d.jsonl", RECORDS), tmp_path / "out.tsv"
    code, report = run(capsys, "stories", "--data", data, "--assignments", out)
    assert code == 0
    assert report.keys() >= FIXED_KEYS | {"precision", "recall", "f1", "stories"}
    assert report["baseline"].keys() == {"precision", "recall", "f1", "stories"}
    assert (report["n"], report["bench"]) == (3, "stories")
    found = dict(line.split("\t") for line in out.read_text().splitlines())
    assert found.keys() == {"a", "b", "3"}
    assert found["a"] == found["b"] != found["3"]


def test_titles_only_hides_every_other_field(tmp_path):
    (record,) = stories.read_story_records(write_lines(tmp_path / "d.jsonl", RECORDS[:1]), "title")
    assert (record.article.lead, record.article.body) == ("", "")
    assert record.article.language == "en"


def test_records_run_in_order_of_time_and_timeless_ones_stay_behind_their_neighbour(tmp_path):
    records = stories.read_story_records(write_lines(tmp_path / "d.jsonl", RECORDS), "all")
    assert [record.article.article_id for record in stories.order_records(records)] == ["a", "3", "b"]


def test_b_cubed_counts_as_its_authors_do():
    # One found story holds two of one cluster and one of another; worked out by hand.
    assert stories.score_clusters(["a", "a", "b"], ["1", "1", "1"]) == {
        "precision": 0.5556, "recall": 1.0, "f1": 0.7143, "stories": 1,
    }  # fmt: skip


def test_graded_pairs_are_correlated_with_the_grades(tmp_path, capsys):
    texts = [(FLOOD, SAME_FLOOD, 1.0), (FLOOD, BANK, 4.0), (BANK, "Rates raised by the bank", 1.5)]
    data = write_lines(tmp_path / "p.jsonl", [{"text1": a, "text2": b, "overall": o} for a, b, o in texts])
    code, report = run(capsys, "pairs", "--data", data)
    assert code == 0
    assert report["pearson"] > 0.8
    assert report["baseline"].keys() == {"pearson"}


def test_labelled_pairs_are_judged_at_the_products_threshold(tmp_path, capsys):
    rows = [(FLOOD, SAME_FLOOD, "OK"), (FLOOD, BANK, "BAD")]
    data = write_lines(
        tmp_path / "p.jsonl",
        [
            {"first_title": a, "first_text": a, "second_title": b, "second_text": b, "label": x}
            for a, b, x in rows
        ],
    )
    code, report = run(capsys, "pairs", "--data", data)
    assert code == 0
    assert report["f1"] == 1.0


def test_crosslingual_finds_the_english_headline(tmp_path, capsys):
    (tmp_path / "eng.txt").write_text("Rain floods the old town\nsecond line\nBank raises its rates\n")
    (tmp_path / "vie.txt").write_text("Mưa lớn làm ngập phố cổ\ndòng hai\nNgân hàng tăng lãi suất\n")
    (tmp_path / "document_ids.tsv").write_text("one\none\ntwo\n")
    code, report = run(capsys, "crosslingual", "--data", tmp_path)
    assert code == 0
    assert (report["recall_at_1.vie"], report["mean"], report["n"]) == (1.0, 1.0, 2)


def test_an_unknown_name_is_answered_with_the_names_there_are(capsys):
    assert main(["horoscope", "--json"]) == 2
    answer = capsys.readouterr()
    assert answer.out == ""
    assert all(name in answer.err for name in list_benches())


@pytest.mark.parametrize(
    ("content", "remark"),
    [
        (None, "does not exist"),
        ("", "no records"),
        ('{"title": "x"', "line 1"),
        ('{"title": "x"}', "cluster_id"),
    ],
)
def test_absent_or_broken_data_is_named_and_fails(tmp_path, capsys, content, remark):
    path = tmp_path / "d.jsonl"
    if content is not None:
        path.write_text(content)
    code, error = run(capsys, "stories", "--data", path)
    assert code == 1
    assert remark in error


def test_a_time_that_nobody_can_read_is_refused():
    with pytest.raises(contracts.BenchFailed, match="neither"):
        contracts.read_time("yesterday")
