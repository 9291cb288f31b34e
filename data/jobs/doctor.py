"""Is this installation sound, and are the stored data whole?"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from data.workspace import Workspace


@dataclass(frozen=True)
class Finding:
    """One check: what was looked at, what was found, and what to do if it failed."""

    what: str
    ok: bool
    found: str
    hint: str = ""


def examine(ws: Workspace) -> tuple[Finding, ...]:
    """Return every check, in order; none of them changes anything."""
    return (
        _python(),
        Finding("Hexbeat", ok=True, found=version("hexbeat")),
        Finding("Streamlit", ok=True, found=version("streamlit")),
        _home(ws),
        _lake(ws),
        _audit(ws),
        Finding("Areas", ok=True, found=", ".join(ws.area_ids()) or "none yet"),
    )


def _python() -> Finding:
    found = ".".join(str(part) for part in sys.version_info[:3])
    return Finding("Python", sys.version_info >= (3, 11), found, "Install Python 3.11 or newer.")


def _home(ws: Workspace) -> Finding:
    home = ws.settings.home
    writable = os.access(home, os.W_OK)
    return Finding("Home folder", writable, str(home), "Choose a folder you can write to.")


def _lake(ws: Workspace) -> Finding:
    damaged = ws.lake.damaged_files()
    found = f"dataset version {ws.lake.version}"
    if damaged:
        found = f"{len(damaged)} files are missing or changed, the first is {damaged[0]}"
    return Finding("Stored reports", not damaged, found, "Load the files of those months again.")


def _audit(ws: Workspace) -> Finding:
    chain = ws.store.check_chain()
    found = f"{chain.entries} entries, whole" if chain.whole else f"broken at {chain.broken_at}"
    return Finding("Audit log", chain.whole, found, "Restore the store from a backup.")
