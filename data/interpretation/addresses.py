"""Where is an address without coordinates? By its UPRN or postcode, if such a table was loaded.

No address ever leaves the machine to be located.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.interpretation.context import is_given

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from data.interpretation.context import Columns, Context
    from data.interpretation.places import Where
    from data.readers.findings import RowLedger

DAMAGED: Final = r"^[+-]?[0-9]+([.,][0-9]+)?[Ee]\+?[0-9]+$"
"""How a spreadsheet writes a long number that it took for a figure."""


def located_by_address(
    columns: Columns,
    place: Where,
    ledger: RowLedger,
    context: Context,
    unlocated: NDArray[np.bool_],
) -> None:
    """Locate rows by UPRN, then by postcode; hold those that an address could locate but for it."""
    waiting = unlocated.copy()
    for name, locator, precision in (
        ("uprn", context.uprns, "exact"),
        ("postcode", context.postcodes, "postcode"),
    ):
        keys = columns.values(name)
        usable = waiting & is_given(keys)
        usable &= ~pc.match_substring_regex(keys, DAMAGED).to_numpy(zero_copy_only=False)
        if locator is None or not usable.any():
            continue
        lon, lat = locator.locate(keys.filter(pa.array(usable)))
        at = np.flatnonzero(usable)[np.isfinite(lon)]
        known = np.isfinite(lon)
        place.lon[at], place.lat[at] = lon[known], lat[known]
        place.precision[at] = precision
        found = np.zeros(len(usable), dtype=np.bool_)
        found[at] = True
        ledger.mark(
            "G14",
            found,
            "fixed",
            "{n} located by " + ("UPRN." if name == "uprn" else "postcode."),
            column=columns.heading(name),
        )
        waiting &= ~found
    _hold_the_rest(columns, ledger, context, waiting)


def _hold_the_rest(
    columns: Columns, ledger: RowLedger, context: Context, waiting: NDArray[np.bool_]
) -> None:
    for name in ("uprn", "postcode"):
        keys = columns.values(name)
        sound = waiting & is_given(keys)
        sound &= ~pc.match_substring_regex(keys, DAMAGED).to_numpy(zero_copy_only=False)
        sound &= ~context.decided("G14", "reject", ledger.numbers)
        ledger.mark(
            "G14",
            sound,
            "held",
            "{n} have an address and no coordinates.",
            column=columns.heading(name),
            reason="It has an address that could not be located.",
            question="Load a table of UPRNs or postcodes, or keep them without a location?",
        )
        waiting = waiting & ~sound
