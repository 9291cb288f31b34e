"""How is an area pack kept on disk, so that it is whole at any moment?

Each version lies in a folder of its own; ``area.json`` names the one that counts and is replaced in
one step. A reader sees the former pack or the new one, never a mixture.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry import mapping, shape

from data.area_sources import WGS84
from geo.area import ContextEvent, SinkLocation, StudyArea
from geo.errors import GeoError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapely.geometry.base import BaseGeometry

PACK_FILE: Final = "area.json"
_FORMAT: Final = 1


class AreaError(GeoError):
    """An area does not exist, or its pack cannot be used."""


def write_pack(folder: Path, area: StudyArea, notes: Sequence[str]) -> None:
    """Write an area pack and let it take the place of the former one.

    Parameters
    ----------
    folder
        Folder of this area.
    area
        The area; its files are GeoJSON in WGS 84.
    notes
        What was put right when it was built.
    """
    folder.mkdir(parents=True, exist_ok=True)
    version = folder / area.version
    if not version.is_dir():
        _write_version(version, area)
    replace_file(folder / PACK_FILE, _json(_facts(area, notes)))
    for former in folder.iterdir():
        if former.is_dir() and former.name != area.version:
            shutil.rmtree(former, ignore_errors=True)


def read_facts(folder: Path) -> dict[str, Any]:
    """Return what ``area.json`` says, shapes aside.

    Raises
    ------
    AreaError
        When there is no pack in the folder, or it is not one.
    """
    try:
        facts = json.loads((folder / PACK_FILE).read_text("utf-8"))
    except FileNotFoundError as error:
        message = f"There is no area {folder.name!r}."
        raise AreaError(message, "Add it with `hexbeat area add`, or list the areas.") from error
    except ValueError as error:
        message = f"The pack of the area {folder.name!r} is damaged: {error}."
        raise AreaError(message, "Add the area again.") from error
    if not isinstance(facts, dict) or facts.get("format") != _FORMAT:
        message = f"The pack of the area {folder.name!r} has a format that is not known."
        raise AreaError(message, "Add the area again with this Hexbeat.")
    return facts


def read_pack(folder: Path) -> StudyArea:
    """Return the area whose pack lies in a folder.

    Raises
    ------
    AreaError
        When there is no pack, or a file of it is absent or damaged.
    """
    try:
        return _read_current(folder)
    except FileNotFoundError:
        pass  # somebody has just put a newer pack in its place
    try:
        return _read_current(folder)
    except FileNotFoundError as error:
        message = f"The pack of the area {folder.name!r} lacks a file."
        raise AreaError(message, "Add the area again.") from error


def replace_file(path: Path, content: bytes) -> None:
    """Write a file in one step: whoever reads it finds the former content or the new one."""
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(draft).chmod(0o644)
    Path(draft).replace(path)


def _write_version(folder: Path, area: StudyArea) -> None:
    draft = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".draft-"))
    frames = {"wards": area.wards, "patches": area.patches, "streets": area.streets}
    for name, frame in frames.items():
        if frame is not None:
            replace_file(draft / f"{name}.geojson", _json(_features(frame)))
    outlines = {"boundary": area.boundary, "land": area.land}
    for name, outline in outlines.items():
        if outline is not None:
            frame = gpd.GeoDataFrame({"name": [area.name]}, geometry=[outline], crs=WGS84)
            replace_file(draft / f"{name}.geojson", _json(_features(frame)))
    footprints = {"buildings": area.buildings, "open_ground": area.open_ground}
    for name, frame in footprints.items():
        if frame is not None:
            frame.to_parquet(draft / f"{name}.parquet", index=False, compression="zstd")
    draft.chmod(0o755)
    draft.rename(folder)


def _read_current(folder: Path) -> StudyArea:
    facts = read_facts(folder)
    try:
        return _read_version(folder / facts["version"], facts)
    except (ValueError, LookupError, TypeError, shapely.errors.ShapelyError) as error:
        message = f"The pack of the area {folder.name!r} is damaged: {error}."
        raise AreaError(message, "Add the area again.") from error


def _read_version(folder: Path, facts: dict[str, Any]) -> StudyArea:
    return StudyArea(
        area_id=facts["area_id"],
        name=facts["name"],
        boundary=_read_outline(folder / "boundary.geojson"),
        wards=_read_frame(folder / "wards.geojson"),
        patches=_read_frame(folder / "patches.geojson"),
        wards_vintage=facts["wards_vintage"],
        crs_m=facts["crs_m"],
        timezone=facts["timezone"],
        version=facts["version"],
        priorities=tuple(facts["priorities"]),
        events=tuple(ContextEvent(**event) for event in facts["events"]),
        sinks=tuple(SinkLocation(**sink) for sink in facts["sinks"]),
        streets=_read_frame(folder / "streets.geojson") if facts["has_streets"] else None,
        land=_read_outline(folder / "land.geojson") if facts["has_land"] else None,
        buildings=_read_footprints(folder / "buildings.parquet", facts),
        open_ground=_read_footprints(folder / "open_ground.parquet", facts),
    )


def _facts(area: StudyArea, notes: Sequence[str]) -> dict[str, Any]:
    return {
        "format": _FORMAT,
        "area_id": area.area_id,
        "name": area.name,
        "version": area.version,
        "wards_vintage": area.wards_vintage,
        "crs_m": area.crs_m,
        "timezone": area.timezone,
        "priorities": list(area.priorities),
        "events": [asdict(event) for event in area.events],
        "sinks": [asdict(sink) for sink in area.sinks],
        "has_streets": area.streets is not None,
        "has_land": area.land is not None,
        "has_buildings": area.buildings is not None,
        "has_open_ground": area.open_ground is not None,
        "notes": list(notes),
    }


def _features(frame: gpd.GeoDataFrame) -> dict[str, Any]:
    names = [name for name in frame.columns if name != "geometry"]
    rows = zip(frame[names].to_dict("records"), frame.geometry, strict=True)
    features = [
        {"type": "Feature", "properties": properties, "geometry": mapping(outline)}
        for properties, outline in rows
    ]
    return {"type": "FeatureCollection", "features": features}


def _read_frame(path: Path) -> gpd.GeoDataFrame:
    features = json.loads(path.read_text("utf-8"))["features"]
    columns = {
        name: [feature["properties"][name] for feature in features]
        for name in (features[0]["properties"] if features else {"name": ""})
    }
    outlines = np.array([_shape(feature["geometry"]) for feature in features], dtype=object)
    return gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries(outlines, crs=WGS84), crs=WGS84)


def _read_footprints(path: Path, facts: dict[str, Any]) -> gpd.GeoDataFrame | None:
    """Return the shapes of a file that a pack may lack; packs of former versions name none."""
    return gpd.read_parquet(path) if facts.get(f"has_{path.stem}", False) else None


def _read_outline(path: Path) -> BaseGeometry:
    return _shape(json.loads(path.read_text("utf-8"))["features"][0]["geometry"])


def _shape(geometry: dict[str, Any]) -> BaseGeometry:
    return shape(geometry)


def _json(content: dict[str, Any]) -> bytes:
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode("utf-8")
