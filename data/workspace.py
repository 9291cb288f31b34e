"""Where does every screen, command and test start?

A workspace joins settings, clock, data set, counting engine and records of one home folder.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from data.areas import area_version, load_area, saved_area_ids
from data.basemap import (
    building_address,
    copy_leaflet,
    street_address,
    write_buildings,
    write_streets,
)
from data.clock import Clock, clock_for
from data.engines.embedded import EmbeddedEngine
from data.lake import Lake
from data.settings import Settings, SettingsError, read_settings
from data.store.store import Store

if TYPE_CHECKING:
    from pathlib import Path

    from data.engines.protocol import Engine
    from geo.area import StudyArea


@dataclass(frozen=True, eq=False)
class Workspace:
    """Everything of one home folder. Two of them never share a cache: each equals only itself."""

    settings: Settings
    lake: Lake
    store: Store
    engine: Engine
    clock: Clock
    _areas: dict[str, StudyArea] = field(default_factory=dict, repr=False)

    @classmethod
    def open(cls, home: Path | None = None, *, clock: Clock | None = None) -> Workspace:
        """Return the workspace of a home folder, which is made where it is absent.

        Parameters
        ----------
        home
            Folder of all runtime state; None takes ``HEXBEAT_HOME``, else ``var`` in the working
            folder.
        clock
            None takes the time of this machine, or ``HEXBEAT_NOW``.

        Raises
        ------
        SettingsError
            When a setting cannot be used, or the folder cannot be made.
        StoreError
            When the records cannot be used.
        """
        settings = read_settings(home)
        try:
            settings.home.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            message = f"The home folder {settings.home} cannot be made: {error.strerror}."
            raise SettingsError(message, "Choose another one with --home.") from error
        lake = Lake(settings.lake_path)
        return cls(
            settings=settings,
            lake=lake,
            store=Store.open(settings.store_path),
            engine=EmbeddedEngine(lake, memory_mb=settings.memory_limit_mb),
            clock=clock or clock_for(settings),
        )

    def area_ids(self) -> tuple[str, ...]:
        """Return the keys of the areas, sorted."""
        return saved_area_ids(self.settings.areas_path)

    def area(self, area_id: str) -> StudyArea:
        """Return an area, read from disk only when its pack has changed.

        Raises
        ------
        AreaError
            When there is none of this key, or its pack is damaged.
        """
        known = self._areas.get(area_id)
        if known is None or known.version != area_version(self.settings.areas_path, area_id):
            known = load_area(self.settings.areas_path, area_id)
            self._areas[area_id] = known
        return known

    def areas(self) -> tuple[StudyArea, ...]:
        """Return all areas, sorted by key."""
        return tuple(self.area(area_id) for area_id in self.area_ids())

    def street_address(self, area_id: str) -> str | None:
        """Return where the server hands out an area's street lines, seen from its static folder.

        None where the area has none.
        """
        area = self.area(area_id)
        return None if area.streets is None else street_address(area)

    def building_address(self, area_id: str) -> str | None:
        """Return where the server hands out an area's buildings; None where it has none."""
        area = self.area(area_id)
        return None if area.buildings is None else building_address(area)

    def close(self) -> None:
        """Let go of the files."""
        self.store.close()


def prepare_static(app_root: Path, workspace: Workspace) -> None:
    """Put what the map's frame fetches into the folder that the server hands out.

    Parameters
    ----------
    app_root
        Folder of ``app.py``; files go into its folder ``static``.
    workspace
        Whose areas' street lines and building footprints are written.

    Notes
    -----
    The folder is served without sign-in: only Leaflet, public street lines and footprints go
    there, nothing from reports or registers. Calling it again changes nothing.
    """
    static = app_root / "static"
    copy_leaflet(static)
    for area in workspace.areas():
        if area.streets is not None:
            write_streets(static / street_address(area), area.streets)
        if area.buildings is not None:
            write_buildings(static / building_address(area), area.buildings)
