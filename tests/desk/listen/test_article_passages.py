"""An article's page names the language of what it quotes from another language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.desk.listen.conftest import make_read

from legation.desk.listen.models import Source
from legation.desk.listen.services.articles import keep_article
from legation.engine.records.articles import Passage

pytestmark = pytest.mark.django_db
MakeSource = Callable[..., Source]
QUOTED = "Мы надеемся на мир <script>alert(1)</script>"
BODY = f"The guest spoke.\n\nHe said: «{QUOTED}» & left, as the paper writes."


def test_a_quotation_carries_its_language_and_nothing_active(signed_in: Any, make_source: MakeSource) -> None:
    start = BODY.index(QUOTED)
    read = replace(make_read(body=BODY), passages=(Passage(start, start + len(QUOTED), "ru", "script"),))
    article = keep_article(source=make_source(), read=read, at=timezone.now()).article
    page = signed_in("reader").get(reverse("listen:article", args=[article.pk])).content.decode()
    assert '<span class="listen-passage" lang="ru" dir="auto" title="in Russian">Мы надеемся' in page
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "» &amp; left, as the paper writes." in page
    assert "Quotations in" in page
    assert "The guest spoke." in page


def test_an_article_in_one_language_says_nothing_of_quotations(
    signed_in: Any, make_source: MakeSource
) -> None:
    article = keep_article(source=make_source(), read=make_read(), at=timezone.now()).article
    page = signed_in("reader").get(reverse("listen:article", args=[article.pk])).content.decode()
    assert "listen-passage" not in page
    assert "Quotations in" not in page
