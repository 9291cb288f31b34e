"""What stands on the card of coverage, in a line that fits a screen seen from the back row?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from data.jobs.coverage_words import block_words, share_words
from data.jobs.interventions import day_words
from data.jobs.result_words import Line
from data.jobs.wording import plural

if TYPE_CHECKING:
    from data.cctv_views import CoverageView

_OVER_WEEK: Final = "Over the whole week: "
_MISMATCH: Final = re.compile(
    r"Most demand falls on (?P<when>[^,;]+)"
    r"(?:, when (?P<share>[^;]+) of it is watched|; (?P<nobody>nobody[^.]*?)(?: at any time)?\.)"
)


def card_lines(view: CoverageView) -> tuple[Line, ...]:
    """Return what the week brings, what does not work, and which watched hours to move."""
    lines = []
    if view.over_week_words:
        lines.append(Line("Over the week", view.over_week_words.removeprefix(_OVER_WEEK)))
    if view.cameras:
        lines.append(Line("Not working", _not_working(view)))
    move = view.best_move
    if move is not None:
        subject = f"Best move of {plural(len(move.from_hours), 'watched hour')}"
        lines.append(
            Line(
                subject,
                f"from {block_words(move.from_hours)} to {block_words(move.to_hours)}; watched"
                f" rises from {share_words(move.share_before)} to {share_words(move.share_after)}.",
            )
        )
    return tuple(lines)


def week_title(view: CoverageView) -> str:
    """Return when most demand falls, and how much of it is watched, as a short title."""
    if view.week is None:
        return "The hours are not shown"
    found = _MISMATCH.match(view.week.sentence)
    if found is None:
        return "When cameras record, and when somebody watches"
    then = f"{found['share']} of it watched" if found["share"] else found["nobody"]
    return f"Most demand: {found['when']}, {then}"


def source_line(view: CoverageView) -> str:
    """Return what is counted, which cameras, and how their views were drawn, in one line."""
    counted = view.demand_words.split(". ")[0]
    level = view.params.level
    return (
        f"{counted}, in public places, not found by CCTV. Cameras of {day_words(view.params.on)}."
        f" Views: {level} level, cut by buildings, flat ground: indicative."
    )


def _not_working(view: CoverageView) -> str:
    out = [one.name for one in view.cameras if one.state == "not_working"]
    if not out:
        return "none."
    return f"{len(out):,} of {plural(len(view.cameras), 'camera')}."
