"""Says stored reasons and answers in the reader's language, where the words are ours."""

from __future__ import annotations

from django.utils.translation import gettext, gettext_noop

# What the mail gateway, which knows no languages, says in its own words; details follow after a colon.
MAIL_ANSWERS = (
    gettext_noop("The mail server accepted the message."),
    gettext_noop("The mail server takes no addresses outside ASCII."),
    gettext_noop("The mail server cannot be reached"),
    gettext_noop("The mail server broke off"),
    gettext_noop("The mail server refused our login"),
    gettext_noop("The mail server does not want to talk to us"),
    gettext_noop("The TLS connection to the mail server failed"),
    gettext_noop("The recipient's address is malformed"),
)


def word_reason(stored: str) -> str:
    """Translate a stored reason; of "ours: theirs" only our part, and nothing of what others said."""
    if not stored:
        return ""
    whole = gettext(stored)
    if whole != stored:
        return whole
    ours, colon, theirs = stored.partition(": ")
    return gettext(ours) + colon + theirs if ours in MAIL_ANSWERS else stored
