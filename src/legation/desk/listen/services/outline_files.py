"""Keep an uploaded list between its preview and its import; the file's hash is its name."""

from __future__ import annotations

import hashlib
import re

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

MAX_BYTES = 10_000_000  # as read_opml
_DIGEST = re.compile(r"[0-9a-f]{64}")


def keep_list(*, content: bytes) -> str:
    """Store an uploaded list; returns the name under which read_list finds it."""
    digest = hashlib.sha256(content).hexdigest()
    if not default_storage.exists(_path(digest)):
        default_storage.save(_path(digest), ContentFile(content))
    return digest


def read_list(*, digest: str) -> bytes:
    """Return a stored list; raises FileNotFoundError where there is none, or what is stored is another."""
    if not _DIGEST.fullmatch(digest) or not default_storage.exists(_path(digest)):
        raise FileNotFoundError(digest)
    with default_storage.open(_path(digest)) as file:
        content: bytes = file.read(MAX_BYTES + 1)
    if hashlib.sha256(content).hexdigest() != digest:
        raise FileNotFoundError(digest)
    return content


def forget_list(*, digest: str) -> None:
    """Delete a stored list once it was imported."""
    if _DIGEST.fullmatch(digest):
        default_storage.delete(_path(digest))


def _path(digest: str) -> str:
    return f"imports/lists/{digest}.opml"
