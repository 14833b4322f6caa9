"""Where evidence is kept: a folder of this machine, or an S3-compatible server."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from legation.config.environment import Environment


def make_evidence_storage(environment: Environment) -> dict[str, Any]:
    """Return Django's description of the storage that the LEGATION_EVIDENCE_* settings name.

    Nothing in it is ever served by a public address: people get files through the desk alone.
    """
    if not environment.evidence_storage:
        return {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    place = urlsplit(environment.evidence_storage)
    options = {
        "bucket_name": place.netloc,
        "location": place.path.strip("/"),
        "access_key": environment.evidence_key,
        "secret_key": environment.evidence_secret,
        "region_name": environment.evidence_region or None,
        "endpoint_url": environment.evidence_endpoint or None,
        # A server of one's own rarely has a name for each bucket.
        "addressing_style": "path" if environment.evidence_endpoint else None,
        "default_acl": None,
        "querystring_auth": True,
        "file_overwrite": False,  # no copy ever takes the place of another
        "signature_version": "s3v4",
    }
    given = {name: value for name, value in options.items() if value not in (None, "")}
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": given}
