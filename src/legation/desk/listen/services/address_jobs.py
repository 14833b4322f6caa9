"""Enqueue what is to be done about an address that a person typed in."""

from __future__ import annotations

import hashlib
from datetime import datetime

from legation.desk.carry.models import Job
from legation.desk.carry.services.jobs import enqueue_job
from legation.desk.listen.services.sources import SourceRefused
from legation.desk.people.models import Unit, User
from legation.engine.listen.addresses import UnusableAddress, address_key
from legation.gateways.source_files import judge_address


def enqueue_address_job(*, kind: str, address: str, by: User | None, unit: Unit | None, at: datetime) -> Job:
    """Enqueue a job about an address; while one about the same address waits, asking again adds nothing.

    Raises SourceRefused for a personal account, a blog, and what is no web address.
    """
    try:
        key = hashlib.sha256(address_key(address).encode()).hexdigest()[:32]
    except UnusableAddress as error:
        raise SourceRefused("malformed") from error
    if problem := judge_address(address):
        raise SourceRefused(problem)
    return enqueue_job(
        kind=kind,
        arguments={"address": address},
        key=f"{kind}:{key}",
        title=address,
        unit=unit,
        by=by,
        run_at=at,
    )
