"""The pages of jobs: what runs, waits, failed and is done, with retry and cancel."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views import View

from legation.desk.carry.forms import JobFilterForm
from legation.desk.carry.models import Job, JobStatus
from legation.desk.carry.services.jobs import JobStillOpen, cancel_job, retry_job
from legation.desk.carry.services.registry import job_kinds
from legation.desk.carry.services.scopes import visible_jobs
from legation.desk.carry.views.returning import return_address, within_days
from legation.desk.people.services.abilities import Ability, units_with
from legation.desk.people.services.permissions import AbilityRequired
from legation.desk.shell.keysets import page_by_key

PAGE_SIZE = 30
COUNTED_AT_MOST = 1000  # beyond it a tab says "1000+": an exact count would read the whole table
TABS = {
    JobStatus.RUNNING: gettext_lazy("Running"),
    JobStatus.WAITING: gettext_lazy("Waiting"),
    JobStatus.FAILED: gettext_lazy("Failed"),
    JobStatus.DONE: gettext_lazy("Done"),
    JobStatus.CANCELLED: gettext_lazy("Cancelled"),
}


class JobList(AbilityRequired, View):
    """Jobs by status; htmx asks again for the running ones alone."""

    ability = Ability.OPERATE

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show one tab."""
        status = request.GET.get("status", "")
        status = status if status in TABS else JobStatus.RUNNING
        form = self._filter_form(request)
        jobs = self._filtered(request, form)
        page = page_by_key(
            jobs.filter(status=status).select_related("unit"),
            cursor=request.GET.get("from", ""),
            size=PAGE_SIZE,
        )
        context = {
            "form": form,
            "page": page,
            "rows": [describe_job(job) for job in page],
            "status": status,
            "tabs": self._tabs(request, jobs, status),
            "is_live": status == JobStatus.RUNNING,
            "return_to": request.get_full_path(),
            "hidden": {"status": status},
        }
        is_refresh = request.headers.get("HX-Request") == "true"
        return render(request, "carry/job_rows.html" if is_refresh else "carry/jobs.html", context)

    def _filter_form(self, request: HttpRequest) -> JobFilterForm:
        return JobFilterForm(
            request.GET,
            kinds=sorted(((kind.name, str(kind.title)) for kind in job_kinds().values()), key=lambda k: k[1]),
            units=[(str(unit.pk), unit.name) for unit in units_with(request.user, Ability.OPERATE)],
        )

    def _filtered(self, request: HttpRequest, form: JobFilterForm) -> Any:
        jobs = visible_jobs(request.user)
        form.is_valid()
        wanted = form.cleaned_data
        for name in ("kind", "unit"):
            if wanted.get(name):
                jobs = jobs.filter(**{name: wanted[name]})
        return within_days(jobs, "created_at", wanted.get("since"), wanted.get("until"))

    def _tabs(self, request: HttpRequest, jobs: Any, status: str) -> list[dict[str, Any]]:
        tabs = []
        for value, label in TABS.items():
            query = request.GET.copy()
            query.pop("from", None)
            query["status"] = value
            count = jobs.filter(status=value).order_by()[: COUNTED_AT_MOST + 1].count()
            tabs.append(
                {
                    "label": label,
                    "url": f"?{query.urlencode()}",
                    "count": min(count, COUNTED_AT_MOST),
                    "is_more": count > COUNTED_AT_MOST,
                    "is_current": value == status,
                }
            )
        return tabs


class JobDetail(AbilityRequired, View):
    """One job with its attempts, counts and arguments."""

    ability = Ability.OPERATE

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the job."""
        job = get_object_or_404(visible_jobs(request.user).select_related("unit", "created_by"), pk=pk)
        context = {
            **describe_job(job),
            "counts": [(_(kind), count) for kind, count in job.outcome.items()],
            "tries": list(job.tries.order_by("-id")[:50]),
            "arguments": json.dumps(job.arguments, ensure_ascii=False, indent=2) if job.arguments else "",
            "is_live": job.status in (JobStatus.RUNNING, JobStatus.WAITING),
            "return_to": request.path,
        }
        is_refresh = request.headers.get("HX-Request") == "true"
        return render(request, "carry/job_state.html" if is_refresh else "carry/job.html", context)


class JobRetry(AbilityRequired, View):
    """Runs a failed, cancelled or waiting job now."""

    ability = Ability.OPERATE

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Retry and go back."""
        job = get_object_or_404(visible_jobs(request.user), pk=pk)
        try:
            if retry_job(job=job, by=request.user):  # type: ignore[arg-type]
                messages.success(request, _("The job runs again."))
            else:
                messages.warning(request, _("The job is already running or done."))
        except JobStillOpen:
            messages.warning(request, _("The same work is already waiting or running as another job."))
        return redirect(return_address(request, "carry:jobs"))


class JobCancel(AbilityRequired, View):
    """Calls a job off."""

    ability = Ability.OPERATE

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Cancel and go back."""
        job = get_object_or_404(visible_jobs(request.user), pk=pk)
        if not cancel_job(job=job, by=request.user):  # type: ignore[arg-type]
            messages.warning(request, _("The job has already ended."))
        elif job.status == JobStatus.CANCELLED:
            messages.success(request, _("The job is cancelled."))
        else:
            messages.success(request, _("The job stops as soon as it next reports."))
        return redirect(return_address(request, "carry:jobs"))


BADGES = {
    JobStatus.RUNNING: "info",
    JobStatus.DONE: "positive",
    JobStatus.FAILED: "critical",
    JobStatus.CANCELLED: "warning",
}


def describe_job(job: Job) -> dict[str, Any]:
    """Say what a row and a page show of a job."""
    kind = job_kinds().get(job.kind)
    kind_title: str | Promise = kind.title if kind else job.kind
    return {
        "job": job,
        "kind_title": kind_title,
        "title": job.title or kind_title,
        "reason": _(job.error)
        if job.error
        else "",  # our own reasons are translated, others are shown as they are
        "badge": BADGES.get(JobStatus(job.status), "neutral"),
        "attempts": ngettext("%(n)s attempt", "%(n)s attempts", job.attempts) % {"n": job.attempts},
        "can_retry": job.status in (JobStatus.FAILED, JobStatus.CANCELLED)
        or (job.status == JobStatus.WAITING and job.attempts > 0),
        "can_cancel": job.status in (JobStatus.WAITING, JobStatus.RUNNING) and not job.is_cancel_requested,
    }
