"""Edits of several people to one brief."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from legation.engine.records.briefs import (
    BriefDocument,
    BriefItem,
    BriefSection,
    EditOperation,
    HonestLine,
    Quotation,
)
from legation.engine.understand.brief_documents import MalformedDocument, from_json, to_json
from legation.engine.understand.briefs import BriefLimits, apply_operations

HONEST = HonestLine(40, 42, ("lo",), 120, 90, "2026-11-21T00:30:00+00:00", "2026-11-22T00:30:00+00:00")


def make_quotation(key: str) -> Quotation:
    return Quotation(key, "7", "Một câu trích nguyên văn.", "vi", "Báo Sớm", "https://example.org/7", "")


def make_item(key: str, *quotations: str) -> BriefItem:
    return BriefItem(
        key, "1", f"Headline {key}", True, tuple(make_quotation(quotation) for quotation in quotations)
    )


def make_document() -> BriefDocument:
    return BriefDocument(
        title="Press review",
        language="vi",
        sections=(
            BriefSection("s1", "About us", (make_item("a", "qa1", "qa2"), make_item("b"))),
            BriefSection("s2", "Also of note", (make_item("c"),)),
        ),
        honest=HONEST,
    )


_numbers = iter(range(1, 1_000_000))


def operate(kind: str, target: str, base: int = 1, *, field: str = "", value: Any = None) -> EditOperation:
    return EditOperation(f"op{next(_numbers)}", kind, target, base, field, value)


def find_item(document: BriefDocument, key: str) -> BriefItem | None:
    return next((item for section in document.sections for item in section.items if item.key == key), None)


def keys_in_order(document: BriefDocument) -> dict[str, list[str]]:
    return {section.key: [item.key for item in section.items] for section in document.sections}


def test_setting_a_headline_takes_the_machines_mark_away() -> None:
    document, (result,) = apply_operations(
        make_document(), [operate("set_field", "a", field="headline", value="Mine")], seen={}
    )
    item = find_item(document, "a")
    assert item is not None
    assert (item.headline, item.is_headline_machine) == ("Mine", False)
    assert (result.outcome, result.revision, document.revision) == ("applied", 2, 2)


def test_confirming_the_machines_headline_unchanged_takes_the_mark_away_too() -> None:
    document, (result,) = apply_operations(
        make_document(), [operate("set_field", "a", field="headline", value="Headline a")], seen={}
    )
    item = find_item(document, "a")
    assert item is not None
    assert not item.is_headline_machine
    assert result.outcome == "applied"


def test_two_editors_of_different_fields_both_keep_their_words() -> None:
    document = make_document()
    document, _ = apply_operations(
        document, [operate("set_field", "a", field="why_it_matters", value="x")], seen={}
    )
    document, (result,) = apply_operations(
        document, [operate("set_field", "a", field="headline", value="y")], seen={}
    )
    item = find_item(document, "a")
    assert item is not None
    assert (item.why_it_matters, item.headline, result.outcome) == ("x", "y", "applied")


def test_the_second_editor_of_one_field_gets_a_conflict_with_the_text_that_stands() -> None:
    document, _ = apply_operations(
        make_document(), [operate("set_field", "a", field="headline", value="theirs")], seen={}
    )
    after, (result,) = apply_operations(
        document, [operate("set_field", "a", field="headline", value="mine")], seen={}
    )
    assert after == document
    assert (result.outcome, result.theirs, result.reason) == ("conflict", "theirs", "changed")


def test_the_same_words_by_two_editors_are_no_conflict() -> None:
    document, _ = apply_operations(
        make_document(), [operate("set_field", "a", field="headline", value="same")], seen={}
    )
    after, (result,) = apply_operations(
        document, [operate("set_field", "a", field="headline", value="same")], seen={}
    )
    assert after == document
    assert (result.outcome, result.revision) == ("applied", 2)


def test_an_editor_is_not_in_conflict_with_the_own_earlier_edits_of_a_batch() -> None:
    batch = [operate("set_field", "a", field="headline", value=text) for text in ("one", "two")]
    document, results = apply_operations(make_document(), batch, seen={})
    item = find_item(document, "a")
    assert item is not None
    assert item.headline == "two"
    assert [result.outcome for result in results] == ["applied", "applied"]


def test_a_repeated_batch_whose_answer_was_lost_goes_on_where_it_stopped() -> None:
    first = operate("set_field", "a", field="headline", value="one")
    document, (result,) = apply_operations(make_document(), [first], seen={})
    second = operate("set_field", "a", field="headline", value="two")
    after, results = apply_operations(document, [first, second], seen={first.operation_id: result.revision})
    assert [result.outcome for result in results] == ["repeated", "applied"]
    item = find_item(after, "a")
    assert item is not None
    assert item.headline == "two"


def test_an_edit_of_a_removed_item_is_a_conflict() -> None:
    document, _ = apply_operations(make_document(), [operate("remove_item", "a")], seen={})
    _, results = apply_operations(
        document,
        [operate("set_field", "a", field="headline", value="x"), operate("remove_quotation", "qa1")],
        seen={},
    )
    assert [(result.outcome, result.reason) for result in results] == [("conflict", "removed")] * 2


def test_an_item_that_somebody_edited_meanwhile_is_not_removed() -> None:
    document, _ = apply_operations(
        make_document(), [operate("set_field", "a", field="headline", value="new")], seen={}
    )
    after, results = apply_operations(
        document, [operate("remove_item", "a"), operate("remove_section", "s1")], seen={}
    )
    assert after == document
    assert [(result.outcome, result.reason) for result in results] == [("conflict", "changed")] * 2


def test_removing_twice_is_removing_once() -> None:
    document, _ = apply_operations(make_document(), [operate("remove_item", "a")], seen={})
    after, (result,) = apply_operations(document, [operate("remove_item", "a")], seen={})
    assert after == document
    assert result.outcome == "applied"


@pytest.mark.parametrize(
    ("kind", "key"), [("item", "a"), ("item", "b"), ("quotation", "qa2"), ("section", "s1")]
)
def test_what_was_removed_comes_back_word_for_word_where_it_stood(kind: str, key: str) -> None:
    before = make_document()
    removed, _ = apply_operations(before, [operate(f"remove_{kind}", key)], seen={})
    restored, (result,) = apply_operations(removed, [operate(f"restore_{kind}", key, 2)], seen={})
    assert result.outcome == "applied"
    assert strip_revisions(restored) == strip_revisions(before)


def strip_revisions(document: BriefDocument) -> BriefDocument:
    sections = tuple(
        replace(section, revisions={}, items=tuple(replace(item, revisions={}) for item in section.items))
        for section in document.sections
    )
    return replace(document, sections=sections, revision=1, revisions={})


def test_an_item_moves_to_another_section_behind_another_item() -> None:
    document, (result,) = apply_operations(
        make_document(), [operate("move_item", "a", value={"section": "s2", "after": "c"})], seen={}
    )
    assert result.outcome == "applied"
    assert keys_in_order(document) == {"s1": ["b"], "s2": ["c", "a"]}


def test_a_move_behind_something_that_is_gone_goes_to_the_end() -> None:
    document, _ = apply_operations(make_document(), [operate("remove_item", "b")], seen={})
    document, (result,) = apply_operations(
        document, [operate("move_item", "c", value={"section": "s1", "after": "b"})], seen={}
    )
    assert result.outcome == "applied"
    assert keys_in_order(document) == {"s1": ["a", "c"], "s2": []}


def test_two_moves_of_one_item_to_different_places_conflict() -> None:
    document, _ = apply_operations(
        make_document(), [operate("move_item", "a", value={"section": "s2", "after": ""})], seen={}
    )
    after, (result,) = apply_operations(
        document, [operate("move_item", "a", value={"section": "s1", "after": "b"})], seen={}
    )
    assert after == document
    assert (result.outcome, result.theirs) == ("conflict", {"section": "s2", "after": ""})


def test_quotations_and_sections_change_their_order() -> None:
    document, results = apply_operations(
        make_document(),
        [
            operate("move_quotation", "qa2", value={"after": ""}),
            operate("move_section", "s2", value={"after": ""}),
        ],
        seen={},
    )
    item = find_item(document, "a")
    assert item is not None
    assert [quotation.key for quotation in item.quotations] == ["qa2", "qa1"]
    assert [section.key for section in document.sections] == ["s2", "s1"]
    assert [result.outcome for result in results] == ["applied", "applied"]


def test_new_sections_items_and_quotations_are_added_at_the_end_unless_told_otherwise() -> None:
    document, results = apply_operations(
        make_document(),
        [
            operate("add_section", "document", value={"section": {"key": "s3", "title": "Economy"}}),
            operate("add_item", "s3", value={"item": to_json_item(make_item("d"))}),
            operate("add_item", "s1", value={"item": to_json_item(make_item("e")), "after": "a"}),
            operate("add_quotation", "d", value={"quotation": to_json_quotation(make_quotation("qd"))}),
        ],
        seen={},
    )
    assert [result.outcome for result in results] == ["applied"] * 4
    assert keys_in_order(document) == {"s1": ["a", "e", "b"], "s2": ["c"], "s3": ["d"]}


def to_json_item(item: BriefItem) -> dict[str, Any]:
    document = to_json(BriefDocument("", "", (BriefSection("s", "", (item,)),), HONEST))
    return dict(document["sections"][0]["items"][0])


def to_json_quotation(quotation: Quotation) -> dict[str, Any]:
    return dict(to_json_item(BriefItem("x", "", "", False, (quotation,)))["quotations"][0])


@pytest.mark.parametrize(
    ("operation", "reason"),
    [
        (operate("set_field", "zz", field="headline", value="x"), "target"),
        (operate("set_field", "a", field="source_count", value="x"), "field"),
        (operate("set_field", "qa1", field="text", value="x"), "field"),
        (operate("set_field", "document", field="honest", value="x"), "field"),
        (operate("set_field", "a", field="headline", value=7), "value"),
        (operate("set_field", "a", field="headline", value="nul\x00"), "value"),
        (operate("set_field", "a", field="headline", value="x" * 501), "size"),
        (operate("set_field", "a", 9, field="headline", value="x"), "revision"),
        (operate("shout_item", "a"), "kind"),
        (operate("remove_everything", "a"), "kind"),
        (operate("remove_item", "s1"), "target"),
        (operate("restore_item", "zz"), "target"),
        (operate("move_item", "a", value="up"), "value"),
        (operate("move_item", "a", value={"section": "s1", "after": "a"}), "place"),
        (operate("move_item", "a", value={"section": "zz", "after": ""}), "target"),
        (operate("add_item", "s1", value={"item": {"key": "x"}}), "value"),
        (operate("add_item", "s1", value={"item": to_json_item(make_item("b"))}), "key"),
        (operate("add_section", "document", value={"section": {"key": "document", "title": ""}}), "key"),
    ],
)
def test_nonsense_is_refused_with_its_reason_and_changes_nothing(
    operation: EditOperation, reason: str
) -> None:
    document = make_document()
    after, (result,) = apply_operations(document, [operation], seen={})
    assert after == document
    assert (result.outcome, result.reason) == ("refused", reason)


def test_a_brief_does_not_grow_past_its_limits() -> None:
    limits = BriefLimits(max_items=3)
    _, (result,) = apply_operations(
        make_document(),
        [operate("add_item", "s1", value={"item": to_json_item(make_item("z"))})],
        seen={},
        limits=limits,
    )
    assert (result.outcome, result.reason) == ("refused", "size")


def test_a_document_survives_json_with_what_was_removed() -> None:
    document, _ = apply_operations(
        make_document(),
        [operate("remove_item", "a"), operate("remove_section", "s2"), operate("remove_item", "b")],
        seen={},
    )
    assert from_json(json.loads(json.dumps(to_json(document)))) == document


@pytest.mark.parametrize(
    "damage",
    [
        {"format": 2},
        {"title": None},
        {"revision": -1},
        {"revision": True},
        {"honest": []},
        {"sections": {}},
        {"sections": [{"key": "", "title": "x"}]},
        {"sections": [{"key": "a", "title": "x"}, {"key": "a", "title": "x"}]},
        {"removed": [{"key": "k", "kind": "x", "parent": "", "after": "", "content": {}, "revision": 1}]},
        {"revisions": {"title": "1"}},
    ],
)
def test_a_malformed_document_is_refused(damage: dict[str, Any]) -> None:
    with pytest.raises(MalformedDocument):
        from_json({**to_json(make_document()), **damage})


def test_something_that_is_no_document_is_refused() -> None:
    with pytest.raises(MalformedDocument):
        from_json(["not", "a", "brief"])


def test_an_edit_that_came_to_nothing_does_not_take_effect_when_it_is_sent_again() -> None:
    document = make_document()
    sent = [
        operate("remove_item", "b"),
        operate("set_field", "b", field="headline", value="late"),
        operate("restore_item", "b"),
    ]
    seen, settled = dict[str, int](), dict[str, tuple[str, str]]()
    document, results = apply_operations(document, sent, seen=seen)
    for result in results:
        if result.outcome == "applied":
            seen[result.operation_id] = result.revision
        else:
            settled[result.operation_id] = (result.outcome, result.reason)
    assert [result.outcome for result in results] == ["applied", "conflict", "applied"]
    again, repeated = apply_operations(document, sent, seen=seen, settled=settled)
    assert again == document
    assert (repeated[1].outcome, repeated[1].reason, repeated[1].theirs) == (
        "conflict",
        "removed",
        "Headline b",
    )


TARGETS = st.sampled_from(["a", "b", "c"])
STEPS = st.one_of(
    st.tuples(st.just("set"), TARGETS, st.sampled_from(["headline", "why_it_matters"])),
    st.tuples(st.just("remove"), TARGETS, st.just("")),
    st.tuples(st.just("restore"), TARGETS, st.just("")),
    st.tuples(st.just("move"), TARGETS, st.sampled_from(["s1", "s2"])),
    st.tuples(st.just("remove_section"), st.sampled_from(["s1", "s2"]), st.just("")),
)
# An editor makes an edit, or sends what is waiting (and the answer may be lost), or looks at the newest text.
TURNS = st.lists(
    st.tuples(st.sampled_from([0, 1]), st.one_of(STEPS, st.sampled_from(["send", "lose", "look"]))),
    max_size=40,
)


class EditorDouble:
    """One person's browser: a queue of edits, and the revision that stands on the screen."""

    def __init__(self, name: str) -> None:
        self.name, self.seen_revision, self.count = name, 1, 0
        self.queue: list[EditOperation] = []

    def edit(self, step: tuple[str, str, str]) -> None:
        verb, target, detail = step
        self.count += 1
        value: Any = None
        if verb == "set":
            kind, value = "set_field", f"{self.name}{self.count}"
        elif verb == "move":
            kind, value = "move_item", {"section": detail, "after": ""}
        else:
            kind = verb if "_" in verb else f"{verb}_item"
        self.queue.append(
            EditOperation(
                f"{self.name}{self.count}",
                kind,
                target,
                self.seen_revision,
                detail if verb == "set" else "",
                value,
            )
        )


@settings(max_examples=300, deadline=None)
@given(TURNS)
def test_no_interleaving_of_two_editors_loses_an_acknowledged_edit(turns: list[tuple[int, Any]]) -> None:
    document, seen, settled = make_document(), dict[str, int](), dict[str, tuple[str, str]]()
    editors = [EditorDouble("x"), EditorDouble("y")]
    standing: dict[tuple[str, str], tuple[str, int, str]] = {}  # field to value, revision and author
    for index, turn in turns:
        editor = editors[index]
        if turn == "look":
            if not editor.queue:
                editor.seen_revision = document.revision
            continue
        if turn not in {"send", "lose"}:
            editor.edit(turn)
            continue
        sent = list(editor.queue)
        document, results = apply_operations(document, sent, seen=seen, settled=settled)
        for operation, result in zip(sent, results, strict=True):
            check_edit(standing, editor, operation, result.outcome)
            if result.outcome in {"conflict", "refused"}:
                settled[operation.operation_id] = (result.outcome, result.reason)
            if result.outcome == "applied":
                seen[operation.operation_id] = result.revision
                if operation.kind == "set_field":
                    standing[operation.target, operation.field] = (
                        operation.value,
                        result.revision,
                        editor.name,
                    )
        replayed, again = apply_operations(document, sent, seen=seen, settled=settled)
        assert replayed == document
        assert {result.outcome for result in again} <= {"repeated", "conflict", "refused"}
        if turn == "send":
            editor.queue = []
        for (key, field), (value, _, _) in standing.items():
            item = find_item(document, key)
            if item is None:
                content = json.dumps(to_json(document)["removed"])
                assert json.dumps(value) in content
            else:
                assert getattr(item, field) == value


def check_edit(
    standing: dict[tuple[str, str], tuple[str, int, str]],
    editor: EditorDouble,
    operation: EditOperation,
    outcome: str,
) -> None:
    """An applied edit may replace another person's words only after having seen them."""
    if outcome == "applied" and operation.kind == "set_field":
        _, revision, author = standing.get((operation.target, operation.field), ("", 0, editor.name))
        assert author == editor.name or revision <= operation.base_revision
