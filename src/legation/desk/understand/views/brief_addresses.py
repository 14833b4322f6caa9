"""An article added to a brief by its address: the one the desk has, or one that it fetches."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, JsonResponse
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from legation.desk.carry.models import Job
from legation.desk.listen.models import Article
from legation.desk.listen.services.single_articles import check_fetch, find_article, request_article
from legation.desk.listen.services.sources import SourceRefused
from legation.desk.listen.templatetags.listen_tags import reason_name
from legation.desk.understand.views.brief_editing import EditorRequired

MAX_ADDRESS_CHARACTERS = 2000  # the column's width


class BriefAddressView(EditorRequired, View):
    """Finds the article under an address, or has it fetched, so that it can be added."""

    def get(self, request: HttpRequest, pk: int) -> JsonResponse:
        """Return the article, or what can be done where the desk does not have it."""
        address = request.GET.get("address", "").strip()[:MAX_ADDRESS_CHARACTERS]
        if not _is_web_address(address):
            return _refuse_address()
        article = _own_article(request, address) or find_article(address=address)
        return _describe(article) if article else _lead_to_typing(_not_read())

    def post(self, request: HttpRequest, pk: int) -> JsonResponse:
        """Return the article; 202 with where to ask on while it is fetched; or the reason why it is not."""
        address = request.POST.get("address", "").strip()[:MAX_ADDRESS_CHARACTERS]
        if not _is_web_address(address):
            return _refuse_address()
        if article := _own_article(request, address) or find_article(address=address):
            return _describe(article)
        if _names_this_desk(request, address):
            return _lead_to_typing(_not_read())
        try:
            job = request_article(
                address=address,
                by=request.user,  # type: ignore[arg-type]
                unit=self.brief.unit,
                at=timezone.now(),
            )
        except SourceRefused as refusal:
            return JsonResponse({"reason": str(refusal)}, status=400)
        return JsonResponse({"fetching": reverse("understand:brief_fetch", args=[pk, job.pk])}, status=202)


class BriefFetchView(EditorRequired, View):
    """Tells how far an article has come that is being fetched."""

    def get(self, request: HttpRequest, pk: int, job: int) -> JsonResponse:
        """Return the article, 202 while it is fetched, or the reason why it came to nothing."""
        try:
            fetch = check_fetch(job_id=job)
        except Job.DoesNotExist as error:
            raise Http404 from error
        if fetch.article:
            return _describe(fetch.article)
        if not fetch.is_over:
            return JsonResponse({}, status=202)
        reason = _("The article could not be fetched: %(reason)s.") % {"reason": reason_name(fetch.reason)}
        return _lead_to_typing(reason, status=200)  # what was asked is known: how the fetching ended


def _is_web_address(address: str) -> bool:
    return address.startswith(("http://", "https://"))


def _refuse_address() -> JsonResponse:
    return JsonResponse({"reason": _("An address begins with http:// or https://.")}, status=400)


def _not_read() -> str:
    return _(
        "The desk has not read this address. "
        "Type the article in, then enter the address of its page on the desk here."
    )


def _describe(article: Article) -> JsonResponse:
    return JsonResponse({"article": article.pk, "title": article.title, "outlet": article.source.name})


def _lead_to_typing(reason: str, status: int = 404) -> JsonResponse:
    return JsonResponse({"reason": reason, "type_in": reverse("listen:add_article")}, status=status)


def _names_this_desk(request: HttpRequest, address: str) -> bool:
    try:
        return urlsplit(address).netloc == request.get_host()
    except ValueError:  # such as an unclosed bracket
        return False


def _own_article(request: HttpRequest, address: str) -> Article | None:
    """Return the article whose page on this desk an address names; print and radio have no other address."""
    if not _names_this_desk(request, address):
        return None
    try:
        match = resolve(urlsplit(address).path)
    except Resolver404:
        return None
    if match.view_name != "listen:article":
        return None
    return Article.objects.select_related("source").filter(pk=match.kwargs["pk"]).first()
