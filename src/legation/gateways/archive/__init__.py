"""Evidence copies: web archives written and read, and pages shown in a browser that reaches nothing."""

from __future__ import annotations

from legation.gateways.archive.renderers import BrowserState, ProcessRenderer, find_browser
from legation.gateways.archive.warc_readings import UnreadableArchive, find_faults, read_archived_page
from legation.gateways.archive.warcs import write_archive

__all__ = [
    "BrowserState",
    "ProcessRenderer",
    "UnreadableArchive",
    "find_browser",
    "find_faults",
    "read_archived_page",
    "write_archive",
]
