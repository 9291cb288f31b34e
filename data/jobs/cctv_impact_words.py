"""How is it said what a change of cameras achieved, so that detection never reads as crime?

Every sentence is made from the figures that stand beside it. A change is "consistent with" what
was done, never caused by it, and certainty is said in words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from data.cctv_impact_views import IMPACT_TITLES
from data.jobs.wording import percent, plural
from geo.verdict import PLACE_WORDS, power_words

if TYPE_CHECKING:
    from data.access import SmallNumberRule
    from data.cctv_impact_views import Direction, EffectView, ImpactKey, StrandKey
    from geo.displacement import Evaluation
    from geo.interrupted import Contrast
    from geo.verdict import PlaceKey
    from geo.zones import Zones

DETECTION: Final = "More was found because more was watched; that is detection, not more crime."
BASE_NEEDED: Final = 20
"""Reports before, under which no percentage is given."""
STEP: Final = 5
SUBJECTS: Final[dict[StrandKey, str]] = {
    "reported": "Reports by the public and partners",
    "cctv": "Reports found by CCTV",
    "other": "Other reports",
}
UNSAID_SUBJECT: Final = "Reports"
UNSAID: Final = (
    "These data do not say who found a report, so that more watching cannot be told from more"
    " crime."
)
HIDDEN: Final = "Not shown to your role: a count behind it is small."
OTHER_CAUSES: Final = "This is consistent with the change of cameras; other causes are possible."
DIVERGED: Final = (
    "But places in view and the comparison went apart before the change already, so that this may"
    " not be its own."
)
NOT_FELL: Final = (
    "Reports did not clearly fall in view of the cameras, so there is nothing that could have"
    " moved."
)
_NEARLY: Final = 0.005
_TWICE: Final = (
    (1.7, 1.85, "nearly twice as many"),
    (1.85, 2.15, "about twice as many"),
    (2.15, 2.5, "more than twice as many"),
)
_TIMES: Final = 1.5


@dataclass(frozen=True)
class Shown:
    """How counts are shown to a role."""

    rule: SmallNumberRule

    def hides(self, *counts: int) -> bool:
        """Return whether one of the counts is too small for the role."""
        least = self.rule.threshold
        return least is not None and any(0 < n < least for n in counts)

    def number(self, n: int) -> int | None:
        """Return a count as shown; None where it is too small."""
        if self.rule.threshold is None:
            return n
        return None if self.hides(n) else (n + STEP // 2) // STEP * STEP

    def words(self, n: int) -> str:
        """Return a count in words."""
        if self.rule.threshold is None:
            return f"{n:,}"
        known = self.number(n)
        return f"fewer than {self.rule.threshold}" if known is None else f"about {known:,}"

    def pair(self, counts: tuple[int, int] | None) -> str:
        """Return how a count went."""
        if counts is None:
            return "not known"
        return f"from {self.words(counts[0])} to {self.words(counts[1])}"


def ratio_words(ratio: float) -> str:
    """Return a ratio as people say it.

    Examples
    --------
    >>> ratio_words(0.87), ratio_words(1.12), ratio_words(1.0), ratio_words(3.2)
    ('13% fewer', '12% more', 'as many', '3.2 times as many')
    >>> ratio_words(1.75), ratio_words(2.04), ratio_words(2.4)
    ('nearly twice as many', 'about twice as many', 'more than twice as many')
    """
    if abs(ratio - 1) < _NEARLY:
        return "as many"
    if ratio < 1:
        return f"{percent(1 - ratio)} fewer"
    if ratio < _TIMES:
        return f"{percent(ratio - 1)} more"
    named = next((words for least, most, words in _TWICE if least <= ratio < most), "")
    return named or f"{ratio:.1f} times as many"


def range_words(effect: EffectView) -> str:
    """Return limits as people say them: "24% fewer to 3% more", "1.8 to 3.1 times as many"."""
    if effect.low is None or effect.high is None:
        return ""
    if effect.low >= _TIMES:
        return f"{effect.low:.1f} to {effect.high:.1f} times as many"
    return f"{_limit(effect.low)} to {_limit(effect.high)}"


def _limit(ratio: float) -> str:
    if ratio >= _TIMES:
        return f"{ratio:.1f} times as many"
    return ratio_words(ratio).replace("as many", "no change")


def direction_of(effect: EffectView) -> Direction:
    """Return which way a change went, where its 95 % limits leave no doubt."""
    if effect.low is None or effect.high is None:
        return "cannot_tell"
    if effect.high < 1:
        return "fell"
    return "rose" if effect.low > 1 else "no_clear_change"


def strand_sentence(
    subject: str, counts: tuple[str, int], expected: int | None, effect: EffectView
) -> str:
    """Return what became of one kind of report.

    Parameters
    ----------
    subject
        "Reports by the public and partners".
    counts
        How they went ("from 412 to 398"), and the number before.
    expected
        As the comparison went; None where it is not shown.
    """
    (went, before), direction = counts, direction_of(effect)
    start = f"{subject} in view of the cameras went {went}"
    if direction == "cannot_tell":
        return f"{start}. {effect.reason}".strip()
    if expected is not None:
        start += f"; as the comparison places went, {expected:,} were expected"
    sure = (
        "which may be chance: no clear change"
        if direction == "no_clear_change"
        else "which is unlikely to be chance"
    )
    limits = range_words(effect)
    if before < BASE_NEEDED or effect.ratio is None:
        return f"{start}, {sure}."
    joined = " as expected" if "as many" in ratio_words(effect.ratio) else " than expected"
    than = "" if effect.against == "before" else joined
    return f"{start}. That is {ratio_words(effect.ratio)}{than} (95% limits: {limits}), {sure}."


def verdict_key(reported: Direction, found: Direction, *, early: bool) -> ImpactKey:
    """Return the verdict on a change, from reports and finds apart.

    Examples
    --------
    >>> verdict_key("no_clear_change", "rose", early=False)
    'detection'
    >>> verdict_key("rose", "rose", early=False)
    'rose'
    """
    if early:
        return "too_early"
    if found == "rose" and reported in {"no_clear_change", "fell"}:
        return "detection" if reported == "no_clear_change" else "fell"
    return reported


def title_of(key: ImpactKey, found: Direction) -> str:
    """Return the verdict as a title of at most 70 characters."""
    if key == "fell" and found == "rose":
        return "Fewer reports than expected, while cameras found more"
    return IMPACT_TITLES[key]


def verdict_sentence(
    key: ImpactKey, reported: str, found: tuple[str, Direction], *, unsaid: bool
) -> str:
    """Return the verdict in plain words, with counts and certainty.

    Parameters
    ----------
    reported
        Sentence on reports.
    found
        Sentence on what cameras found, and which way that went.
    unsaid
        Whether nobody says who found a report.
    """
    sentence, direction = found
    if unsaid:
        return f"{reported} {UNSAID}"
    cause = f" {OTHER_CAUSES}" if key == "fell" else ""
    detection = f" {DETECTION}" if direction == "rose" else ""
    if key == "rose" and direction == "rose":
        detection = (
            " Cameras found more because more was watched; but the public and partners reported"
            " more than expected too."
        )
    return f"{sentence} {reported}{cause}{detection}"


def certainty_words(effect: EffectView, smallest: float | None) -> str:
    """Return how sure the verdict on reports is, and what could have been seen."""
    if effect.low is None:
        return effect.reason
    return (
        f"The true change in reports lies between {range_words(effect).replace(' to ', ' and ')},"
        f" 19 times in 20. {power_words(smallest)}"
    ).strip()


def match_words(drawn: Zones) -> str:
    """Return how the comparison places were found."""
    n = plural(len(drawn.control), "hexagon")
    if drawn.match == "none":
        return "There are no comparison places: none far enough away had a like level of reports."
    if drawn.match == "close":
        had = "with a level and a trend of reports like those in view before the change"
        return f"The comparison is {n} away from the cameras and the streets around, {had}."
    return (
        f"The comparison is {n} away from the cameras, the nearest in level that there is: no more"
        " were as busy, so read the comparison with care."
    )


def displacement_words(found: Evaluation, *, fell: bool, sentence: str) -> str:
    """Return whether anything moved; only asked where reports fell."""
    if found.reason:
        return found.reason
    return sentence if fell else NOT_FELL


def displacement_title(found: Evaluation, place: PlaceKey, *, fell: bool) -> str:
    """Return the same as a title."""
    return PLACE_WORDS[place] if fell or found.reason else "Nothing that could have moved"


def series_sentence(step: Contrast, difference: EffectView) -> str:
    """Return what the whole town's series says."""
    if difference.ratio is None:
        return f"Nothing can be claimed from the whole town's series. {difference.reason}".strip()
    direction = direction_of(difference)
    words = ratio_words(difference.ratio)
    sure = "which may be chance" if direction == "no_clear_change" else "unlikely to be chance"
    return (
        "Season and trend allowed for, the level of reports in view stepped to"
        f" {words} at the start, compared with where no camera sees (95% limits:"
        f" {range_words(difference)}), {sure}. It rests on {step.series.before} months before and"
        f" {step.series.after} after."
    )
