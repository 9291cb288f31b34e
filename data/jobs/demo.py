"""How does the sample town come in?"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from data.access import Permission, Principal, authorise
from data.ingest import append_incidents
from data.intervention_spec import content_of
from data.jobs.areas import add_area
from data.samples.pack import write_town
from data.samples.plans import planned
from data.samples.spec import DEMO_TOWN
from data.samples.town import AREA_ID, Town, TownSpec, build_town
from data.store.interventions import add_intervention
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
        Size, seed and what is planted; default: the standard town with four interventions.

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
    with tempfile.TemporaryDirectory() as folder:
        add_area(ws, principal, write_town(town, Path(folder)))
    say("Storing its reports", 2, 3)
    now = ws.clock.now()
    for (source, provider), rows in town.incidents.groupby([SOURCE, PROVIDER], sort=True):
        report = append_incidents(
            ws.lake,
            rows.reset_index(drop=True),
            source=str(source),
            provider=str(provider),
            file_name=f"Sample town: {provider}",
            now=now,
        )
        ws.store.record_import(principal, report, now=now)
    _register(ws, principal, town)
    say("The sample town is ready", 3, 3)
    return True


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
