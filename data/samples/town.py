"""What is the sample town: its ground, its reports, and what is true of them?

A seaside borough that does not exist. Equal specs give equal bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from data.samples import names
from data.samples.buildings import draw_buildings, draw_open_ground
from data.samples.cameras import place_cameras
from data.samples.context import PRIORITIES, events, police_station, wards_vintage
from data.samples.finds import watch
from data.samples.geography import Geography, lay_out
from data.samples.plane import CRS_M, TIMEZONE
from data.samples.rates import Rates, expect
from data.samples.reports import Scene, draw_reports
from data.samples.spec import PlantedPlaces, TownSpec
from data.samples.truth import TownDrawn, tell_truth

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from shapely.geometry.base import BaseGeometry

    from data.samples.finds import Watch
    from data.samples.reports import Reports
    from geo.area import ContextEvent, SinkLocation

__all__ = ["AREA_ID", "PlantedPlaces", "Town", "TownSpec", "build_town"]

AREA_ID: Final = names.TOWN.casefold()


@dataclass(frozen=True, eq=False)
class Town:
    """A sample town; geometry in WGS 84 lon/lat.

    Attributes
    ----------
    spec
        From what it was made.
    geography
        Its ground; the usual parts have short names here.
    buildings
        Footprints: ``height_m``, ``geometry``.
    watch
        Its cameras, what each sees, and when which of them did not work.
    rates
        What each cell truly expects, and what was planted.
    reports
        Every report, and the incident behind each.
    """

    spec: TownSpec
    geography: Geography
    buildings: gpd.GeoDataFrame
    watch: Watch
    rates: Rates
    reports: Reports

    name: str = names.TOWN
    crs_m: str = CRS_M
    timezone: str = TIMEZONE
    priorities: tuple[str, ...] = PRIORITIES

    @property
    def boundary(self) -> BaseGeometry:
        """The borough's outline, foreshore and piers included."""
        return self.geography.boundary

    @property
    def land(self) -> BaseGeometry:
        """Land in and well around the borough."""
        return self.geography.land

    @property
    def wards_before(self) -> gpd.GeoDataFrame:
        """Wards until the boundary change: ``name``, ``geometry``."""
        return self.geography.wards_before

    @property
    def wards_after(self) -> gpd.GeoDataFrame:
        """Wards since the boundary change: ``name``, ``geometry``."""
        return self.geography.wards_after

    @property
    def patches(self) -> gpd.GeoDataFrame:
        """Neighbourhood teams' patches, of whole new wards: ``name``, ``geometry``."""
        return self.geography.patches

    @property
    def streets(self) -> gpd.GeoDataFrame:
        """Street lines: ``name``, ``street_class``, ``geometry``."""
        return self.geography.streets

    @cached_property
    def open_ground(self) -> gpd.GeoDataFrame:
        """Parks, the promenade and the square: ``name``, ``geometry``."""
        ground = self.geography
        return draw_open_ground(ground.plane, ground.parks, ground.boundary)

    @property
    def incidents(self) -> pd.DataFrame:
        """Reports of police, council and control room, by ``geo.schema.INCIDENT_COLUMNS``."""
        return self.reports.incidents

    @property
    def wards_vintage(self) -> str:
        """Since when ``wards_after`` hold, in words."""
        return wards_vintage(self.spec)

    @property
    def events(self) -> tuple[ContextEvent, ...]:
        """Dated context events."""
        return events(self.spec)

    @property
    def sinks(self) -> tuple[SinkLocation, ...]:
        """Known default locations."""
        address, doors = self.rates.station_address, self.geography.addresses
        return (police_station(float(doors.lon[address]), float(doors.lat[address])),)

    @cached_property
    def truth(self) -> dict[str, Any]:
        """What was planted and is truly expected; see `data.samples.truth`."""
        drawn = TownDrawn(self.geography, self.watch, self.rates, self.reports)
        return tell_truth(self.spec, drawn)


def build_town(spec: TownSpec) -> Town:
    """Return the town of a spec.

    Raises
    ------
    NotEnoughDataError
        Where the town has no room or too few reports for what is to be planted.

    Examples
    --------
    >>> town = build_town(TownSpec(seed=1, size="small", months=2))
    >>> town.name, len(town.wards_after)
    ('Saltmere', 8)
    """
    geography = lay_out(spec)
    streets = geography.network.name
    rates = expect(spec, geography.plane, geography.addresses, streets)
    buildings = draw_buildings(spec, geography.plane, geography.network)
    estate = place_cameras(spec, geography, buildings, rates)
    seen = watch(spec, estate, geography.addresses, rates)
    scene = Scene(spec, geography.plane, geography.addresses, rates, streets, seen)
    return Town(spec, geography, buildings, seen, rates, draw_reports(scene))
