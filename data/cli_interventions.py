"""How are interventions registered and tested, without a browser?

``hexbeat intervention add`` and ``list``, ``hexbeat displacement``.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, get_args

from data.access import Principal, Role
from data.displacement_views import DisplacementOptions
from data.errors import DataError
from data.intervention_spec import (
    Agency,
    Design,
    InterventionSpec,
    Kind,
    PreventionLevel,
    Target,
    content_of,
)
from data.jobs import displacement, interventions
from data.jobs.hotspots import find_hotspots, latest_month
from data.jobs.place_files import cells_of_boundary
from data.views import LENSES, HotspotParams
from data.workspace import Workspace
from geo.periods import month_index

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from data.cli import Commands, Outcome
    from data.displacement_views import DisplacementView
    from data.intervention_views import InterventionView

MakeCommand: TypeAlias = (
    "Callable[[Commands, str, Callable[[argparse.Namespace], Outcome], str],"
    " argparse.ArgumentParser]"
)


def add_commands(commands: Commands, make: MakeCommand) -> None:
    """Add the commands to the command line; ``make`` adds one with what all commands share."""
    words = "register or list interventions"
    group = commands.add_parser("intervention", help=words, description=words).add_subparsers(
        required=True, metavar="add|list"
    )
    _add_arguments(make(group, "add", _add, "register an intervention before it starts"))
    make(group, "list", _list, "list the interventions of an area").add_argument(
        "--area", required=True
    )
    _displacement_arguments(
        make(commands, "displacement", _displacement, "did it work, and did it move?")
    )


def _place_arguments(command: argparse.ArgumentParser, *, required: bool) -> None:
    place = command.add_mutually_exclusive_group(required=required)
    place.add_argument("--treated", type=Path, help="a text file of treated cells, one a line")
    place.add_argument("--hotspot", help="name or id of the hotspot that is treated")
    place.add_argument("--boundary", type=Path, help="a file with the outline of the place")


def _add_arguments(add: argparse.ArgumentParser) -> None:
    add.add_argument("--area", required=True)
    add.add_argument("--title", required=True, help='such as "Evening patrols, Quay Street"')
    add.add_argument("--kind", choices=get_args(Kind), required=True)
    _place_arguments(add, required=True)
    add.add_argument("--start", type=_day, required=True, metavar="YYYY-MM-DD")
    add.add_argument("--end", type=_day, metavar="YYYY-MM-DD")
    add.add_argument("--level", choices=get_args(PreventionLevel), default="secondary")
    add.add_argument("--target", choices=get_args(Target), default="location")
    add.add_argument("--lead", choices=get_args(Agency), default="joint", help="lead agency")
    add.add_argument("--post", default="", help="post that leads, never a name")
    add.add_argument("--partner", action="append", default=[], help="agency and post")
    add.add_argument("--mechanism", default="", help="how it is expected to work")
    add.add_argument("--category", action="append", default=[], help="outcome measure: types")
    add.add_argument("--lens", choices=LENSES, default="reports", help="what is counted")
    add.add_argument("--rings", type=int, choices=(1, 2), default=1)
    add.add_argument("--gap-ring", action="store_true", help="a ring that counts for neither")
    add.add_argument("--controls", type=Path, help="a text file of comparison cells")
    add.add_argument("--review", type=_day, action="append", default=[], metavar="YYYY-MM-DD")
    add.add_argument("--planned", default="", help='planned dose, such as "120 hours"')
    add.add_argument("--delivered", type=float, help="delivered dose; 0 for never delivered")
    add.add_argument("--unit", default="hours", help="unit of the delivered dose")


def _displacement_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("--area", required=True)
    command.add_argument("--intervention", metavar="ID", help="key, as `intervention list` shows")
    _place_arguments(command, required=False)
    command.add_argument("--start", metavar="YYYY-MM", help="first month, for cells or a hotspot")
    command.add_argument("--end", metavar="YYYY-MM", help="last month; default: it still runs")
    command.add_argument("--category", action="append", default=[], help="only these types")
    command.add_argument("--lens", choices=LENSES, default="reports")
    command.add_argument("--alpha", type=float, default=0.1, help="0.1 gives 90%% limits")
    command.add_argument("--rings", type=int, help="1 or 2 rings around the treated cells")
    command.add_argument("--pre-months", type=int, default=12)
    command.add_argument("--post-months", type=int, default=12)


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _workspace(options: argparse.Namespace) -> Workspace:
    return Workspace.open(options.home)


def _principal(options: argparse.Namespace) -> Principal:
    return Principal(name="command line", role=Role(options.role), demo=False)


def _add(options: argparse.Namespace) -> Outcome:
    ws, principal = _workspace(options), _principal(options)
    controls = None if options.controls is None else cells_of_file(options.controls)
    spec = InterventionSpec(
        title=options.title,
        kind=options.kind,
        treated_cells=_cells(ws, principal, options),
        start=options.start,
        end=options.end,
        prevention_level=options.level,
        target=options.target,
        lead_agency=options.lead,
        lead_post=options.post,
        partners=tuple(options.partner),
        mechanism=options.mechanism,
        categories=tuple(options.category),
        lens=options.lens,
        design=Design(options.rings, gap_ring=options.gap_ring, control_cells=controls),
        review_dates=tuple(options.review),
        planned_dose=options.planned,
        delivered_dose=options.delivered,
        dose_unit=options.unit,
    )
    added = interventions.add(ws, principal, options.area, spec)
    return _shown(added), "\n".join([_line(added), *added.late_changes])


def _list(options: argparse.Namespace) -> Outcome:
    found = interventions.listing(_workspace(options), _principal(options), options.area)
    words = "\n".join(_line(one) for one in found)
    empty = "No intervention is registered. Add one: hexbeat intervention add --area AREA ..."
    return {"interventions": [_shown(one) for one in found]}, words or empty


def _displacement(options: argparse.Namespace) -> Outcome:
    ws, principal = _workspace(options), _principal(options)
    how = DisplacementOptions(options.alpha, options.rings, options.pre_months, options.post_months)
    what = _asked(ws, principal, options)
    found = displacement.evaluate(ws, principal, options.area, what, how)
    return summary(found), in_words(found)


def _asked(
    ws: Workspace, principal: Principal, options: argparse.Namespace
) -> str | InterventionSpec:
    """Return the key of the register, or what the command line describes."""
    place = options.treated or options.hotspot or options.boundary
    if (options.intervention is None) == (place is None):
        message = "Name either a registered intervention or a place."
        raise DataError(message, "Use --intervention ID, or --treated FILE with --start YYYY-MM.")
    if options.intervention is not None:
        return str(options.intervention)
    if options.start is None:
        message = "A place needs the month in which something started there."
        raise DataError(message, "Add --start YYYY-MM.")
    return InterventionSpec(
        title="Not in the register",
        kind="other",
        treated_cells=_cells(ws, principal, options),
        start=_first_day(options.start),
        end=None if options.end is None else _first_day(options.end),
        categories=tuple(options.category),
        lens=options.lens,
    )


def _first_day(month: str) -> date:
    month_index(month)
    return date.fromisoformat(f"{month}-01")


def _cells(ws: Workspace, principal: Principal, options: argparse.Namespace) -> tuple[str, ...]:
    if options.treated is not None:
        return cells_of_file(options.treated)
    if options.boundary is not None:
        path = options.boundary
        return cells_of_boundary(ws, principal, options.area, path.name, _bytes_of(path))
    params = HotspotParams(to=latest_month(ws, principal, options.area))
    spots = find_hotspots(ws, principal, options.area, params).hotspots
    wanted = options.hotspot.casefold()
    for spot in spots:
        if wanted in {spot.name.casefold(), spot.hotspot_id.casefold()}:
            return spot.cells
    message = f"There is no hotspot {options.hotspot!r} in this area."
    names = ", ".join(spot.name for spot in spots) or "none"
    raise DataError(message, f"Its hotspots are: {names}.")


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        message = f"The file {path.name} cannot be read."
        raise DataError(message, "Check the path and the spelling.") from error


def cells_of_file(path: Path) -> tuple[str, ...]:
    """Return the H3 cells of a text file, one a line; blank lines and ``#`` comments aside.

    Raises
    ------
    DataError
        When the file cannot be read, or holds no cell.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        message = f"The file {path.name} cannot be read as text."
        raise DataError(message, "Write one hexagon a line.") from error
    cells = tuple(t for line in lines if (t := line.split("#")[0].strip().casefold()))
    if not cells:
        message = f"The file {path.name} holds no hexagon."
        raise DataError(message, "Write one hexagon a line, such as 89195280003ffff.")
    return cells


def summary(found: DisplacementView) -> dict[str, Any]:
    """Return the figures under the keys that other programs read."""
    zones = {
        str(zone.key): {"cells": list(zone.cells), "before": zone.before, "after": zone.after}
        for zone in found.zones
    }
    parts = {
        "local": found.wdd.local,
        "displacement": found.wdd.displacement,
        "total": found.wdd.total,
    }
    keys = ("estimate", "se", "ci_low", "ci_high", "p")
    return {
        **zones,
        "wdd": {name: {key: getattr(part, key) for key in keys} for name, part in parts.items()},
        "phi": found.phi,
        "wdq": found.wdq,
        "irr": found.irr,
        "placebo_p": found.placebo_p,
        "min_detectable": found.min_detectable,
        "verdict": found.verdict,
        "displacement_verdict": found.displacement_verdict,
        "caveats": [*([found.reason] if found.reason else []), *found.caveats],
    }


def in_words(found: DisplacementView) -> str:
    """Return a verdict as a person reads it in a terminal."""
    lines = [
        f"{found.spec.title}, {found.place_words}: {found.title}. {found.displacement_title}.",
        found.sentence,
        found.displacement_sentence,
        found.power_sentence,
        *(
            f"{zone.label}: {len(zone.cells)} cells, {zone.before:,} before, {zone.after:,} after"
            for zone in found.zones
            if zone.before is not None and zone.after is not None
        ),
        f"Compared: {found.compared_words}." if found.compared_words else "",
        *found.caveats,
    ]
    return "\n".join(line for line in lines if line)


def _shown(view: InterventionView) -> dict[str, Any]:
    return {
        "intervention_id": view.intervention_id,
        "version": view.version,
        **content_of(view.spec),
        "stage": view.stage,
        "place": view.place_words,
        "late_changes": list(view.late_changes),
        "versions": [
            {key: value for key, value in asdict(one).items() if key != "spec"}
            for one in view.versions
        ],
    }


def _line(view: InterventionView) -> str:
    return (
        f"{view.intervention_id}: {view.spec.title} ({view.spec.kind_words.casefold()}), "
        f"{view.stage_words[:1].lower()}{view.stage_words[1:]}, {view.place_words}"
    )
