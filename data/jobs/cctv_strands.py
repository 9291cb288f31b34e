"""How is one kind of report laid out for a role: counts, ratio, months?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from data.cctv_impact_views import (
    STRAND_WORDS,
    ZONE_WORDS,
    CountRow,
    EffectView,
    EventPoint,
    MonthPoint,
    StrandView,
)
from data.jobs import cctv_impact_words as words
from geo.periods import month_at, month_index, months_before
from geo.verdict import power_words

if TYPE_CHECKING:
    from typing import Literal

    from data.cctv_impact_views import StrandKey, ZoneKey
    from data.jobs.cctv_tests import StrandTest
    from geo.event_study import EventMonth
    from geo.ratio import Ratio
    from geo.windows import Windows

HISTORY_MONTHS: Final = 24
_DIGITS: Final = 2
"""Ratios of roles that may not see small numbers are rounded to so many digits."""


@dataclass(frozen=True)
class Frame:
    """For whom, and about which months, a kind of report is laid out."""

    shown: words.Shown
    start: str
    end: str | None
    unsaid: bool
    diverged: bool = False
    """Whether places in view and the comparison went apart before the change already."""


def strand_view(key: StrandKey, test: StrandTest, frame: Frame) -> StrandView:
    """Return one kind of report as the role may see it."""
    shown = frame.shown
    pairs: dict[ZoneKey, tuple[int, int] | None] = {
        "treated": test.treated, "ring": test.ring, "control": test.control,
    }  # fmt: skip
    behind = [test.treated] if test.against_before else [test.treated, test.control]
    small = any(shown.hides(*pair) for pair in behind if pair)
    effect = effect_view(test.effect.effect, shown, hidden=small)
    if test.against_before:
        effect = replace(effect, against="before")
    smallest = None if effect.ratio is None else test.effect.smallest_fall
    rows = tuple(_row(key, zone, pair, shown) for zone, pair in pairs.items())
    plain, adjusted = _odds(test, shown)
    return StrandView(
        key=key,
        label=_label(key, unsaid=frame.unsaid),
        direction=words.direction_of(effect),
        sentence=_sentence(key, test, effect, frame),
        counts=rows,
        effect=effect,
        odds_ratio=plain,
        odds_ratio_adjusted=adjusted,
        smallest_change=smallest,
        smallest_words=power_words(smallest),
        units_used=test.effect.used,
        units_left_out=test.effect.left_out,
        events=_events(test, frame) if key != "other" else (),
        months=_months(test, frame),
    )


def effect_view(ratio: Ratio, shown: words.Shown, *, hidden: bool = False) -> EffectView:
    """Return a ratio as the role may see it."""
    if ratio.irr is None:
        return EffectView(None, None, None, ratio.reason)
    return _seen((ratio.irr, ratio.ci_low, ratio.ci_high), shown, hidden=hidden)


def _seen(
    values: tuple[float | None, float | None, float | None], shown: words.Shown, *, hidden: bool
) -> EffectView:
    if hidden:
        return EffectView(None, None, None, words.HIDDEN)
    if shown.rule.threshold is None:
        return EffectView(*values)
    ratio, low, high = (None if v is None else round(v, _DIGITS) for v in values)
    return EffectView(ratio, low, high)


def _odds(test: StrandTest, shown: words.Shown) -> tuple[EffectView, EffectView]:
    """Return the relative effect size with plain and with adjusted limits."""
    odds, reason = test.odds, test.windows.reason or test.odds.reason
    if odds.res is None or reason or test.treated is None or test.control is None:
        why = reason or test.effect.effect.reason
        return EffectView(None, None, None, why), EffectView(None, None, None, why)
    small = shown.hides(*test.treated, *test.control)
    return (
        _seen((odds.res, odds.low, odds.high), shown, hidden=small),
        _seen((odds.res, odds.low_adjusted, odds.high_adjusted), shown, hidden=small),
    )


def _label(key: StrandKey, *, unsaid: bool) -> str:
    if not unsaid:
        return STRAND_WORDS[key]
    named = {"reported": "Reports, whoever found them", "other": "Found by police work"}
    return named.get(key, STRAND_WORDS[key])


def _row(
    key: StrandKey, zone: ZoneKey, pair: tuple[int, int] | None, shown: words.Shown
) -> CountRow:
    before, after = (None, None) if pair is None else map(shown.number, pair)
    return CountRow(key, zone, ZONE_WORDS[zone], before, after, shown.pair(pair))


def _sentence(key: StrandKey, test: StrandTest, effect: EffectView, frame: Frame) -> str:
    if test.treated is None:
        return test.effect.effect.reason or test.windows.reason
    subject = words.UNSAID_SUBJECT if key == "reported" and frame.unsaid else words.SUBJECTS[key]
    went = frame.shown.pair(test.treated)
    if key == "other":
        return f"{subject} in view of the cameras went {went}."
    expected = None
    if effect.against == "comparison" and test.control and test.control[0]:
        growth = test.control[1] / test.control[0]
        expected = frame.shown.number(round(test.treated[0] * growth))
    if test.windows.reason:
        return f"{subject} in view of the cameras went {went}."
    told = words.strand_sentence(subject, (went, test.treated[0]), expected, effect)
    clear = words.direction_of(effect) in {"fell", "rose"}
    return f"{told} {words.DIVERGED}" if clear and frame.diverged and key == "reported" else told


def _events(test: StrandTest, frame: Frame) -> tuple[EventPoint, ...]:
    """Return the months about the start."""
    zero = month_index(frame.start)
    at = {month: t for t, month in enumerate(test.series.periods)}

    def point(event: EventMonth) -> EventPoint:
        month = month_at(zero + event.offset)
        pair = [round(row[at[month]]) for row in (test.series.treated, test.series.control)]
        seen = effect_view(event.change, frame.shown, hidden=frame.shown.hides(*pair))
        return EventPoint(
            month, event.offset, seen.ratio, seen.low, seen.high, event.left_out, seen.reason
        )

    return tuple(point(event) for event in test.events)


def _months(test: StrandTest, frame: Frame) -> tuple[MonthPoint, ...]:
    """Return monthly reports from two years before the start on."""
    first, last = months_before(frame.start, HISTORY_MONTHS), frame.end or "9999-12"
    zones = (test.series.treated, test.series.buffer, test.series.control)
    points = []
    for t, month in enumerate(test.series.periods):
        if first <= month <= last:
            known = month in test.observed
            treated, ring, control = (
                frame.shown.number(round(row[t])) if known else None for row in zones
            )
            points.append(MonthPoint(month, treated, ring, control, _side(month, test.windows)))
    return tuple(points)


def _side(month: str, found: Windows) -> Literal["before", "after", ""]:
    if month in found.before:
        return "before"
    return "after" if month in found.after else ""
