"""Template tags of room listen: states, outcomes and reasons in words."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from legation.desk.listen.forms import OUTCOMES, OWNERSHIP_TYPES
from legation.desk.listen.querysets import SILENT_AFTER
from legation.desk.shell.templatetags.shell_tags import status_badge

register = template.Library()

_OUTCOME_COLOURS = {
    "kept": "positive", "changed": "info", "retried": "warning", "quarantined": "critical",
}  # fmt: skip


@register.simple_tag
def source_state(source: Any) -> SafeString:
    """Show how the listening to a source goes."""
    if not source.is_enabled or not (source.feeds or source.list_pages):
        return status_badge(_("off"))
    if source.last_problem:
        return status_badge(_("troubled"), "critical")
    if source.last_fetch_at is None:
        return status_badge(_("waiting for the first visit"), "info")
    last = source.last_article_at or source.created_at
    is_silent = getattr(source, "is_silent", False)  # as SourceQuerySet.with_silence adds it
    if is_silent or ((source.expected_per_day or 0) >= 1 and timezone.now() - last > SILENT_AFTER):
        return status_badge(_("silent"), "warning")
    return status_badge(_("well"), "positive")


@register.simple_tag
def outcome_badge(kind: str) -> SafeString:
    """Show an outcome in words."""
    return status_badge(outcome_name(kind), _OUTCOME_COLOURS.get(str(kind), "neutral"))


@register.simple_tag
def outcome_name(kind: str) -> str:
    """Name an outcome."""
    return str(dict(OUTCOMES).get(str(kind), kind))


@register.simple_tag
def reason_name(key: str) -> str:
    """Name the reason of an outcome; the key itself where it is one of the engine's own."""
    return _reason_names().get(key, key.replace("_", " "))


@register.simple_tag
def ownership_name(kind: str) -> str:
    """Name a type of ownership."""
    return str(dict(OWNERSHIP_TYPES).get(kind, kind))


@register.simple_tag
def remedy_hint(source: Any) -> str:
    """Say what a person can do about a troubled source."""
    problem = source.last_problem.lower()
    for words, hint in _remedies():
        if any(word in problem for word in words):
            return hint
    return _(
        "The desk tries again by itself, less and less often. "
        "Open the feed's address in a browser to compare."
    )


def _remedies() -> list[tuple[tuple[str, ...], str]]:
    """Pair words of the fetcher's and the parser's sentences with what helps."""
    is_private = _(
        "This address is private. An operator can allow its host by name: LEGATION_FETCH_ALLOWED_HOSTS."
    )
    has_moved = _(
        "The feed's address has changed. Look for the new one on the home page and edit the source."
    )
    no_feed = _("What stands at this address is not a feed. Look for RSS or Atom on the home page.")
    return [
        (
            ("robots.txt",),
            _("The site does not want robots here. Look for another feed, or ask the publisher."),
        ),
        (("does not exist",), has_moved),
        (("private", "local name"), is_private),
        (("resolved",), _("The host's name is unknown. Check the spelling, and this machine's network.")),
        (("tls",), _("The site's certificate does not hold. Wait, or look for the feed at another address.")),
        (("later", "alone"), _("The site asks for patience; the next visit waits as long as it wishes.")),
        (("rejected",), _("The site turned us away. Some sites open their feed to a robot that asks first.")),
        (("xml", "not a feed", "no rss", "json"), no_feed),
    ]


def _feed_reason_names() -> dict[str, str]:
    return {
        "before_listening": _("from before the desk listened"),
        "feed_beyond_limit": _("beyond the newest of a feed"),
        "feed_repeated": _("twice in a feed"),
        "feed_no_address": _("entry without address"),
        "feed_no_item": _("not an item"),
        "push_unsigned": _("hub's message without valid signature"),
        "push_ended": _("subscription is over"),
        "unreadable_push": _("unreadable message of a hub"),
        "unreadable_list": _("unreadable list page"),
        "unreadable_feed": _("unreadable feed"),
    }


def _page_reason_names() -> dict[str, str]:
    return {
        "not_html": _("not a web page"),
        "listing_page": _("a list of articles"),
        "no_article_page": _("a page without an article"),
        "consent_page": _("only a consent or robot check"),
        "page_gone": _("page does not exist"),
        "page_rejected": _("page closed to us"),
        "page_refused_robots": _("refused by robots.txt"),
        "page_busy": _("server busy"),
        "page_server_error": _("server failed"),
        "page_timed_out": _("timed out"),
        "page_too_large": _("too large"),
        "page_too_many_redirects": _("too many redirects"),
        "page_broken": _("connection failed"),
    }


def _reason_names() -> dict[str, str]:
    return {
        "too_short": _("too short"),
        **_feed_reason_names(),
        **_page_reason_names(),
        "no_text": _("no text"),
        "no_title": _("no title"),
        "too_old": _("too old"),
        "refused_address": _("address not allowed"),
        "malformed": _("not a web address"),
        "credentials": _("address with a name or a password"),
        "personal": _("personal account or blog"),
        "unreadable_page": _("unreadable page"),
        "unusable_record": _("unusable record"),
        "blank_line": _("blank line"),
        "withdrawn": _("withdrawn by its publisher"),
        "embargoed": _("still under embargo"),
        "not_text": _("holds no text"),
        "not_an_article": _("part of the archive, no page"),
        "cover_note": _("only a note to what is attached"),
        "broken_archive": _("broken archive"),
        "unknown_format": _("unknown format"),
        "unreadable_ninjs": _("unreadable JSON document"),
        "unreadable_newsml": _("unreadable NewsML-G2"),
        "unreadable_pdf": _("unreadable PDF"),
        "unreadable_mail": _("unreadable mail"),
        "unreadable_mbox": _("unreadable mail"),
        "unreadable_html": _("unreadable page"),
        "unreadable_warc": _("unreadable page"),
        "too_long": _("line too long"),
        "not_utf8": _("not UTF-8"),
        "not_json": _("not JSON"),
        "not_an_object": _("not a JSON object"),
        "truncated": _("breaks off"),
        "no_feed": _("names no feed"),
        "duplicate": _("known already"),
        "cancelled": _("it was called off"),
    }
