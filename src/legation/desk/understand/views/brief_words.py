"""The sentences that the editor's scripts say, in the interface's language."""

from __future__ import annotations

from django.utils.translation import gettext as _


def editor_words() -> dict[str, str]:
    """Return every sentence by its name; %s stands for what the script puts in."""
    return {
        "saved": _("Saved"),
        "saving": _("Saving…"),
        "offline": _("Offline – %s edits are kept here and sent later"),
        "conflict": _("Two versions of one text: please choose"),
        "locked": _("This brief is not being edited any more. Your last edits are still kept here."),
        "failed": _("The desk did not understand an edit. Reload the page."),
        "editors": _("Also editing: %s"),
        "removed": _("Removed."),
        "undo": _("Undo"),
        "moved": _("Somebody else moved this meanwhile; their place stands."),
        "changed": _("Somebody else changed this meanwhile, so it was not removed. Look again."),
        "not_verbatim": _("These words do not stand in the article."),
        "limit": _("The source allows no longer quotation of this article."),
        "size": _("There is no room for more."),
        "refused": _("This edit could not be applied (%s)."),
        "gone": _("Somebody else removed this. Your text: “%s”. Put it back with your text?"),
        "new_section": _("New section"),
        "new": _("new"),
        "grown": _("grown"),
        "none": _("Nothing more to add."),
        "add": _("Add"),
        "loading": _("Loading…"),
        "unreachable": _("The desk cannot be reached now."),
        "type_in": _("Type it in"),
        "fetching": _("Being fetched…"),
        "still_fetching": _("This takes longer than usual. Enter the address again in a few minutes."),
        "confirm_section": _("Remove this section with everything in it?"),
        "leave": _("Some edits are not saved yet."),
    }
