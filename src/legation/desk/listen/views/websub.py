"""The address at which hubs verify a subscription and deliver what is new; open to everybody who knows it."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from legation.desk.listen.models import Subscription
from legation.desk.listen.services.pushes import MAX_PUSH_BYTES, accept_push, is_signed, refuse_push
from legation.desk.listen.services.subscriptions import confirm_subscription

_MAX_BODY_BYTES = 5 * MAX_PUSH_BYTES  # beyond it a push is not even read for its signature
_MAX_CHALLENGE_CHARS = 1_000


@method_decorator(csrf_exempt, name="dispatch")
class WebSubView(View):
    """Answers the hub of one subscription, which is named by an address that cannot be guessed."""

    http_method_names = ["get", "post", "head"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Find the subscription; an unknown one is told to be gone, as the protocol asks."""
        held = Subscription.objects.select_related("source")
        self.subscription = get_object_or_404(held, token=kwargs["token"])
        answer = super().dispatch(request, *args, **kwargs)
        return cast(HttpResponse, answer)  # no method of this view answers with a stream

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """Echo the challenge where the desk asked for what the hub asks about."""
        is_meant = confirm_subscription(
            subscription=self.subscription,
            mode=request.GET.get("hub.mode", ""),
            topic=request.GET.get("hub.topic", ""),
            lease_seconds=request.GET.get("hub.lease_seconds", ""),
            now=timezone.now(),
        )
        challenge = request.GET.get("hub.challenge", "")[:_MAX_CHALLENGE_CHARS]
        return HttpResponse(challenge if is_meant else "", "text/plain", 200 if is_meant else 404)

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Take what the hub sends; a wrong signature gets the same answer, and no belief."""
        now = timezone.now()
        if self.subscription.state == "ended":
            refuse_push(subscription=self.subscription, reason="push_ended", at=now)
            return HttpResponse(status=410)
        length = request.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > _MAX_BODY_BYTES:
            return HttpResponse(status=413)
        body = request.read(_MAX_BODY_BYTES)
        if is_signed(
            subscription=self.subscription,
            body=body,
            signature=request.headers.get("X-Hub-Signature", ""),
        ):
            accept_push(
                subscription=self.subscription,
                body=body,
                content_type=request.headers.get("Content-Type", ""),
                at=now,
            )
        else:
            refuse_push(subscription=self.subscription, reason="push_unsigned", at=now)
        return HttpResponse(status=202)
