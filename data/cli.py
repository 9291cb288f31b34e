"""What do the screens do, without a browser?

``hexbeat [--home DIR] [--role ROLE] COMMAND ... [--json]``: figures go to standard output, words
for people too unless ``--json`` is given, progress to standard error. The exit code is 0, or 2 with
a message and a hint when something expected went wrong.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from data import (
    cli_cameras,
    cli_counted,
    cli_download,
    cli_impact,
    cli_import,
    cli_interventions,
    cli_paper,
    cli_publish,
)
from data.access import Principal, Role
from data.areas import AreaSpec
from data.errors import NothingLoadedError
from data.jobs import areas, counts, demo, doctor, hotspot_files, hotspots, serving
from data.jobs.repeat_views import cube_words
from data.jobs.wording import UNITS, list_words, plural
from data.views import LENSES, HotspotParams, HotspotResult
from data.workspace import Workspace
from geo.errors import GeoError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

EXIT_EXPECTED_ERROR = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    options = _parser().parse_args(arguments)
    try:
        summary, words = options.run(options)
    except GeoError as error:
        if isinstance(error, NothingLoadedError) and options.json:
            print(json.dumps(cli_import.summary(error.report), ensure_ascii=False, indent=2))
        print(f"hexbeat: {error.message}", file=sys.stderr)
        if error.hint:
            print(f"What to do: {error.hint}", file=sys.stderr)
        return EXIT_EXPECTED_ERROR
    if options.json:
        print(json.dumps(summary, ensure_ascii=False, indent=2))
    else:
        print(words)
    return 0


Outcome = tuple[dict[str, Any], str]
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001


def _workspace(options: argparse.Namespace) -> Workspace:
    return Workspace.open(options.home)


def _principal(options: argparse.Namespace) -> Principal:
    return Principal(name="command line", role=Role(options.role), demo=False)


def _say(options: argparse.Namespace) -> Callable[[str, int, int], None]:
    """Return a progress listener that writes one line to standard error."""
    live = sys.stderr.isatty()

    def progress(sentence: str, done: int, of: int) -> None:
        text = f"{sentence}: {done} of {of}" if of else sentence
        if live:
            print(f"\r\033[K{text}", end="\n" if done >= of else "", file=sys.stderr, flush=True)
        elif done >= of and not options.json:
            print(text, file=sys.stderr)

    return progress


def _add_area(options: argparse.Namespace) -> Outcome:
    spec = AreaSpec(
        area_id=options.area_id,
        boundary=options.boundary,
        where=options.where,
        name=options.name,
        name_field=options.name_field,
        wards=options.wards,
        wards_vintage=options.wards_vintage,
        patches=options.patches,
        streets=options.streets,
        land=options.land,
        crs=options.crs,
        timezone=options.timezone,
        priorities=options.priorities,
        events=options.events,
        sinks=options.sinks,
        buildings=options.buildings,
        open_ground=options.open_ground,
    )
    summary, notes = areas.add_area(_workspace(options), _principal(options), spec)
    words = [
        (
            f"{summary.area_name} is ready: {summary.wards} wards ({summary.wards_vintage}),"
            f" {summary.patches} patches."
        ),
        *notes,
        f"Load reports next: hexbeat import FILES... --area {summary.area_id}",
    ]
    return {**asdict(summary), "notes": list(notes)}, "\n".join(words)


def _list_areas(options: argparse.Namespace) -> Outcome:
    found = areas.list_areas(_workspace(options), _principal(options))
    words = "\n".join(
        f"{a.area_id}: {a.area_name}, {a.wards} wards ({a.wards_vintage}), {a.patches} patches"
        for a in found
    )
    hint = "There is no area yet. Add one: hexbeat area add ID --boundary FILE"
    return {"areas": [asdict(a) for a in found]}, words or hint


def _import(options: argparse.Namespace) -> Outcome:
    return cli_import.load(_workspace(options), _principal(options), options, _say(options))


def _with_workspace(
    run: Callable[[Workspace, Principal, argparse.Namespace], Outcome],
) -> Callable[[argparse.Namespace], Outcome]:
    """Return a command that is given the workspace and who acts."""
    return lambda options: run(_workspace(options), _principal(options), options)


def _download_police(options: argparse.Namespace) -> Outcome:
    return cli_download.run(_workspace(options), _principal(options), options, _say(options))


def _cube(options: argparse.Namespace) -> Outcome:
    ws, counted = _workspace(options), cli_counted.counted_of(options)
    result = counts.count_cube(ws, _principal(options), options.area, options.resolution, counted)
    cube, told = result.cube, cube_words(ws, result.reports)
    if options.out:
        Path(options.out).write_bytes(counts.cube_csv(cube, told))
    unit = UNITS[options.lens][1]
    key = unit.replace(" ", "_")
    summary = {
        "area": options.area,
        "resolution": options.resolution,
        "study_cells": len(cube.cells),
        "observed_months": list(cube.observed_months()),
        "missing_months": list(cube.missing_months()),
        "unit": unit,
        "counted": told,
        key: cube.total(),
        f"{key}_moved": cube.moved,
        f"{key}_in_unobserved_months": result.left_out,
        "categories": list(cube.categories),
        "dataset_version": result.reports.dataset_version,
        "out": options.out,
    }
    words = (
        f"{plural(cube.total(), *UNITS[options.lens])} in {len(cube.cells)} hexagons and"
        f" {len(cube.observed_months())} months; {cube.moved} moved to the nearest hexagon."
    )
    return summary, f"{words}\n{told}" if told else words


def _hotspots(options: argparse.Namespace) -> Outcome:
    ws, principal = _workspace(options), _principal(options)
    params = HotspotParams(
        to=options.to or hotspots.latest_month(ws, principal, options.area),
        start=options.start,
        resolution=options.resolution,
        categories=tuple(options.category or ()),
        lens=options.lens,
        esri_compatible=options.esri,
        eligibility=cli_counted.eligibility_of(options),
        repeat_rule=cli_counted.rule_of(options),
    )
    result = hotspots.find_hotspots(ws, principal, options.area, params)
    for name in options.out or ():
        Path(name).write_bytes(_hotspot_file(ws, principal, result, Path(name)))
    return hotspot_files.summary(result), hotspot_words(result)


def _hotspot_file(ws: Workspace, principal: Principal, result: HotspotResult, out: Path) -> bytes:
    makers = {".csv": hotspot_files.hotspot_csv, ".geojson": hotspot_files.hotspot_geojson}
    make = makers.get(out.suffix.lower())
    if make is None:
        message = f"--out must end with .csv or .geojson; found {out.name!r}."
        raise GeoError(message, "CSV has one row a hexagon, GeoJSON one feature a hotspot.")
    return make(ws, principal, result)


def hotspot_words(result: HotspotResult) -> str:
    """Return the hotspots as a person reads them in a terminal."""
    if result.no_data:
        return result.no_data
    lines = [f"{result.area_name}, {result.legend_title}", result.headline + "."]
    for spot in result.hotspots:
        unit = UNITS[result.params.lens][1]
        lines.append(
            f"{spot.rank:>3}. {spot.name}: {spot.n:,} {unit} ({spot.share:.1%}),"
            f" {spot.age_words[0].lower()}{spot.age_words[1:]}"
        )
    unjudged = [result.unjudged] if result.unjudged else []
    return "\n".join([*lines, *unjudged, *result.caveats])


def _demo(options: argparse.Namespace) -> Outcome:
    ws = _workspace(options)
    loaded = demo.load_sample(ws, _principal(options), progress=_say(options))
    if options.no_serve:
        return {"loaded": loaded}, "The sample town is loaded."
    ws.close()
    serving.serve(options.home, port=options.port)
    return {}, ""


def _serve(options: argparse.Namespace) -> Outcome:
    serving.serve(options.home, port=options.port)
    return {}, ""


def _doctor(options: argparse.Namespace) -> Outcome:
    findings = doctor.examine(_workspace(options))
    words = "\n".join(f"{'ok  ' if f.ok else 'FAIL'} {f.what}: {f.found}" for f in findings)
    failed = [f for f in findings if not f.ok]
    if failed:
        raise GeoError(words, list_words([f.hint for f in failed]))
    return {"checks": [asdict(f) for f in findings]}, words


def _parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="hexbeat", description="Hotspots, without a browser.")
    top.add_argument("--home", type=Path, help="where the data lie (default: HEXBEAT_HOME or var)")
    top.add_argument("--role", choices=[r.value for r in Role], default=Role.ANALYST.value)
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    _area_commands(commands)
    _import_command(commands)
    _download_command(commands)
    _cube_command(commands)
    _hotspots_command(commands)
    cli_publish.add_commands(commands, _command)
    cli_interventions.add_commands(commands, _command)
    cli_paper.add_commands(commands, _command)
    cli_impact.add_commands(commands, _command)
    cli_cameras.add_commands(commands, _command)
    for name, run, text in (
        ("demo", _demo, "load the sample town when there is nothing yet, and open the app"),
        ("serve", _serve, "open the app"),
    ):
        command = _command(commands, name, run, text)
        command.add_argument("--port", type=int, default=8501)
        if name == "demo":
            command.add_argument("--no-serve", action="store_true", help="only load the town")
    _command(commands, "doctor", _doctor, "check this installation and the stored data")
    return top


def _command(
    commands: Commands, name: str, run: Callable[[argparse.Namespace], Outcome], text: str
) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(name, help=text, description=text)
    command.add_argument("--json", action="store_true", help="a machine-readable summary")
    command.set_defaults(run=run)
    return command


def _area_commands(commands: Commands) -> None:
    group = commands.add_parser("area", help="add or list areas").add_subparsers(
        required=True, metavar="add|list"
    )
    add = _command(group, "add", _add_area, "build an area from boundary files")
    add.add_argument("area_id", metavar="ID", help="a short key, such as northtown")
    add.add_argument("--boundary", type=Path, required=True, help="any file of polygons")
    add.add_argument("--where", help="FIELD=VALUE: which of its features")
    add.add_argument("--name", help="the name people say")
    add.add_argument("--name-field", help="the field that holds names")
    add.add_argument("--wards", type=Path)
    add.add_argument("--wards-vintage", default="", help='such as "from May 2023"')
    add.add_argument("--patches", type=Path, help="neighbourhood teams (default: the wards)")
    add.add_argument("--streets", type=Path, help="street lines for the map")
    add.add_argument("--land", type=Path, help="land polygons for the map")
    add.add_argument("--crs", help="a CRS in metres (default: found from the place)")
    add.add_argument("--timezone", default="Europe/London")
    add.add_argument("--priorities", type=Path, help="CSV of the partnership's priorities")
    add.add_argument("--events", type=Path, help="CSV of dated context events")
    add.add_argument("--sinks", type=Path, help="known default locations, such as police stations")
    add.add_argument("--buildings", type=Path, help="building footprints, which cut camera views")
    add.add_argument("--open-ground", type=Path, help="parks, promenades and squares")
    _command(group, "list", _list_areas, "list the areas")


def _import_command(commands: Commands) -> None:
    text = "load files of police, council or control room, or any table by its columns"
    cli_import.add_import_options(_command(commands, "import", _import, text))
    group = commands.add_parser("loads", help="see and answer what waits").add_subparsers(
        required=True, metavar="list|answer|undo|accept"
    )
    _command(group, "list", _with_workspace(cli_import.list_batches), "every load, and what waits")
    run = _with_workspace(cli_import.answer)
    cli_import.add_answer_options(_command(group, "answer", run, "answer rows that wait"))
    back = _command(group, "undo", _with_workspace(cli_import.undo), "take back an answer")
    back.add_argument("batch", metavar="LOAD")
    back.add_argument("number", type=int, help="which one, as listed, from 1")
    let = _command(group, "accept", _with_workspace(cli_import.accept), "let rows wait")
    let.add_argument("batch", metavar="LOAD")
    let.add_argument("reason", help="why they can wait")


def _download_command(commands: Commands) -> None:
    group = commands.add_parser("download", help="fetch months on request").add_subparsers(
        required=True, metavar="police"
    )
    text = "fetch months from data.police.uk, to which the outline of the area is sent"
    cli_download.add_arguments(_command(group, "police", _download_police, text))


def _cube_command(commands: Commands) -> None:
    command = _command(commands, "cube", _cube, "count reports by cell, month and category")
    command.add_argument("--area", required=True)
    command.add_argument("--resolution", type=int, default=9)
    command.add_argument("--lens", choices=["reports", "estimated"], default="reports")
    cli_counted.add_arguments(command)
    command.add_argument("--out", help="CSV of the non-zero counts")


def _hotspots_command(commands: Commands) -> None:
    command = _command(commands, "hotspots", _hotspots, "find the hotspots that persist")
    command.add_argument("--area", required=True)
    command.add_argument("--from", dest="start", metavar="YYYY-MM", help="default: 24 months")
    command.add_argument("--to", metavar="YYYY-MM", help="default: the last month with data")
    command.add_argument("--resolution", type=int, default=9)
    command.add_argument("--category", action="append", help="may be given several times")
    command.add_argument("--lens", choices=LENSES, default="reports")
    cli_counted.add_arguments(command)
    command.add_argument("--esri", action="store_true", help="ESRI-compatible emerging classes")
    command.add_argument("--out", action="append", help="cells.csv or hotspots.geojson")


if __name__ == "__main__":
    sys.exit(main())
