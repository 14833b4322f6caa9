"""Template tags that say problems in the reader's language; fetchers and parsers speak English only."""

from __future__ import annotations

import re
from collections.abc import Callable

from django import template
from django.utils.translation import gettext, gettext_noop

register = template.Library()

# Each sentence as gateways/http and engine/listen write it; "#" stands for what varies and is taken over.
_SENTENCES = (
    gettext_noop("The server says that the page does not exist (#)."),
    gettext_noop("The server asks us to come back later (#)."),
    gettext_noop("The server rejected the request (#)."),
    gettext_noop("The server failed (#)."),
    gettext_noop("No connection within # seconds."),
    gettext_noop("No complete answer within # seconds."),
    gettext_noop("The server sends too slowly."),
    gettext_noop("The answer is larger than # bytes."),
    gettext_noop("The host's name cannot be resolved."),
    gettext_noop("The TLS connection failed: #."),
    gettext_noop("The connection failed: #."),
    gettext_noop("robots.txt of # forbids this address."),
    gettext_noop("The site redirects in a circle."),
    gettext_noop("The site redirects more than # times."),
    gettext_noop("# asked to be left alone for now."),
    gettext_noop("robots.txt could not be read:"),
    gettext_noop("# is a private, local or reserved address."),
    gettext_noop("The feed is empty."),
    gettext_noop("This is a web page, not a feed."),
    gettext_noop("This is not XML: no tag stands at the beginning."),
    gettext_noop("This is JSON, not an RSS or Atom feed."),
    gettext_noop("The feed cannot be read as XML:"),
    gettext_noop("The article has no web page of which a copy could be taken."),
    gettext_noop("The server gave no answer that could be kept."),
    gettext_noop("The archive is damaged: #"),
    gettext_noop("The address leads to a list of articles."),
    gettext_noop("The page holds no article: an error page, a form or a video alone."),
    gettext_noop("Only a check for consent or against robots came."),
    gettext_noop("The desk itself failed here:"),
)


def _compile(sentence: str) -> re.Pattern[str]:
    return re.compile(re.escape(sentence).replace(r"\#", r"([^\s()][^()]{0,200}?)"))


_PATTERNS = [(_compile(sentence), sentence) for sentence in _SENTENCES]


@register.filter
def in_words(problem: str) -> str:
    """Translate the sentences of a problem that are known; others stay as they are."""
    for pattern, sentence in _PATTERNS:
        problem = pattern.sub(_replacement(sentence), problem)
    return problem


def _replacement(sentence: str) -> Callable[[re.Match[str]], str]:
    def replace(found: re.Match[str]) -> str:
        varying = found.group(1) if found.groups() else ""
        return gettext(sentence).replace("#", varying)

    return replace
