"""How are months fetched from the public police service, without a browser?"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from data.errors import DataError
from data.jobs import downloads
from geo.periods import month_words

if TYPE_CHECKING:
    import argparse

    from data.access import Principal
    from data.workspace import Workspace


def add_arguments(command: argparse.ArgumentParser) -> None:
    """Add what can be chosen."""
    command.add_argument("--area", required=True)
    command.add_argument("--from", dest="first", metavar="YYYY-MM", required=True)
    command.add_argument("--to", dest="last", metavar="YYYY-MM", required=True)
    command.add_argument(
        "--force", default="", help="name of the police force (default: found from the area)"
    )


def run(
    ws: Workspace, principal: Principal, options: argparse.Namespace, say: downloads.Progress
) -> tuple[dict[str, Any], str]:
    """Fetch the months and load them; return the report as JSON shows it, and in words.

    Raises
    ------
    DataError
        Where the person stops it.
    """
    wanted = downloads.PoliceMonths(options.area, options.first, options.last, options.force)
    try:
        report = downloads.download_police(ws, principal, wanted, progress=say)
    except KeyboardInterrupt as stop:
        message = "Stopped. Months that were whole are kept."
        raise DataError(message, "Run it again to fetch the rest.") from stop
    return summary(report), words(report)


def summary(report: downloads.DownloadReport) -> dict[str, Any]:
    """Return what became of every month, and of every row, as JSON shows it."""
    found = asdict(report)
    if report.import_report is not None:
        found["import_report"]["refused"] = found["import_report"]["refused"][:100]
    return found


def words(report: downloads.DownloadReport) -> str:
    """Return what became of every month, as a person reads it in a terminal."""
    lines = [f"{month_words(one.month)}: {one.words}" for one in report.months]
    loaded = report.import_report
    if loaded is not None:
        lines.append(
            f"{loaded.rows_kept:,} of {loaded.rows_read:,} rows loaded."
            f" Dataset version {loaded.dataset_version}."
        )
    return "\n".join([downloads.summary_words(report), *lines, downloads.NO_LOCATION_WORDS])
