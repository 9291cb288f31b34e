"""How does the app start?"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from data.workspace import Workspace, prepare_static
from geo.errors import GeoError

APP_ROOT = Path(__file__).resolve().parents[2]
"""The folder of app.py, where Streamlit finds its settings and its static files."""


def serve(ws: Workspace, *, port: int) -> None:
    """Run the app until it is stopped, and print its address first.

    Raises
    ------
    GeoError
        Where the server could not start or ended with a fault.
    """
    prepare_static(APP_ROOT, ws)
    print(f"Hexbeat opens on http://localhost:{port} (Ctrl+C stops it)", flush=True)  # noqa: T201
    ended = subprocess.run(  # noqa: S603
        serving_command(port, headless=not _has_screen()),
        cwd=APP_ROOT,
        env={**os.environ, "HEXBEAT_HOME": str(ws.settings.home.resolve())},
        check=False,
    )
    if ended.returncode not in {0, -2, 130}:
        message = f"The server stopped with code {ended.returncode}."
        raise GeoError(message, f"Is port {port} in use? Choose another one with --port.")


def serving_command(port: int, *, headless: bool) -> list[str]:
    """Return the command that starts Streamlit on ``port``."""
    return [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        "app.py",
        f"--server.port={port}",
        f"--server.headless={str(headless).lower()}",
    ]


def _has_screen() -> bool:
    """Return whether a browser can be opened for the user."""
    if sys.platform in {"darwin", "win32"}:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
