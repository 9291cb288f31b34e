"""How is coverage said: in a headline, in a full sentence, and with what it cannot say?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from data.cctv_views import DAYS, LEVEL_WORDS, STANDARD_WORDS, hour_words
from data.jobs.daylight import DARK_WORDS
from data.jobs.interventions import day_words
from data.jobs.wording import list_words, number_words, percent, plural, sentence_case

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.cctv_views import CoverageParams
    from geo.staff_move import StaffMove

LONGEST_HEADLINE: Final = 70
NOBODY: Final = "nobody is watching"
SNAPPED: Final = (
    "These data move each report to the nearest of a set of map points, so nobody can say which"
    " report lay in the view of a camera; demand is spread over the public ground of its hexagon."
)
NOT_EXACT: Final = (
    "Too few of these reports have an exact location to say which of them lay in the view of a"
    " camera."
)
INDICATIVE: Final = (
    "Views are indicative: they are cut by buildings alone; trees, signs, slopes and heights are"
    " not known."
)
NO_BUILDINGS: Final = (
    "No building footprints are loaded for this area: nothing hides anything, so all shares are too"
    " high. Add them with `hexbeat area add --buildings`."
)
CLASSES_BY_WEEK: Final = (
    "Classes of hexagons, the gap list and the camera list go by the demand of the whole week; what"
    " is in view goes by the chosen hour."
)
FEW_AT_HOUR: Final = 30
"""A share of the demand of an hour with fewer reports is said to rest on few."""
_MOST_NAMED: Final = 3
_HALF: Final = 0.005
_LEAST: Final = 0.0005


def share_words(share: float) -> str:
    """Return a share as people say it; never 0% or 100% where it is neither.

    Examples
    --------
    >>> share_words(0.364), share_words(0.0571), share_words(0.0002), share_words(0.998)
    ('36%', '5.7%', 'under 0.1%', 'over 99%')
    """
    if 0 < share < _LEAST:
        return "under 0.1%"
    if 1 - _HALF < share < 1:
        return "over 99%"
    return percent(share)


def watched_words(watched: float, *, staffed: bool) -> str:
    """Return what is watched; never "0%" where nobody is there."""
    return f"{share_words(watched)} is watched" if staffed else NOBODY


def headline(params: CoverageParams, seen: float, watched: float, *, staffed: bool) -> str:
    """Return the finding in at most 70 characters.

    Examples
    --------
    >>> from datetime import date
    >>> from data.cctv_views import CoverageParams
    >>> headline(CoverageParams(on=date(2026, 5, 1), hour=118), 0.36, 0.24, staffed=True)
    'Friday 22:00: cameras see 36% of demand; 24% is watched'
    >>> headline(CoverageParams(on=date(2026, 5, 1)), 0.36, 0.0, staffed=False)
    'Cameras see 36% of demand; nobody is watching'
    """
    words = f"cameras see {share_words(seen)} of demand; {watched_words(watched, staffed=staffed)}"
    if params.hour is None:
        return sentence_case(words)
    return f"{hour_words(params.hour)}: {words}"


def full_sentence(
    params: CoverageParams, area_name: str, seen: float, watched: float, *, staffed: bool
) -> str:
    """Return the agreed sentence, for print."""
    when = "" if params.hour is None else f" on {_spoken(params.hour)}"
    while_watched = f"{share_words(watched)} while someone was watching" if staffed else NOBODY
    return (
        f"{share_words(seen)} of public-place demand in {area_name}{when} was within view of a"
        f" working camera; {while_watched}."
    )


def over_week(seen: float, watched: float, *, staffed: bool) -> str:
    """Return the same over the whole week, beside a headline of one hour."""
    return (
        f"Over the whole week: {share_words(seen)} of demand in view,"
        f" {watched_words(watched, staffed=staffed)}."
    )


def not_working(names: Sequence[str], standing: int) -> str:
    """Return which cameras do not work.

    Examples
    --------
    >>> not_working(["Pier"], 6), not_working([], 6)
    ('1 of 6 cameras does not work: Pier.', 'All 6 cameras work.')
    """
    if not standing:
        return "No camera stands on this day."
    if not names:
        return "The one camera works." if standing == 1 else f"All {standing:,} cameras work."
    rest = len(names) - _MOST_NAMED
    shown = list(names[:_MOST_NAMED]) + ([f"{number_words(rest)} more"] if rest > 0 else [])
    verb = "does" if len(names) == 1 else "do"
    cameras = plural(standing, "camera")
    return f"{len(names):,} of {cameras} {verb} not work: {list_words(shown)}."


def best_move(move: StaffMove) -> str:
    """Return the best move of watched hours as a sentence; empty where none helps visibly."""
    if not move.helps or move.share_before is None or move.share_after is None:
        return ""
    before, after = share_words(move.share_before), share_words(move.share_after)
    if before == after:
        return ""
    return (
        f"Somebody watches {before} of demand over the week; moving"
        f" {plural(len(move.from_hours), 'hour')} from {block_words(move.from_hours)} to"
        f" {block_words(move.to_hours)} would make it {after}."
    )


def block_words(hours: Sequence[int]) -> str:
    """Return consecutive hours of the week in words.

    Examples
    --------
    >>> block_words([118, 119, 120, 121])
    'Friday 22:00 to 02:00'
    """
    return f"{hour_words(hours[0])} to {(hours[-1] + 1) % 24:02}:00"


def _spoken(hour: int) -> str:
    return f"{DAYS[hour // 24]}s at {hour % 24:02}:00"


def method_rows(params: CoverageParams, realm: str, demand: str) -> tuple[tuple[str, str], ...]:
    """Return the "how computed" box: name and value."""
    light = {"hour": DARK_WORDS, "day": "Always by day.", "night": "Always in the dark."}
    changed = [f"{name.replace('_', ' ')} {value:g}" for name, value in params.assumptions]
    when = "the whole week" if params.hour is None else hour_words(params.hour)
    level = LEVEL_WORDS[params.standard][params.level]
    classes = (
        f"Busiest {params.high_share:.0%} of hexagons, least busy {params.low_share:.0%}; in view"
        f" from {params.seen_share:.0%} of the public ground on."
    )
    return (
        ("Day and hour", f"{day_words(params.on)}, {when}"),
        ("Level", f"{level}, {STANDARD_WORDS[params.standard]}"),
        ("Seen", "In the potential view of a working camera, cut by buildings."),
        ("Recorded", "Chance that a working camera points there: 1 minus the product of misses."),
        ("Watched", "The same, only of cameras that somebody monitors live at that hour."),
        ("Public ground", realm),
        ("Demand", demand),
        ("Dark", light[params.night]),
        ("Classes", classes),
        ("Assumptions", list_words(changed) if changed else "As usual; told with each camera."),
    )  # fmt: skip
