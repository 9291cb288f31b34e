"""Do months come in from the police service whole, or not at all, however it behaves?"""

from __future__ import annotations

import json
import subprocess
import sys

import h3
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiPolygon, Polygon, box

from data import cli
from data.access import AccessError, Principal, Role
from data.download.faults import NotOfferedError, ServiceError
from data.download.month_files import one_at_a_time
from data.download.outline import DECIMALS, poly_text, quarters, sent_outlines
from data.download.police import PoliceService
from data.download.street_rows import CATEGORY_NAMES, street_csv, street_row
from data.errors import DataError, LakeBusyError
from data.jobs import downloads
from data.jobs.counts import area_reports
from data.jobs.coverage import coverage
from data.jobs.downloads import PoliceMonths, download_police, likely_months, summary_words
from data.jobs.imports import import_files
from data.jobs.repeats import repeat_groups
from data.settings import POLICE_API, SettingsError, read_settings
from data.views import USUAL_RULE
from geo.errors import SchemaError
from geo.schema import POLICE_UK_CATEGORIES
from tests.places import ANALYST, EAST, EDGES, NORTH, SOUTH, WEST, Reports, add_town, workspace
from tests.places import store as store_reports
from tests.police_service import crime, serving
from tests.street_files import as_csv
from tests.street_files import street_row as published_row

FORCE = "Coast & Quay Police"
LON, LAT = (WEST + EAST) / 2, (SOUTH + NORTH) / 2


@pytest.fixture
def police(monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with serving() as running:
        yield running


@pytest.fixture
def service(police):
    with PoliceService(police.address, backoff_s=0) as asked:
        yield asked


@pytest.fixture
def ws(tmp_path, police, monkeypatch):
    monkeypatch.setenv("HEXBEAT_POLICE_API", police.address)
    opened = workspace(tmp_path / "home")
    add_town(opened, tmp_path / "files")
    yield opened
    opened.close()


@pytest.fixture
def fetch(ws, police):
    """Return a function that downloads months, without pauses."""

    def run(first="2024-05", last="2024-05", **options):
        with PoliceService(police.address, backoff_s=0) as asked:
            wanted = PoliceMonths("quaytown", first, last, **options)
            return download_police(ws, ANALYST, wanted, service=asked)

    return run


def grid(count, month="2024-05"):
    """Return crimes spread evenly over the town, corner to corner, each with its number."""
    lon = [WEST + (EAST - WEST) * n / (count - 1) for n in range(count)]
    lat = [SOUTH + (NORTH - SOUTH) * (n * 7 % count) / (count - 1) for n in range(count)]
    return [crime(n, *at, month) for n, at in enumerate(zip(lon, lat, strict=True))]


def numbers(crimes):
    return [one["id"] for one in crimes]


def statuses(report):
    return {one.month: one.status for one in report.months}


def held(ws):
    return {key[1:]: part.rows for key, part in ws.lake.manifest().partitions.items()}


# The service


def test_crimes_when_all_is_well(police, service):
    police.crimes = [*grid(5), crime(9, LON, LAT, "2024-04"), crime(10, LON + 1, LAT)]
    assert numbers(service.crimes([EDGES], "2024-05")) == [0, 1, 2, 3, 4]
    method, path, given_ = police.asked[0]
    assert (method, path) == ("GET", "/api/crimes-street/all-crime")
    assert given_["date"] == "2024-05"
    assert given_["poly"].split(":")[0] == f"{SOUTH:g},{EAST:g}"
    assert (police.agents, service.requests_made) == ({"Hexbeat"}, 1)


def test_outline_is_quartered_when_it_holds_too_much(police, service):
    police.crimes, police.most = grid(40), 12
    assert numbers(service.crimes([EDGES], "2024-05")) == list(range(40))
    assert service.requests_made == len(police.asked) == 1 + 4


def test_answer_is_taken_for_cut_off_when_it_holds_exactly_the_limit(police, service, monkeypatch):
    monkeypatch.setattr("data.download.police.TRUNCATED", 12)
    police.crimes, police.most, police.truncates = grid(40), 12, True
    assert numbers(service.crimes([EDGES], "2024-05")) == list(range(40))
    assert len(police.asked) > 1


def test_exactly_10_000_crimes_are_asked_for_in_quarters(police, service):
    police.crimes, police.truncates = grid(10_000), True
    assert len(service.crimes([EDGES], "2024-05")) == 10_000
    assert len(police.asked) == 5


def test_crime_on_the_seam_comes_once(police, service):
    police.crimes, police.most = [crime(1, LON, LAT), *grid(8)[2:6]], 4
    assert numbers(service.crimes([EDGES], "2024-05")) == [1, 2, 3, 4, 5]
    answers = [given_["poly"] for *_, given_ in police.asked[1:5]]
    assert len(answers) == len(set(answers)) == 4


def test_service_that_calls_everything_too_much_is_given_up(police, service):
    police.most = -1
    with pytest.raises(ServiceError, match="even the smallest part"):
        service.crimes([EDGES], "2024-05")
    assert len(police.asked) == 7


def test_long_outline_goes_by_post(police, service):
    ring = LineString([(LON, LAT), (LON, LAT + 0.001)]).buffer(0.02, quad_segs=100)
    police.crimes = grid(20)
    inside = [n for n, one in enumerate(police.crimes) if _covers(ring, one)]
    assert numbers(service.crimes([ring], "2024-05")) == inside
    assert [method for method, *_ in police.asked] == ["POST"]


def _covers(ring, one):
    place = one["location"]
    return shapely.intersects_xy(ring, float(place["longitude"]), float(place["latitude"]))


@pytest.mark.parametrize("fault", [429, 500, 502, 504, "cut", "short", "page"])
def test_fault_that_passes_is_asked_again(police, service, fault):
    police.crimes, police.faults = grid(5), [fault, fault]
    assert numbers(service.crimes([EDGES], "2024-05")) == [0, 1, 2, 3, 4]
    assert service.requests_made == len(police.asked) == 3


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (500, "No answer from HOST after 5 tries: it reported fault 500."),
        (429, "No answer from HOST after 5 tries: it reported fault 429."),
        ("cut", "HOST cut its answer off 5 times."),
        ("short", "HOST cut its answer off 5 times."),
    ],
)
def test_fault_that_stays_is_told_after_five_tries(police, service, fault, message):
    police.crimes, police.faults = grid(5), [fault] * 9
    with pytest.raises(ServiceError) as told:
        service.crimes([EDGES], "2024-05")
    assert told.value.message == message.replace("HOST", service.host)
    assert service.requests_made == len(police.asked) == 5


def test_answer_that_does_not_come_is_asked_for_again(police, service, monkeypatch):
    monkeypatch.setattr("data.download.police.TIMEOUTS_S", (5, 0.5))
    police.crimes, police.faults = grid(5), ["hang"]
    assert numbers(service.crimes([EDGES], "2024-05")) == [0, 1, 2, 3, 4]
    assert service.requests_made == len(police.asked) == 2


@pytest.mark.parametrize(("fault", "tries"), [(400, 1), (301, 1), (403, 1)])
def test_other_fault_is_not_asked_again(police, service, fault, tries):
    police.faults = [fault]
    with pytest.raises(ServiceError, match=f"it reported fault {fault}"):
        service.crimes([EDGES], "2024-05")
    assert len(police.asked) == tries


def test_month_that_is_not_there_is_not_offered(police, service):
    police.missing = {"2024-05"}
    with pytest.raises(NotOfferedError):
        service.crimes([EDGES], "2024-05")
    assert len(police.asked) == 1


@pytest.mark.usefixtures("police")
def test_nobody_answers_when_there_is_no_service():
    with PoliceService("http://127.0.0.1:9/api", backoff_s=0, tries=2) as service:
        with pytest.raises(ServiceError, match=r"No answer from 127\.0\.0\.1:9 after 2 tries"):
            service.months()
        assert service.requests_made == 2


@pytest.mark.parametrize(
    "wrong", [{"id": "7"}, {"id": None}, {"month": "2024-04"}], ids=["text", "none", "month"]
)
def test_crimes_are_not_read_when_they_are_not_as_documented(police, service, monkeypatch, wrong):
    answer = [crime(1, LON, LAT) | wrong]
    monkeypatch.setattr(police, "answer", lambda *_: (200, answer))
    with pytest.raises(ServiceError, match="not as its documentation says"):
        service.crimes([EDGES], "2024-05")


def test_force_is_found_by_a_point(police, service):
    assert service.force_name(LON, LAT) == FORCE
    assert police.asked[0][2] == {"q": f"{LAT:.6f},{LON:.6f}"}


def test_no_pause_is_longer_than_a_minute():
    with PoliceService("https://example.org") as service:
        patience = service._patience  # noqa: SLF001 - the wish of a server cannot be waited for
    wishes = {"Retry-After": "21600"}
    assert patience.get_retry_after(type("Answer", (), {"headers": wishes})()) == 60
    assert patience.is_retry("POST", 429)
    assert not patience.is_retry("POST", 503, has_retry_after=True)


# The outline


@given(
    st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=3, max_size=40),
    st.integers(0, 2),
)
@settings(max_examples=60)
def test_nothing_inside_an_area_lies_outside_what_is_sent(corners, cuts):
    points = [(WEST + 0.2 * x, SOUTH + 0.1 * y) for x, y in corners]
    area = shapely.make_valid(Polygon(points)).buffer(0)
    if area.is_empty:
        return
    outlines = sent_outlines(area, "EPSG:27700")
    for _ in range(cuts):
        outlines = tuple(part for outline in outlines for part in quarters(outline))
    sent = [_read(poly_text(outline)) for outline in outlines]
    assert shapely.union_all(sent).covers(area)


def _read(text):
    corners = [pair.split(",") for pair in text.split(":")]
    return shapely.make_valid(Polygon([(float(lon), float(lat)) for lat, lon in corners]))


def test_outline_is_close_and_simple_when_the_coast_is_not():
    wiggles = [(WEST + n * 1e-5, SOUTH + (n % 2) * 1e-5) for n in range(7_000)]
    area = Polygon([*wiggles, (EAST, NORTH), (WEST, NORTH)])
    (outline,) = sent_outlines(area, "EPSG:27700")
    assert shapely.get_num_coordinates(outline) < 60
    assert outline.covers(area)
    assert outline.area < 1.1 * area.area
    assert len(poly_text(outline).split(":")[0].split(",")[0].split(".")[1]) <= DECIMALS


def test_outlines_are_few_when_islands_are_many():
    islands = MultiPolygon(
        [box(WEST + n * 0.002, SOUTH, WEST + n * 0.002 + 0.001, NORTH) for n in range(60)]
    )
    outlines = sent_outlines(islands, "EPSG:27700")
    assert len(outlines) <= 12
    assert shapely.union_all(outlines).covers(islands)


def test_self_touching_ring_is_sent():
    bow_tie = Polygon([(WEST, SOUTH), (EAST, NORTH), (EAST, SOUTH), (WEST, NORTH)])
    assert sum(one.area for one in sent_outlines(bow_tie, "EPSG:27700")) > 0


# The rows


def test_categories_are_those_of_the_published_files():
    assert tuple(sorted(CATEGORY_NAMES.values())) == POLICE_UK_CATEGORIES
    assert CATEGORY_NAMES["violent-crime"] == "Violence and sexual offences"


def test_row_is_as_published():
    row = street_row(crime(10, LON, LAT, category="violent-crime"), FORCE)
    assert row == {
        "Crime ID": f"{10:064x}",
        "Month": "2024-05",
        "Reported by": FORCE,
        "Falls within": FORCE,
        "Longitude": f"{LON:.6f}",
        "Latitude": f"{LAT:.6f}",
        "Location": "On or near Quay Street",
        "LSOA code": "",
        "LSOA name": "",
        "Crime type": "Violence and sexual offences",
        "Last outcome category": "Under investigation",
        "Context": "",
    }


def test_row_when_there_is_neither_reference_nor_outcome():
    asb = {"category": "anti-social-behaviour", "persistent_id": "", "outcome_status": None}
    row = street_row(crime(1, LON, LAT, **asb), FORCE)
    assert (row["Crime ID"], row["Last outcome category"]) == ("", "")
    assert row["Crime type"] == "Anti-social behaviour"


def test_row_of_the_railways_and_of_a_new_category():
    row = street_row(crime(1, LON, LAT, location_type="BTP", category="e-scooter-theft"), FORCE)
    assert (row["Reported by"], row["Crime type"]) == (
        "British Transport Police",
        "E scooter theft",
    )


# The download


def test_months_are_fetched_loaded_and_removed(ws, police, fetch):
    police.crimes = [*grid(30), *grid(20, "2024-04")]
    report = fetch("2024-04", "2024-05")
    assert statuses(report) == {"2024-04": "fetched", "2024-05": "fetched"}
    assert held(ws) == {(FORCE, "2024-04"): 20, (FORCE, "2024-05"): 30}
    assert (report.force, report.import_report.rows_in_area) == (FORCE, 50)
    assert [one.file for one in report.import_report.files] == [
        "2024-04-download-street.csv",
        "2024-05-download-street.csv",
    ]
    assert not (ws.settings.downloads_path / "quaytown").exists()
    assert summary_words(report) == f"50 reports of 2 months came from {report.host}."
    assert report.requests_made == len(police.asked) == 5


def test_reports_beyond_the_outline_are_dropped(ws, police, fetch):
    police.crimes = [crime(1, LON, LAT), crime(2, EAST + 0.0004, LAT)]
    report = fetch()
    assert held(ws) == {(FORCE, "2024-05"): 1}
    assert report.import_report.rows_outside_area == 0


def test_months_that_are_empty_or_not_offered_are_no_data(ws, police, fetch):
    police.crimes = [*grid(3, "2024-04")]
    police.missing = {"2024-06"}
    report = fetch("2023-12", "2024-06")
    assert report.months_that("not offered") == ("2023-12", "2024-06")
    assert report.months_that("empty") == ("2024-01", "2024-02", "2024-03", "2024-05")
    assert held(ws) == {(FORCE, "2024-04"): 3}
    assert report.import_report.months == ("2024-04",)


def test_month_with_railway_crimes_alone_is_empty(ws, police, fetch):
    police.crimes = [crime(1, LON, LAT, location_type="BTP")]
    assert statuses(fetch()) == {"2024-05": "empty"}
    assert held(ws) == {}


def test_month_that_fails_is_told_and_the_others_are_loaded(ws, police, fetch):
    police.crimes = [*grid(3), *grid(4, "2024-04"), *grid(5, "2024-06")]
    police.broken = {"2024-05"}
    report = fetch("2024-04", "2024-06")
    assert statuses(report) == {"2024-04": "fetched", "2024-05": "failed", "2024-06": "fetched"}
    assert report.months[1].words == (
        f"No answer from {report.host} after 5 tries: it reported fault 500."
        " Run it again to fetch the rest."
    )
    assert held(ws) == {(FORCE, "2024-04"): 4, (FORCE, "2024-06"): 5}


def test_second_run_asks_only_for_what_is_missing(ws, police, fetch):
    police.crimes = [*grid(3), *grid(4, "2024-04"), *grid(5, "2024-06")]
    police.broken = {"2024-05"}
    fetch("2024-04", "2024-06")
    police.asked.clear()
    police.broken = set()
    report = fetch("2024-04", "2024-06")
    assert statuses(report) == {"2024-04": "held", "2024-05": "fetched", "2024-06": "held"}
    assert police.months_asked() == ["2024-05"]
    assert len(held(ws)) == 3


def test_run_that_was_stopped_goes_on_where_it_ended(ws, police, fetch):
    police.crimes = [*grid(3), *grid(4, "2024-04")]

    def stop(sentence, *_):
        if "May" in sentence:
            raise KeyboardInterrupt

    wanted = PoliceMonths("quaytown", "2024-04", "2024-05")
    with pytest.raises(KeyboardInterrupt):
        download_police(ws, ANALYST, wanted, progress=stop)
    assert held(ws) == {}
    report = fetch("2024-04", "2024-05")
    assert statuses(report) == {"2024-04": "resumed", "2024-05": "fetched"}
    assert police.months_asked() == ["2024-04", "2024-05"]
    assert held(ws) == {(FORCE, "2024-04"): 4, (FORCE, "2024-05"): 3}


def test_months_that_wait_are_fetched_anew_when_the_area_has_changed(ws, police, fetch):
    folder = ws.settings.downloads_path / "quaytown"
    folder.mkdir(parents=True)
    (folder / "2024-05.csv").write_text("of another outline")
    police.crimes = grid(3)
    assert statuses(fetch()) == {"2024-05": "fetched"}


def test_no_month_is_asked_for_after_three_without_answer(police, fetch):
    police.crimes = grid(3, "2024-01")
    police.broken = set(police.offered[1:])
    report = fetch("2024-01", "2024-06")
    assert report.months_that("failed") == police.offered[1:]
    assert report.months[-1].words.startswith("Not asked for: no answer for 3 months in a row.")
    assert set(police.months_asked()) == {"2024-01", "2024-02", "2024-03", "2024-04"}


def test_fault_is_raised_when_every_month_fails(ws, police, fetch):
    police.broken = {"2024-05"}
    with pytest.raises(ServiceError, match="May 2024: No answer from"):
        fetch()
    actions = [entry.action for entry in ws.store.audit_entries(subject="quaytown")]
    assert actions[:2] == ["download_police_ended", "download_police"]


def test_month_of_the_whole_force_is_left_as_it_is(ws, police, fetch):
    police.crimes = grid(3)
    rows = [published_row(Month="2024-05", Reported_by=FORCE, Crime_ID=str(n)) for n in range(9)]
    import_files(ws, ANALYST, [("archive-street.csv", as_csv(rows))], None)
    report = fetch()
    assert report.months[0].words == "Held already, from archive-street.csv: left as it is."
    assert (held(ws), report.import_report) == ({(FORCE, "2024-05"): 9}, None)
    assert police.months_asked() == []


def test_railway_crimes_of_the_whole_country_are_left_as_they_are(ws, police, fetch):
    railway = "British Transport Police"
    rows = [published_row(Month="2024-05", Reported_by=railway, Crime_ID=str(n)) for n in range(9)]
    import_files(ws, ANALYST, [("railway-street.csv", as_csv(rows))], None)
    police.crimes = [crime(1, LON, LAT), crime(2, LON, LAT, location_type="BTP")]
    fetch()
    assert held(ws) == {(FORCE, "2024-05"): 1, (railway, "2024-05"): 9}


def test_force_is_that_of_the_reports_held(ws, police, fetch):
    store_reports(ws, [Reports(h3.latlng_to_cell(LAT, LON, 9), "2024-04", 5)])
    police.crimes = grid(3)
    assert fetch().force == "Coast Police"
    assert "/api/locate-neighbourhood" not in [path for _, path, _ in police.asked]


def test_nothing_is_fetched_when_another_area_counts_on_the_force(ws, police, fetch, tmp_path):
    add_town(ws, tmp_path / "other", "twin")
    store_reports(ws, [Reports(h3.latlng_to_cell(LAT, LON, 9), "2024-04", 5)])
    with pytest.raises(DataError, match="would be no data there"):
        fetch()
    assert police.asked == []


def test_month_fetched_for_one_area_is_no_data_for_another(ws, police, fetch, tmp_path):
    police.crimes = grid(20)
    fetch()
    add_town(ws, tmp_path / "other", "twin")
    fetched, other = (coverage(ws, ANALYST, name) for name in ("quaytown", "twin"))
    assert (fetched.months, other.months) == ((("2024-05", True),), ())
    assert (other.sentence, other.providers) == ("No data yet.", ())
    assert area_reports(ws, "twin").points.empty
    assert repeat_groups(ws, "twin", USUAL_RULE).untimed == 0
    assert repeat_groups(ws, "quaytown", USUAL_RULE).untimed == 20


def test_month_of_the_whole_force_counts_for_every_area_once_it_comes(ws, police, fetch, tmp_path):
    police.crimes = grid(20)
    fetch()
    add_town(ws, tmp_path / "other", "twin")
    before = ws.lake.version
    parts = ws.lake.manifest().partitions
    rows = [street_row(one, FORCE) for one in police.crimes]
    import_files(ws, ANALYST, [("archive-street.csv", street_csv(rows))], None)
    assert coverage(ws, ANALYST, "twin").months == (("2024-05", True),)
    assert [one.content for one in ws.lake.manifest().partitions.values()] == [
        one.content for one in parts.values()
    ]
    assert ws.lake.version != before


def test_both_ends_of_a_download_are_in_the_audit_log(ws, police, fetch):
    police.crimes = grid(3)
    report = fetch(force="Other Police")
    after, before = ws.store.audit_entries(subject="quaytown", limit=3)[1:]
    assert (before.action, after.action) == ("download_police", "download_police_ended")
    assert json.loads(before.detail) == {
        "area_id": "quaytown", "first": "2024-05", "last": "2024-05", "force": "Other Police",
        "asked": report.host, "sent": "outline of the area",
    }  # fmt: skip
    assert json.loads(after.detail) == {"fetched": 1, "requests": 2}


def test_what_is_asked_is_in_the_audit_log_before_anything_is_sent(ws, police, fetch):
    known = []
    answer = police.answer

    def note(*asked):
        known.append([entry.action for entry in ws.store.audit_entries(limit=1)])
        return answer(*asked)

    police.crimes, police.answer = grid(3), note
    fetch()
    assert known == [["download_police"]] * 4


def test_role_that_may_not_load_sends_nothing(ws, police):
    officer = Principal("Sam", Role.NPT)
    with pytest.raises(AccessError):
        download_police(ws, officer, PoliceMonths("quaytown", "2024-05", "2024-05"))
    assert police.asked == []


def test_second_download_of_an_area_is_refused_while_one_runs(ws, fetch):
    with one_at_a_time(ws.settings.downloads_path, "quaytown"), pytest.raises(LakeBusyError):
        fetch()


@pytest.mark.parametrize(("first", "last"), [("2024-06", "2024-05"), ("2010-01", "2024-05")])
def test_months_are_refused_when_they_are_none_or_too_many(first, last):
    with pytest.raises(SchemaError, match="From 1 to 120 months"):
        PoliceMonths("quaytown", first, last)


def test_likely_months_end_two_months_back(ws):
    months = likely_months(ws)
    assert (months[0], months[-1], len(months)) == ("2024-06", "2021-07", 36)


# The command, the setting, and everything else


def test_command_fetches_and_says_so(ws, police, capsys):
    police.crimes = grid(3)
    home = str(ws.settings.home)
    command = ["download", "police", "--area", "quaytown", "--from", "2024-05", "--to", "2024-05"]
    assert cli.main(["--home", home, *command, "--json"]) == 0
    summary = json.loads(capsys.readouterr().out)
    assert summary["months"][0]["status"] == "fetched"
    assert summary["import_report"]["rows_kept"] == 3
    assert cli.main(["--home", home, *command]) == 0
    assert "May 2024: Held already" in capsys.readouterr().out


def test_command_that_is_stopped_keeps_what_is_whole(ws, capsys, monkeypatch):
    def stopped(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(downloads, "download_police", stopped)
    home = str(ws.settings.home)
    command = ["download", "police", "--area", "quaytown", "--from", "2024-05", "--to", "2024-05"]
    assert cli.main(["--home", home, *command]) == 2
    assert "Run it again to fetch the rest" in capsys.readouterr().err


def test_address_of_the_service_when_it_is_set():
    assert read_settings(environ={}).police_api == POLICE_API == "https://data.police.uk/api"
    local = {"HEXBEAT_POLICE_API": "http://localhost:1/api"}
    assert read_settings(environ=local).police_api == "http://localhost:1/api"
    with pytest.raises(SettingsError, match="no web address"):
        read_settings(environ={"HEXBEAT_POLICE_API": "data.police.uk"})


def test_nothing_that_calls_out_is_imported_before_it_is_asked_for():
    code = "import sys, data.cli, data.jobs.downloads; print('data.download.police' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"
