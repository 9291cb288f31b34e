"""What stands on the card of a change of cameras, and which figures are behind it?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from data.cctv_impact_views import ImpactOptions
from data.jobs.result_words import Line

if TYPE_CHECKING:
    from data.cctv_impact_views import CctvImpactView, Direction, EffectView, StrandView

FIGURE_HEADS: Final = ("What", "Ratio", "95% limits", "Why there is none")
NOT_TOLD: Final = "not told"
_DIRECTIONS: Final[dict[Direction, str]] = {
    "fell": "fell",
    "rose": "rose",
    "no_clear_change": "no clear change",
    "cannot_tell": "cannot be told",
}


def options_of(
    start: str | None,
    end: str | None,
    *,
    camera_ids: tuple[str, ...],
    every_camera: bool,
    categories: tuple[str, ...],
) -> ImpactOptions:
    """Return which change is looked at, from what was chosen on the page.

    Raises
    ------
    SchemaError
        Where the end lies before the start.
    """
    return ImpactOptions(
        start=start,
        end=end,
        camera_ids=camera_ids,
        every_camera=every_camera,
        categories=categories,
    )


def card_lines(view: CctvImpactView) -> tuple[Line, ...]:
    """Return the verdict in plain words: reports, and apart from them what cameras found."""
    last = view.sentence.rsplit(". ", 1)[-1] if view.verdict == "detection" else ""
    return (
        Line("Reported by the public and partners", view.reported.sentence),
        Line("Found by CCTV", view.found_by_cctv.sentence),
        *((Line("So", last),) if last else ()),
    )


def side_lines(view: CctvImpactView) -> tuple[Line, ...]:
    """Return what was changed, where, what is compared, and how sure it is."""
    return (
        Line("What", f"{view.change_words}; {view.scope_words}."),
        Line("Where", f"{view.place_words}."),
        Line("Compared", f"{view.compared_words}."),
        Line("How sure", view.certainty_words),
    )


def strand_title(strand: StrandView) -> str:
    """Return what became of one kind of report, as a title.

    Examples
    --------
    "Found by CCTV: rose".
    """
    return f"{strand.label}: {_DIRECTIONS[strand.direction]}"


def figure_rows(view: CctvImpactView) -> tuple[tuple[str, str, str, str], ...]:
    """Return the figures behind the verdict: each strand with ratio, odds ratio and limits."""
    rows = []
    for strand in (view.reported, view.found_by_cctv):
        rows += [
            _row(f"{strand.label}: ratio to what was expected", strand.effect),
            _row(f"{strand.label}: odds ratio, above 1 is a fall", strand.odds_ratio),
            _row(f"{strand.label}: odds ratio, limits widened", strand.odds_ratio_adjusted),
        ]
    if view.series is not None:
        rows += [
            _row("Step of the whole town, in view", view.series.level),
            _row("Step where no camera sees", view.series.comparison),
            _row("The first over the second", view.series.difference),
        ]
    return tuple(rows)


def _row(label: str, effect: EffectView) -> tuple[str, str, str, str]:
    if effect.ratio is None or effect.low is None or effect.high is None:
        return label, NOT_TOLD, NOT_TOLD, effect.reason
    return label, f"{effect.ratio:.2f}", f"{effect.low:.2f} to {effect.high:.2f}", ""
