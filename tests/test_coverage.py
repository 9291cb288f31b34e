"""Tests: what share of each place cameras see, record and watch."""

from __future__ import annotations

import math

import h3
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array
from shapely.geometry import MultiPolygon, Point, Polygon, box

from geo.coverage import cell_shares, coverage_at, hits, point_chances
from geo.errors import SchemaError
from geo.hexagons import hexagons
from geo.projection import geometry_to_degrees
from geo.public_realm import PublicRealm, public_realm
from geo.sight import Buildings, views
from tests.shadows import made_town, spread_cameras


def grid(columns: int, rows: int, *, cells: int = 1) -> PublicRealm:
    """Return points 5 m apart from (2.5, 2.5), each column of the next cell in turn."""
    y, x = np.mgrid[0:rows, 0:columns]
    cell = (x.ravel() % cells).astype(np.int32)
    area = np.bincount(cell, minlength=cells) * 25.0
    names = tuple(f"cell {n}" for n in range(cells))
    return PublicRealm(x.ravel() * 5 + 2.5, y.ravel() * 5 + 2.5, cell, names, area, 5.0, "")


def test_points_are_hit_when_they_lie_in_a_view() -> None:
    realm = grid(4, 2)
    found = hits(np.array([box(0, 0, 10, 10), box(10, 5, 20, 10), Polygon()]), realm)
    assert found.dtype == np.bool_
    assert found.toarray().T.astype(int).tolist() == [
        [1, 1, 0, 0, 1, 1, 0, 0],
        [0, 0, 0, 0, 0, 0, 1, 1],
        [0, 0, 0, 0, 0, 0, 0, 0],
    ]


def test_points_are_hit_in_every_part_when_a_hand_drawn_view_has_several() -> None:
    parts = MultiPolygon([box(0, 0, 5, 5), box(15, 5, 20, 10)])
    assert hits(np.array([parts]), grid(4, 2)).toarray()[:, 0].nonzero()[0].tolist() == [0, 7]


def test_points_are_hit_in_the_order_of_the_realm_when_it_is_not_sorted() -> None:
    realm = grid(4, 3)
    mixed = np.random.default_rng(1).permutation(len(realm))
    shuffled = PublicRealm(
        realm.x_m[mixed], realm.y_m[mixed], realm.cell[mixed], realm.cells, realm.area_m2, 5.0, ""
    )
    view = np.array([box(3, 3, 14, 16)])
    assert (hits(view, shuffled).toarray() == hits(view, realm).toarray()[mixed]).all()


def test_nothing_is_hit_when_there_are_no_cameras_or_no_points() -> None:
    assert hits(np.array([], dtype=object), grid(4, 2)).shape == (8, 0)
    assert hits(np.array([box(0, 0, 9, 9)]), grid(0, 0)).shape == (0, 1)
    assert (
        coverage_at(hits(np.array([], dtype=object), grid(4, 2)), [], [], [], grid(4, 2)).seen == 0
    )


def test_chances_are_combined_as_probabilities_when_views_overlap() -> None:
    two = csr_array(np.array([[True, True], [True, False], [False, False]]))
    assert point_chances(two, [0.25, 0.5]) == pytest.approx([1 - 0.75 * 0.5, 0.25, 0])
    assert point_chances(two, [0.25, 1.0]) == pytest.approx([1.0, 0.25, 0.0])
    assert point_chances(two, [0.25, 1.0], [True, False]) == pytest.approx([0.25, 0.25, 0])
    assert point_chances(two, [0.0, 0.0]).tolist() == [0, 0, 0]


@pytest.mark.parametrize("timeshare", [[0.5], [0.5, 1.1], [-0.1, 0.5], [np.nan, 0.5]])
def test_chances_are_refused_when_a_time_share_cannot_be(timeshare: list[float]) -> None:
    two = csr_array(np.array([[True, True]]))
    with pytest.raises(SchemaError, match="Time shares of 2 cameras must each lie between 0 and 1"):
        point_chances(two, timeshare)


def test_share_is_the_mean_of_its_points_when_a_cell_has_some() -> None:
    realm = PublicRealm(
        np.arange(3.0), np.zeros(3), np.array([0, 0, 2], dtype=np.int32), ("a", "b", "c"),
        np.array([50.0, 0, 25]), 5.0, "",
    )  # fmt: skip
    found = cell_shares([1.0, 0.5, 0.2], realm)
    assert found[[0, 2]] == pytest.approx([0.75, 0.2])
    assert math.isnan(found[1])


def test_coverage_is_told_apart_when_cameras_turn_fail_and_are_watched() -> None:
    realm = grid(4, 1)
    three = hits(np.array([box(0, 0, 10, 5), box(5, 0, 15, 5), box(0, 0, 20, 5)]), realm)
    found = coverage_at(three, [1.0, 0.25, 1.0], [True, True, False], [False, True, True], realm)
    assert found.seen == pytest.approx([3 / 4])
    assert found.recorded == pytest.approx([(1 + 1 + 0.25) / 4])
    assert found.watched == pytest.approx([(0.25 + 0.25) / 4])


cameras = st.lists(
    st.tuples(
        st.floats(-10, 60), st.floats(-10, 60), st.floats(3, 40), st.floats(0, 1), st.booleans(),
        st.booleans(),
    ),
    min_size=1,
    max_size=8,
)  # fmt: skip


@given(cameras, st.integers(0, 7))
def test_coverage_never_rises_when_a_camera_goes_off_and_never_exceeds_1(
    drawn: list[tuple[float, float, float, float, bool, bool]], off: int
) -> None:
    realm = grid(10, 10, cells=3)
    reach = hits(np.array([Point(x, y).buffer(r) for x, y, r, *_ in drawn]), realm)
    share = [camera[3] for camera in drawn]
    working = np.array([camera[4] for camera in drawn])
    watched = np.array([camera[5] for camera in drawn])
    before = coverage_at(reach, share, working, watched, realm)
    working[off % len(drawn)] = False
    after = coverage_at(reach, share, working, watched, realm)
    for name in ("seen", "recorded", "watched"):
        assert (getattr(after, name) <= getattr(before, name) + 1e-12).all()
        assert (getattr(before, name) <= 1).all()
    assert (before.recorded <= before.seen + 1e-12).all()
    assert (before.watched <= before.recorded + 1e-12).all()


@given(st.floats(5, 40), st.floats(1, 2))
def test_coverage_grows_with_the_range_always(radius: float, more: float) -> None:
    realm = grid(10, 10, cells=3)
    views_m = np.array([Point(20, 25).buffer(radius), Point(20, 25).buffer(radius * more)])
    near, far = (cell_shares(hits(views_m[[at]], realm).toarray()[:, 0], realm) for at in (0, 1))
    assert (far >= near).all()


CORNER = np.array([330_000.0, 430_000.0])
CRS = "EPSG:27700"


@pytest.mark.parametrize(
    ("ground", "mean", "most"), [("all land", 0.005, 0.02), ("streets", 0.008, 0.03)]
)
def test_shares_agree_with_the_overlay_of_polygons_when_the_town_is_dense(
    ground: str, mean: float, most: float
) -> None:
    rng = np.random.default_rng(11)
    town = Buildings.of(shapely.transform(made_town(rng, 4_000), lambda at: at + CORNER))
    boundary = shapely.box(*shapely.total_bounds(town.polygons))
    cells = sorted(h3.geo_to_cells(geometry_to_degrees(boundary.buffer(-60), CRS), 10))
    seen = views(spread_cameras(rng, town, 120, range_m=80), town)
    layers = {"streets_m": None, "buildings": None}
    public = boundary
    if ground == "streets":
        layers = {"streets_m": streets(boundary), "buildings": town}
        built = shapely.union_all(town.polygons)
        public = shapely.union_all(shapely.buffer(layers["streets_m"], 9)).difference(built)
    realm = public_realm(cells, boundary_m=boundary, land_m=None, crs_m=CRS, **layers)
    share = cell_shares(hits(seen.polygons, realm).sum(axis=1) > 0, realm)
    pieces = shapely.intersection(hexagons(cells, CRS), public)
    covered = shapely.intersection(pieces, shapely.union_all(seen.polygons))
    truth = shapely.area(covered) / shapely.area(pieces)
    assert len(cells) > 90
    assert 0.2 < truth.mean() < 0.9
    assert np.abs(share - truth).mean() < mean
    assert np.abs(share - truth).max() < most
    assert realm.area_m2.sum() == pytest.approx(shapely.area(pieces).sum(), rel=0.005)


def streets(boundary: Polygon) -> list[shapely.LineString]:
    """Return streets between the blocks of the made town, north and east."""
    west, south, east, north = boundary.bounds
    along = [[(west, y), (east, y)] for y in np.arange(south + 51, north, 62)]
    across = [[(x, south), (x, north)] for x in np.arange(west + 80, east, 95)]
    return [shapely.LineString(line) for line in along + across]
