"""How are figures published, opened again, and deleted at the end of their time, without a browser?

``hexbeat publish``, ``hexbeat snapshot list`` and ``show``, ``hexbeat retention plan``, ``ask``,
``approve`` and ``run``.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, TypeAlias

from data.access import Principal, Role
from data.jobs import hotspot_files, retention, snapshots
from data.jobs.hotspots import latest_month
from data.views import HotspotParams
from data.workspace import Workspace

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from data.cli import Commands, Outcome
    from data.jobs.retention import DeletionView
    from data.snapshots import FrozenSnapshot, SnapshotView

MakeCommand: TypeAlias = (
    "Callable[[Commands, str, Callable[[argparse.Namespace], Outcome], str],"
    " argparse.ArgumentParser]"
)


def add_commands(commands: Commands, make: MakeCommand) -> None:
    """Add the commands to the command line; ``make`` adds one with what all commands share."""
    publish = make(commands, "publish", _publish, "freeze the figures of an area as a snapshot")
    publish.add_argument("--area", required=True)
    publish.add_argument("--title", help="default: the tactical assessment of the last month")
    publish.add_argument("--to", metavar="YYYY-MM", help="default: the last month with data")
    publish.add_argument("--name", default="command line", help="who publishes")
    words = "list or show published snapshots"
    group = commands.add_parser("snapshot", help=words).add_subparsers(
        required=True, metavar="list|show"
    )
    listing = make(group, "list", _list, "list the published snapshots of an area")
    listing.add_argument("--area", required=True)
    show = make(group, "show", _show, "show the figures of a snapshot as they were published")
    show.add_argument("snapshot_id", metavar="ID")
    _retention_commands(commands, make)


def _retention_commands(commands: Commands, make: MakeCommand) -> None:
    words = "what is past its limit, and its deletion by two persons"
    group = commands.add_parser("retention", help=words, description=words).add_subparsers(
        required=True, metavar="plan|ask|approve|run"
    )
    make(group, "plan", _plan, "list what is past its limit")
    ask = make(group, "ask", _ask, "ask for the deletion of all that is past its limit")
    approve = make(group, "approve", _approve, "approve a deletion that another person asked for")
    approve.add_argument("deletion_id", metavar="ID", type=int)
    for command in (ask, approve):
        command.add_argument("--name", required=True, help="who asks or approves")
    make(group, "run", _run, "carry out what was approved, and list what is past its limit")


def _workspace(options: argparse.Namespace) -> Workspace:
    return Workspace.open(options.home)


def _principal(options: argparse.Namespace) -> Principal:
    name = getattr(options, "name", "command line")
    return Principal(name=name, role=Role(options.role), demo=False)


def _publish(options: argparse.Namespace) -> Outcome:
    ws, principal = _workspace(options), _principal(options)
    to = options.to or latest_month(ws, principal, options.area)
    snapshot = snapshots.publish(
        ws,
        principal,
        options.area,
        title=options.title or snapshots.default_title(to),
        params=HotspotParams(to=to),
    )
    return _snapshot(snapshot), f"Published: {_line(snapshot)}"


def _list(options: argparse.Namespace) -> Outcome:
    found = snapshots.snapshots(_workspace(options), _principal(options), options.area)
    words = "\n".join(_line(one) for one in found)
    return {"snapshots": [_snapshot(one) for one in found]}, words or "Nothing is published yet."


def _show(options: argparse.Namespace) -> Outcome:
    frozen = snapshots.reopen(_workspace(options), _principal(options), options.snapshot_id)
    shown = {
        "snapshot": _snapshot(frozen.view),
        "finding": frozen.home.title,
        "figures": hotspot_files.summary(frozen.result),
        "coverage": frozen.coverage.sentence,
        "made": dict(frozen.made),
        "accepted": [{"held": held, "reason": reason} for held, reason in frozen.accepted],
    }
    return shown, snapshot_words(frozen)


def snapshot_words(frozen: FrozenSnapshot) -> str:
    """Return a snapshot as a person reads it in a terminal."""
    result = frozen.result
    lines = [_line(frozen.view), frozen.home.title, f"{result.total:,} in all. {result.headline}."]
    lines += [
        f"{spot.rank:>3}. {spot.name}: {spot.n:,} ({spot.share:.1%}), {spot.change.title}"
        for spot in result.hotspots
    ]
    lines += result.caveats
    return "\n".join([*lines, *(f"{name}: {value}" for name, value in frozen.made)])


def _plan(options: argparse.Namespace) -> Outcome:
    return _due(_workspace(options), _principal(options), [])


def _ask(options: argparse.Namespace) -> Outcome:
    ws, principal = _workspace(options), _principal(options)
    due = retention.retention_plan(ws, principal).due
    asked = [retention.ask_deletion(ws, principal, one) for one in due]
    lines = [f"Asked for deletion {one.deletion_id}: {one.words}." for one in asked]
    lines.append("A second person approves: hexbeat --role ig_auditor retention approve ID --name")
    words = "\n".join(lines) if asked else "Nothing is past its limit."
    return {"asked": [asdict(one) for one in asked]}, words


def _approve(options: argparse.Namespace) -> Outcome:
    done = retention.approve_deletion(_workspace(options), _principal(options), options.deletion_id)
    return {"deleted": asdict(done)}, f"Deleted: {done.words}."


def _run(options: argparse.Namespace) -> Outcome:
    ws, principal = _workspace(options), _principal(options)
    return _due(ws, principal, list(retention.run_deletions(ws, principal)))


def _due(ws: Workspace, principal: Principal, deleted: list[DeletionView]) -> Outcome:
    plan = retention.retention_plan(ws, principal)
    lines = [f"Deleted: {one.words}." for one in deleted]
    lines += [f"Past its limit: {one.words}." for one in plan.due]
    lines += [
        f"Deletion {one.deletion_id}, asked for by {one.asked_by}, waits for a second person:"
        f" {one.words}."
        for one in plan.waiting
    ]
    lines += [
        f"Deletion {one.deletion_id} is approved and not carried out: {one.words}."
        for one in plan.approved
    ]
    summary: dict[str, Any] = {"deleted": [asdict(one) for one in deleted], **asdict(plan)}
    summary["limits"] = dict(plan.limits)
    return summary, "\n".join(lines) or "Nothing is past its limit."


def _snapshot(view: SnapshotView) -> dict[str, Any]:
    return {**asdict(view), "at": view.at.isoformat()}


def _line(view: SnapshotView) -> str:
    return (
        f"{view.title} ({view.months_words}), {view.when_words} by {view.given_by}, data version"
        f" {view.dataset_version}, id {view.snapshot_id}"
    )
