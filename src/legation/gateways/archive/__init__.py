"""Evidence copies: web archives written and read, and pages shown in a browser that reaches nothing."""

from __future__ import annotations

from legation.gateways.archive.warc_readings import UnreadableArchive, find_faults, read_archived_page
from legation.gateways.archive.warcs import write_archive

__all__ = ["UnreadableArchive", "find_faults", "read_archived_page", "write_archive"]
