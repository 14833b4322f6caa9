"""Authors as feeds name them, without their mail addresses."""

from __future__ import annotations

import re
from typing import Final

from legation.engine.listen.feed_markup import make_plain

_EMAIL: Final = re.compile(r"[^\s()<>]{1,100}@[^\s()<>]{1,100}")
MAX_BYLINE_CHARS: Final = 300  # the desk's column


def tidy_name(text: str) -> str:
    """Take the mail address out of "mail (Name)" and "Name <mail>"."""
    name = make_plain(_EMAIL.sub(" ", text[:MAX_BYLINE_CHARS])).strip("()<> ")
    return name + ")" if name.count("(") > name.count(")") else name
