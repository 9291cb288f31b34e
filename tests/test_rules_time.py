"""Does each rule about times find what it should, say so, and heed what a person answers?"""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from data.interpretation.context import Answer
from data.readers.kinds import is_street_file
from data.readers.police_uk import read_street_file
from data.readers.text import read_text
from tests.street_files import as_csv, crimes
from tests.tables import CCTV, CRIME, LOG, NOW, read

AT = "ASB - Noise,330690,436330,QUAY"


def log(*times: str, answers=()):
    rows = [f"L{n},{time},{AT}" for n, time in enumerate(times, start=1)]
    return read(LOG, *rows, answers=answers)


def utc(found, row: int, name: str = "time_from") -> str:
    return found.rows[row][name].strftime("%Y-%m-%d %H:%M")


def test_rule_t01_one_order_of_day_and_month_holds_for_a_column():
    found = log("01/02/2026 10:00", "13/02/2026 10:00")
    assert utc(found, 2) == "2026-02-01 10:00"
    assert found.notes("T01") == ["Dates read as day/month/year."]


def test_rule_t01_dates_that_cannot_be_read_wait():
    found = log("13/13/2026 25:61", "", "14/03/2026 10:00")
    assert found.counts == (1, 0, 2, 0, 0)
    assert [one.message for one in found.rule("T01")] == [
        "1 row with a date that cannot be read (13/13/2026 25:61).",
        "1 row without a date.",
    ]


def test_rule_t01_a_date_that_a_person_sets_counts():
    said = Answer("T01", "set", (2,), column="t_reported", value="2026-03-13 21:00")
    found = log("13/13/2026 25:61", "14/03/2026 10:00", answers=(said,))
    assert (found.counts, utc(found, 2)) == ((2, 0, 0, 0, 0), "2026-03-13 21:00")


AHEAD = ("03/12/2026 10:00", "04/12/2026 10:00", "05/06/2026 10:00")


def test_rule_t01_asks_when_day_first_puts_many_dates_into_the_future():
    found = log(*AHEAD)
    asked = next(one for one in found.rule("T01") if one.question)
    assert (asked.rows, asked.result) == (3, "held")
    assert asked.question == "Do the dates of this column read month/day/year?"
    assert found.held("T01")[2] == "2026-03-12 10:00"


def test_rule_t01_the_order_that_is_accepted_holds_for_the_column():
    found = log(*AHEAD, answers=(Answer("T01", "accept"),))
    assert [utc(found, row) for row in (2, 3, 4)] == [
        "2026-03-12 10:00", "2026-04-12 09:00", "2026-05-06 09:00",
    ]  # fmt: skip
    kept = log(*AHEAD, answers=(Answer("T01", "reject"),))
    assert (utc(kept, 4), list(kept.held("T04"))) == ("2026-06-05 09:00", [2, 3])


def test_rule_t02_spreadsheet_numbers_become_dates():
    found = log("45352.8958", "14/03/2026 10:00")
    assert utc(found, 2) == "2024-03-01 21:30"
    (fixed,) = found.rule("T02")
    assert fixed.message == "1 row had a date stored as a spreadsheet number (45352.8958)."
    assert found.counts == (1, 1, 0, 0, 0)


WRONG_YEARS = ("14/03/2026 10:00", "15/03/2026 10:00", "16/03/2062 11:05", "17/03/1924 09:00")


def test_rule_t03_years_that_cannot_be_wait_with_the_nearest_that_fits():
    found = log(*WRONG_YEARS, "18/03/0025 08:00")
    assert found.held("T03") == {
        4: "2026-03-16 11:05", 5: "2026-03-17 09:00", 6: "2026-03-18 08:00",
    }  # fmt: skip
    (held,) = found.rule("T03")
    assert held.message == "3 rows with a year that cannot be right (16/03/2062 11:05)."
    assert held.question == "Take the nearest year that fits?"
    assert found.counts == (2, 0, 3, 0, 0)


def test_rule_t03_an_accepted_year_is_taken():
    found = log(*WRONG_YEARS, answers=(Answer("T03", "accept", (4,)),))
    assert (utc(found, 4), list(found.held("T03"))) == ("2026-03-16 11:05", [5])
    assert found.counts == (2, 1, 1, 0, 0)


def test_rule_t03_a_rejected_year_stays_unless_it_is_to_come():
    found = log(*WRONG_YEARS, answers=(Answer("T03", "reject"),))
    assert utc(found, 5) == "1924-03-17 09:00"
    assert (list(found.held("T03")), list(found.held("T04"))) == ([], [4])


def test_rule_t03_a_set_or_dropped_year_is_heeded():
    said = Answer("T03", "set", (4,), column="t_reported", value="16/03/2026 11:05")
    found = log(*WRONG_YEARS, answers=(said, Answer("T03", "drop", (5,))))
    assert (utc(found, 4), found.counts) == ("2026-03-16 11:05", (3, 0, 0, 1, 0))


def test_rule_t03_dropping_without_rows_leaves_out_what_waits_alone():
    found = log(*WRONG_YEARS, answers=(Answer("T03", "drop"),))
    assert found.counts == (2, 0, 0, 2, 0)


def test_rule_t04_dates_to_come_wait():
    found = log("01/11/2026 11:59", "01/11/2026 12:01")
    assert found.held("T04") == {3: ""}
    assert found.rule("T04")[0].message == "1 row in the future."


@pytest.mark.parametrize("odd", ["31/12/9999 23:59", "01/01/0001 00:00", "01/01/0000 00:00"])
def test_rule_t03_dates_at_the_end_of_all_calendars_wait(odd: str):
    found = log(odd, "14/03/2026 10:00")
    assert found.counts == (1, 0, 1, 0, 0)
    ended = read(CRIME, f"C1,14/03/2026 20:00,{odd},Burglary,330690,436330")
    assert sum(ended.counts) == 1


def test_rule_t05_an_end_that_is_to_come_is_left_out():
    found = read(CRIME, "C1,14/03/2026 20:00,31/12/9999,Burglary,330690,436330")
    (said,) = found.rule("T05")
    assert said.message == "1 row with an end in the future (31/12/9999): the end was left out."
    assert utc(found, 2, "time_to") == "2026-03-14 20:00"


def test_rule_t05_ends_before_the_start_are_turned_round_or_left_out():
    found = read(
        CRIME,
        "C1,14/03/2026 20:00,14/03/2026 18:00,Burglary,330690,436330",
        "C2,14/03/2026 20:00,10/03/2026 18:00,Burglary,330690,436330",
        "C3,14/03/2026 20:00,24/03/2026 18:00,Burglary,330690,436330",
    )
    assert (utc(found, 2), utc(found, 2, "time_to")) == ("2026-03-14 18:00", "2026-03-14 20:00")
    assert found.rows[3]["time_to"] is None
    assert [(one.row, one.result, one.message) for one in found.rule("T05")] == [
        (2, "fixed", "1 row ended before the start, by less than a day: turned round."),
        (3, "kept", "1 row ended a day or more before the start: the end was left out."),
        (4, "kept", "1 row spans more than seven days: its time is not known."),
    ]


def test_rule_t05_an_end_that_cannot_be_read_waits_until_it_is_left_out():
    rows = (CRIME, "C1,14/03/2026 20:00,later,Burglary,330690,436330")
    assert list(read(*rows).held("T05")) == [2]
    found = read(*rows, answers=(Answer("T05", "reject", (2,)),))
    assert utc(found, 2) == utc(found, 2, "time_to") == "2026-03-14 20:00"


def test_rule_t06_midnight_is_marked_when_it_comes_too_often():
    times = [f"14/03/2026 {hour:02d}:{hour * 2:02d}" for hour in range(1, 19)]
    found = log(*times, *["15/03/2026 00:00"] * 2)
    assert found.rule("T06") == []
    found = log(*times, *["15/03/2026 00:00"] * 6)
    (marked,) = found.rule("T06")
    assert (marked.rows, marked.result) == (6, "kept")
    assert marked.message == (
        "25% of rows (6 rows) have the default time 00:00. Hour charts leave them out."
    )
    assert "T06" in found.rows[20]["quality_flags"]


def test_rule_t07_hours_of_a_clock_change_are_taken_as_summer_time_or_moved_on():
    found = log("25/10/2026 01:30", "29/03/2026 01:30", "29/03/2026 03:30")
    assert [utc(found, row) for row in (2, 3, 4)] == [
        "2026-10-25 00:30", "2026-03-29 01:30", "2026-03-29 02:30",
    ]  # fmt: skip
    (marked,) = found.rule("T07")
    assert (marked.rows, marked.row, found.counts) == (2, 2, (3, 0, 0, 0, 0))
    assert marked.message.startswith("2 rows in the hour of a clock change")


ENTRIES = (
    CCTV,
    "1,14/03/2026,21:16,C14,Disorder,P1",
    "2,10/07/2026,20:10,C21,Disorder,P2",
    "3,11/07/2026,20:10,C21,Theft,",
)
LOGS = {
    "P1": np.datetime64("2026-03-14T21:14", "us"),
    "P2": np.datetime64("2026-07-10T20:12", "us"),
}


def test_rule_t08_asks_once_for_summer_rows_with_the_evidence_of_police_logs():
    found = read(*ENTRIES, log_times=lambda _: LOGS)
    assert found.held("T08") == {3: "2026-07-10 21:10", 4: "2026-07-11 21:10"}
    (asked,) = found.rule("T08")
    assert asked.question == "Does the CCTV clock keep GMT all year?"
    assert "Linked police logs show that it runs an hour behind in summer." in asked.message
    assert "Linked" not in read(*ENTRIES).rule("T08")[0].message


@pytest.mark.parametrize(
    ("known", "at", "counts"),
    [
        ({"answers": (Answer("T08", "accept"),)}, "2026-07-10 20:10", (1, 2, 0, 0, 0)),
        ({"settings": {"clock": "gmt"}}, "2026-07-10 20:10", (1, 2, 0, 0, 0)),
        ({"answers": (Answer("T08", "reject"),)}, "2026-07-10 19:10", (3, 0, 0, 0, 0)),
        ({"settings": {"clock": "local"}}, "2026-07-10 19:10", (3, 0, 0, 0, 0)),
    ],
)
def test_rule_t08_summer_rows_move_an_hour_when_the_clock_keeps_gmt(known, at, counts):
    found = read(*ENTRIES, **known)
    assert (utc(found, 3), utc(found, 2)) == (at, "2026-03-14 21:16")
    assert found.counts == counts


def test_rule_t08_does_not_ask_when_police_logs_show_summer_time():
    logs = LOGS | {"P2": np.datetime64("2026-07-10T19:12", "us")}
    found = read(*ENTRIES, log_times=lambda _: logs)
    assert found.notes("T08") == ["Linked police logs show that the CCTV clock keeps summer time."]
    assert found.counts == (3, 0, 0, 0, 0)


def test_rule_t08_drop_leaves_out_the_summer_rows():
    assert read(*ENTRIES, answers=(Answer("T08", "drop"),)).counts == (1, 0, 0, 2, 0)


def test_rule_t09_a_source_of_months_gives_no_time_of_day():
    text = read_text(as_csv(crimes(2)), is_street_file)
    found = read_street_file(text, now=NOW)
    (note,) = [one.message for one in found.findings if one.code == "T09"]
    assert note == (
        "This source gives the month only. Time-of-day pictures need police or council data."
    )
    (batch,) = found.batches
    assert set(batch.table["time_precision"].to_pylist()) == {"month"}
    assert log("2026-07").rows[2]["time_from"] is None


def test_times_are_stored_in_utc_when_a_column_states_an_offset():
    assert log("2026-07-01T12:00+02:00").rows[2]["time_from"] == datetime(
        2026, 7, 1, 10, tzinfo=UTC
    )
