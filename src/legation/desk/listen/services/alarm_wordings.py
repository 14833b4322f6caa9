"""Say alarms in words: their names, what was found in one sentence, and what a person can do about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from babel.numbers import format_decimal, format_percent
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from legation.desk.listen.models import SourceAlarm
from legation.desk.shell.names import current_locale, name_country, name_language
from legation.engine.records.health import AlarmKind, DayBand

KIND_NAMES: dict[str, Any] = {
    AlarmKind.SILENCE: gettext_lazy("Silence"),
    AlarmKind.FLOOD: gettext_lazy("Flood"),
    AlarmKind.TEASER_ONLY: gettext_lazy("Teasers only"),
    AlarmKind.LANGUAGE_DRIFT: gettext_lazy("Another language"),
    AlarmKind.FALLING_QUALITY: gettext_lazy("Poorer texts"),
    AlarmKind.CERTIFICATE: gettext_lazy("Certificate"),
    AlarmKind.UNREACHABLE: gettext_lazy("Unreachable"),
    AlarmKind.MOVED_FEED: gettext_lazy("Moved feed"),
    AlarmKind.THIN_LANGUAGE: gettext_lazy("Language thins out"),
    AlarmKind.THIN_COUNTRY: gettext_lazy("Country thins out"),
    AlarmKind.LOST_LANGUAGE: gettext_lazy("Language lost"),
    AlarmKind.OFFLINE: gettext_lazy("Desk offline"),
}


@dataclass(frozen=True, slots=True)
class Remedy:
    """Something that a person can do, and where."""

    text: str
    address: str
    is_outside: bool = False  # leads to the publication's own site


def name_subject(alarm: SourceAlarm) -> str:
    """Name what an alarm is about: a source, a language, a country or the desk."""
    if alarm.source is not None:
        return alarm.source.name
    if alarm.language:
        return name_language(alarm.language)
    return name_country(alarm.country) if alarm.country else _("The whole desk")


def say_alarm(alarm: SourceAlarm) -> str:
    """Say in one sentence what was found and what would be usual."""
    told = {name: _write(value) for name, value in alarm.evidence.items() if name != "series"}
    told["since"] = _write_moment(alarm)
    try:
        return _SENTENCES[AlarmKind(alarm.kind)](alarm.evidence) % told
    except (KeyError, ValueError):  # evidence of another version of the desk
        return str(KIND_NAMES.get(alarm.kind, alarm.kind))


def list_remedies(alarm: SourceAlarm) -> list[Remedy]:
    """List what a person can do about an alarm, the likeliest first, each with the page where it is done."""
    if alarm.source is None:
        return _shared_remedies(alarm)
    source = alarm.source
    page, edit = reverse("listen:source", args=[source.key]), reverse("listen:edit_source", args=[source.key])
    articles = f"{reverse('listen:articles')}?source={source.key}"
    outcomes = f"{reverse('listen:outcomes')}?source={source.key}"
    home = [Remedy(_("Look at the publication's own page"), source.home, True)] if source.home else []
    look = Remedy(_("Look at the latest articles"), articles)
    check = Remedy(_("Compare the feed's address, or look for another feed"), edit)
    match alarm.kind:
        case AlarmKind.SILENCE:
            return [*home, check, Remedy(_("Switch it off if it has ended"), page)]
        case AlarmKind.FLOOD:
            dated = Remedy(_("See whether the feed gives its archive new dates"), articles)
            return [dated, Remedy(_("See how the items ended"), outcomes)]
        case AlarmKind.TEASER_ONLY:
            return [look, *home, Remedy(_("Ask the publisher for the whole text"), page)]
        case AlarmKind.LANGUAGE_DRIFT:
            return [look, Remedy(_("Change the source's languages"), edit)]
        case AlarmKind.FALLING_QUALITY:
            return [look, Remedy(_("See what was discarded"), f"{outcomes}&kind=discarded"), *home]
        case AlarmKind.MOVED_FEED:
            return [Remedy(_("Take over the new address"), page)]
        case AlarmKind.CERTIFICATE:
            return [*home, Remedy(_("Wait for a new certificate, or change the feed's address"), edit)]
    return [Remedy(_("See what the last visit met"), page), *home, check]


def say_chart(bands: list[DayBand]) -> str:
    """Say in words what a chart shows, for whoever cannot see it."""
    if not bands:
        return ""
    told = {
        "first": bands[0].day,
        "last": bands[-1].day,
        "total": _write(sum(band.observed for band in bands)),
        "observed": _write(bands[-1].observed),
        "low": _write(round(bands[-1].low)),
        "high": _write(round(bands[-1].high)),
    }
    if not any(band.high for band in bands):
        return (
            _("From %(first)s to %(last)s: %(total)s articles. What is usual is still being learned.") % told
        )
    return (
        _(
            "From %(first)s to %(last)s: %(total)s articles. "
            "On the last day %(observed)s so far; usual are %(low)s to %(high)s."
        )
        % told
    )


def _shared_remedies(alarm: SourceAlarm) -> list[Remedy]:
    sources = reverse("listen:sources")
    if alarm.language:
        return [
            Remedy(_("See the sources of this language"), f"{sources}?language={alarm.language}"),
            Remedy(_("Add a source"), reverse("listen:add_source")),
        ]
    if alarm.country:
        return [Remedy(_("See the sources of this country"), f"{sources}?country={alarm.country}")]
    return [Remedy(_("See what the visits met"), f"{sources}?state=troubled")]


def _write(value: Any) -> str:
    """Write a number of the evidence as the reader's language does; whole ones from ten on."""
    if not isinstance(value, int | float):
        return str(value)
    number = round(value) if value >= 10 else round(value, 1)
    return str(format_decimal(number, locale=current_locale()))


def _write_moment(alarm: SourceAlarm) -> str:
    return str(date_format(timezone.localtime(alarm.since), "SHORT_DATETIME_FORMAT"))


def _in_percent(share: Any) -> str:
    # A percent sign in a sentence that is filled in with % must be doubled.
    return str(format_percent(float(share), locale=current_locale())).replace("%", "%%")


def _say_silence(evidence: dict[str, Any]) -> str:
    if not evidence["observed"]:
        return _("Nothing has come in since %(since)s; some %(expected)s articles would have been usual.")
    return _("Only %(observed)s articles in three days instead of some %(expected)s.")


def _say_quality(evidence: dict[str, Any]) -> str:
    if evidence["measure"] == "characters":
        return _("Articles have some %(observed)s characters; %(expected)s were usual.")
    now, before = _in_percent(evidence["observed"]), _in_percent(evidence["expected"])
    sentence = _("%(now)s of the last %(count)s items came to nothing; %(before)s were usual.")
    return sentence.replace("%(now)s", now).replace("%(before)s", before)


def _say_teasers(evidence: dict[str, Any]) -> str:
    now, before = _in_percent(evidence["observed"]), _in_percent(evidence["expected"])
    sentence = _("%(now)s of the last %(count)s articles are teasers; %(before)s were usual.")
    return sentence.replace("%(now)s", now).replace("%(before)s", before)


def _say_drift(evidence: dict[str, Any]) -> str:
    sentence = _("%(now)s of the last %(count)s articles are in none of the source's languages.")
    return sentence.replace("%(now)s", _in_percent(evidence["observed"]))


def _say_country(evidence: dict[str, Any]) -> str:
    if "silent_sources" in evidence:
        return _("%(silent_sources)s of %(sources)s sources are silent together: perhaps a holiday there.")
    return _("Only %(observed)s articles in three days instead of some %(expected)s.")


_SENTENCES: dict[AlarmKind, Callable[[dict[str, Any]], str]] = {
    AlarmKind.SILENCE: _say_silence,
    AlarmKind.FLOOD: lambda _evidence: _("%(observed)s articles in 24 hours instead of some %(expected)s."),
    AlarmKind.TEASER_ONLY: _say_teasers,
    AlarmKind.LANGUAGE_DRIFT: _say_drift,
    AlarmKind.FALLING_QUALITY: _say_quality,
    AlarmKind.CERTIFICATE: lambda _evidence: _(
        "The site's certificate does not hold; visits that failed in a row: %(failures)s."
    ),
    AlarmKind.UNREACHABLE: lambda _evidence: _(
        "The source cannot be reached; visits that failed in a row: %(failures)s."
    ),
    AlarmKind.MOVED_FEED: lambda _evidence: _(
        "The server says that %(feed)s has moved for good to %(moved_to)s."
    ),
    AlarmKind.THIN_LANGUAGE: lambda _evidence: _(
        "Only %(observed)s articles in three days instead of some %(expected)s."
    ),
    AlarmKind.THIN_COUNTRY: _say_country,
    AlarmKind.LOST_LANGUAGE: lambda _evidence: _(
        "None of its sources answers any more (%(sources)s in all)."
    ),
    AlarmKind.OFFLINE: lambda _evidence: _(
        "%(failing)s of %(sources)s sources fail at once: perhaps it is this machine's own network."
    ),
}
