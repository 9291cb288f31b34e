"""How is a paper for a committee written, without a browser?

``hexbeat paper --area A --from YYYY-MM --out FOLDER``.
"""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, TypeAlias

from data.access import Principal, Role
from data.cctv_impact_views import ImpactOptions
from data.jobs.committee_paper import PaperOptions, committee_paper
from data.settings import MARKINGS
from data.whole_files import writable, write_whole
from data.workspace import Workspace

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from data.cli import Commands, Outcome

MakeCommand: TypeAlias = (
    "Callable[[Commands, str, Callable[[argparse.Namespace], Outcome], str],"
    " argparse.ArgumentParser]"
)


def add_commands(commands: Commands, make: MakeCommand) -> None:
    """Add the command to the command line; ``make`` adds one with what all commands share."""
    words = "write the committee paper on a change of cameras, as Word and as PDF"
    command = make(commands, "paper", _paper, words)
    command.add_argument("--area", required=True)
    command.add_argument(
        "--from", dest="start", metavar="YYYY-MM",
        help="first month of the change (default: when most of the cameras went live)",
    )  # fmt: skip
    command.add_argument("--to", metavar="YYYY-MM", help="last month looked at")
    command.add_argument(
        "--camera", action="append", default=[], metavar="ID",
        help="a camera that changed, as registered; may be given several times",
    )  # fmt: skip
    command.add_argument("--title", default="", help='such as "New control centre"')
    command.add_argument("--on", type=_day, metavar="YYYY-MM-DD", help="day of coverage")
    command.add_argument("--report-to", default="", help="the committee")
    command.add_argument("--officer", default="", help="post of the officer, never a name")
    command.add_argument("--meeting", type=_day, metavar="YYYY-MM-DD")
    command.add_argument(
        "--promised", action="append", default=[],
        help="what members were promised last time; may be given several times",
    )  # fmt: skip
    command.add_argument("--marking", choices=MARKINGS, help="can be raised, never lowered")
    command.add_argument("--out", type=Path, required=True, metavar="FOLDER")


def _paper(options: argparse.Namespace) -> Outcome:
    ws = Workspace.open(options.home)
    principal = Principal(name="command line", role=Role(options.role), demo=False)
    asked = PaperOptions(
        impact=ImpactOptions(
            start=options.start,
            end=options.to,
            camera_ids=tuple(options.camera),
            title=options.title,
        ),
        on=options.on,
        report_to=options.report_to,
        officer=options.officer,
        meeting=options.meeting,
        promised=tuple(options.promised),
        marking=options.marking,
    )
    made = committee_paper(ws, principal, options.area, asked)
    files = {"docx": (made.docx_name, made.docx), "pdf": (made.pdf_name, made.pdf)}
    paths = {kind: _written(options.out / name, content) for kind, (name, content) in files.items()}
    summary = {
        "title": made.title,
        "marking": made.marking,
        **{kind: str(path) for kind, path in paths.items()},
        "to_complete": list(made.prompts),
    }
    lines = [made.title, *(f"Written: {path}" for path in paths.values()), "To be completed:"]
    return summary, "\n".join([*lines, *(f"  {one}" for one in made.prompts)])


def _written(path: Path, content: bytes) -> Path:
    with writable():
        path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, partial(_copy, content))
    return path


def _copy(content: bytes, stream: IO[bytes]) -> int:
    return stream.write(content)


def _day(text: str) -> date:
    return date.fromisoformat(text)
