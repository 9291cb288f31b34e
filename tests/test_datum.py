"""Are degrees on the datum of 1936 told by the streets that rows name?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import geopandas as gpd
import pytest
from pyproj import Transformer
from shapely.geometry import LineString

from data.interpretation.context import Context
from data.interpretation.interpret import interpret
from data.profiles.known import heading_score, recognised
from data.readers.sheets import read_sheet
from tests.tables import COAST

if TYPE_CHECKING:
    from geo.area import StudyArea

TO_1936 = Transformer.from_crs("EPSG:4326", "EPSG:4277", always_xy=True)
STREETS = {
    f"Street {n}": LineString([(-3.05 + n / 1000, 53.78), (-3.05 + n / 1000, 53.82)])
    for n in range(1, 31)
}
TOWN: StudyArea = replace(
    COAST,
    streets=gpd.GeoDataFrame(
        {"name": list(STREETS), "geometry": list(STREETS.values())}, crs="EPSG:4326"
    ),
)


def findings(*, on_1936: bool, rows: int = 30, area: StudyArea = TOWN):
    lines = ["Case Ref,Date Received,SR Type,Latitude,Longitude,Location"]
    for n, (name, street) in enumerate(list(STREETS.items())[:rows]):
        lon, lat = street.coords[0][0], 53.8
        if on_1936:
            lon, lat = TO_1936.transform(lon, lat)
        lines.append(f"{n:03d},03/04/2026,Graffiti,{lat:.6f},{lon:.6f},{name}")
    sheet = read_sheet("cases.csv", "\n".join(lines).encode(), heading_score=heading_score)
    now = datetime(2026, 11, 1, tzinfo=UTC)
    profile = recognised(sheet.text.columns)
    assert profile is not None
    found = interpret(sheet, profile, Context(now, area))
    points = [row for batch in found.batches for row in batch.table.to_pylist()]
    return [one for one in found.findings if one.code == "G08" and one.rows], points


def test_convert_datum_moves_rows_back_to_the_streets_they_name():
    (found,), points = findings(on_1936=True)
    assert (found.rows, found.result) == (30, "fixed")
    assert "Converted with an accuracy of about 5 metres" in found.message
    assert points[0]["lon"] == pytest.approx(-3.049, abs=1e-5)
    assert points[0]["lat"] == pytest.approx(53.8, abs=1e-5)


def test_convert_datum_leaves_rows_that_lie_where_they_say():
    assert findings(on_1936=False)[0] == []


def test_convert_datum_leaves_rows_when_too_few_name_a_street():
    assert findings(on_1936=True, rows=19)[0] == []


def test_convert_datum_leaves_rows_when_the_area_has_no_streets():
    assert findings(on_1936=True, area=COAST)[0] == []
