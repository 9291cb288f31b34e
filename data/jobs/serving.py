"""How does the app start?

The command becomes the server: what every page needs is loaded, and what most readers open first is
worked out, before the first of them comes.
"""

from __future__ import annotations

import importlib
import os
import runpy
import socket
import sys
import threading
from functools import lru_cache
from pathlib import Path
from typing import Final

from data.jobs.analysis import analyse, persistent_cells
from data.jobs.counts import area_reports, last_observed
from data.views import HotspotParams
from data.workspace import Workspace, prepare_static
from geo.errors import GeoError

APP_ROOT: Final = Path(__file__).resolve().parents[2]
"""The folder of app.py, where Streamlit finds its settings and its static files."""

NEEDED_BY_PAGES: Final = (
    "geo.viz.charts",
    "geo.viz.mapkit",
    "data.jobs.home",
    "data.jobs.demo",
    "sklearn.cluster",
)


_OPENING: Final = threading.Lock()


def served_workspace() -> Workspace:
    """Return the one workspace of this server, opened where the environment says."""
    with _OPENING:
        return _opened()


@lru_cache(maxsize=1)
def _opened() -> Workspace:
    ws = Workspace.open()
    hand_out(ws)
    return ws


def hand_out(ws: Workspace) -> None:
    """Put Leaflet and the street lines of every area where the map's frame fetches them."""
    prepare_static(APP_ROOT, ws)


def forget_workspace() -> None:
    """Open the workspace anew when it is next asked for."""
    _opened.cache_clear()


def serve(home: Path | None, *, port: int) -> None:
    """Print the address of the app, and serve it until that is stopped.

    Raises
    ------
    GeoError
        Where the port is taken, or the home folder cannot be used.
    """
    _check_port(port)
    ws = Workspace.open(home)
    os.environ["HEXBEAT_HOME"] = str(ws.settings.home.resolve())
    ws.close()
    print(f"Hexbeat opens on http://localhost:{port} (Ctrl+C stops it)", flush=True)  # noqa: T201
    os.chdir(APP_ROOT)
    threading.Thread(target=warm_up, daemon=True).start()
    sys.argv = ["streamlit", *server_options(port, headless=not _has_screen())]
    runpy.run_module("streamlit", run_name="__main__", alter_sys=True)


def server_options(port: int, *, headless: bool) -> list[str]:
    """Return what the server is told: the script, the port, and whether to open a browser."""
    return [
        "run",
        "app.py",
        f"--server.port={port}",
        f"--server.headless={str(headless).lower()}",
    ]


def warm_up() -> None:
    """Load what every page needs, and work out the newest hotspots of every area."""
    for name in NEEDED_BY_PAGES:
        importlib.import_module(name)
    ws = served_workspace()
    for area_id in ws.area_ids():
        reports = area_reports(ws, area_id)
        if reports.observed.any():
            params = HotspotParams(to=last_observed(reports))
            analyse(ws, area_id, params)
            persistent_cells(ws, area_id, params)


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as taken:
            message = f"The port {port} is in use."
            raise GeoError(message, "Choose another one: --port 8502.") from taken


def _has_screen() -> bool:
    """Return whether a browser can be opened for the user."""
    if sys.platform in {"darwin", "win32"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
