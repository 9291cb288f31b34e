"""What changed, in one sentence, and where?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from data.access import Permission, Principal, authorise
from data.jobs.counts import area_reports, last_observed
from data.jobs.coverage import coverage
from data.jobs.hotspots import area_change, find_hotspots
from data.jobs.wording import escape_markdown, list_words, number_words, sentence_case
from data.views import ChangeView, HomeView, HotspotParams, HotspotResult, HotspotView
from geo.errors import NotEnoughDataError
from geo.periods import month_words, months_before, span_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.workspace import Workspace
    from geo.comparison import Comparison
    from geo.schema import ChangeKey, Lens

CARDS: Final = 5
NAMED_IN_TITLE: Final = 2

_TOWN: Final[dict[ChangeKey, str]] = {
    "up_strong": "{units} in {area} are almost certainly up",
    "up_likely": "{units} in {area} are very likely up",
    "up_watch": "{units} in {area} may be rising",
    "normal": "{area} as a whole is within normal variation",
    "down_watch": "{units} in {area} may be falling",
    "down_likely": "{units} in {area} are very likely down",
    "down_strong": "{units} in {area} are almost certainly down",
    "too_few": "There are too few {few} in {area} to say what changed",
    "not_compared": "{area} cannot be compared with last year yet",
}

_SPOTS: Final[tuple[tuple[ChangeKey, str, str], ...]] = (
    ("up_strong", "almost certainly up", "up"),
    ("up_likely", "very likely up", "up"),
    ("down_strong", "almost certainly down", "down"),
    ("down_likely", "very likely down", "down"),
)


def home(
    ws: Workspace,
    principal: Principal,
    area_id: str,
    *,
    to: str | None = None,
    lens: Lens = "reports",
) -> HomeView:
    """Return what Home shows: the finding, the five largest hotspots, the months loaded.

    ``to`` is the last month that counts; None is the last one with data. ``lens`` is what is
    counted; under harm, hotspots are ranked by it and told in reports.
    """
    authorise(principal, Permission.VIEW)
    months = coverage(ws, principal, area_id)
    area = area_reports(ws, area_id).area
    try:
        to = to or last_observed(area_reports(ws, area_id))
    except NotEnoughDataError as nothing:
        return HomeView(area.name, "", "", "", "", (), months, 0, str(nothing), None, None)
    params = HotspotParams(to=to, lens=lens)
    result = find_hotspots(ws, principal, area_id, params)
    if result.cannot_count:
        why = result.no_data
        return HomeView(
            area.name, result.headline, escape_markdown(why or ""), "", "", (), months, 0, None,
            why, to, lens,
        )  # fmt: skip
    town, compared = area_change(ws, area_id, to, params.counted)
    span = _span(compared.now) if compared.now else ""
    cards = result.hotspots[:CARDS]
    largest = _largest(len(cards))
    return HomeView(
        area.name,
        finding(area.name, town, result.hotspots),
        _lead(town, compared, result),
        f"{sentence_case(town.unit)} at {largest}{', ' + span if span else ''}",
        f"Line: {span_words(months_before(to, 11), to)}. Dashes: the year before. Breaks: no data.",
        cards,
        months,
        len(result.hotspots),
        None,
        result.unjudged,
        to,
        lens,
    )


def finding(area_name: str, town: ChangeView, hotspots: Sequence[HotspotView]) -> str:
    """Return the finding as one sentence that is true of the figures.

    The town's own change comes first; then the hotspots with the strongest words, at most two of
    them by name, in the order of their rank.
    """
    units = sentence_case(town.unit)
    start = _TOWN[town.key].format(area=area_name, units=units, few=town.unit)
    for key, words, direction in _SPOTS:
        names = [spot.name for spot in hotspots if spot.change.key == key]
        if names:
            link = "and" if town.key.startswith(direction) else "but"
            verb = "" if link == "and" else f"{town.unit} are "
            return f"{start}, {link} {verb}{words} at {_named(names)}"
    if town.key == "normal" and hotspots and all(s.change.key == "normal" for s in hotspots):
        return f"{area_name} and all its hotspots are within normal variation"
    return start


def _named(names: Sequence[str]) -> str:
    if len(names) <= NAMED_IN_TITLE + 1:
        return list_words(names)
    rest = len(names) - NAMED_IN_TITLE
    return list_words([*names[:NAMED_IN_TITLE], f"{number_words(rest)} other hotspots"])


def _largest(n: int) -> str:
    if n == 0:
        return "hotspots"
    return "the largest hotspot" if n == 1 else f"the {number_words(n)} largest hotspots"


def _span(months: Sequence[str]) -> str:
    """Return compared months in words; a gap inside is named rather than spanned."""
    if len(months) > 1 and months_before(months[-1], len(months) - 1) != months[0]:
        return list_words([month_words(m) for m in months])
    return span_words(months[0], months[-1])


def _lead(town: ChangeView, compared: Comparison, result: HotspotResult) -> str:
    """Return the two figures, and the context event that may explain them, as Markdown."""
    if not compared.now:
        why = escape_markdown(sentence_case(compared.reason.rstrip(".")) + ".")
        return f"{why} Nothing is compared month on month."
    lead = (
        f"**{town.n_now:,}** {town.unit} {'in' if len(compared.now) == 1 else 'from'}"
        f" {_span(compared.now)}, **{town.n_before:,}** in the same months of the year before."
    )
    explained = _explaining(result, compared)
    if not explained:
        return lead
    return f"{lead} Keep in mind: {escape_markdown(list_words(explained[:2]))}."


def _explaining(result: HotspotResult, compared: Comparison) -> list[str]:
    """Return the events of one of the two spans: one that comes every year explains no change."""

    def seen(months: Sequence[str]) -> list[str]:
        return [
            title
            for first, last, title in result.events
            if any(first <= month <= (last or first) for month in months)
        ]

    now, before = seen(compared.now), seen(compared.before)
    return list(dict.fromkeys(t for t in [*now, *before] if (t in now) != (t in before)))
