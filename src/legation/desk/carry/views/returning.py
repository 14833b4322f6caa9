"""Small parts that carry's pages share: the way back, and days as a person means them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme


def return_address(request: HttpRequest, name: str) -> str:
    """Return the page of ours that a form came from, else the named one."""
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith("/"):
        return wanted
    return reverse(name)


def within_days(rows: QuerySet[Any], field: str, since: date | None, until: date | None) -> QuerySet[Any]:
    """Keep the rows of these days, both included, in the unit's time zone."""
    zone = timezone.get_current_timezone()
    if since:
        rows = rows.filter(**{f"{field}__gte": datetime.combine(since, time.min, zone)})
    if until and until < date.max:
        rows = rows.filter(**{f"{field}__lt": datetime.combine(until + timedelta(days=1), time.min, zone)})
    return rows
