"""Which of the requests for a camera rests on most need, and why does each score as it does?

A score orders the list; people decide. Every part is a number between 0 and 1 times a stated
number of points, so that it can be checked by hand and argued with.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from geo.errors import SchemaError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

Privacy = Literal["low", "some", "high", "refused"]
PRIVACY: Final[tuple[Privacy, ...]] = ("low", "some", "high", "refused")
_PRIVACY_PART: Final = {"low": 1.0, "some": 0.5, "high": 0.0}
_PRIVACY_WORDS: Final = {
    "low": "little of private life comes into view",
    "some": "homes or gardens come into view and have to be masked",
    "high": "much of private life comes into view",
}
Part = Literal["demand", "harm", "unseen", "privacy", "cost"]
PART_WORDS: Final[dict[Part, str]] = {
    "demand": "Demand",
    "harm": "Harm",
    "unseen": "Not in view yet",
    "privacy": "Privacy",
    "cost": "Cost",
}
FULL: Final = 100.0
_ROUNDING: Final = 1e-9


@dataclass(frozen=True)
class ScoreRule:
    """How many of 100 points each part is worth.

    Attributes
    ----------
    demand
        How busy the place is among the cells of the area.
    harm
        How harmful its reports are among the cells of the area.
    unseen
        How busy it is, times the share that no working camera sees.
    privacy
        How little private life comes into view.
    cost
        How little it costs; nothing at ``dear_gbp`` and above.
    dear_gbp
        Cost at which no point is left.

    Raises
    ------
    SchemaError
        If points are below 0 or do not add up to 100, or ``dear_gbp`` is not above 0.
    """

    demand: float = 30.0
    harm: float = 20.0
    unseen: float = 30.0
    privacy: float = 10.0
    cost: float = 10.0
    dear_gbp: float = 20_000.0

    def __post_init__(self) -> None:
        points = [float(getattr(self, part)) for part in PART_WORDS]
        if min(points) < 0 or abs(sum(points) - FULL) > _ROUNDING or not self.dear_gbp > 0:
            shown = ", ".join(f"{f.name} {getattr(self, f.name):g}" for f in fields(self))
            message = f"Points must be 0 or more and add up to 100; found {shown}."
            raise SchemaError(message, "Change one part and take the points from another.")

    @property
    def words(self) -> str:
        """The rule as a sentence."""
        return (
            f"Of 100 points, {self.demand:g} are for demand, {self.harm:g} for harm, "
            f"{self.unseen:g} for demand that no working camera sees, {self.privacy:g} for privacy "
            f"and {self.cost:g} for cost (none left at £{self.dear_gbp:,.0f}). Demand and harm are "
            "ranks among the places of the area. What is not known is left out and its points are "
            "shared among the rest."
        )


USUAL_RULE: Final = ScoreRule()


@dataclass(frozen=True)
class CameraRequest:
    """What is known of one request.

    Attributes
    ----------
    request_id
        Names it.
    demand, harm
        Reports, and their harm, of the cell that it asks for; None if not known.
    seen
        Share of the cell that working cameras see; None if not known.
    privacy
        How much private life comes into view; None if nobody has said. ``refused`` is not scored.
    cost_gbp
        None if not known.
    refused_because
        Why it is refused, as a sentence.
    has_purpose, has_alternatives, has_dpia
        Whether a purpose, what else was considered, and an impact assessment are named.
    """

    request_id: str
    demand: float | None
    harm: float | None = None
    seen: float | None = None
    privacy: Privacy | None = None
    cost_gbp: float | None = None
    refused_because: str = ""
    has_purpose: bool = True
    has_alternatives: bool = True
    has_dpia: bool = True


@dataclass(frozen=True)
class ScoredRequest:
    """A request with its score and what that rests on.

    Attributes
    ----------
    request_id
        Names it.
    score
        0 to 100; None where it cannot be scored, ``reason`` says why.
    parts
        Name of each part and what it is worth, as words.
    reason
        Why there is no score; empty where there is one.
    warnings
        What is missing before anybody can decide, as sentences.
    """

    request_id: str
    score: float | None
    parts: tuple[tuple[str, str], ...]
    reason: str
    warnings: tuple[str, ...]


def score_requests(
    requests: Sequence[CameraRequest],
    *,
    cell_demand: ArrayLike,
    cell_harm: ArrayLike | None = None,
    rule: ScoreRule = USUAL_RULE,
) -> tuple[ScoredRequest, ...]:
    """Return the requests with their scores, the highest first.

    Parameters
    ----------
    requests
        In any order.
    cell_demand, cell_harm
        Reports, and their harm, of every cell of the area, to rank among; shape (n,).
    rule
        How many points each part is worth.

    Returns
    -------
    tuple of ScoredRequest
        Of equal scores that with the first identifier comes first; those without a score last.

    Raises
    ------
    SchemaError
        If a value of a request is impossible.
    """
    demand = np.sort(np.asarray(cell_demand, dtype=np.float64))
    harm = None if cell_harm is None else np.sort(np.asarray(cell_harm, dtype=np.float64))
    scored = [_scored(request, demand, harm, rule) for request in requests]
    return tuple(sorted(scored, key=lambda s: (s.score is None, -(s.score or 0.0), s.request_id)))


def busier_than(value: float, ordered: NDArray[np.float64]) -> float:
    """Return the share of cells with less than this value, half of those with as much; 0 for 0.

    Parameters
    ----------
    value
        Reports, or harm, of one cell.
    ordered
        Those of every cell, in rising order.

    Examples
    --------
    >>> busier_than(5, np.array([0.0, 1.0, 5.0, 9.0]))
    0.625
    """
    if value <= 0 or not len(ordered):
        return 0.0
    below = np.searchsorted(ordered, value, side="left")
    upto = np.searchsorted(ordered, value, side="right")
    return float((below + upto) / 2 / len(ordered))


def _scored(
    request: CameraRequest,
    demand: NDArray[np.float64],
    harm: NDArray[np.float64] | None,
    rule: ScoreRule,
) -> ScoredRequest:
    _check(request)
    warnings = _warnings(request)
    reason = _why_not(request, demand)
    if reason:
        return ScoredRequest(request.request_id, None, (), reason, warnings)
    parts = _parts(request, demand, harm, rule)
    known = {part: value for part, (value, _) in parts.items() if value is not None}
    points: dict[Part, float] = {part: float(getattr(rule, part)) for part in PART_WORDS}
    all_known = sum(points[part] for part in known)
    if not all_known > 0:
        reason = "Nothing that has points under the rule is known of it."
        return ScoredRequest(request.request_id, None, (), reason, warnings)
    share = FULL / all_known
    score = sum(value * points[part] * share for part, value in known.items())
    words = tuple(
        (PART_WORDS[part], _words(value, points[part] * share, why))
        for part, (value, why) in parts.items()
        if points[part] > 0
    )
    return ScoredRequest(request.request_id, round(score, 1), words, "", warnings)


def _parts(
    request: CameraRequest,
    demand: NDArray[np.float64],
    harm: NDArray[np.float64] | None,
    rule: ScoreRule,
) -> dict[Part, tuple[float | None, str]]:
    """Return for each part its value from 0 to 1, None if not known, and the words for it."""
    busy = busier_than(request.demand or 0.0, demand)
    parts: dict[Part, tuple[float | None, str]] = {
        "demand": (busy, f"busier than {busy:.0%} of places"),
        "harm": (None, "harm is not known"),
        "unseen": (None, "what cameras see is not known"),
        "privacy": (None, "nobody has said what comes into view"),
        "cost": (None, "the cost is not known"),
    }
    if request.harm is not None and harm is not None:
        worse = busier_than(request.harm, harm)
        parts["harm"] = (worse, f"more harm than at {worse:.0%} of places")
    if request.seen is not None:
        parts["unseen"] = (busy * (1 - request.seen), f"{request.seen:.0%} is in view already")
    if request.privacy is not None:
        parts["privacy"] = (_PRIVACY_PART[request.privacy], _PRIVACY_WORDS[request.privacy])
    if request.cost_gbp is not None:
        cheap = max(0.0, 1 - request.cost_gbp / rule.dear_gbp)
        parts["cost"] = (cheap, f"£{request.cost_gbp:,.0f}")
    return parts


def _words(value: float | None, points: float, why: str) -> str:
    if value is None:
        return f"Left out: {why}"
    return f"{value * points:.1f} of {points:.1f} points: {why}"


def _why_not(request: CameraRequest, demand: NDArray[np.float64]) -> str:
    if request.privacy == "refused":
        return f"Refused. {request.refused_because or 'The place is sensitive.'}"
    if request.demand is None:
        return "The demand at its place is not known, so that it has no score."
    if not demand.sum() > 0:
        return "The area has no demand to rank among, so that it has no score."
    return ""


def _warnings(request: CameraRequest) -> tuple[str, ...]:
    missing = (
        (request.has_purpose, "No purpose is named."),
        (request.has_alternatives, "Nothing says what else was considered, such as lighting."),
        (request.has_dpia, "No data protection impact assessment is named."),
    )
    return tuple(sentence for named, sentence in missing if not named)


def _check(request: CameraRequest) -> None:
    least = (request.demand, request.harm, request.seen, request.cost_gbp)
    wrong = any(value is not None and not value >= 0 for value in least)
    if wrong or (request.seen is not None and request.seen > 1):
        message = f"Request {request.request_id}: a number is below 0, or more than all is in view."
        raise SchemaError(message, "Demand, harm and cost are 0 or more; what is seen is 0 to 1.")
    if request.privacy is not None and request.privacy not in PRIVACY:
        message = f"Request {request.request_id}: {request.privacy!r} is no degree of privacy."
        raise SchemaError(message, f"Choose one of: {', '.join(PRIVACY)}.")
