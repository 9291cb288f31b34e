"""Does each rule about columns find what it should, and say so?"""

from __future__ import annotations

import pytest

from data.desk import Desk
from data.errors import FileRefusedError, UnknownColumnsError
from data.profiles.known import recognised
from data.readers.opening import Member
from data.readers.table import TableMapping
from data.reading import read_file
from tests.tables import CASE, NOW, read

OWN = "Logged at;What;Grid E;Grid N;Telephone\n14/03/2026;Noise;330690;436330;01253 000000\n"


def opened(text: str, **desk):
    return read_file(Member("own.csv", text.encode), Desk(NOW, **desk))


def test_rule_c01_unknown_headings_are_asked_about_without_personal_ones():
    with pytest.raises(UnknownColumnsError, match="Nobody has said yet") as asked:
        opened(OWN)
    assert asked.value.headings == ("Logged at", "What", "Grid E", "Grid N")


def test_rule_c01_a_mapping_is_remembered_however_headings_are_spelt():
    saved = TableMapping(date="logged AT", category="What", easting="GridE", northing="Grid-N")
    found = opened(OWN, saved=(saved.profile,))
    assert (found.found.profile.columns["easting"], found.found.rows_read) == ("Grid E", 1)
    assert found.found.batches[0].table["category"].to_pylist() == ["Noise"]


def test_rule_c01_other_columns_are_counted_and_not_read():
    found = read(f"{CASE},Shoe size,Hat", "S1,14/03/2026,Graffiti,53.81,-3.05,9,L")
    assert found.notes("C01") == ["2 other columns were not read."]


def test_rule_c01_records_are_never_taken_for_headings():
    with pytest.raises(UnknownColumnsError) as asked:
        opened("When,Kind,Flag,Other\n14/03/2026,Noise,Y,N\n15/03/2026,Noise,N,E\n")
    assert asked.value.headings == ("When", "Kind", "Flag", "Other")


def test_rule_c01_a_table_without_headings_is_refused_and_not_shown():
    with pytest.raises(FileRefusedError, match="no column headings") as refused:
        opened("ZEBEDEE QUILTER,14/03/2026,Noise\nADA PLUM,15/03/2026,Noise\n")
    assert not isinstance(refused.value, UnknownColumnsError)
    assert "QUILTER" not in str(refused.value)


def test_rule_c01_headings_of_each_system_are_known():
    for headings, key in [
        ("Log No,Date Time Created,NSIR Closing,Easting,Northing", "police_cad"),
        ("Crime No,Committed From,Committed To,Offence", "police_rms"),
        ("Service Request Ref,Date Received,SR Type,UPRN", "council"),
        ("CCTV Inc No,Date,Time,Cam No,Incident Type", "cctv_log"),
        ("accident_index,date,accident_severity", "stats19"),
    ]:
        found = recognised(headings.split(","))
        assert found is not None
        assert found.key == key


def test_rule_c02_a_damaged_reference_links_and_locates_nothing():
    found = read(
        "Case Ref,Date Received,SR Type,UPRN",
        "1.23E+11,14/03/2026,Graffiti,1.00E+11",
        "1.23E+11,14/03/2026,Graffiti,",
        "0012,14/03/2026,Graffiti,",
    )
    assert [one.message for one in found.rule("C02")] == [
        "Excel has damaged the column Case Ref (2 rows). Re-export it as text.",
        "Excel has damaged the column UPRN (1 row). Re-export it as text.",
    ]
    assert [row["source_ref"] for row in found.rows.values()] == ["", "", "0012"]
    assert found.rule("G14") == found.rule("D01") == []
    assert found.counts == (3, 0, 0, 0, 0)


@pytest.mark.parametrize("word", ["NULL", "n/a", "-", "#REF!", "#N/A", "\u00a0", "None", ""])
def test_rule_c03_words_for_nothing_are_nothing(word: str):
    found = read(f"{CASE},Location", f"S1,14/03/2026,Graffiti,53.81,-3.05,{word}",
                 "S2,14/03/2026,Graffiti,53.81,-3.05,QUAY")  # fmt: skip
    assert [row["place"] for row in found.rows.values()] == ["", "QUAY"]
    said = [one.message for one in found.rule("C03")]
    expected = (
        ["1 cell says in words that nothing was entered (column Location): treated as missing."]
        if word
        else []
    )
    assert said == expected
