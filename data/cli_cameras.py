"""How are cameras registered, and coverage measured, without a browser?

``hexbeat cameras import | list | add | change | status | withdraw | requests``, ``hexbeat
coverage``, ``hexbeat viewshed``, ``hexbeat place``.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from data.access import Principal, Role
from data.cctv_views import LEVEL_WORDS, STANDARD_WORDS, USUAL_LEVEL, CoverageParams, read_hour
from data.errors import DataError
from data.jobs import camera_files, camera_requests, cameras
from data.jobs.camera_siting import SitingOptions, siting
from data.jobs.coverage_cctv import coverage
from data.jobs.coverage_files import coverage_csv, views_geojson
from data.workspace import Workspace

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from data.cctv_views import CoverageView, RegisterView, SitingView
    from data.cli import Commands, Outcome
    from data.cli_interventions import MakeCommand
    from data.jobs.camera_files import CameraFile

_LEVELS: Final = sorted({level for levels in LEVEL_WORDS.values() for level in levels})


def add_commands(commands: Commands, make: MakeCommand) -> None:
    """Add the commands to the command line; ``make`` adds one with what all commands share."""
    words = "the camera register"
    group = commands.add_parser("cameras", help=words, description=words).add_subparsers(
        required=True, metavar="import|list|add|change|status|withdraw|requests"
    )
    _register_commands(group, make)
    text = "what share of demand cameras see, record and watch"
    command = make(commands, "coverage", _coverage, text)
    _seeing_arguments(command)
    command.add_argument("--out", type=Path, help="CSV of the hexagons")
    command = make(commands, "viewshed", _viewshed, "what each camera may see, as GeoJSON")
    _seeing_arguments(command)
    command.add_argument("--out", type=Path, required=True, help="GeoJSON of the views")
    command = make(commands, "place", _place, "where k more cameras would see most")
    _seeing_arguments(command)
    command.add_argument("-k", type=int, default=5, help="how many cameras (default: 5)")
    command.add_argument("--quick", action="store_true", help="a good choice, not proved best")
    command.add_argument(
        "--site", action="append", default=[], metavar="NAME,LON,LAT", help="only these sites"
    )
    command.add_argument("--exclude", action="append", default=[], metavar="NAME")


def _register_commands(group: Commands, make: MakeCommand) -> None:
    load = make(group, "import", _import, "load cameras or their faults from a file")
    load.add_argument("file", type=Path, metavar="FILE")
    load.add_argument("--accept", action="append", default=[], metavar="RULE",
                      help="take what is suggested, such as G07")  # fmt: skip
    load.add_argument("--reject", action="append", default=[], metavar="RULE")
    load.add_argument("--sensitive", action="store_true",
                      help="the file holds places where no camera may look")  # fmt: skip
    listed = make(group, "list", _list, "the register on a day")
    listed.add_argument("--on", type=_day, metavar="YYYY-MM-DD", help="default: today")
    add = make(group, "add", _add, "register a camera")
    add.add_argument("--set", action="append", default=[], metavar="FIELD=VALUE", required=True)
    change = make(group, "change", _change, "change fields of a camera, such as its place")
    change.add_argument("--set", action="append", default=[], metavar="FIELD=VALUE", required=True)
    status = make(group, "status", _status, "say that a camera works, or does not")
    status.add_argument("state", choices=cameras.STATES)
    status.add_argument("--since", metavar="YYYY-MM-DDTHH:MM", help="local time; default: now")
    gone = make(group, "withdraw", _withdraw, "take out a camera that should not be registered")
    for command in (change, status, gone):
        command.add_argument("--camera", required=True, help="its reference, such as C14")
        command.add_argument("--reason", required=True, help="a sentence; no names")
    asked = make(group, "requests", _requests, "requests for cameras with their scores")
    for command in (load, listed, add, change, status, gone, asked):
        command.add_argument("--area", required=True)


def _seeing_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("--area", required=True)
    command.add_argument("--at", metavar="HOUR", help='hour of the week, such as "Fri 22"')
    command.add_argument("--on", type=_day, metavar="YYYY-MM-DD", help="default: today")
    command.add_argument("--level", choices=_LEVELS, help="default: detect")
    command.add_argument("--standard", choices=tuple(STANDARD_WORDS), default="en_2014")
    command.add_argument("--night", choices=("hour", "day", "night"), default="hour")
    command.add_argument("--resolution", type=int, default=9)
    command.add_argument("--category", action="append", default=[], help="only these types")


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _opened(options: argparse.Namespace) -> tuple[Workspace, Principal]:
    principal = Principal(name="command line", role=Role(options.role), demo=False)
    return Workspace.open(options.home), principal


def _params(ws: Workspace, options: argparse.Namespace) -> CoverageParams:
    return CoverageParams(
        on=options.on or ws.clock.now().date(),
        hour=None if options.at is None else read_hour(options.at),
        level=options.level or USUAL_LEVEL[options.standard],
        standard=options.standard,
        night=options.night,
        resolution=options.resolution,
        categories=tuple(options.category),
    )


def _import(options: argparse.Namespace) -> Outcome:
    ws, principal = _opened(options)
    answers = dict.fromkeys(options.accept, "accept") | dict.fromkeys(options.reject, "reject")
    if options.sensitive:
        found = camera_files.load_sensitive(ws, principal, options.area, options.file)
    else:
        found = camera_files.load_cameras(
            ws, principal, options.area, options.file, answers=answers
        )
    view = cameras.register_view(ws, principal, options.area)
    summary = asdict_of(found) | {"cameras": len(view.rows), "working": view.working}
    return summary, import_words(found, view)


def asdict_of(found: CameraFile) -> dict[str, Any]:
    """Return what became of a file as JSON shows it."""
    return {
        "register": found.register,
        "rows_read": found.rows_read,
        **{f"rows_{name}": number for name, number in found.counts.items()},
        "new": found.new,
        "changed": found.changed,
        "same": found.same,
        "messages": list(found.messages),
        "waiting": [asdict(one) for one in found.waiting],
        "notes": list(found.notes),
    }


def import_words(found: CameraFile, view: RegisterView) -> str:
    """Return what became of a file as a person reads it in a terminal."""
    waits = [
        f"{one.code}, {one.rows:,} rows, first row {one.first_row}: {one.reason}"
        + (f" {one.question} (--accept {one.code} or --reject {one.code})" if one.question else "")
        for one in found.waiting
    ]
    return "\n".join([found.words, *found.messages, *waits, f"{view.headline}.", *view.notices])


def _list(options: argparse.Namespace) -> Outcome:
    ws, principal = _opened(options)
    view = cameras.register_view(ws, principal, options.area, options.on)
    rows = [
        {
            "camera_id": row.camera_id, "name": row.name, "owner": row.owner_words,
            "type": row.kind, "works": row.works, "state": row.state_words,
            "monitored": row.monitored_words, "live": row.live_words, "review": row.review_words,
            "review_overdue": row.review_overdue, "uptime": row.uptime_words,
            "notices": list(row.notices), "assumed": list(row.assumed),
            "lon": row.content.get("lon"), "lat": row.content.get("lat"),
        }
        for row in view.rows
    ]  # fmt: skip
    lines = [
        f"{row.camera_id:<10} {row.name}: {row.state_words}; {row.kind_words}; {row.review_words}"
        for row in view.rows
    ]
    summary = {
        "area": view.area_id, "on": view.on.isoformat(), "working": view.working,
        "standing": view.total, "notices": list(view.notices), "cameras": rows,
    }  # fmt: skip
    return summary, "\n".join([f"{view.headline}.", *view.notices, *lines])


def _fields(options: argparse.Namespace) -> dict[str, object]:
    """Return the fields that were set."""
    pairs = [text.partition("=") for text in options.set]
    if not all(equals for _, equals, _ in pairs):
        message = "A field is set as FIELD=VALUE."
        raise DataError(message, "Write it like --set bearing_deg=90; nothing after = is unknown.")
    return {name.strip(): value.strip() or None for name, _, value in pairs}


def _add(options: argparse.Namespace) -> Outcome:
    ws, principal = _opened(options)
    key = cameras.add_camera(ws, principal, options.area, _fields(options))
    return _said(ws, principal, options.area, key)


def _changing(
    change: Callable[[Workspace, Principal, argparse.Namespace, str], None],
) -> Callable[[argparse.Namespace], Outcome]:
    """Return a command that changes one camera and tells how it then stands."""

    def run(options: argparse.Namespace) -> Outcome:
        ws, principal = _opened(options)
        (key,) = cameras.cameras_named(ws, options.area, [options.camera])
        change(ws, principal, options, key)
        return _said(ws, principal, options.area, key)

    return run


def _set_fields(ws: Workspace, who: Principal, options: argparse.Namespace, key: str) -> None:
    cameras.change_camera(ws, who, options.area, key, _fields(options), reason=options.reason)


def _set_status(ws: Workspace, who: Principal, options: argparse.Namespace, key: str) -> None:
    since = None
    if options.since:
        zone = ZoneInfo(ws.area(options.area).timezone)
        since = _moment(options.since).replace(tzinfo=zone)
    cameras.set_status(
        ws, who, options.area, key, options.state, since=since, reason=options.reason
    )


def _take_out(ws: Workspace, who: Principal, options: argparse.Namespace, key: str) -> None:
    cameras.withdraw_camera(ws, who, options.area, key, reason=options.reason)


_change = _changing(_set_fields)
_status = _changing(_set_status)
_withdraw = _changing(_take_out)


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        message = "The time since when cannot be read."
        raise DataError(message, "Write it as 2026-05-03T21:30, in local time.") from None


def _said(ws: Workspace, principal: Principal, area_id: str, key: str) -> Outcome:
    view = cameras.register_view(ws, principal, area_id)
    row = next((one for one in view.rows if one.key == key), None)
    words = "It is no longer registered." if row is None else f"{row.name}: {row.state_words}."
    notices = () if row is None else row.notices
    summary = {"camera": key, "words": words, "notices": list(notices), "headline": view.headline}
    return summary, "\n".join([words, *notices, f"{view.headline}."])


def _requests(options: argparse.Namespace) -> Outcome:
    ws, principal = _opened(options)
    params = CoverageParams(on=ws.clock.now().date())
    view = camera_requests.request_view(ws, principal, options.area, params)
    lines = [
        f"{row.request_id} {row.place}: {'no score' if row.score is None else row.score},"
        f" {row.decision_words.lower()}"
        for row in view.rows
    ]
    summary = {"requests": [asdict(row) for row in view.rows], "rule": view.score_rule}
    return summary, "\n".join([f"{view.headline}.", *lines, view.score_rule])


def _coverage(options: argparse.Namespace) -> Outcome:
    ws, principal = _opened(options)
    view = coverage(ws, principal, options.area, _params(ws, options))
    if options.out:
        options.out.write_bytes(coverage_csv(principal, view))
    summary = coverage_summary(view) | {"out": None if options.out is None else str(options.out)}
    return summary, coverage_words(view)


def coverage_summary(view: CoverageView) -> dict[str, Any]:
    """Return the totals under the keys that other programs read."""
    week = view.week
    return {
        "area": view.area_id,
        "on": view.params.on.isoformat(),
        "hour": view.params.hour,
        "level": view.params.level,
        "standard": view.params.standard,
        **dict(view.totals),
        "headline": view.headline,
        "sentence": view.sentence,
        "incident_share": view.incident_share,
        "incident_words": view.incident_words,
        "hours_known": week is not None,
        "hours_reason": view.week_hidden,
        "seen_by_hour": None if week is None else list(week.seen),
        "watched_by_hour": None if week is None else list(week.watched),
        "best_move": None if view.best_move is None else asdict(view.best_move),
        "gaps": [asdict(row) for row in view.gaps],
        "little_demand": [asdict(row) for row in view.little_demand],
        "hotspots_without": [asdict(row) for row in view.hotspots_without],
        "types": [asdict(row) for row in view.types],
        "no_data": view.no_data,
        "caveats": list(view.caveats),
        "realm": view.realm_words,
        "demand_words": view.demand_words,
        "fingerprint": view.provenance.fingerprint,
    }


def coverage_words(view: CoverageView) -> str:
    """Return coverage as a person reads it in a terminal."""
    gaps = [
        f"  {row.place}: {row.reports_words} reports, {row.seen_words} in view"
        for row in view.gaps[:5]
    ]
    lines = [
        f"{view.headline}.",
        view.sentence,
        view.over_week_words,
        view.not_working_words,
        view.best_move_words,
        view.hotspots_words,
        view.week_hidden or "",
        "Gaps, most unseen demand first:" if gaps else "",
        *gaps,
        view.incident_words,
        view.demand_words,
        view.realm_words,
        *view.caveats,
    ]
    return "\n".join(dict.fromkeys(line for line in lines if line))


def _viewshed(options: argparse.Namespace) -> Outcome:
    ws, principal = _opened(options)
    view = coverage(ws, principal, options.area, _params(ws, options))
    options.out.write_bytes(views_geojson(principal, view))
    drawn = sum(mark.view is not None for mark in view.cameras)
    notes = {mark.camera_id: mark.note for mark in view.cameras if mark.note}
    summary = {
        "area": view.area_id, "cameras": len(view.cameras), "views": drawn, "notes": notes,
        "out": str(options.out),
    }  # fmt: skip
    words = f"Views of {drawn:,} of {len(view.cameras):,} cameras written to {options.out}."
    return summary, "\n".join([words, *(f"{name}: {note}" for name, note in notes.items())])


def _place(options: argparse.Namespace) -> Outcome:
    ws, principal = _opened(options)
    how = SitingOptions(
        k=options.k,
        given=tuple(_site(text) for text in options.site),
        excluded=tuple(options.exclude),
        quick=options.quick,
    )
    view = siting(ws, principal, options.area, _params(ws, options), how)
    return siting_summary(view), siting_words(view)


def _site(text: str) -> tuple[str, float, float]:
    name, *axes = (part.strip() for part in text.split(","))
    try:
        lon, lat = (float(axis) for axis in axes)
    except ValueError:
        message = "A site is a name, a longitude and a latitude."
        raise DataError(message, "Write it like --site Pier,-3.05,53.81.") from None
    return name, lon, lat


def siting_summary(view: SitingView) -> dict[str, Any]:
    """Return the sites under the keys that other programs read."""
    found = asdict(view)
    found["fingerprint"] = view.provenance.fingerprint
    del found["provenance"]
    return found


def siting_words(view: SitingView) -> str:
    """Return the sites as a person reads them in a terminal."""
    sites = [
        f"{site.rank:>3}. {site.place} ({site.lat}, {site.lon}): {site.gain_words}"
        if site.lon is not None
        else f"{site.rank:>3}. {site.place}: {site.gain_words}"
        for site in view.sites
    ]
    refused = [f"Refused: {one.site_id}, {one.place}. {one.reason}" for one in view.refused[:10]]
    lines = [
        f"{view.headline}.", view.no_data or "", *sites, view.gap_words, view.candidate_words,
        *refused, *view.caveats,
    ]  # fmt: skip
    return "\n".join(line for line in lines if line)
