"""How is it asked, without a browser, what a change of cameras achieved?

``hexbeat cctv-impact``.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, get_args

from data.access import Principal, Role
from data.cctv_impact_views import ChangeKind, ImpactOptions
from data.cli_interventions import cells_of_file
from data.jobs.cctv_impact import cctv_impact
from data.workspace import Workspace

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from data.cctv_impact_views import CctvImpactView, StrandView
    from data.cli import Commands, Outcome

MakeCommand: TypeAlias = (
    "Callable[[Commands, str, Callable[[argparse.Namespace], Outcome], str],"
    " argparse.ArgumentParser]"
)


def add_commands(commands: Commands, make: MakeCommand) -> None:
    """Add the command to the command line; ``make`` adds one with what all commands share."""
    command = make(commands, "cctv-impact", _impact, "what did a change of cameras achieve?")
    command.add_argument("--area", required=True)
    command.add_argument(
        "--from", dest="start", metavar="YYYY-MM",
        help="first month of the change (default: when most of the cameras went live)",
    )  # fmt: skip
    command.add_argument("--to", metavar="YYYY-MM", help="last month looked at")
    which = command.add_mutually_exclusive_group()
    which.add_argument(
        "--camera", action="append", default=[], metavar="ID",
        help="a camera that changed, as registered; may be given several times"
        " (default: those that went live then)",
    )  # fmt: skip
    which.add_argument("--all", action="store_true", help="the whole control centre")
    which.add_argument("--cells", type=Path, help="a text file of cells in view, one a line")
    command.add_argument("--kind", choices=get_args(ChangeKind), default="cctv_install")
    command.add_argument("--title", default="", help='such as "New control centre"')
    command.add_argument("--category", action="append", default=[], help="only these types")
    command.add_argument("--pre-months", type=int, default=12)
    command.add_argument("--post-months", type=int, default=12)


def _impact(options: argparse.Namespace) -> Outcome:
    ws = Workspace.open(options.home)
    principal = Principal(name="command line", role=Role(options.role), demo=False)
    asked = ImpactOptions(
        start=options.start,
        end=options.to,
        camera_ids=tuple(options.camera),
        cells=None if options.cells is None else cells_of_file(options.cells),
        kind=options.kind,
        title=options.title,
        every_camera=options.all,
        categories=tuple(options.category),
        pre_months=options.pre_months,
        post_months=options.post_months,
    )
    found = cctv_impact(ws, principal, options.area, asked)
    return summary(found), in_words(found)


def summary(found: CctvImpactView) -> dict[str, Any]:
    """Return the figures under the keys that other programs read."""
    rows = (*found.outputs.rows, *found.outputs.started_by)
    return {
        "area": found.area_id,
        "scope": found.scope,
        "change": found.change_words,
        "place": found.place_words,
        "start": found.start,
        "before_months": list(found.before_months),
        "after_months": list(found.after_months),
        "verdict": found.verdict,
        "title": found.title,
        "sentence": found.sentence,
        "certainty": found.certainty_words,
        "reported": _strand(found.reported),
        "found_by_cctv": _strand(found.found_by_cctv),
        "other": None if found.other is None else _strand(found.other),
        "displacement_verdict": found.displacement_verdict,
        "displacement_sentence": found.displacement_sentence,
        "series": None if found.series is None else asdict(found.series),
        "outputs": {row.key: {"before": row.before, "after": row.after} for row in rows},
        "not_supplied": list(found.outputs.not_supplied),
        "treated_cells": list(found.treated_cells),
        "ring_cells": list(found.ring_cells),
        "control_cells": list(found.control_cells),
        "outages": found.outage_words,
        "context": list(found.context),
        "cannot_say": list(found.cannot_say),
        "caveats": list(found.caveats),
        "no_data": found.no_data,
        "fingerprint": found.provenance.fingerprint,
    }


def in_words(found: CctvImpactView) -> str:
    """Return the answer as a person reads it in a terminal."""
    strands = [found.reported, found.found_by_cctv, *([found.other] if found.other else [])]
    lines = [
        f"{found.area_name}: {found.change_words}. {found.scope_words}.",
        f"{found.title}.",
        found.sentence,
        found.certainty_words,
        found.displacement_sentence,
        "" if found.series is None else found.series.sentence,
        f"Compared: {found.compared_words}." if found.compared_words else "",
        *(f"{s.label}, {row.label.lower()}: {row.words}" for s in strands for row in s.counts),
        _odds_words(found.reported),
        found.match_words,
        found.outage_words,
        found.outputs.sentence,
        *found.caveats,
    ]
    return "\n".join(dict.fromkeys(line for line in lines if line))


def _strand(strand: StrandView) -> dict[str, Any]:
    return {
        "direction": strand.direction,
        "sentence": strand.sentence,
        "counts": {row.zone: {"before": row.before, "after": row.after} for row in strand.counts},
        "rate_ratio": asdict(strand.effect),
        "odds_ratio": asdict(strand.odds_ratio),
        "odds_ratio_adjusted": asdict(strand.odds_ratio_adjusted),
        "smallest_change": strand.smallest_change,
        "units_used": strand.units_used,
        "units_left_out": strand.units_left_out,
        "events": [asdict(point) for point in strand.events],
    }


def _odds_words(strand: StrandView) -> str:
    odds = strand.odds_ratio
    if odds.ratio is None or odds.low is None or odds.high is None:
        return ""
    return (
        f"Odds ratio of reports, for familiarity: {odds.ratio:.2f} ({odds.low:.2f} to"
        f" {odds.high:.2f}); above 1 is a fall, and its limits are too narrow."
    )
