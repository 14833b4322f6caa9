"""The pages of deliveries: what was sent to whom, what the server said, and retry and cancel."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views import View

from legation.desk.carry.forms import DeliveryFilterForm
from legation.desk.carry.models import Delivery, DeliveryStatus
from legation.desk.carry.services.deliveries import cancel_delivery, retry_delivery
from legation.desk.carry.services.scopes import visible_deliveries
from legation.desk.carry.services.sendings import read_content
from legation.desk.carry.views.returning import return_address, within_days
from legation.desk.carry.views.wordings import word_reason
from legation.desk.people.services.abilities import Ability
from legation.desk.people.services.permissions import AbilityRequired
from legation.desk.shell.keysets import page_by_key

PAGE_SIZE = 30
BADGES = {
    DeliveryStatus.SENDING: "info",
    DeliveryStatus.SENT: "positive",
    DeliveryStatus.FAILED: "critical",
    DeliveryStatus.CANCELLED: "warning",
}


class DeliveryList(AbilityRequired, View):
    """Deliveries, newest first."""

    ability = Ability.OPERATE

    def get(self, request: HttpRequest) -> HttpResponse:
        """Show one page of the deliveries that match."""
        form = DeliveryFilterForm(request.GET, statuses=list(DeliveryStatus.choices))
        form.is_valid()
        wanted = form.cleaned_data
        rows = visible_deliveries(request.user).select_related("unit", "channel")
        if wanted.get("status"):
            rows = rows.filter(status=wanted["status"])
        if wanted.get("q"):
            words = wanted["q"].strip()
            rows = rows.filter(Q(recipient__icontains=words) | Q(subject__icontains=words))
        rows = within_days(rows, "created_at", wanted.get("since"), wanted.get("until"))
        page = page_by_key(rows, cursor=request.GET.get("from", ""), size=PAGE_SIZE)
        context = {
            "form": form,
            "page": page,
            "rows": [describe_delivery(delivery) for delivery in page],
            "return_to": request.get_full_path(),
        }
        return render(request, "carry/deliveries.html", context)


class DeliveryDetail(AbilityRequired, View):
    """One delivery: its attempts, the server's words and what was sent."""

    ability = Ability.OPERATE

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the delivery."""
        delivery = get_object_or_404(
            visible_deliveries(request.user).select_related("unit", "channel"), pk=pk
        )
        content = read_content(delivery)
        context = {
            **describe_delivery(delivery),
            "tries": list(delivery.tries.order_by("-id")[:50]),
            "size": None if content is None else len(content),
            "is_damaged": bool(delivery.content) and content is None,
            "return_to": request.path,
        }
        return render(request, "carry/delivery.html", context)


class DeliveryContent(AbilityRequired, View):
    """The exact bytes that were handed to the server."""

    ability = Ability.OPERATE

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Download them as a mail file."""
        delivery = get_object_or_404(visible_deliveries(request.user), pk=pk)
        if read_content(delivery) is None:
            raise Http404
        return FileResponse(
            delivery.content.open("rb"),
            as_attachment=True,
            filename=f"delivery-{delivery.pk}.eml",
            content_type="message/rfc822",
        )


class DeliveryRetry(AbilityRequired, View):
    """Queues a delivery again, under its Message-ID."""

    ability = Ability.OPERATE

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Retry and go back."""
        delivery = get_object_or_404(visible_deliveries(request.user), pk=pk)
        if retry_delivery(delivery=delivery, by=request.user):  # type: ignore[arg-type]
            messages.success(request, _("The delivery is queued again."))
        else:
            messages.warning(request, _("The delivery is already sent or being sent."))
        return redirect(return_address(request, "carry:deliveries"))


class DeliveryCancel(AbilityRequired, View):
    """Calls a queued delivery off."""

    ability = Ability.OPERATE

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Cancel and go back."""
        delivery = get_object_or_404(visible_deliveries(request.user), pk=pk)
        if cancel_delivery(delivery=delivery, by=request.user):  # type: ignore[arg-type]
            messages.success(request, _("The delivery is cancelled."))
        else:
            messages.warning(request, _("The delivery is no longer queued."))
        return redirect(return_address(request, "carry:deliveries"))


def describe_delivery(delivery: Delivery) -> dict[str, Any]:
    """Say what a row and a page show of a delivery."""
    return {
        "delivery": delivery,
        "badge": BADGES.get(DeliveryStatus(delivery.status), "neutral"),
        "answer": word_reason(delivery.answer),
        "can_retry": delivery.status in (DeliveryStatus.FAILED, DeliveryStatus.CANCELLED)
        or (delivery.status == DeliveryStatus.QUEUED and delivery.attempts > 0),
        "can_cancel": delivery.status == DeliveryStatus.QUEUED,
    }
