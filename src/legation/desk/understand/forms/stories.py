"""Forms of stories: filters, and what a person does by hand."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from legation.desk.shell.names import name_country, name_language

PERIODS = [
    ("24", _("24 hours")),
    ("72", _("3 days")),
    ("168", _("7 days")),
    ("720", _("30 days")),
    ("", _("all time")),
]
ORDERS = [("rank", _("important first")), ("new", _("newest first"))]


class StoryFilterForm(forms.Form):
    """What a list of stories shows; everything stands in the address."""

    q = forms.CharField(label=_("Words in the title"), max_length=100, required=False)
    about = forms.ChoiceField(
        label=_("About"), choices=[("us", _("us")), ("all", _("everything"))], required=False
    )
    hours = forms.ChoiceField(label=_("Period"), choices=PERIODS, required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)
    country = forms.ChoiceField(label=_("Told in"), required=False)
    sources = forms.IntegerField(
        label=_("Independent sources, at least"), min_value=0, max_value=999, required=False
    )
    order = forms.ChoiceField(label=_("Order"), choices=ORDERS, required=False)

    def __init__(self, *args: Any, languages: list[str], countries: list[str], **kwargs: Any) -> None:
        """Offer the languages and countries that the desk listens to."""
        super().__init__(*args, **kwargs)
        self._offer("language", [(code, name_language(code)) for code in languages])
        self._offer("country", [(code, name_country(code)) for code in countries])

    def _offer(self, field: str, choices: list[tuple[str, str]]) -> None:
        chosen = self.fields[field]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = [("", _("any")), *sorted(choices, key=lambda choice: choice[1])]


class StoryEditForm(forms.Form):
    """One edit of a story by hand."""

    kind = forms.ChoiceField(choices=[(kind, kind) for kind in ("split", "merge", "move", "rename")])
    articles = forms.TypedMultipleChoiceField(coerce=int, required=False)
    other = forms.IntegerField(label=_("Other story"), required=False, min_value=1)
    title = forms.CharField(label=_("Title"), max_length=1000, required=False)

    def __init__(self, *args: Any, article_ids: list[int], **kwargs: Any) -> None:
        """Accept only articles of the story."""
        super().__init__(*args, **kwargs)
        chosen = self.fields["articles"]
        assert isinstance(chosen, forms.TypedMultipleChoiceField)
        chosen.choices = [(pk, pk) for pk in article_ids]

    def clean(self) -> dict[str, Any]:
        """Ask for the other story where the edit needs one."""
        cleaned = super().clean() or {}
        if cleaned.get("kind") in {"merge", "move"} and not cleaned.get("other"):
            self.add_error("other", _("Choose the other story."))
        return cleaned
