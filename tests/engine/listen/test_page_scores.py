"""Blocks are judged by the same numbers in every script, and the likeliest text is chosen."""

from __future__ import annotations

import numpy as np
import pytest
from lxml.html import document_fromstring

from legation.engine.listen.page_blocks import PageTree, cut_blocks
from legation.engine.listen.page_features import PageStatement, describe_blocks, find_cards
from legation.engine.listen.page_scores import BlockModel, choose_blocks, load_block_model, score_blocks


def cut(html: str) -> PageTree:
    return cut_blocks(document_fromstring(html))


def test_the_weights_fit_the_description() -> None:
    described = describe_blocks(cut("<html><body><p>One.</p><p>Two.</p></body></html>"), PageStatement())
    model = load_block_model()
    assert described.shape == (2, model.width)
    assert int(model.features.max()) < model.width
    assert model.leaves.shape == (len(model.features), 2 ** model.features.shape[1])
    chances = score_blocks(described, model)
    assert bool(((chances > 0) & (chances < 1)).all())


def test_a_description_for_other_weights_is_refused() -> None:
    with pytest.raises(ValueError, match="3 numbers"):
        score_blocks(np.zeros((1, 3), np.float32), load_block_model())


def test_trees_vote_by_their_leaves() -> None:
    model = BlockModel(
        features=np.asarray([[0, 1]]),
        borders=np.asarray([[0.5, 10]], np.float32),
        leaves=np.asarray([[-9, 0, 0, 9]], np.float32),
        bias=0.0,
        width=2,
    )
    chances = score_blocks(np.asarray([[0, 0], [1, 0], [1, 20]], np.float32), model)
    assert chances.round(3).tolist() == [0.0, 0.5, 1.0]


def test_blocks_are_taken_while_the_expected_f1_grows() -> None:
    clear = choose_blocks(np.asarray([0.95, 0.9, 0.2, 0.05], np.float32), [100, 100, 100, 100])
    assert clear.is_taken.tolist() == [True, True, False, False]
    doubtful = choose_blocks(np.asarray([0.3, 0.28, 0.27], np.float32), [100, 100, 100])
    assert doubtful.is_taken.all()
    assert doubtful.confidence < 0.7 < clear.confidence


def test_a_page_without_blocks_has_no_choice() -> None:
    choice = choose_blocks(np.zeros(0, np.float32), [])
    assert (len(choice.is_taken), choice.confidence) == (0, 0.0)


def test_the_same_page_in_letters_of_another_script_is_described_alike() -> None:
    latin = "<html><body><nav><a href='/'>News</a></nav><p>The two sides agreed, then left.</p></body></html>"
    cyrillic = (
        "<html><body><nav><a href='/'>Ньюс</a></nav><p>Тве тво сидес агреед, твен лефт.</p></body></html>"
    )
    first, second = (describe_blocks(cut(html), PageStatement()) for html in (latin, cyrillic))
    assert np.allclose(first, second)


def test_cards_under_linked_headings_are_found_and_a_list_inside_an_article_is_not() -> None:
    card = "<div class='card'><h3><a href='/'>Elsewhere</a></h3><p>What it says.</p></div>"
    listed = "<h3><a href='/'>One</a></h3><p>Its text.</p>" * 3
    page = cut(f"<html><body><div>{listed}</div><section>{card * 3}</section></body></html>")
    assert find_cards(page).tolist() == [False] * 6 + [True] * 6
