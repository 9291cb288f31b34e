"""Does a CCTV recorder keep summer time, or GMT all year?

Asked once for a source. Police logs that entries name give the evidence: the gap between the two
clocks in summer, against that in winter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from data.interpretation.context import Columns, Context
    from data.profiles.model import Profile
    from data.readers.dates import Times
    from data.readers.findings import RowLedger

GMT: Final = "UTC"
TOLERANCE_MIN: Final = 20
_HOUR_MIN: Final = 60
_MINUTE: Final = np.timedelta64(1, "m")


def recorder_zone(
    columns: Columns, profile: Profile, found: Times, ledger: RowLedger, context: Context
) -> str:
    """Return the zone of the file's clock; summer rows are held while nobody has said.

    Parameters
    ----------
    found
        Times read as local time.
    """
    if profile.coding != "cctv":
        return profile.timezone
    summer = (found.precision == "minute") & ~np.isnat(found.local) & (found.local != found.utc)
    clock = context.settings.get("clock")
    accepted = context.decided("T08", "accept", ledger.numbers).any()
    if clock == "gmt" or accepted:
        ledger.mark(
            "T08", summer, "fixed", "CCTV clock treated as GMT; summer times moved 1 hour ({n})."
        )
        return GMT
    if (
        clock == "local"
        or context.decided("T08", "reject", ledger.numbers).any()
        or not summer.any()
    ):
        return profile.timezone
    ahead = _lag_min(columns, found, summer, context)
    if ahead is not None and abs(ahead) <= TOLERANCE_MIN:
        ledger.note("T08", "Linked police logs show that the CCTV clock keeps summer time.")
        return profile.timezone
    evidence = (
        "" if ahead is None else " Linked police logs show that it runs an hour behind in summer."
    )
    ledger.mark(
        "T08",
        summer,
        "held",
        "{n} in summer: does the CCTV clock keep GMT all year?" + evidence,
        column=columns.heading("t_start"),
        values=pa.array(np.datetime_as_string(found.local, unit="m"), pa.string()),
        reason="It is not known whether this recorder's clock keeps summer time.",
        suggestions=pa.array(_moved(found.local), pa.string()),
        question="Does the CCTV clock keep GMT all year?",
    )
    return profile.timezone


def _moved(local: NDArray[np.datetime64]) -> NDArray[np.str_]:
    words = np.datetime_as_string(local + np.timedelta64(1, "h"), unit="m")
    return np.char.replace(words.astype(str), "T", " ")


def _lag_min(
    columns: Columns, found: Times, summer: NDArray[np.bool_], context: Context
) -> float | None:
    """Return by how many minutes the clock is ahead in summer, against winter; None if unknown."""
    references = columns.values("police_log_ref").to_pylist()
    times = context.log_times(sorted({text for text in references if text}))
    police = np.array(
        [times.get(text, np.datetime64("NaT", "us")) for text in references], dtype="datetime64[us]"
    )
    ahead_min = (found.utc - police) / _MINUTE
    near = np.isfinite(ahead_min) & (np.abs(ahead_min) <= 2 * _HOUR_MIN)
    if not (near & summer).any():
        return None
    winter = near & ~summer
    usual = float(np.median(ahead_min[winter])) if winter.any() else 0.0
    return float(np.median(ahead_min[near & summer])) - usual
