"""Names of places: cleaned, generic ones refused, and no two hotspots alike."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.clusters import HotspotCells
from geo.errors import SchemaError
from geo.names import GENERIC_PLACES, clean_place, distinct_names, is_generic, rank_places
from geo.naming import PlaceName, name_hotspots


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("On or near Talbot Square", "Talbot Square"),
        ("on or near  Queen   Street ", "Queen Street"),
        ("On or near St Bede'S Avenue", "St Bede's Avenue"),
        ("On or near Ralph'S Wife'S Lane", "Ralph's Wife's Lane"),
        ("On or near St James\u2019S Road", "St James\u2019s Road"),
        ("On or near O'Connell Street", "O'Connell Street"),
        ("On or near Ring O'Bells Lane", "Ring O'Bells Lane"),
        ("On or near D'Arcy Road", "D'Arcy Road"),
        ("On or near O'Shea Close", "O'Shea Close"),
        ("ST BEDE'S AVENUE", "ST BEDE'S AVENUE"),
        ("On or near Park / Open Space", "Park/Open Space"),
        ("On or near ", ""),
        ("Nearfield Road", "Nearfield Road"),
    ],
)
def test_place_is_written_as_people_do_when_cleaned(raw, clean):
    assert clean_place(raw) == clean


@pytest.mark.parametrize("kind", GENERIC_PLACES)
def test_kind_of_place_is_generic_when_plain_numbered_or_in_other_case(kind):
    forms = (kind, f"On or near {kind}", kind.upper(), kind.lower(), f"{kind} 2", f"{kind} (north)")
    assert [form for form in forms if not is_generic(form)] == []


@pytest.mark.parametrize(
    "text",
    [
        "Further/higher Educational Building",
        "Supermarkets",
        "Parking Area - Level 3",
        "Parking Area No. 4",
        "Nightclub A",
        "The Pier",
        "M55",
        "Motorway M6",
        "A584",
        "A1(M)",
        "M6 Junction 31A",
        "",
        "On or near ",
    ],
)
def test_text_is_generic_when_it_names_no_place(text):
    assert is_generic(text)


@pytest.mark.parametrize(
    "text",
    [
        "Hospital Street",
        "Pier Street",
        "Prison Lane",
        "Supermarket Way",
        "Park Road",
        "Old Police Station Mews",
        "The Strand",
        "Promenade",
        "A584 Coast Road",
        "Mall",
        "B",
        "Piers Close",
        "Unknown Warrior Street",
    ],
)
def test_text_is_no_generic_place_when_it_is_a_street(text):
    assert not is_generic(text)


def test_places_come_by_reports_when_ranked():
    places = [
        "On or near Parking Area",
        "On or near St Bede'S Avenue",
        "On or near Zoo Road",
        "On or near Abbey Road",
        "St Bede's Avenue",
        "No Location",
        "On or near Zoo Road",
    ]
    ranked = ("St Bede's Avenue", "Abbey Road", "Zoo Road")
    assert rank_places(places, [90, 4, 2, 3, 5, 80, 1], 5) == ranked
    assert rank_places(places, [90, 4, 2, 3, 5, 80, 1], 1) == ranked[:1]


def test_no_place_is_ranked_when_all_are_generic_or_none_is_given():
    assert rank_places(["On or near Nightclub", "Supermarket"], [3, 2], 3) == ()
    assert rank_places([], [], 3) == ()


@given(st.permutations([("Abbey Road", 3), ("Zoo Road", 3), ("Mill Lane", 1), ("Abbey Road", 1)]))
def test_ranking_is_the_same_when_rows_come_in_another_order(rows):
    places, reports = zip(*rows, strict=True)
    assert rank_places(places, reports, 9) == ("Abbey Road", "Zoo Road", "Mill Lane")


def test_second_hotspot_takes_its_next_place_when_the_first_is_taken():
    names = distinct_names([["Queen Street"], ["queen street", "Abbey Road"]], ["Talbot", "Talbot"])
    assert names == ("Queen Street", "Abbey Road")


def test_place_is_named_with_its_ward_when_every_place_is_taken():
    candidates = [["Abbey Road"], ["Abbey Road"], ["Abbey Road"], ["Abbey Road"]]
    names = distinct_names(candidates, ["Talbot", "Layton", "Layton", ""])
    assert names == (
        "Abbey Road",
        "Abbey Road (Layton)",
        "Part of Layton",
        "Place without a street name",
    )


def test_hotspots_are_named_after_their_ward_when_all_places_are_generic():
    names = distinct_names([[]] * 12, ["Layton"] * 11 + [""])
    assert names[:3] == ("Part of Layton", "Second part of Layton", "Third part of Layton")
    assert names[8:] == (
        "Ninth part of Layton",
        "10th part of Layton",
        "11th part of Layton",
        "Place without a street name",
    )


@given(
    st.lists(
        st.tuples(
            st.lists(st.sampled_from(["A Street", "B Street", "C Street"]), unique=True),
            st.sampled_from(["", "Layton", "Talbot"]),
        )
    )
)
def test_names_are_all_different_whatever_the_places(hotspots):
    names = distinct_names([places for places, _ in hotspots], [ward for _, ward in hotspots])
    assert len(names) == len(hotspots)
    assert len({name.casefold() for name in names}) == len(names)


def test_former_name_is_kept_when_it_is_still_among_the_places():
    candidates = [["Queen Street", "Abbey Road"], ["Queen Street", "Zoo Road"], ["Mill Lane"]]
    former = ["Abbey Road", "Abbey Road", "Hill Lane"]
    names = distinct_names(candidates, [""] * 3, former=former)
    assert names == ("Abbey Road", "Queen Street", "Mill Lane")


def test_former_name_is_kept_by_one_when_two_hotspots_had_it():
    candidates = [["Abbey Road", "Zoo Road"], ["Abbey Road", "Zoo Road"]]
    names = distinct_names(candidates, ["", ""], former=["Abbey Road", "Abbey Road"])
    assert names == ("Abbey Road", "Zoo Road")


def a_hotspot(hotspot_id, *cells):
    return HotspotCells(hotspot_id, cells[0], cells, (), "core", "persistent", 12, cells[0])


def counted(rows):
    return pd.DataFrame(rows, columns=["cell", "month", "place", "ward", "n"])


POINTS = counted(
    [
        ("a", "2021-01", "On or near Abbey Road", "Layton", 5),
        ("a", "2021-01", "On or near Parking Area", "Layton", 99),
        ("a", "2022-01", "On or near Zoo Road", "Talbot", 9),
        ("b", "2022-01", "On or near Abbey Road", "Talbot", 2),
        ("c", "2022-01", "On or near Nightclub", "Talbot", 20),
        ("d", "2022-01", "On or near Hill Lane", "", 50),
    ]
)
TWO_MONTHS = {
    "2021-01": [a_hotspot("h1", "a")],
    "2022-01": [a_hotspot("h2", "c"), a_hotspot("h1", "a", "b")],
}


def test_name_lasts_when_another_place_becomes_a_little_busier():
    named = name_hotspots(TWO_MONTHS, POINTS)
    assert list(named) == ["h2", "h1"]
    assert named["h1"] == PlaceName("Abbey Road", ("Zoo Road",), ("Layton", "Talbot"))
    far_busier = POINTS.assign(n=POINTS["n"].where(POINTS["n"] != 9, 10))
    assert name_hotspots(TWO_MONTHS, far_busier)["h1"].name == "Zoo Road"
    assert named["h2"] == PlaceName("Part of Talbot", (), ("Talbot",))


def test_name_is_new_when_the_former_place_lies_before_a_break():
    named = name_hotspots(TWO_MONTHS, POINTS, break_month="2021-06")
    assert named["h1"] == PlaceName("Zoo Road", ("Abbey Road",), ("Talbot",))
    later = name_hotspots(TWO_MONTHS, POINTS, break_month="2022-07")
    assert later == name_hotspots(TWO_MONTHS, POINTS)


def test_hotspots_have_a_name_when_no_report_is_counted():
    named = name_hotspots({"2022-01": [a_hotspot("h1", "a")]}, POINTS.iloc[:0])
    assert named["h1"] == PlaceName("Place without a street name", (), ())
    assert name_hotspots({"2022-01": []}, POINTS) == {}


def test_points_are_refused_when_a_column_is_missing():
    with pytest.raises(SchemaError, match="column 'ward'"):
        name_hotspots(TWO_MONTHS, POINTS.drop(columns="ward"))


def test_names_are_refused_when_a_ward_is_missing():
    with pytest.raises(ValueError, match="shorter"):
        distinct_names([["A Street"], ["B Street"]], ["Layton"])
