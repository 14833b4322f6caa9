"""The forms of room listen; none touches the database."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from legation.engine.records.sources import SourceKind

Choices = list[tuple[str, str]]
_ALL: Any = _("all")
KINDS: list[tuple[str, Any]] = [
    (SourceKind.PRESS, _("press")),
    (SourceKind.AGENCY, _("news agency")),
    (SourceKind.BROADCASTER, _("broadcaster")),
    (SourceKind.GOVERNMENT, _("government")),
    (SourceKind.INTERNATIONAL_ORGANISATION, _("international organisation")),
    (SourceKind.ACADEMIA, _("academia")),
    (SourceKind.THINK_TANK, _("think tank")),
]
STATES: list[tuple[str, Any]] = [
    ("", _("all")),
    ("well", _("well")),
    ("troubled", _("troubled")),
    ("silent", _("silent")),
    ("off", _("off")),
    ("incomplete", _("to be completed")),
]
VERIFIED: list[tuple[str, Any]] = [("", _("all")), ("yes", _("verified")), ("no", _("not verified yet"))]
_ADDRESS_WIDGET: dict[str, Any] = {"dir": "ltr", "spellcheck": "false", "autocapitalize": "none"}
OWNERSHIP_TYPES: list[tuple[str, Any]] = [
    ("", _("unknown")),
    ("state", _("state")),
    ("public", _("public service")),
    ("private", _("private")),
    ("party", _("party")),
    ("intergovernmental", _("intergovernmental")),
]
MEDIA: list[tuple[str, Any]] = [("print", _("print")), ("radio", _("radio")), ("television", _("television"))]
OUTCOMES: list[tuple[str, Any]] = [
    ("", _("all")),
    ("kept", _("kept")),
    ("changed", _("changed")),
    ("known", _("known")),
    ("discarded", _("discarded")),
    ("retried", _("retried")),
    ("quarantined", _("quarantined")),
]


CAPTURE_KINDS: list[tuple[str, Any]] = [
    ("warc", _("web archive")),
    ("screenshot", _("picture of the page")),
    ("pdf", _("printed page")),
    ("scan", _("scan or recording")),
]
CAPTURE_STATES: list[tuple[str, Any]] = [
    ("", _("all")),
    ("cited", _("cited")),
    ("uncited", _("not cited")),
    ("held", _("held")),
    ("removed", _("file removed")),
]


def _date_field(label: Any) -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}))


class SourceFilterForm(forms.Form):
    """What the list of sources can be narrowed to."""

    q = forms.CharField(label=_("Name or address"), required=False, max_length=200)
    language = forms.ChoiceField(label=_("Language"), required=False)
    country = forms.ChoiceField(label=_("Country"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("all")), *KINDS])
    state = forms.ChoiceField(label=_("State"), required=False, choices=STATES)
    verified = forms.ChoiceField(label=_("Verified"), required=False, choices=VERIFIED)

    def __init__(self, *args: Any, languages: Choices, countries: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "language", languages)
        offer(self, "country", countries)


class ArticleFilterForm(forms.Form):
    """What the list of articles can be narrowed to."""

    q = forms.CharField(label=_("Words in the title"), required=False, max_length=200)
    language = forms.ChoiceField(label=_("Language"), required=False)
    country = forms.ChoiceField(label=_("Country of the source"), required=False)
    since = _date_field(_("From"))
    until = _date_field(_("To"))
    ours = forms.ChoiceField(
        label=_("Outlets"),
        required=False,
        choices=[("", _("all")), ("no", _("others only")), ("yes", _("ours only"))],
    )
    source = forms.CharField(required=False, widget=forms.HiddenInput, max_length=80)

    def __init__(self, *args: Any, languages: Choices, countries: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "language", languages)
        offer(self, "country", countries)


class OutcomeFilterForm(forms.Form):
    """What the list of outcomes can be narrowed to."""

    kind = forms.ChoiceField(label=_("Outcome"), required=False, choices=OUTCOMES)
    reason = forms.ChoiceField(label=_("Reason"), required=False)
    since = _date_field(_("From"))
    until = _date_field(_("To"))
    source = forms.CharField(required=False, widget=forms.HiddenInput, max_length=80)
    zone = forms.CharField(required=False, widget=forms.HiddenInput, max_length=3)  # "utc": days of UTC

    def __init__(self, *args: Any, reasons: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "reason", reasons)


class SourceForm(forms.Form):
    """The facts of one source."""

    name = forms.CharField(label=_("Name"), max_length=200)
    feeds = forms.CharField(
        label=_("Feed addresses"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, **_ADDRESS_WIDGET}),
        help_text=_(
            "RSS, Atom, JSON Feed or a sitemap, one address on each line. "
            "Personal accounts and blogs are refused."
        ),
    )
    list_pages = forms.CharField(
        label=_("List pages"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, **_ADDRESS_WIDGET}),
        help_text=_(
            "For a site without feeds: the page's address, a space, and the pattern of the links, "
            "one page on each line. Example: https://paper.example/news /news/{year}/*"
        ),
    )
    home = forms.URLField(label=_("Home page"), required=False, max_length=500, assume_scheme="https")
    kind = forms.ChoiceField(label=_("Kind"), choices=KINDS)
    country = forms.ChoiceField(
        label=_("Country"), required=False, help_text=_("Only international organisations have none.")
    )
    languages = forms.CharField(
        label=_("Languages"), max_length=100, help_text=_("Codes such as vi or en, the main one first.")
    )
    is_ours = forms.BooleanField(
        label=_("This is one of our own outlets"),
        required=False,
        help_text=_("Its articles are shown as our voice and are not counted as echo."),
    )
    expected_per_day = forms.FloatField(
        label=_("Expected articles a day"),
        required=False,
        min_value=0,
        max_value=10_000,
        help_text=_("A source that usually publishes daily is reported when it falls silent."),
    )
    ownership_type = forms.ChoiceField(label=_("Ownership"), required=False, choices=OWNERSHIP_TYPES)
    ownership_origin = forms.CharField(
        label=_("Where the ownership is stated"),
        required=False,
        max_length=300,
        help_text=_("Ownership is shown with its origin and never enters a rank."),
    )

    def __init__(self, *args: Any, countries: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "country", countries, empty=_("none"))

    def clean(self) -> dict[str, Any]:
        """Ask for the origin of an ownership type, and for a country where there must be one."""
        cleaned = super().clean() or {}
        if not self.errors and not self.has_something(cleaned):
            self.add_error("feeds", _("A source needs a feed or a list page."))
        if cleaned.get("ownership_type") and not cleaned.get("ownership_origin"):
            self.add_error("ownership_origin", _("Say where the ownership is stated."))
        if not cleaned.get("country") and cleaned.get("kind") != SourceKind.INTERNATIONAL_ORGANISATION:
            self.add_error("country", _("Choose the country of the source."))
        return cleaned

    def clean_list_pages(self) -> list[tuple[str, str]]:
        """Split each line into address and pattern."""
        pages = []
        for line in self.cleaned_data["list_pages"].splitlines():
            address, _space, pattern = line.strip().partition(" ")
            if address and not pattern.strip():
                raise forms.ValidationError(_("After the address come a space and the links' pattern."))
            if address:
                pages.append((address, pattern.strip()))
        return pages

    def has_something(self, cleaned: dict[str, Any]) -> bool:
        """Tell whether there is anything to be fetched."""
        return bool(cleaned.get("feeds") or cleaned.get("list_pages"))


class AddressForm(forms.Form):
    """The address of something that might become a source."""

    address = forms.CharField(
        label=_("Address"),
        max_length=2_000,
        widget=forms.TextInput(attrs={**_ADDRESS_WIDGET, "inputmode": "url", "placeholder": "paper.example"}),
        help_text=_(
            "The home page, a section or a feed. The desk looks for feeds, name, language and icon, "
            "and asks you to confirm."
        ),
    )


class DiscoveryForm(SourceForm):
    """What was found out about a source, to be confirmed."""

    feeds = forms.MultipleChoiceField(  # type: ignore[assignment]
        label=_("Feeds"), required=False, widget=forms.CheckboxSelectMultiple
    )
    list_pages = None  # type: ignore[assignment]
    with_list = forms.BooleanField(label=_("Read the list page"), required=False)
    pattern = forms.CharField(
        label=_("Pattern of the links"),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs=_ADDRESS_WIDGET),
        help_text=_("Only links of this form are read; * stands for anything, {year} for a year."),
    )

    def __init__(self, *args: Any, addresses: list[str], has_list: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["feeds"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(address, address) for address in addresses]
        if not has_list:
            del self.fields["with_list"], self.fields["pattern"]

    def has_something(self, cleaned: dict[str, Any]) -> bool:
        """Tell whether there is anything to be fetched."""
        return bool(cleaned.get("feeds") or (cleaned.get("with_list") and cleaned.get("pattern")))


class OutlinesForm(forms.Form):
    """A list of another feed reader, to be read."""

    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "OPML, as feed readers export it. You see what becomes of each line before anything is added."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".opml,.xml"}),
    )


class OutlineDefaultsForm(forms.Form):
    """What is taken for lines of a list that do not say it themselves."""

    kind = forms.ChoiceField(label=_("Kind"), choices=KINDS, required=False)
    country = forms.ChoiceField(
        label=_("Country"), required=False, help_text=_("Where the address does not tell it.")
    )
    language = forms.ChoiceField(
        label=_("Language"), required=False, help_text=_("Where the list does not state it.")
    )
    is_enabled = forms.BooleanField(label=_("Listen to them at once"), required=False)

    def __init__(self, *args: Any, languages: Choices, countries: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "language", languages, empty=_("to be completed"))
        offer(self, "country", countries, empty=_("to be completed"))


class ShippedSourcesForm(forms.Form):
    """Sources of the shipped list, to be ticked."""

    keys = forms.MultipleChoiceField(label=_("Sources"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, choices: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["keys"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = choices


class HandArticleForm(forms.Form):
    """An article of print, radio or television, typed in by hand."""

    medium = forms.ChoiceField(label=_("Medium"), choices=MEDIA)
    outlet = forms.CharField(
        label=_("Outlet"), max_length=200, help_text=_("The newspaper or the station."),
        widget=forms.TextInput(attrs={"list": "outlets", "autocomplete": "off"}),
    )  # fmt: skip
    place = forms.CharField(label=_("Page or programme"), required=False, max_length=200)
    country = forms.ChoiceField(label=_("Country"), required=False)
    language = forms.ChoiceField(label=_("Language"))
    published_at = forms.DateTimeField(
        label=_("Published or broadcast"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("In your unit's time zone."),
    )
    title = forms.CharField(label=_("Title"), max_length=1000, widget=forms.TextInput(attrs={"dir": "auto"}))
    body = forms.CharField(
        label=_("Text"),
        required=False,
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 12, "dir": "auto"}),
    )
    scan = forms.FileField(
        label=_("Scan or recording"),
        required=False,
        help_text=_("PDF, JPEG, PNG or MP3, up to 25 MB. It is kept with its hash as evidence."),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png,.mp3"}),
    )

    def __init__(self, *args: Any, languages: Choices, countries: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "language", languages, empty=None)
        offer(self, "country", countries, empty=_("none"))

    def clean_published_at(self) -> Any:
        """Refuse a date in the future."""
        moment = self.cleaned_data["published_at"]
        if moment > timezone.now() + timedelta(minutes=5):
            raise forms.ValidationError(_("This date lies in the future."))
        return moment


class ImportForm(forms.Form):
    """A file of articles to be read."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("JSON Lines, ninjs, NewsML-G2, WARC, HTML, PDF or mail (eml, mbox)."),
        widget=forms.ClearableFileInput(
            attrs={"accept": ".jsonl,.ndjson,.json,.xml,.warc,.gz,.html,.htm,.xhtml,.pdf,.eml,.mbox"}
        ),
    )
    source_name = forms.CharField(
        label=_("Source"),
        required=False,
        max_length=200,
        help_text=_("For records that name none; otherwise the file's name stands."),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        required=False,
        help_text=_("For records that name none; otherwise it is detected."),
    )

    def __init__(self, *args: Any, languages: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "language", languages, empty=_("detect"))


def offer(form: forms.Form, name: str, choices: Choices, *, empty: Any = _ALL) -> None:
    """Give a choice field its choices, with one for nothing in front unless empty is None."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = [*([] if empty is None else [("", empty)]), *choices]


class CaptureFilterForm(forms.Form):
    """What the list of evidence copies can be narrowed to."""

    q = forms.CharField(label=_("Title, number or hash"), required=False, max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("all")), *CAPTURE_KINDS])
    state = forms.ChoiceField(label=_("State"), required=False, choices=CAPTURE_STATES)
    since = _date_field(_("From"))
    until = _date_field(_("To"))
    article = forms.IntegerField(required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput)


class HoldForm(forms.Form):
    """Why a copy is held, or held no more."""

    reason = forms.CharField(label=_("Reason"), max_length=300)


class AlarmFilterForm(forms.Form):
    """What the alarms can be narrowed to."""

    q = forms.CharField(label=_("Name"), required=False, max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)
    country = forms.ChoiceField(label=_("Country"), required=False)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("standing")),
            ("unseen", _("not seen yet")),
            ("cleared", _("over")),
            ("all", _("all")),
        ],
    )

    def __init__(
        self, *args: Any, kinds: Choices, languages: Choices, countries: Choices, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "kind", kinds)
        offer(self, "language", languages)
        offer(self, "country", countries)


class AlarmNoteForm(forms.Form):
    """What a person did about an alarm."""

    note = forms.CharField(
        label=_("What was done"),
        required=False,
        max_length=300,
        help_text=_("Everybody who looks at this alarm reads it."),
    )


class OutcomeTotalsForm(forms.Form):
    """The period of the counters, and the sources to list."""

    days = forms.ChoiceField(
        label=_("Period"),
        required=False,
        choices=[("1", _("today")), ("7", _("7 days")), ("30", _("30 days"))],
    )
    kind = forms.ChoiceField(label=_("Outcome"), required=False, choices=OUTCOMES)
    q = forms.CharField(label=_("Name of the source"), required=False, max_length=200)
