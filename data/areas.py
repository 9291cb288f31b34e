"""How is an area pack built from files, and which packs are there?

An area is a boundary with wards, patches and what is known of the place; see `geo.area.StudyArea`.
"""

from __future__ import annotations

import hashlib
import json
import re
import zoneinfo
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Final

import shapely

from data.area_context import read_events, read_priorities, read_sinks
from data.area_files import PACK_FILE, AreaError, read_facts, read_pack, write_pack
from data.area_footprints import buildings, open_ground
from data.area_shapes import Site, regions_frame, settle_one, system_in_metres, usual_crs_m
from data.area_sources import (
    Layer,
    find_field,
    has_field,
    name_field,
    names_of,
    polygonal,
    polygons,
    read_layer,
    select,
)
from geo.area import StudyArea

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd
    from shapely.geometry.base import BaseGeometry

VINTAGE_NOT_STATED: Final = "vintage not stated"
_AREA_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


@dataclass(frozen=True)
class AreaSpec:
    """From what an area is built: files, and what cannot be read from them.

    Attributes
    ----------
    area_id
        Key: small letters, digits and hyphens.
    boundary
        File of polygons that together are the area.
    where
        ``field=value``: which rows of the boundary file.
    name, name_field
        What people call the area; or the column with names, in boundary and wards. Without both, a
        column that looks like one, else the key.
    wards, wards_vintage
        File of wards, and in words since when they are so: "from May 2023". Without the file, the
        whole area is one ward.
    patches
        File of neighbourhood teams' patches; without it wards serve.
    streets, land
        Files of street lines, and of land as opposed to water.
    buildings, open_ground
        Files of building footprints, which cut what a camera sees; and of parks, promenades and
        squares, where the public walks away from streets.
    crs
        System in metres such as ``EPSG:27700``; also that of files that name none. Without it, the
        British grid in Great Britain, else the UTM zone.
    timezone
        IANA name.
    priorities, events, sinks
        Files of the partnership's priorities, dated events and default locations.

    Raises
    ------
    AreaError
        When the key or the time zone cannot be used.
    """

    area_id: str
    boundary: Path
    where: str | None = None
    name: str | None = None
    name_field: str | None = None
    wards: Path | None = None
    wards_vintage: str | None = None
    patches: Path | None = None
    streets: Path | None = None
    land: Path | None = None
    crs: str | None = None
    timezone: str = "Europe/London"
    priorities: Path | None = None
    events: Path | None = None
    sinks: Path | None = None
    buildings: Path | None = None
    open_ground: Path | None = None

    def __post_init__(self) -> None:
        check_area_id(self.area_id)
        if self.timezone not in zoneinfo.available_timezones():
            message = f"There is no time zone {self.timezone!r}."
            raise AreaError(message, "Write it like Europe/London.")


@dataclass(frozen=True, eq=False)
class AreaPack:
    """An area, and notes on what was put right or left out when it was built."""

    area: StudyArea
    notes: tuple[str, ...] = ()


def check_area_id(area_id: str) -> None:
    """Let a key pass that is safe in a path and in a URL.

    Raises
    ------
    AreaError
        When it is not made of small letters, digits and hyphens.
    """
    if not _AREA_ID.fullmatch(area_id):
        message = f"An area's key has small letters, digits and hyphens; found {area_id!r}."
        raise AreaError(message, "Choose one like north-shore.")


def build_area(spec: AreaSpec) -> AreaPack:
    """Return the area that the files describe.

    Parameters
    ----------
    spec
        Files in any format and coordinate system that geopandas reads.

    Raises
    ------
    SchemaError
        When a file is absent or does not hold what it must.
    CrsError
        When coordinates and coordinate system do not fit, or ``crs`` is not in metres.
    """
    file_crs = system_in_metres(spec.crs) if spec.crs else None
    chosen, boundary = _boundary(spec, file_crs)
    site = Site(boundary, file_crs or usual_crs_m(boundary), file_crs, spec.name_field)
    _check_name_field(spec, chosen, file_crs)
    name = spec.name or _area_name(chosen, spec)
    notes = list(chosen.notes)
    wards, patches = _wards_and_patches(spec, site, name, notes)
    bare = StudyArea(
        area_id=spec.area_id,
        name=name,
        boundary=boundary,
        wards=wards,
        patches=patches,
        wards_vintage=" ".join((spec.wards_vintage or "").split()) or VINTAGE_NOT_STATED,
        crs_m=site.crs_m,
        timezone=spec.timezone,
        version="",
    )
    area = _with_context(_with_basemap(bare, spec, site, notes), spec, file_crs, notes)
    return AreaPack(versioned(area), tuple(notes))


def versioned(area: StudyArea) -> StudyArea:
    """Return the area with the hash of its content as its version.

    The order in which files held their rows does not matter.
    """
    facts = [
        area.area_id, area.name, area.wards_vintage, area.crs_m, area.timezone,
        list(area.priorities),
        [asdict(event) for event in area.events],
        [asdict(sink) for sink in area.sinks],
        area.boundary.wkb_hex,
        area.land.wkb_hex if area.land is not None else None,
    ]  # fmt: skip
    digest = hashlib.sha256(json.dumps(facts, ensure_ascii=True).encode())
    for frame in (area.wards, area.patches, area.streets):
        digest.update(b"|")
        if frame is not None:
            digest.update(_frame_bytes(frame))
    for kind, frame in (("buildings", area.buildings), ("open_ground", area.open_ground)):
        if frame is not None:
            digest.update(b"|" + kind.encode() + _outline_bytes(frame))
    return replace(area, version=digest.hexdigest()[:12])


def save_area(areas_path: Path, pack: AreaPack) -> None:
    """Keep an area pack; the former one of the same key stays until this one is whole.

    Parameters
    ----------
    areas_path
        Folder of all area packs.
    pack
        The area to keep.
    """
    check_area_id(pack.area.area_id)
    write_pack(areas_path / pack.area.area_id, pack.area, pack.notes)


def load_area(areas_path: Path, area_id: str) -> StudyArea:
    """Return an area that was kept.

    Raises
    ------
    AreaError
        When there is none of this key, or its pack is damaged.
    """
    check_area_id(area_id)
    return read_pack(areas_path / area_id)


def area_version(areas_path: Path, area_id: str) -> str:
    """Return the version of an area that was kept, without reading its shapes.

    Raises
    ------
    AreaError
        When there is none of this key, or its pack is damaged.
    """
    check_area_id(area_id)
    return str(read_facts(areas_path / area_id)["version"])


def saved_area_ids(areas_path: Path) -> tuple[str, ...]:
    """Return the keys of the areas that were kept, sorted."""
    if not areas_path.is_dir():
        return ()
    found = (folder.parent.name for folder in areas_path.glob(f"*/{PACK_FILE}"))
    return tuple(sorted(area_id for area_id in found if _AREA_ID.fullmatch(area_id)))


def _boundary(spec: AreaSpec, file_crs: str | None) -> tuple[Layer, BaseGeometry]:
    layer = read_layer(spec.boundary, crs=file_crs)
    chosen = polygons(select(layer, spec.where) if spec.where else layer, "boundary")
    whole = shapely.union_all(chosen.shapes.geometry.to_numpy())
    return chosen, settle_one(polygonal(whole))


def _check_name_field(spec: AreaSpec, chosen: Layer, file_crs: str | None) -> None:
    """Let the column of names pass where the boundary or the wards have it."""
    if spec.name_field is None or has_field(chosen, spec.name_field):
        return
    find_field(read_layer(spec.wards, crs=file_crs) if spec.wards else chosen, spec.name_field)


def _area_name(chosen: Layer, spec: AreaSpec) -> str:
    """Return the one name that the chosen rows share, else the key in words."""
    column = name_field(chosen, spec.name_field)
    names = set(names_of(chosen, column)) - {""} if column else set()
    return names.pop() if len(names) == 1 else spec.area_id.replace("-", " ").capitalize()


def _wards_and_patches(
    spec: AreaSpec, site: Site, name: str, notes: list[str]
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    if spec.wards is None:
        wards = regions_frame({name: site.boundary})
    else:
        wards, said = site.regions(spec.wards, "wards")
        notes.extend(said)
    if spec.patches is None:
        return wards, wards.copy()
    patches, said = site.regions(spec.patches, "patches")
    notes.extend(said)
    return wards, patches


def _with_basemap(area: StudyArea, spec: AreaSpec, site: Site, notes: list[str]) -> StudyArea:
    if spec.streets is not None:
        streets, said = site.streets(spec.streets)
        notes.extend(said)
        area = replace(area, streets=streets)
    if spec.land is not None:
        land, said = site.land(spec.land)
        notes.extend(said)
        area = replace(area, land=land)
    if spec.buildings is not None:
        footprints, said = buildings(spec.buildings, site)
        notes.extend(said)
        area = replace(area, buildings=footprints)
    if spec.open_ground is not None:
        ground, said = open_ground(spec.open_ground, site)
        notes.extend(said)
        area = replace(area, open_ground=ground)
    return area


def _with_context(
    area: StudyArea, spec: AreaSpec, file_crs: str | None, notes: list[str]
) -> StudyArea:
    if spec.priorities is not None:
        area = replace(area, priorities=read_priorities(spec.priorities))
    if spec.events is not None:
        events, said = read_events(spec.events)
        notes.extend(said)
        area = replace(area, events=events)
    if spec.sinks is not None:
        sinks, said = read_sinks(spec.sinks, crs=file_crs)
        notes.extend(said)
        area = replace(area, sinks=sinks)
    return area


def _frame_bytes(frame: gpd.GeoDataFrame) -> bytes:
    plain = frame[[name for name in frame.columns if name != "geometry"]]
    rows = zip(plain.to_dict("records"), shapely.to_wkb(frame.geometry.to_numpy()), strict=True)
    texts = (json.dumps(row, sort_keys=True).encode() + wkb for row, wkb in rows)
    return b"\n".join(sorted(texts))


def _outline_bytes(frame: gpd.GeoDataFrame) -> bytes:
    shapes = shapely.to_wkb(frame.geometry.to_numpy())
    plain = frame.drop(columns="geometry").to_numpy(dtype="float64")
    return b"\n".join(sorted(row.tobytes() + wkb for row, wkb in zip(plain, shapes, strict=True)))
