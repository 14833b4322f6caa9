"""What failed lately, on the home page; nothing when nothing did."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone

from legation.desk.carry.models import DeliveryStatus, JobStatus
from legation.desk.carry.services.scopes import visible_deliveries, visible_jobs
from legation.desk.carry.views.jobs import describe_job
from legation.desk.people.services.abilities import Ability, has_ability

SHOWN_DAYS = 7  # older failures stay in the lists, but are no news
SHOWN = 3
COUNTED_AT_MOST = 100


def render_failures_panel(request: HttpRequest, context: dict[str, Any]) -> str:
    """Show the last failed deliveries and jobs with their numbers."""
    if not has_ability(request.user, Ability.OPERATE):
        return ""
    since = timezone.now() - timedelta(days=SHOWN_DAYS)
    deliveries = visible_deliveries(request.user).filter(
        status=DeliveryStatus.FAILED, next_run_at__gte=since
    )  # a failed delivery's next_run_at is the moment it failed
    jobs = visible_jobs(request.user).filter(status=JobStatus.FAILED, finished_at__gte=since)
    delivery_count = deliveries[:COUNTED_AT_MOST].count()
    job_count = jobs[:COUNTED_AT_MOST].count()
    if not delivery_count and not job_count:
        return ""
    return render_to_string(
        "carry/panels/failures.html",
        {
            "deliveries": deliveries[:SHOWN],
            "delivery_count": delivery_count,
            "jobs": [describe_job(job) for job in jobs[:SHOWN]],
            "job_count": job_count,
        },
        request,
    )
