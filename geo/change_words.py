"""How is a change told, in words that are as sure as the figures are?

GOV.UK style. Never "significant", "surge" or "crime wave", never a percentage without counts:
"up" and "down" are neutral, since more reports can mean more trust.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from geo.change import BASE_NEEDED, Change

if TYPE_CHECKING:
    from geo.schema import ChangeKey

WORDS: Final[dict[ChangeKey, str]] = {
    "up_strong": "Almost certainly up",
    "up_likely": "Very likely up",
    "up_watch": "May be rising",
    "normal": "Within normal variation",
    "down_watch": "May be falling",
    "down_likely": "Very likely down",
    "down_strong": "Almost certainly down",
    "too_few": "Too few to say",
    "not_compared": "Cannot compare",
}
"""The short words of a chip; the sentence says the rest."""

_SENTENCES: Final[dict[ChangeKey, str]] = {
    "up_strong": (
        "{Units} {where} are almost certainly up: {n}, with {low} to {high} expected "
        "for the time of year."
    ),
    "up_likely": (
        "A real increase {where} is very likely: {reports} against an expected {low} to {high}."
    ),
    "up_watch": "{place} may be rising. Keep watching: {reports}, expected {low} to {high}.",
    "normal": "{place} is within normal variation: {reports}, expected {low} to {high}.",
    "down_watch": "{place} may be falling. Keep watching: {reports}, expected {low} to {high}.",
    "down_likely": (
        "A real fall {where} is very likely: {reports} against an expected {low} to {high}."
    ),
    "down_strong": (
        "{Units} {where} are almost certainly down: {n}, with {low} to {high} expected "
        "for the time of year."
    ),
    "too_few": "Too few {units} {where} to say either way ({n}).",
    "not_compared": "Cannot compare {place} with last year: {reason}.",
}
_OUTSIDE: Final = (
    "{place} is within normal variation: {reports}. "
    "That is {side} the expected {low} to {high}, but could be chance."
)
_OUTSIDE_SLIGHTLY: Final = (
    "{place} is within normal variation: {reports}, "
    "only a little {side} the expected {low} to {high}."
)
_SMALL_BASE: Final = "Too few {units} {where} last year to compare with: {before} then, {n} now."

_NUMBERS: Final = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
)  # fmt: skip


def sentence(
    change: Change,
    place: str,
    *,
    preposition: Literal["at", "in"] = "at",
    unit: tuple[str, str] = ("report", "reports"),
) -> str:
    """Return one sentence (or two short ones) on how a place changed.

    Parameters
    ----------
    change
        From `geo.change.assess_changes` or `geo.change.not_compared`.
    place
        Its name, as people say it.
    preposition
        "at" for a street or square, "in" for a ward, a patch or a town.
    unit
        One and many of what was counted.

    Returns
    -------
    str
        With counts and the expected range, thousands separated by commas.

    Examples
    --------
    >>> sentence(Change("up_likely", 1282, 922, 810, 1030, 0.91, 0.01), "Bank Lane")
    'A real increase at Bank Lane is very likely: 1,282 reports against an expected 810 to 1,030.'
    >>> sentence(Change("too_few", 4, 7, None, None, None, None), "Layton", preposition="in")
    'Too few reports in Layton to say either way (4).'
    """
    low, high = change.expected_low, change.expected_high
    return _pattern(change).format(
        place=place,
        where=f"{preposition} {place}",
        n=f"{change.n_now:,}",
        before=f"{change.n_before:,}",
        reports=f"{change.n_now:,} {unit[change.n_now != 1]}",
        units=unit[1],
        Units=unit[1][0].upper() + unit[1][1:],
        low="" if low is None else f"{low:,}",
        high="" if high is None else f"{high:,}",
        side="above" if change.n_now > change.n_before else "below",
        reason=change.reason.rstrip("."),
    )


def chance_words(compared: int, unusual: float, *, things: str = "places") -> str:
    """Return how many of the places compared would look unusual by chance.

    Parameters
    ----------
    compared
        How many places had enough reports to be compared.
    unusual
        From `geo.change.unusual_by_chance`.
    things
        What they are called: places, wards, hotspots.

    Returns
    -------
    str
        Empty when fewer than two were compared.

    Examples
    --------
    >>> chance_words(9, 1.2)
    'With nine places compared, about one may look unusual by chance.'
    >>> chance_words(21, 0.03, things="wards")
    'With 21 wards compared, fewer than one is expected to look unusual by chance.'
    """
    if compared < 2:  # noqa: PLR2004 - one place is not a comparison of places
        return ""
    rounded = round(unusual)
    if rounded < 1:
        rest = "fewer than one is expected to look unusual by chance."
    else:
        rest = f"about {_number(rounded)} may look unusual by chance."
    return f"With {_number(compared)} {things} compared, {rest}"


def _pattern(change: Change) -> str:
    """Return the wording that fits the counts as well as the key."""
    low, high = change.expected_low, change.expected_high
    if change.key == "too_few" and change.n_now >= BASE_NEEDED:
        return _SMALL_BASE
    if change.key != "normal" or low is None or high is None or low <= change.n_now <= high:
        return _SENTENCES[change.key]
    return _OUTSIDE_SLIGHTLY if change.trifling else _OUTSIDE


def _number(count: int) -> str:
    return _NUMBERS[count] if count < len(_NUMBERS) else f"{count:,}"
