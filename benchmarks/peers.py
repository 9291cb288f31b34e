"""The same job as Hexbeat's, done with the usual libraries as their documentation shows.

From monthly police files to a hotspot table: pandas reads, the area filter comes first, h3 assigns
cells, esda gives Gi* with 999 permutations for each month, pymannkendall the trend of each cell,
scikit-learn's DBSCAN joins persistent cells. Study cells and neighbours follow Hexbeat's rule, so
that the counts can be asserted equal.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import h3
import numpy as np
import pandas as pd
import pymannkendall
from esda.getisord import G_Local
from libpysal.weights import W
from scipy.stats import false_discovery_control
from shapely.geometry import Polygon
from sklearn.cluster import DBSCAN

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

RESOLUTION = 9
PERMUTATIONS = 999
COLUMNS = ["Crime ID", "Month", "Longitude", "Latitude", "Location", "Crime type"]


@dataclass(frozen=True)
class PeerResult:
    """Counts of cells x months, and the group of each persistent cell."""

    counts: pd.DataFrame
    groups: pd.Series


def read_files(files: Sequence[Path], boundary: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the located rows inside the boundary, exact repeats of a Crime ID dropped."""
    months = []
    for file in files:
        rows = pd.read_csv(file)
        repeated = rows["Crime ID"].notna() & rows.duplicated()
        rows = rows.loc[~repeated, COLUMNS].dropna(subset=["Longitude", "Latitude"])
        west, south, east, north = boundary.total_bounds
        near = rows["Longitude"].between(west, east) & rows["Latitude"].between(south, north)
        months.append(rows[near])
    located = pd.concat(months, ignore_index=True)
    points = gpd.points_from_xy(located["Longitude"], located["Latitude"], crs=4326)
    frame = gpd.GeoDataFrame(located, geometry=points)
    return frame.sjoin(boundary[["geometry"]], predicate="intersects").drop(columns="geometry")


def study_cells(boundary: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the cells with at least a tenth of their area inside, in metres."""
    shape = h3.geo_to_h3shape(boundary.geometry.union_all())
    cells = sorted(h3.h3shape_to_cells_experimental(shape, RESOLUTION, contain="overlap"))
    rings = [Polygon([(x, y) for y, x in h3.cell_to_boundary(c)]) for c in cells]
    frame = gpd.GeoDataFrame({"cell": cells}, geometry=rings, crs=4326).to_crs(27700)
    outline = boundary.to_crs(27700).geometry.union_all()
    share = frame.geometry.intersection(outline).area / frame.geometry.area
    return frame[share >= 0.1].reset_index(drop=True)


def count(rows: pd.DataFrame, study: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return counts of study cells x observed months; stray reports go to the nearest cell."""
    cells = [
        h3.latlng_to_cell(lat, lon, RESOLUTION)
        for lat, lon in zip(rows["Latitude"], rows["Longitude"], strict=True)
    ]
    rows = rows.assign(cell=cells)
    known = set(study["cell"])
    stray = ~rows["cell"].isin(known)
    centres = np.array([h3.cell_to_latlng(c) for c in study["cell"]])
    for i in rows.index[stray]:
        lat, lon = rows.at[i, "Latitude"], rows.at[i, "Longitude"]
        scale = np.cos(np.radians(lat))
        nearest = np.argmin((centres[:, 0] - lat) ** 2 + ((centres[:, 1] - lon) * scale) ** 2)
        rows.at[i, "cell"] = study["cell"].iloc[int(nearest)]
    table = rows.groupby(["cell", "Month"]).size().unstack(fill_value=0)
    return table.reindex(study["cell"].tolist(), fill_value=0)


def hotspot_table(files: Sequence[Path], boundary: gpd.GeoDataFrame) -> PeerResult:
    """Return the whole job: files to counts, Gi*, trend, persistent groups."""
    study = study_cells(boundary)
    counts = count(read_files(files, boundary), study)
    known = set(counts.index)
    near = {c: [k for k in h3.grid_ring(c, 1) if k in known] for c in counts.index}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        weights = W(near, id_order=list(counts.index), silence_warnings=True)
        hot = np.zeros(counts.shape, dtype=bool)
        z = np.zeros(counts.shape)
        for t, month in enumerate(counts.columns):
            local = G_Local(
                counts[month].to_numpy(dtype=float),
                weights,
                transform="B",
                star=True,
                permutations=PERMUTATIONS,
                seed=1,
            )
            z[:, t] = local.Zs
            q = false_discovery_control(np.minimum(2 * local.p_norm, 1))
            hot[:, t] = (q <= 0.05) & (local.Zs > 0)
        for series in z[:, -22:]:
            pymannkendall.original_test(series)
    persistent = hot[:, -22:].mean(axis=1) >= 0.8
    centres = np.column_stack([study.centroid.x, study.centroid.y])[persistent]
    labels = DBSCAN(eps=465, min_samples=1).fit_predict(centres) if len(centres) else []
    return PeerResult(counts, pd.Series(labels, index=counts.index[persistent]))
