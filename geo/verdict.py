"""Did it work, and did it move: what may be said in words, and what must not be?

An effect is only ever "consistent with" what was done. Nothing worked that was not delivered, and
whether a problem moved is only asked where the treated cells improved against comparison.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from geo.placebo import SETS_NEEDED, placebo_p
from geo.wdd_months import detectable

if TYPE_CHECKING:
    from geo.displacement import Evaluation
    from geo.wdd import Estimate

EffectKey = Literal[
    "worked", "some_effect", "no_clear_effect", "backfired", "too_early", "not_delivered"
]
PlaceKey = Literal["moved_nearby", "nearby_improved", "no_sign", "cannot_tell"]

EFFECT_WORDS: Final[dict[EffectKey, str]] = {
    "worked": "Worked",
    "some_effect": "Some effect",
    "no_clear_effect": "No clear effect",
    "backfired": "Backfired",
    "too_early": "Too early to say",
    "not_delivered": "Not delivered",
}
PLACE_WORDS: Final[dict[PlaceKey, str]] = {
    "moved_nearby": "Moved nearby",
    "nearby_improved": "Nearby streets improved too",
    "no_sign": "No sign that it moved",
    "cannot_tell": "Cannot tell yet",
}

CLEAR: Final = 0.05
"""One-sided p of a fall, a rise or a move that gets a word."""
LARGE_SHARE: Final = 0.20
"""A smaller change than this share of what was expected is "some effect" at most."""
PLACEBO_DOUBT: Final = 0.10
"""When more than so many other places fell as much, "worked" is not said."""
BASE_NEEDED: Final = 20
"""Reports before under which no percentage is given."""
WANDERING: Final = 1.2


@dataclass(frozen=True)
class Verdict:
    """What may be said about one intervention.

    Attributes
    ----------
    effect, place
        Keys of `EFFECT_WORDS` and `PLACE_WORDS`.
    effect_title, place_title
        The short words; where nothing could be tested they say so.
    effect_sentence, place_sentence
        With counts.
    power_sentence
        What could have been seen; empty where there was no test.
    caveats
        What weakens the verdict, the most important first.
    tested
        Whether there was a test at all.
    """

    effect: EffectKey
    place: PlaceKey
    effect_title: str
    place_title: str
    effect_sentence: str
    place_sentence: str
    power_sentence: str
    caveats: tuple[str, ...]
    tested: bool = True


def verdict(
    found: Evaluation,
    *,
    delivered: float | None,
    nearby: str = "the cells around it",
    review: str = "",
    changed_after: str = "",
) -> Verdict:
    """Return the verdict of one intervention.

    Parameters
    ----------
    found
        Its evaluation.
    delivered
        Dose delivered, in the unit of the plan; None when nobody recorded any.
    nearby
        What the cells around are called.
    review
        Day of the next review in words, if there is one.
    changed_after
        Why comparison cells were changed after results had been seen; empty when they were not.

    Notes
    -----
    Worked: the treated cells fell against comparison with a one-sided p of 0.05 or less and by a
    fifth or more, treated and nearby cells together fell too, no more than one in ten other places
    fell as much, comparison cells had the treated ones' level, and the year before was not
    unusually high. Some effect: the fall is as clear, but one of the others does not hold.
    Backfired: as clear a rise by a fifth or more, no more than one in ten other places rose as
    much, and comparison cells had the treated ones' level.
    Moved nearby or improved nearby: the nearby part has a one-sided p of 0.05 or less. No sign: its
    limits contain 0 and end under half of the fall. Cannot tell: everything else, and wherever the
    test would have missed it even if the whole fall had moved.
    Levels were chosen by `benchmarks/calibrate_displacement.py`.
    """
    doubts = _doubts(found)
    if changed_after:
        doubts.insert(0, f"Comparison cells were changed after results were seen: {changed_after}")
    caveats = tuple(dict.fromkeys([*doubts, *found.caveats]))
    untested = _untested(found, delivered, review)
    if untested is not None:
        effect, title, sentence = untested
        place = _cannot_tell("", review)
        words = PLACE_WORDS["cannot_tell"]
        return Verdict(
            effect, "cannot_tell", title, words, sentence, place, "", caveats, tested=False
        )
    effect = _effect(found)
    key, place = _place(found, nearby, review)
    return Verdict(
        effect,
        key,
        EFFECT_WORDS[effect],
        PLACE_WORDS[key],
        _effect_sentence(found, effect),
        place,
        power_words(found.smallest_fall),
        caveats,
    )


def improved(found: Evaluation) -> bool:
    """Return whether the treated cells fell clearly against comparison."""
    return found.wdd is not None and _clear_fall(found.wdd.local)


def power_words(smallest_fall: float | None) -> str:
    """Return which fall could have been seen.

    Examples
    --------
    >>> power_words(0.27)
    'We could have seen a fall of 30% or more.'
    >>> power_words(1.4)
    'Even a fall to nothing could have gone unseen.'
    """
    if smallest_fall is None:
        return ""
    rounded = math.ceil(smallest_fall * 20 - 1e-9) * 5
    if rounded > 100:  # noqa: PLR2004 - per cent
        return "Even a fall to nothing could have gone unseen."
    return f"We could have seen a fall of {rounded}% or more."


def _untested(
    found: Evaluation, delivered: float | None, review: str
) -> tuple[EffectKey, str, str] | None:
    """Return key, title and sentence where there is nothing to test, or nothing was done."""
    if found.windows.state in ("not_started", "too_early"):
        again = f" Review on {review}." if review else ""
        return "too_early", EFFECT_WORDS["too_early"], f"{found.reason}{again}"
    if not delivered or delivered < 0:
        what = "No delivery was recorded" if delivered is None else "Nothing was delivered"
        sentence = f"{what}, so no change can be put down to it."
        return "not_delivered", EFFECT_WORDS["not_delivered"], sentence + _counts_words(found)
    if found.wdd is None or found.wdd.local.p is None:
        reason = found.reason or "There are too few reports for a test."
        return "no_clear_effect", "Cannot tell", reason + _counts_words(found)
    return None


def _effect(found: Evaluation) -> EffectKey:
    """Return the key of a test that could be done."""
    if found.wdd is None or found.wdd.local.estimate is None or not found.expected:
        return "no_clear_effect"
    local = found.wdd.local
    share = abs(found.wdd.local.estimate or 0.0) / found.expected
    unlike = found.zones.match == "wide"
    if _clear_rise(local) and share >= LARGE_SHARE:
        return "no_clear_effect" if unlike or _placebo_doubts(found) else "backfired"
    if not _clear_fall(local):
        return "no_clear_effect"
    both = found.wdd.total.estimate
    outweighed = both is not None and both >= 0
    doubted = outweighed or unlike or _placebo_doubts(found) or _was_high(found)
    return "some_effect" if doubted or share < LARGE_SHARE else "worked"


def _place(found: Evaluation, nearby: str, review: str) -> tuple[PlaceKey, str]:
    """Return the key and the sentence on whether the problem moved."""
    if found.wdd is None or not improved(found):
        why = "It is only asked where the treated cells improved against comparison. "
        return "cannot_tell", _cannot_tell(why, review)
    local, around = found.wdd.local.estimate or 0.0, found.wdd.displacement
    if around.estimate is None or around.p is None:
        return "cannot_tell", _cannot_tell(f"{around.reason} ".lstrip(), review)
    least = detectable(around, alpha=found.plan.alpha)
    if least is None or least > -local:
        why = "Counts nearby wander so much that even a complete move could go unseen. "
        return "cannot_tell", _cannot_tell(why, review)
    return _move(found, around, local, nearby) or ("cannot_tell", _cannot_tell("", review))


def _move(
    found: Evaluation, around: Estimate, local: float, nearby: str
) -> tuple[PlaceKey, str] | None:
    """Return the key and the sentence where the nearby counts say something."""
    estimate, low, high = around.estimate or 0.0, around.ci_low or 0.0, around.ci_high or 0.0
    if _clear_rise(around):
        tenths = min(10, max(1, round(10 * estimate / -local)))
        share = f"About {tenths} in every 10 prevented reports reappeared nearby."
        return "moved_nearby", f"Some of the problem probably moved to {nearby}. {share}"
    if _clear_fall(around):
        return "nearby_improved", "Nearby streets improved too."
    if low <= 0 <= high < -local / 2 and found.counts is not None:
        n = found.counts.buffer[1]
        words = f"nearby cells {n:,.0f}, expected {max(0.0, n - high):,.0f} to {n - low:,.0f}."
        return "no_sign", f"No sign that the problem moved next door: {words}"
    return None


def _cannot_tell(why: str, review: str) -> str:
    again = f" Review on {review}." if review else ""
    return f"{why}We cannot tell yet whether the problem moved.{again}"


def _effect_sentence(found: Evaluation, effect: EffectKey) -> str:
    if found.wdd is None or found.counts is None or found.expected is None:
        return found.reason
    local = found.wdd.local
    estimate, low, high = local.estimate or 0.0, local.ci_low or 0.0, local.ci_high or 0.0
    before, after = found.counts.treated
    told = (
        f"Reports in the treated cells went from {before:,.0f} to {after:,.0f}; as the comparison "
        f"went, {found.expected:,.0f} were expected."
    )
    if effect == "no_clear_effect":
        return f"{told} {_unclear(found, estimate, low, high)}"
    more, sort = ("fewer", "an effect") if estimate < 0 else ("more", "a harmful effect")
    share = f", {abs(estimate) / found.expected:.0%}," if before >= BASE_NEEDED else ""
    low, high = (-high, -low) if estimate < 0 else (low, high)
    size = f"{abs(estimate):,.0f} {more}{share} than expected ({_range(low, high)})"
    return f"{told} That is {size}, consistent with {sort} of what was done."


def _unclear(found: Evaluation, estimate: float, low: float, high: float) -> str:
    """Return why a difference gets no word."""
    size = f"A difference of {round(estimate):+,} ({_range(low, high)})" if round(estimate) else ""
    if not size:
        return "There is no difference to speak of."
    if low <= 0 <= high:
        return f"{size} could be chance."
    if found.zones.match == "wide":
        why = "but no cells of the same level were there to compare with"
    elif _placebo_doubts(found):
        why = "but other places changed as much"
    else:
        why = "but too small to count"
    return f"{size} is more than chance, {why}."


def _range(low: float, high: float) -> str:
    return f"likely range {round(low):,} to {round(high):,}"


def _counts_words(found: Evaluation) -> str:
    if found.counts is None:
        return ""
    before, after = found.counts.treated
    return f" Treated cells: {before:,.0f} before, {after:,.0f} after."


def _doubts(found: Evaluation) -> list[str]:
    """Return what the tests themselves say against a verdict."""
    doubts = []
    if found.guard is not None and _was_high(found):
        doubts.append(found.guard.sentence)
    if found.placebo is not None and improved(found) and _placebo_doubts(found):
        doubts.append(f"Other places fell as much by chance. {found.placebo.sentence}")
    if found.wdd is not None and found.wdd.phi > WANDERING:
        doubts.append(
            f"Months vary {found.wdd.phi:.1f} times more than chance alone; limits allow for it."
        )
    return doubts


def _was_high(found: Evaluation) -> bool:
    return found.guard is not None and bool(found.guard.high)


def _placebo_doubts(found: Evaluation) -> bool:
    """Return whether more than one in ten other places changed as much in the same direction."""
    test = found.placebo
    if test is None or test.observed is None or test.n < SETS_NEEDED:
        return False
    falls = found.wdd is not None and (found.wdd.local.estimate or 0.0) < 0
    sign = 1.0 if falls else -1.0
    return placebo_p(sign * test.observed, [sign * value for value in test.values]) > PLACEBO_DOUBT


def _clear_fall(part: Estimate) -> bool:
    return part.p_fall is not None and part.p_fall <= CLEAR


def _clear_rise(part: Estimate) -> bool:
    return part.p_rise is not None and part.p_rise <= CLEAR
