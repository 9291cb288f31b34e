"""When did it happen, and which of a file's dates cannot be right?

A column is read by one rule. Dates that cannot be right are held, never guessed: a person takes the
suggestion, sets another, or leaves the row out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from scipy.stats import binom

from data.interpretation.clocks import recorder_zone
from data.interpretation.context import is_given
from data.profiles.personal import NO_VALUE
from data.readers.dates import EXCEL_EPOCH, Times, read_times, to_local, to_utc

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    from data.interpretation.context import Columns, Context
    from data.profiles.model import Profile
    from data.readers.findings import RowLedger

EARLIEST_YEAR: Final = 1990
LONGEST_MIX_UP: Final = np.timedelta64(24, "h")
LONGEST_SPAN: Final = np.timedelta64(7, "D")
LEAST_MARGIN: Final = np.timedelta64(366, "D")
ASK_SHARE: Final = 0.05
MIDNIGHT_TIMES: Final = 3
LEAST_MIDNIGHTS: Final = 3
_DAY_MIN: Final = 1440
_DAY: Final = np.timedelta64(1, "D")
_NEVER: Final = np.datetime64("NaT", "us")
LONGEST_DATE: Final = 40


@dataclass(frozen=True, eq=False)
class When:
    """When the rows happened.

    Attributes
    ----------
    start, end
        UTC, ``datetime64[us]``, shape (rows,): equal where the moment is known, both NaT where only
        the month is.
    months
        Local months YYYY-MM, shape (rows,).
    precision
        "minute", "day" or "month", shape (rows,).
    """

    start: NDArray[np.datetime64]
    end: NDArray[np.datetime64]
    months: NDArray[np.str_]
    precision: NDArray[np.str_]


def read_when(
    columns: Columns,
    profile: Profile,
    ledger: RowLedger,
    context: Context,
    epoch: date = EXCEL_EPOCH,
) -> When:
    """Return when the rows happened; those whose time cannot be right are held in the ledger."""
    field, values = _moments(columns)
    heading = columns.heading(field)
    found = _read(values, profile, profile.timezone, epoch)
    zone = recorder_zone(columns, profile, found, ledger, context)
    if zone != profile.timezone:
        found = _read(values, profile, zone, epoch)
    other = _month_first(found, values, profile, zone, epoch, context)
    if other is not None and context.decided("T01", "accept", ledger.numbers).any():
        found, other = other, None
    _mark_unreadable(found, values, heading, ledger)
    if other is not None and not context.decided("T01", "reject", ledger.numbers).any():
        _ask_order(other, values, heading, ledger)
    found = _with_right_years(found, values, heading, profile, ledger, context)
    _mark_changes(found, values, heading, ledger)
    local = to_local(found.utc, profile.timezone)
    _mark_midnights(found.precision, local, values, heading, ledger)
    start, end = _span(columns, profile, found, ledger, context, epoch)
    months = np.datetime_as_string(local, unit="M")
    _note_month_only(found, ledger)
    return When(start, end, months, found.precision)


def _moments(columns: Columns) -> tuple[str, pa.Array]:
    """Return the field that says when, and its texts with the time of day beside them."""
    field = "t_start" if columns.has("t_start") else "t_reported"
    values = columns.values(field)
    if field == "t_start" and columns.has("t_reported"):
        values = pc.if_else(pa.array(is_given(values)), values, columns.values("t_reported"))
    if not columns.has("time"):
        return field, values
    clock = columns.values("time")
    plain = pc.match_substring_regex(clock, r"^[0-9]{3,4}$")
    clock = pc.if_else(
        plain, pc.replace_substring_regex(clock, r"^([0-9]{1,2})([0-9]{2})$", r"\1:\2"), clock
    )
    alone = pc.invert(pc.match_substring_regex(values, r"[0-9]:[0-9]"))
    both = pc.and_(pc.and_(pa.array(is_given(clock)), pa.array(is_given(values))), alone)
    day_only = pc.replace_substring_regex(values, r"[T ]00:00(:00)?$", "")
    joined = pc.binary_join_element_wise(
        day_only, pc.replace_substring_regex(clock, r"^[0-9-]{10}[T ]", ""), " "
    )
    return field, pc.if_else(both, joined, values)


def _read(
    values: pa.Array, profile: Profile, zone: str, epoch: date, *, month_first: bool = False
) -> Times:
    return read_times(
        pd.Series(values.to_pandas(), dtype="str"),
        timezone=zone,
        date_format=profile.date_format,
        excel_epoch=epoch,
        month_first=month_first,
    )


def _shown(values: pa.Array) -> pa.Array:
    """Return texts as they may be shown: nothing that looks longer than a date."""
    return pc.if_else(pc.less_equal(pc.utf8_length(values), LONGEST_DATE), values, NO_VALUE)


def _mark_unreadable(found: Times, values: pa.Array, heading: str, ledger: RowLedger) -> None:
    given = is_given(values)
    ledger.mark(
        "T01",
        np.isnat(found.local) & given,
        "held",
        "{n} with a date that cannot be read ({value}).",
        column=heading,
        values=_shown(values),
        reason="This does not read as a date and time.",
    )
    ledger.mark(
        "T01",
        ~given,
        "held",
        "{n} without a date.",
        column=heading,
        values=values,
        reason="There is no date.",
    )
    if found.rule:
        ledger.note("T01", f"Dates read as {found.rule}.", column=heading)
    ledger.mark(
        "T02",
        found.serial,
        "fixed",
        "{n} had a date stored as a spreadsheet number ({value}).",
        column=heading,
        values=values,
    )


def _month_first(
    found: Times, values: pa.Array, profile: Profile, zone: str, epoch: date, context: Context
) -> Times | None:
    """Return the times month first, where day first puts many into the future; else None."""
    if found.rule != "day/month/year" or profile.date_format or not len(found.utc):
        return None
    present = _present(context)
    if (found.utc > present).mean() <= ASK_SHARE:
        return None
    other = _read(values, profile, zone, epoch, month_first=True)
    return other if (other.utc <= present).mean() >= 1 - ASK_SHARE else None


def _ask_order(other: Times, values: pa.Array, heading: str, ledger: RowLedger) -> None:
    """Hold rows whose day and month may be the other way round."""
    words = np.datetime_as_string(other.local, unit="m").astype(str)
    ledger.mark(
        "T01",
        ~np.isnat(other.local),
        "held",
        "{n}: as day/month/year many dates would lie in the future; as month/day/year hardly any.",
        column=heading,
        values=_shown(values),
        reason="Day and month may be the other way round.",
        suggestions=pa.array(np.char.replace(words, "T", " "), pa.string()),
        question="Do the dates of this column read month/day/year?",
    )


def _present(context: Context) -> np.datetime64:
    return np.datetime64(context.now.astimezone(UTC).replace(tzinfo=None), "us")


def _extent(found: Times, present: np.datetime64) -> tuple[np.datetime64, np.datetime64] | None:
    """Return from when to when nearly all dates of the file lie."""
    known = np.sort(found.local[~np.isnat(found.local) & (found.utc <= present)])
    known = known[known >= np.datetime64(f"{EARLIEST_YEAR}-01-01")]
    return (known[int(0.02 * (len(known) - 1))], known[-1]) if len(known) else None


def _with_right_years(
    found: Times,
    values: pa.Array,
    heading: str,
    profile: Profile,
    ledger: RowLedger,
    context: Context,
) -> Times:
    """Hold years that cannot be and dates to come; return the times with accepted suggestions."""
    present = _present(context)
    extent = _extent(found, present)
    readable = ~np.isnat(found.local)
    late = readable & (found.utc > present)
    early = readable & (found.local < np.datetime64(f"{EARLIEST_YEAR}-01-01"))
    if extent is not None:
        margin = max(extent[1] - extent[0], LEAST_MARGIN)
        early |= readable & (found.local < extent[0] - margin)
    odd = early | late
    better = np.full(len(found.local), _NEVER)
    better[odd] = _nearest_year(found.local[odd], extent, present)
    wrong_year = odd & (early | ~np.isnat(better))
    wrong_year &= ~(late & (found.local < present + 2 * LEAST_MARGIN) & ~early)
    wrong_year &= ~context.decided("T03", "reject", ledger.numbers)
    accepted = wrong_year & context.decided("T03", "accept", ledger.numbers) & ~np.isnat(better)
    minutes = pc.strftime(pa.array(better.astype("datetime64[s]")), format="%Y-%m-%d %H:%M")
    suggested = minutes.fill_null("")
    shown = _shown(values)
    ledger.mark(
        "T03",
        wrong_year & ~accepted,
        "held",
        "{n} with a year that cannot be right ({value}).",
        column=heading,
        values=shown,
        reason="The year cannot be right.",
        suggestions=suggested,
        question="Take the nearest year that fits?",
    )
    ledger.mark(
        "T03",
        accepted,
        "fixed",
        "{n} had a year that could not be right; the nearest that fits was taken.",
        column=heading,
        values=shown,
    )
    ledger.mark(
        "T04",
        late & ~wrong_year,
        "held",
        "{n} in the future.",
        column=heading,
        values=shown,
        reason="This date is in the future.",
    )
    if not accepted.any():
        return found
    local, utc = found.local.copy(), found.utc.copy()
    local[accepted] = better[accepted]
    utc[accepted] = to_utc(better[accepted], profile.timezone)
    return Times(local, utc, found.precision, found.notes, found.serial, found.doubtful, found.rule)


def _nearest_year(
    local: NDArray[np.datetime64],
    extent: tuple[np.datetime64, np.datetime64] | None,
    present: np.datetime64,
) -> NDArray[np.datetime64]:
    """Return each time with the year that puts it nearest to the other dates, NaT where none does.

    The latest of equally near years is taken, and none that is to come.
    """
    better = np.full(len(local), _NEVER)
    if extent is None:
        return better
    first, last = extent
    least = np.full(len(local), LEAST_MARGIN)
    wall = pd.DatetimeIndex(local)
    of_day = local - local.astype("datetime64[D]")
    for year in range(int(str(first)[:4]) - 1, int(str(last)[:4]) + 2):
        days = pd.DataFrame({"year": year, "month": wall.month, "day": wall.day})
        moved = pd.to_datetime(days, errors="coerce").to_numpy("datetime64[us]") + of_day
        away = np.maximum(np.maximum(first - moved, moved - last), np.timedelta64(0, "us"))
        fits = (away <= least) & (moved <= present)
        better[fits], least[fits] = moved[fits], away[fits]
    return better


def _mark_changes(found: Times, values: pa.Array, heading: str, ledger: RowLedger) -> None:
    ledger.mark(
        "T07",
        found.doubtful,
        "kept",
        "{n} in the hour of a clock change: an hour that comes twice was taken as summer time, a"
        " missing one moved on by an hour.",
        column=heading,
        values=_shown(values),
    )


def _mark_midnights(
    precision: NDArray[np.str_],
    local: NDArray[np.datetime64],
    values: pa.Array,
    heading: str,
    ledger: RowLedger,
) -> None:
    """Mark 00:00 where it comes far more often than its share of the day."""
    timed = (precision == "minute") & ~np.isnat(local)
    if not timed.any():
        return
    of_day = np.where(timed, local - local.astype("datetime64[D]"), np.timedelta64(0, "us"))
    minute = of_day.astype("timedelta64[m]").astype(np.int64)
    midnight = timed & (minute == 0)
    step = int(np.gcd.reduce(np.append(minute[timed & ~midnight], _DAY_MIN)))
    expected = step / _DAY_MIN
    found, total = int(midnight.sum()), int(timed.sum())
    often = found / total > MIDNIGHT_TIMES * expected
    if found < LEAST_MIDNIGHTS or not often or binom.sf(found - 1, total, expected) > 0.001:  # noqa: PLR2004
        return
    ledger.mark(
        "T06",
        midnight,
        "kept",
        f"{found / total:.0%} of rows ({{n}}) have the default time 00:00. Hour charts leave them"
        " out.",
        column=heading,
        values=values,
    )


def _span(
    columns: Columns,
    profile: Profile,
    start: Times,
    ledger: RowLedger,
    context: Context,
    epoch: date,
) -> tuple[NDArray[np.datetime64], NDArray[np.datetime64]]:
    """Return from and to in UTC: a minute is both, a day all of it, a month neither."""
    is_month = start.precision == "month"
    begins = np.where(is_month, _NEVER, start.utc)
    next_day = to_utc(start.local + _DAY, profile.timezone)
    ends = np.where(start.precision == "day", next_day, begins)
    if not columns.has("t_end"):
        return begins, ends
    values = columns.values("t_end")
    stated = _read(values, profile, profile.timezone, epoch).utc
    _mark_lost_ends(np.isnat(stated) & is_given(values), columns, ledger, context)
    coming = stated > _present(context)
    _mark_coming_ends(coming, columns, ledger)
    stated = np.where(coming, _NEVER, stated)
    ends = np.where(np.isnat(stated) | is_month, ends, stated)
    backwards = ends < begins
    short = backwards & (begins - ends < LONGEST_MIX_UP)
    lost = backwards & ~short
    heading, shown = columns.heading("t_end"), _shown(values)
    ledger.mark(
        "T05",
        short,
        "fixed",
        "{n} ended before the start, by less than a day: turned round.",
        column=heading,
        values=shown,
    )
    ledger.mark(
        "T05",
        lost,
        "kept",
        "{n} ended a day or more before the start: the end was left out.",
        column=heading,
        values=shown,
    )
    ledger.mark(
        "T05",
        ~backwards & (ends - begins > LONGEST_SPAN),
        "kept",
        "{n} span more than seven days: their time is not known.",
        column=heading,
        values=shown,
    )
    first, last = np.where(short, ends, begins), np.where(short, begins, ends)
    return first, np.where(lost, _NEVER, last)


def _mark_lost_ends(
    unreadable: NDArray[np.bool_], columns: Columns, ledger: RowLedger, context: Context
) -> None:
    """Hold rows whose end cannot be read, until a person sets it or says to go without."""
    ledger.mark(
        "T05",
        unreadable & ~context.decided("T05", "reject", ledger.numbers),
        "held",
        "{n} with an end that cannot be read ({value}).",
        column=columns.heading("t_end"),
        values=_shown(columns.values("t_end")),
        reason="The end does not read as a date and time.",
        question="Set the end, or keep the rows without it?",
    )


def _mark_coming_ends(coming: NDArray[np.bool_], columns: Columns, ledger: RowLedger) -> None:
    ledger.mark(
        "T05",
        coming,
        "kept",
        "{n} with an end in the future ({value}): the end was left out.",
        column=columns.heading("t_end"),
        values=_shown(columns.values("t_end")),
    )


def _note_month_only(found: Times, ledger: RowLedger) -> None:
    months = int(np.count_nonzero(found.precision == "month"))
    if months and months == np.count_nonzero(found.precision != ""):
        ledger.note(
            "T09",
            "This source gives the month only. Time-of-day pictures need police or council data.",
        )
