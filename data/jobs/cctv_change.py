"""Which cameras changed when, what do they see, and in which months were they out of order?"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from data.errors import DataError
from data.jobs.camera_estate import day_of, estate
from data.jobs.camera_sight import seen_cells
from data.jobs.cameras import cameras_named
from data.jobs.wording import percent, plural
from geo.periods import last_day, month_range, month_words, months_before
from geo.viz.months import months_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from data.cctv_impact_views import ChangeKind, ImpactOptions, Scope
    from data.jobs.camera_estate import Estate, Registered
    from data.workspace import Workspace
    from geo.area import StudyArea

TOGETHER_MONTHS: Final = 3
"""Cameras that went live in so many months from the start on are one change."""
MOST_OUT: Final = 0.1
"""A month in which changed cameras were out of order for longer than this share does not count."""
CHANGE_WORDS: Final[dict[ChangeKind, str]] = {
    "cctv_install": "New cameras",
    "cctv_move": "Cameras moved",
    "cctv_staffing": "Cameras watched for longer",
}
NO_LOG: Final = (
    "There is no fault log, so months in which cameras were out of order are not left out."
)


@dataclass(frozen=True, eq=False)
class Change:
    """One change of cameras, and the places that it is about.

    Attributes
    ----------
    scope, scope_words
        One camera, several, all, or a place that was given.
    what
        What people call it: "Cameras renewed in the centre, from December 2024".
    start
        First month.
    cells
        Hexagons in view.
    cameras
        Those that changed; none where the place was given.
    notes
        What is to be said of how they were chosen.
    beside
        Hexagons in view of other cameras that changed then: they serve as no comparison.
    """

    scope: Scope
    scope_words: str
    what: str
    start: str
    cells: tuple[str, ...]
    cameras: tuple[Registered, ...] = ()
    notes: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()


def change_of(ws: Workspace, area_id: str, options: ImpactOptions) -> Change:
    """Return the change that the options mean.

    Raises
    ------
    DataError
        Where no month of start is known, there is no camera, or the cameras see nothing.
    """
    area, held = ws.area(area_id), estate(ws, area_id)
    if options.cells is not None:
        return _place(area, options)
    named = _named(ws, area_id, held, options)
    start = options.start or _common_start(named)
    cameras, notes = _changed(named, start, options)
    late = [day for one in cameras if (day := day_of(one.content.get("live_from"))) is not None]
    on = max([_end_of(start), *(late if options.camera_ids else [])])
    keys = [one.key for one in cameras]
    cells = seen_cells(ws, area_id, keys, on=on)
    if not cells:
        message = f"The {plural(len(keys), 'camera')} see no public ground of {area.name}."
        hint = "Check where they stand, how they look and when they went live, or give the cells."
        raise DataError(message, hint)
    scope, words = _scope(held, cameras, options)
    chosen = set(keys)
    others = [one.key for one in held.cameras if one.key not in chosen and _live_then(one, start)]
    beside = seen_cells(ws, area_id, others, on=on) if others else ()
    what = _what(area, start, options)
    return Change(scope, words, what, start, cells, cameras, notes, beside)


def months_out(
    ws: Workspace, area: StudyArea, change: Change, months: Sequence[str]
) -> tuple[tuple[str, ...], str]:
    """Return the months that outages spoil, and what is to be said of outages.

    A month is spoilt where the changed cameras that stood in it were out of order for more than a
    tenth of their time.
    """
    if not change.cameras:
        return (), "Outages are not known: the place was given, not its cameras."
    if not estate(ws, area.area_id).has_log:
        return (), NO_LOG
    shares = {m: out_share(change.cameras, m, area.timezone, ws.clock.now()) for m in months}
    known = [share for share in shares.values() if share is not None]
    bad = tuple(m for m, share in shares.items() if share is not None and share > MOST_OUT)
    if not known:
        return (), "None of the cameras stood in these months."
    words = f"The cameras were out of order for {percent(sum(known) / len(known))} of the time"
    if not bad:
        return (), f"{words}, and in no month for more than {percent(MOST_OUT)}."
    verb = "is" if len(bad) == 1 else "are"
    return bad, (
        f"{words}; {months_words(bad)} {verb} left out month by month, since they were out for"
        f" more than {percent(MOST_OUT)} of it."
    )


def out_share(
    cameras: Sequence[Registered], month: str, timezone: str, now: datetime
) -> float | None:
    """Return the share of a month in which cameras that stood were out of order.

    None where none of them stood, or the month has not begun.
    """
    start, end = month_span(month, timezone)
    end = min(end, now.astimezone(UTC))
    total = out = 0.0
    for one in cameras:
        first, last = _standing(one, start, end)
        if last > first:
            total += (last - first).total_seconds()
            out += seconds_out(one, first, last)
    return out / total if total > 0 else None


def seconds_out(camera: Registered, start: datetime, end: datetime) -> float:
    """Return for how many seconds of a span at least one outage holds."""
    total, reached = 0.0, start
    for one in camera.outages:
        first, last = max(one.start, reached), min(one.end or end, end)
        if last > first:
            total += (last - first).total_seconds()
            reached = last
    return total


@lru_cache(maxsize=256)
def month_span(month: str, timezone: str) -> tuple[datetime, datetime]:
    """Return the first moment of a local month and that of the next one, in UTC."""
    zone = ZoneInfo(timezone)
    first, last = last_day(month).replace(day=1), last_day(month) + timedelta(days=1)
    start, end = (
        datetime.combine(day, time(), tzinfo=zone).astimezone(UTC) for day in (first, last)
    )
    return start, end


def _standing(camera: Registered, start: datetime, end: datetime) -> tuple[datetime, datetime]:
    """Return the part of a span in which a camera stands."""
    since, until = (day_of(camera.content.get(name)) for name in ("live_from", "live_to"))
    first = start if since is None else max(start, datetime.combine(since, time(), UTC))
    return first, end if until is None else min(end, datetime.combine(until, time(), UTC))


def _place(area: StudyArea, options: ImpactOptions) -> Change:
    if options.start is None:
        message = "A place needs the month in which something changed there."
        raise DataError(message, "Add the first month: --from YYYY-MM.")
    cells = options.cells or ()
    words = f"A place of {plural(len(cells), 'hexagon')}"
    return Change("place", words, _what(area, options.start, options), options.start, cells)


def _named(
    ws: Workspace, area_id: str, held: Estate, options: ImpactOptions
) -> tuple[Registered, ...]:
    """Return the cameras that were named, or all that count as coverage."""
    if not options.camera_ids:
        found = tuple(one for one in held.cameras if one.counts)
        if not found:
            message = "The register of this area holds no camera that counts as coverage."
            hint = "Import the camera register, or give the hexagons that are in view."
            raise DataError(message, hint)
        return found
    keys = cameras_named(ws, area_id, options.camera_ids)
    named = tuple(one for one in map(held.camera, keys) if one is not None)
    if not any(one.counts for one in named):
        message = "None of the named cameras counts as coverage: dummies and number plates do not."
        raise DataError(message, "Name others.")
    return named


def _common_start(cameras: Sequence[Registered]) -> str:
    """Return the month in which most cameras went live; of equally many the latest."""
    months = Counter(month for one in cameras if (month := _live_month(one)))
    if not months:
        message = "The register does not say when any of the cameras went live."
        raise DataError(message, "Add the first month of the change: --from YYYY-MM.")
    return max(months, key=lambda month: (months[month], month))


def _changed(
    named: tuple[Registered, ...], start: str, options: ImpactOptions
) -> tuple[tuple[Registered, ...], tuple[str, ...]]:
    """Return the cameras that changed, and what is to be said of how they were chosen."""
    if options.camera_ids or options.every_camera:
        return named, _spread(named, start)
    live = tuple(one for one in named if _live_then(one, start))
    if live:
        return live, ()
    since = f"No camera went live from {month_words(start)} on"
    return named, (f"{since}, so the whole control centre is looked at.",)


def _spread(cameras: Sequence[Registered], start: str) -> tuple[str, ...]:
    late = [m for one in cameras if (m := _live_month(one)) and m > _months_after(start)]
    if not late:
        return ()
    verb = "went" if len(late) > 1 else "was one that went"
    words = f"{plural(len(late), 'camera')} {verb} live only up to {month_words(max(late))}"
    return (f"{words}; months from the start on count as after for all of them.",)


def _scope(
    held: Estate, cameras: Sequence[Registered], options: ImpactOptions
) -> tuple[Scope, str]:
    if len(cameras) == 1:
        return "camera", f"One camera: {cameras[0].name}"
    every = sum(one.counts for one in held.cameras)
    if not options.camera_ids and len(cameras) == every:
        return "centre", f"The whole control centre: {every} cameras"
    return "group", f"{len(cameras)} cameras of {every}"


def _what(area: StudyArea, start: str, options: ImpactOptions) -> str:
    """Return what people call the change: as told, as the area's events say, or plainly."""
    events = (
        event.title
        for event in area.events
        if event.start == start and any(w in event.title.casefold() for w in ("camera", "cctv"))
    )
    title = options.title or next(events, CHANGE_WORDS[options.kind])
    return f"{title}, from {month_words(start)}"


def _live_month(camera: Registered) -> str | None:
    day = day_of(camera.content.get("live_from"))
    return None if day is None else f"{day:%Y-%m}"


def _live_then(camera: Registered, start: str) -> bool:
    return _live_month(camera) in month_range(start, _months_after(start))


def _months_after(start: str) -> str:
    return months_before(start, 1 - TOGETHER_MONTHS)


def _end_of(start: str) -> date:
    """Return the last day on which a camera of the change may have gone live."""
    return last_day(_months_after(start))
