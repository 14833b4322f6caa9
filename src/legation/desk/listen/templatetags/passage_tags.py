"""Template tags of room listen: quotations that are in another language than their article."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from legation.desk.shell.names import name_language

register = template.Library()


@register.simple_tag
def mark_passages(article: Any, paragraph: str) -> SafeString:
    """Show a paragraph with the language of each foreign passage marked, for eyes and screen readers."""
    shown: list[SafeString] = []
    rest = paragraph
    for passage in article.passages:
        text = article.body[passage["start"] : passage["end"]]
        before, found, after = rest.partition(text) if text else ("", "", "")
        if not found:
            continue  # of another paragraph
        label = _("in %(language)s") % {"language": name_language(passage["language"])}
        shown += [
            escape(before),
            format_html(
                '<span class="listen-passage" lang="{}" dir="auto" title="{}">{}</span>',
                passage["language"],
                label,
                text,
            ),
        ]
        rest = after
    shown.append(escape(rest))
    return mark_safe("".join(shown).replace("\n", "<br>"))  # noqa: S308 - every part is escaped above


@register.simple_tag
def name_passage_languages(article: Any) -> str:
    """List the languages of an article's foreign passages, as an interface names them."""
    codes = dict.fromkeys(passage["language"] for passage in article.passages)
    return ", ".join(name_language(code) for code in codes)
