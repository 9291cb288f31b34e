"""How does the sample town come in?"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from data.access import Permission, Principal, authorise
from data.clock import FixedClock
from data.ingest import append_incidents
from data.intervention_spec import content_of
from data.jobs.areas import add_area
from data.jobs.imports import import_files
from data.samples.pack import write_registers, write_town
from data.samples.plans import planned
from data.samples.reports import CCTV_PROVIDER, CCTV_SOURCE
from data.samples.spec import DEMO_TOWN
from data.samples.town import AREA_ID, Town, TownSpec, build_town
from data.store.interventions import add_intervention
from data.store.sources import set_source
from geo.periods import months_before
from geo.schema import PROVIDER, SOURCE

if TYPE_CHECKING:
    from data.workspace import Workspace

Progress = Callable[[str, int, int], None]


def load_sample(
    ws: Workspace,
    principal: Principal,
    *,
    progress: Progress | None = None,
    spec: TownSpec | None = None,
) -> bool:
    """Build the sample town and load it, where there is no area yet; return whether it was loaded.

    Parameters
    ----------
    progress
        Called with a sentence, how much is done, and of how much.
    spec
        Size, seed and what is planted; default: the standard town with four interventions. Its
        cameras, crews and logs come in from files, as any partnership's do.

    Raises
    ------
    AccessError
        Where the role may not load files.
    """
    authorise(principal, Permission.IMPORT)
    if ws.area_ids():
        return False
    say = progress or _say_nothing
    say("Building the sample town", 0, 3)
    town = build_town(spec or DEMO_TOWN)
    say("Drawing its area", 1, 3)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        add_area(ws, principal, write_town(town, folder))
        say("Storing its reports", 2, 3)
        _store_reports(ws, principal, town)
        _load_logs(ws, principal, town, folder)
    _register(ws, principal, town)
    say("The sample town is ready", 3, 3)
    return True


def _store_reports(ws: Workspace, principal: Principal, town: Town) -> None:
    """Store what police and council hold; the control room's finds come with its own log."""
    now = ws.clock.now()
    others = town.incidents[town.incidents[SOURCE] != CCTV_SOURCE]
    for (source, provider), rows in others.groupby([SOURCE, PROVIDER], sort=True):
        report = append_incidents(
            ws.lake,
            rows.reset_index(drop=True),
            source=str(source),
            provider=str(provider),
            file_name=f"Sample town: {provider}",
            now=now,
        )
        ws.store.record_import(principal, report, now=now)


def _load_logs(ws: Workspace, principal: Principal, town: Town, folder: Path) -> None:
    """Load registers and the control room's log as anybody would: from files.

    The recorder of the town keeps summer time, so that nobody need be asked. A machine whose clock
    stands before the town's last month reads them as of the month after, since no row of a log may
    lie in the future.
    """
    detail = {"source": CCTV_SOURCE, "clock": "local", "sample": True}
    now = ws.clock.now()
    with ws.store.change(principal, "set_source", CCTV_SOURCE, detail, now) as session:
        set_source(session, principal, CCTV_SOURCE, CCTV_PROVIDER, {"clock": "local"}, now)
    after = datetime.fromisoformat(f"{months_before(town.spec.end, -1)}-02T00:00+00:00")
    ws = replace(ws, clock=FixedClock(max(now, after)))
    import_files(ws, principal, write_registers(town, folder), AREA_ID)


def _register(ws: Workspace, principal: Principal, town: Town) -> None:
    """Register what is done in the town as if it had been planned a month before its start.

    The audit log says when it truly came in.
    """
    plans = planned(town)
    if not plans:
        return
    detail = {"interventions": len(plans), "sample": True}
    with ws.store.change(principal, "add_intervention", AREA_ID, detail, ws.clock.now()) as session:
        for spec, chosen in plans:
            add_intervention(session, principal, AREA_ID, content_of(spec), chosen)


def _say_nothing(sentence: str, done: int, of: int) -> None:
    """Tell nobody."""
