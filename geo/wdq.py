"""How does the change around the treated cells compare with the change in them, by rates alone?

A supplement for readers who know the displacement quotient. It has no uncertainty, and often does
not exist; verdicts never use it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from geo.errors import SchemaError

if TYPE_CHECKING:
    from geo.wdd import Pair

Reading = Literal[
    "benefit_larger", "benefit", "none", "partly_moved", "all_moved", "more_than_moved"
]


@dataclass(frozen=True)
class Wdq:
    """The weighted displacement quotient with the figures that it is made of.

    Attributes
    ----------
    quotient
        None when undefined.
    success, buffer
        Change of the treated cells' and of the buffer's rate over the control's; below 0 is good.
        None when a control count is 0.
    gross_effect
        Reports fewer in the treated cells.
    net_effect
        The same as a rate over the control's.
    total_net_effect
        Reports prevented in treated cells and buffer together, against control.
    reading
        What the quotient says; None when there is none.
    reason
        Why there is no quotient.
    """

    quotient: float | None
    success: float | None
    buffer: float | None
    gross_effect: float
    net_effect: float | None
    total_net_effect: float | None
    reading: Reading | None
    reason: str = ""


def wdq(response: Pair, buffer: Pair, control: Pair) -> Wdq:
    """Return the weighted displacement quotient.

    Parameters
    ----------
    response, buffer, control
        Reports before and after.

    Notes
    -----
    (Ba/Ca - Bb/Cb) / (Ra/Ca - Rb/Cb). Only where the treated cells improved does it mean anything:
    otherwise it is undefined, as it is with a control count of 0.

    References
    ----------
    Bowers and Johnson (2003), Journal of Quantitative Criminology 19:275.
    Guerette (2009), POP Tool Guide 10, appendix B.

    Examples
    --------
    >>> wdq((100, 60), (80, 60), (500, 500)).quotient
    0.5
    >>> wdq((100, 102), (80, 90), (500, 500)).quotient is None
    True
    """
    if min(*response, *buffer, *control) < 0:
        message = "A count must not be negative."
        raise SchemaError(message, "Check the rows that were counted.")
    gross = response[0] - response[1]
    if min(control) == 0:
        reason = "The comparison cells had no report before or after."
        return Wdq(None, None, None, gross, None, None, None, reason)
    success = response[1] / control[1] - response[0] / control[0]
    around = buffer[1] / control[1] - buffer[0] / control[0]
    trend = control[1] / control[0]
    total = (response[0] * trend - response[1]) + (buffer[0] * trend - buffer[1])
    if success >= 0:
        reason = "The treated cells did not improve against comparison."
        return Wdq(None, success, around, gross, -success, total, None, reason)
    quotient = around / success
    return Wdq(quotient, success, around, gross, -success, total, _reading(quotient))


def _reading(quotient: float) -> Reading:
    if abs(quotient + 1) < 1e-9:  # noqa: PLR2004 - rounding only
        return "all_moved"
    steps: tuple[tuple[bool, Reading], ...] = (
        (quotient > 1, "benefit_larger"),
        (quotient > 0, "benefit"),
        (quotient == 0, "none"),
        (quotient > -1, "partly_moved"),
    )
    return next((name for holds, name in steps if holds), "more_than_moved")
