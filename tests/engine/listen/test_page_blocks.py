"""A page is cut into blocks in one walk, and what stands around a block is known."""

from __future__ import annotations

import pytest
from lxml.html import document_fromstring

from legation.engine.listen.page_blocks import cut_blocks, weigh_text
from legation.engine.listen.page_marks import BIT, mark_element


def cut(body: str) -> list[str]:
    return [
        block.text for block in cut_blocks(document_fromstring(f"<html><body>{body}</body></html>")).blocks
    ]


@pytest.mark.parametrize(
    ("body", "texts"),
    [
        ("<p>One <b>bold</b> line</p><p>Two</p>", ["One bold line", "Two"]),
        ("<div>Loose<p>inside</p>after</div>", ["Loose", "inside", "after"]),
        ("<p>One line<br>goes on<br><br>Next</p>", ["One line goes on", "Next"]),
        ("<p>Read</p><script>not()</script><style>p{}</style><noscript>Enable</noscript>", ["Read"]),
        ("<ul><li>a</li><li>b</li></ul>", ["a", "b"]),
        ("<a href='/'><div>Linked</div></a>", ["Linked"]),
    ],
)
def test_blocks_end_where_readers_see_an_end(body: str, texts: list[str]) -> None:
    assert cut(body) == texts


def test_links_and_bold_letters_are_counted() -> None:
    (block,) = cut_blocks(
        document_fromstring("<html><body><p>Go <a href='/'>there</a> <strong>now</strong></p></body></html>")
    ).blocks
    assert (block.weight, block.linked, block.links, block.bold) == (12, 5, 1, 3)


def test_an_element_sums_up_what_stands_inside() -> None:
    page = cut_blocks(document_fromstring("<html><body><div><p>abc</p><p>de</p></div></body></html>"))
    (div,) = (node for node in page.nodes if node.tag == "div")
    assert (div.weight, div.blocks, page.nodes[0].weight) == (5, 2, 5)


def test_what_an_open_button_or_picture_swallows_is_read_all_the_same() -> None:
    assert "Text" in cut("<header><button>Menu<main><article><p>Text</p></article></main></header>")
    assert "Text" in cut("<svg><path><main><h1>Title</h1><p>Text</p></main>")


@pytest.mark.parametrize(
    ("tag", "name", "role", "marks"),
    [
        ("nav", "", "", {"nav"}),
        ("div", "Comment-List", "", {"comment", "listing"}),
        ("div", "", "navigation", {"nav"}),
        ("div", "article-body", "", {"content"}),
        ("p", "", "", set()),
    ],
)
def test_an_element_is_marked_by_its_tag_its_names_and_its_role(
    tag: str, name: str, role: str, marks: set[str]
) -> None:
    assert mark_element(tag, name, role) == sum(BIT[mark] for mark in marks)


@pytest.mark.parametrize(("text", "weight"), [("abc", 3), ("外交部", 9), ("Bộ", 2), ("กขค", 3), ("", 0)])
def test_an_ideograph_weighs_as_much_as_three_letters(text: str, weight: int) -> None:
    assert weigh_text(text) == weight


def test_a_page_without_end_is_read_only_so_far() -> None:
    page = cut_blocks(document_fromstring(f"<html><body>{'<p>x</p>' * 70_000}</body></html>"))
    assert 59_000 < len(page.blocks) < 60_000
