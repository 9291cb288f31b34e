"""Where are the sample town's coast, wards, patches, parks and streets?

Wards and patches are made of the blocks between streets, so that their edges run along streets.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import shapely

from data.samples import names
from data.samples.addresses import Addresses, line_addresses
from data.samples.blocks import joined, shared_edges
from data.samples.network import PIER_HALF_M, Network, lay_piers, lay_streets
from data.samples.plane import Plane, earth_to_metres

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from data.samples.spec import TownSpec

WGS84: Final = "EPSG:4326"
_ASPECT: Final = 2.1
_MOVED_M: Final = 420.0
_HINTERLAND_M: Final = 2500.0
_PULL: Final = 0.7


@dataclass(frozen=True, eq=False)
class Geography:
    """The ground of one town; all geometry in WGS 84 lon/lat.

    Attributes
    ----------
    boundary
        Of the borough, foreshore and piers included.
    land
        Land around and inside the borough, with the piers.
    wards_before, wards_after, patches, parks
        Frames with ``name`` and ``geometry``, sorted by name.
    streets
        Frame with ``name``, ``street_class`` (0 minor, 1 middle, 2 main) and ``geometry``
        (LineString from one junction to the next).
    """

    plane: Plane
    network: Network
    addresses: Addresses
    boundary: BaseGeometry
    land: BaseGeometry
    wards_before: gpd.GeoDataFrame
    wards_after: gpd.GeoDataFrame
    patches: gpd.GeoDataFrame
    parks: gpd.GeoDataFrame
    streets: gpd.GeoDataFrame


def lay_out(spec: TownSpec) -> Geography:
    """Return the ground of a town; effects and months do not change it."""
    rng = np.random.default_rng((spec.seed, 1))
    length = float(np.sqrt(spec.scale.area_km2 * 1e6 * _ASPECT))
    phases = tuple(float(p) for p in rng.uniform(-0.6, 0.6, 3))
    plane = Plane(length, length / _ASPECT, (phases[0], phases[1], phases[2]))
    network = lay_streets(plane, rng)
    streets = plane.draw(network.segments)
    blocks = _blocks(streets, plane.draw(network.cuts))
    boundary = shapely.coverage_union_all(blocks)
    addresses = line_addresses(plane, network, boundary)
    before, after, patches = _divide(spec, plane, addresses, network.quarters, blocks, rng)
    parks = plane.draw([park for _, park in network.parks])
    return Geography(
        plane,
        network,
        addresses,
        boundary,
        _land(plane),
        before,
        after,
        patches,
        gpd.GeoDataFrame({"name": [n for n, _ in network.parks]}, geometry=parks, crs=WGS84),
        gpd.GeoDataFrame(
            {"name": network.name, "street_class": network.street_class},
            geometry=streets,
            crs=WGS84,
        ),
    )


def _blocks(streets: NDArray[np.object_], cuts: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the faces between all lines, which tile the borough."""
    faces = shapely.get_parts(shapely.polygonize(np.concatenate((streets, cuts))))
    centre = shapely.get_coordinates(shapely.centroid(faces))
    return np.asarray(faces[np.lexsort((centre[:, 1], centre[:, 0]))])


def _land(plane: Plane) -> BaseGeometry:
    """Return the land, well beyond the borough, with pier decks."""
    ground = shapely.box(
        0.0,
        plane.south_m - _HINTERLAND_M,
        plane.depth_m + _HINTERLAND_M,
        plane.north_m + _HINTERLAND_M,
    )
    decks = [pier.buffer(PIER_HALF_M, cap_style="square") for pier in lay_piers(plane)]
    whole: BaseGeometry = plane.draw([shapely.union_all([ground, *decks])])[0]
    return whole


def _divide(
    spec: TownSpec,
    plane: Plane,
    addresses: Addresses,
    quarters: NDArray[np.object_],
    blocks: NDArray[np.object_],
    rng: np.random.Generator,
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return wards before and after the boundary change, and patches of whole new wards."""
    doors = plane.bend(np.column_stack((addresses.u, addresses.v)))[::7]
    middle = _pulled_to_quarters(plane, quarters, blocks)
    edges = shared_edges(blocks)
    seeds = _even_seeds(doors, spec.scale.wards + 1, rng)
    labels = _ward_names(seeds, rng)
    moved, kept = _redraw(seeds, rng)
    old = joined(_nearest(middle, seeds), edges)
    new = joined(_nearest(middle, moved), edges)
    after = [labels[k] for k in kept]
    shift = np.hypot(*(moved - seeds[kept]).T) * [name != names.WARDS[0] for name in after]
    after[int(np.argmax(shift))] = names.RENAMED_WARD
    patch_of_ward = _nearest(moved, _even_seeds(doors, spec.scale.patches, rng))
    _, patch_of_ward = np.unique(patch_of_ward, return_inverse=True)
    patch = joined(patch_of_ward[new], edges)
    homes = np.bincount(_nearest(doors, moved), minlength=len(moved))
    return (
        _regions(blocks, old, labels),
        _regions(blocks, new, after),
        _regions(blocks, patch, _patch_names(after, homes, patch_of_ward)),
    )


def _pulled_to_quarters(
    plane: Plane, quarters: NDArray[np.object_], blocks: NDArray[np.object_]
) -> NDArray[np.float64]:
    """Return a point for each block, pulled to the middle of its quarter, in metres, shape (b, 2).

    So most of a quarter falls to one ward, and most ward edges follow the larger roads.
    """
    inside = shapely.point_on_surface(blocks)
    points = earth_to_metres(shapely.get_coordinates(inside))
    middles = plane.bend(shapely.get_coordinates(shapely.centroid(quarters)))
    block, quarter = shapely.STRtree(plane.draw(quarters)).query(inside, predicate="within")
    points[block] += _PULL * (middles[quarter] - points[block])
    return np.asarray(points, dtype=np.float64)


def _patch_names(
    wards: list[str], homes: NDArray[np.int64], patch_of_ward: NDArray[np.int64]
) -> list[str]:
    """Return a name for each patch: its one or two largest wards."""
    found = []
    for patch in range(int(patch_of_ward.max()) + 1):
        inside = np.flatnonzero(patch_of_ward == patch)
        largest = inside[np.argsort(-homes[inside], kind="stable")][:2]
        found.append(" and ".join(wards[k] for k in largest))
    return found


def _even_seeds(
    points: NDArray[np.float64], count: int, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Return ``count`` seeds whose nearest points are about equally many (Lloyd's rule)."""
    seeds = points[np.sort(rng.choice(len(points), count, replace=False))]
    for _ in range(25):
        near = _nearest(points, seeds)
        size = np.bincount(near, minlength=count)
        total = np.column_stack([np.bincount(near, points[:, k], count) for k in (0, 1)])
        seeds = np.where(size[:, None] > 0, total / np.maximum(size, 1)[:, None], seeds)
    return np.asarray(seeds, dtype=np.float64)


def _nearest(points: NDArray[np.float64], seeds: NDArray[np.float64]) -> NDArray[np.int64]:
    gap = ((points[:, None, :] - seeds[None, :, :]) ** 2).sum(axis=2)
    return np.asarray(gap.argmin(axis=1), dtype=np.int64)


def _ward_names(seeds: NDArray[np.float64], rng: np.random.Generator) -> list[str]:
    """Return a name for each ward; the first name is the ward nearest to the pier."""
    others = [names.WARDS[k] for k in 1 + rng.permutation(len(names.WARDS) - 1)]
    central = int(np.argmin(np.hypot(seeds[:, 0], seeds[:, 1])))
    return [*others[:central], names.WARDS[0], *others[central : len(seeds) - 1]]


def _redraw(
    seeds: NDArray[np.float64], rng: np.random.Generator
) -> tuple[NDArray[np.float64], list[int]]:
    """Return the seeds after the boundary change, and which old seed each of them was.

    One ward is dissolved and a fifth of the others move; wards away from these stay as they are.
    """
    dissolved = int(rng.integers(len(seeds)))
    kept = [k for k in range(len(seeds)) if k != dissolved]
    after = seeds[kept].copy()
    for k in rng.choice(len(after), max(1, len(after) // 6), replace=False):
        after[k] += rng.uniform(-1, 1, 2) * _MOVED_M
    return after, kept


def _regions(
    blocks: NDArray[np.object_], owner: NDArray[np.int64], labels: list[str]
) -> gpd.GeoDataFrame:
    """Return one polygon for each owner, sorted by name."""
    geometry = [shapely.coverage_union_all(blocks[owner == k]) for k in range(len(labels))]
    frame = gpd.GeoDataFrame({"name": labels}, geometry=geometry, crs=WGS84)
    return frame.sort_values("name", ignore_index=True)
