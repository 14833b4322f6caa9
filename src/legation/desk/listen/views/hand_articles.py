"""Type in an article by hand, with its scan."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import FormView

from legation.desk.listen.forms import HandArticleForm
from legation.desk.listen.models import Source
from legation.desk.listen.services.hand_articles import (
    SCAN_REFUSALS,
    HandArticle,
    ScanRefused,
    add_hand_article,
)
from legation.desk.listen.views.choices import all_countries, heard_languages
from legation.desk.people.services.abilities import Ability
from legation.desk.people.services.permissions import AbilityRequired

_OFFERED_OUTLETS = 200  # names under the outlet's field


class AddArticleView(AbilityRequired, FormView):
    """Takes an article of print, radio or television."""

    ability = Ability.CURATE
    template_name = "listen/add_article.html"
    form_class = HandArticleForm

    def get_form_kwargs(self) -> dict[str, Any]:
        """Offer languages and countries."""
        languages = heard_languages(self.request) or [("en", "English")]
        return {**super().get_form_kwargs(), "languages": languages, "countries": all_countries()}

    def get_initial(self) -> dict[str, Any]:
        """Begin with the unit's first language and host country."""
        unit = self.request.unit
        if unit is None:
            return {}
        return {"language": unit.languages[0] if unit.languages else "", "country": unit.country.upper()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Offer the names of outlets that are known."""
        names = Source.objects.order_by("name").values_list("name", flat=True)[:_OFFERED_OUTLETS]
        return {**super().get_context_data(**kwargs), "outlets": list(names)}

    def form_valid(self, form: HandArticleForm) -> HttpResponse:
        """Store the article, or say why the scan cannot be kept."""
        fields = {name: value for name, value in form.cleaned_data.items() if name != "scan"}
        scan = form.cleaned_data.get("scan")
        try:
            article = add_hand_article(
                typed=HandArticle(**fields),
                scan=scan,
                scan_name=scan.name if scan else "",
                by=self.request.user,
                unit=self.request.unit,
                at=timezone.now(),
            )
        except ScanRefused as refusal:
            form.add_error("scan", SCAN_REFUSALS[refusal.reason])
            return self.form_invalid(form)
        messages.success(self.request, _("The article is kept."))
        return redirect("listen:article", pk=article.pk)
