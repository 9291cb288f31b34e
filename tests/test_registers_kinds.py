"""Which files are registers, of which kind, and which are not?"""

import csv
import gzip
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from data.readers.text import read_text
from data.registers.kinds import KINDS, kind_of, recognise
from data.registers.reading import read_register
from geo.errors import GeoError

NOW = datetime(2026, 11, 1, tzinfo=UTC)

KNOWN = [
    ("camera", "camera_id,location,area_name,area_code,lon,lat"),
    ("camera", "id,owner,x,y,mount,height_m,kind,bearing_deg,hfov_deg"),
    ("camera", "type,id,surveillance:type,camera:type,camera:direction,height,__lon,__lat"),
    ("camera_status", "Camera No,Fault from,Fault to,State,Fault ref"),
    ("camera_status", "camera_id,from_utc,to_utc,state"),
    ("patrol_log", "Task,Date,Arrived,Left,Agency,Activity,Location"),
    ("patrol_log", "Team,Start,End,Activity,Hotspot"),
    ("team", "Team,Agency,Size,Day,Shift start,Shift end,Break start,Break end,Base,Mode,Powers"),
    ("footfall", "Place,Month,Footfall,Source"),
    ("residents_issue", "Ward,Quarter,Issue,Responses,Base"),
    ("service", "Service,Agency,Problems,Powers,Monday,Tuesday,Sunday,Contact post"),
    ("order", "Name,Order type,From,To,Powers,__wkt"),
    ("deprivation", "LSOA code (2011),IMD Rank,IMD Decile"),
    ("uprn_points", "UPRN,X_COORDINATE,Y_COORDINATE,LATITUDE,LONGITUDE"),
    ("postcode_points", "pcd,pcds,oseast1m,osnrth1m,lat,long"),
]
NO_REGISTER = [
    "Log No,Date Time Created,Opening Code,NSIR Closing,Location Text,Easting,Northing",
    "CCTV Inc No,Date,Time,Cam No,Incident Type,Initiated By,Police Log,Operator",
    "Service Request Ref,Date Received,SR Type,UPRN,Latitude,Longitude",
    "month,lsoa,SHEF_B_CODE,reports,unique_users",
    "area_code,area_name,__wkt",
    "name,type,__wkt",
    "npt_id,ward_name",
    "Reference,Type,UPRN,Postcode,Address",
    "",
]


@pytest.mark.parametrize(("key", "headings"), KNOWN)
def test_kind_is_recognised_by_its_headings(key, headings):
    assert recognise(headings.split(",")).key == key


@pytest.mark.parametrize("headings", NO_REGISTER)
def test_nothing_is_recognised_when_headings_are_of_reports_or_areas(headings):
    assert recognise(headings.split(",")) is None


@pytest.mark.parametrize(
    "path",
    [
        "fixtures/storm_messy.csv",
        "fixtures/council_messy.csv",
        "fixtures/cctv_log_messy.csv",
        "fixtures/police_uk_messy.csv",
        "data/police_uk/2021-01-lancashire-street.csv.gz",
        "data/timestamped/gm_STATS19_road_casualties_2019-Jun2024.csv.gz",
        "data/timestamped/cincinnati_burglary.csv.gz",
        "data/reports/blackpool_fms_lsoa_month_shefB.csv",
        "data/stats/blackpool_File_6_-_IoD2019_Population_Denominators.csv",
        "data/boundaries/blackpool_npt_ids.csv",
    ],
)
def test_no_line_of_a_file_of_reports_looks_like_a_register(shared, path):
    content = (shared / path).read_bytes()
    text = gzip.decompress(content) if path.endswith(".gz") else content
    lines = text.decode("cp1252", "replace").splitlines()[:30]
    assert [line for line in lines if recognise(next(csv.reader([line]), []))] == []


def test_examples_of_the_documentation_load_as_what_they_show():
    page = (Path(__file__).parents[1] / "docs/sources.md").read_text(encoding="utf-8")
    examples = re.findall(r"### ([^\n]+)\n(?:(?!###).)*?```\n(.*?)```", page, re.DOTALL)
    assert len(examples) == 7
    for title, table in examples:
        text = read_text(table.encode(), lambda cells: recognise(cells) is not None)
        rows = read_register(text, recognise(text.columns), now=NOW, area=None)
        assert (rows.kind.title, rows.counts["kept"], rows.findings) == (title, 1, ())


def test_surer_heading_wins_when_two_name_a_field():
    columns = kind_of("camera").columns_of(["type", "Type of camera", "id", "camera_id"])
    assert dict(columns) == {"camera_id": "camera_id", "type": "Type of camera"}


def test_no_heading_serves_two_fields():
    for kind in KINDS:
        headings = [name for one in kind.fields for name in one.headings]
        columns = kind.columns_of(headings)
        assert len(set(columns.values())) == len(columns), kind.key


def test_needs_and_keys_name_fields():
    for kind in KINDS:
        names = {one.name for one in kind.fields}
        assert set(kind.entry_key) | {name for group in kind.needs for name in group} <= names


def test_unknown_key_is_refused():
    with pytest.raises(GeoError, match=r"no register 'dogs'\. Choose one of: camera, "):
        kind_of("dogs")
