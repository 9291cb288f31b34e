"""Does each rule about codes find what it should, say so, and heed what a person answers?"""

from __future__ import annotations

import pytest

from data.interpretation.context import Answer
from tests.tables import CASE, CCTV, read

LOG = (
    "Log No,Date Time Created,Opening Code,NSIR Closing,Easting,Northing,Location Text,DA Flag,"
    "Call Source"
)


def log(*rows: str, **options):
    """Read logs of opening code, closing code, place, flag and source."""
    lines = []
    for number, row in enumerate(rows, start=1):
        opening, closing, place, flag, source = (*row.split(","), "", "", "")[:5]
        moment = f"14/03/2026 {number + 9:02d}:14"
        lines.append(
            f"L{number},{moment},{opening},{closing},330690,436330,{place},{flag},{source}"
        )
    return read(LOG, *lines, **options)


UNKNOWN = ("Rowdy,ASB-99", "Rowdy,ASB-99", "Rowdy,Zumba", "Noise,ASB - Noise")


def test_rule_k01_unknown_codes_wait_and_are_named():
    found = log(*UNKNOWN)
    (asked,) = found.rule("K01")
    assert asked.message == "3 rows with a code that is not known (ASB-99)."
    assert (asked.question, found.counts) == ("Which type of incident is it?", (1, 0, 3, 0, 0))
    assert [row.value for row in found.found.held] == ["ASB-99", "ASB-99", "Zumba"]


def test_rule_k01_a_code_that_is_set_holds_for_all_its_rows():
    said = Answer("K01", "set", key="ASB-99", value="Anti-social behaviour|Noise")
    found = log(*UNKNOWN, answers=(said,))
    assert [(row["category"], row["subtype"]) for row in found.rows.values()] == [
        ("Anti-social behaviour", "Noise"),
    ] * 3  # fmt: skip
    agreed = log(*UNKNOWN, settings={"codes": {"ASB-99": "Anti-social behaviour|Noise"}})
    assert agreed.counts == found.counts == (3, 0, 1, 0, 0)


@pytest.mark.parametrize(
    ("answer", "counts"),
    [
        (Answer("K01", "set", (2,), value="Burglary"), (2, 0, 2, 0, 0)),
        (Answer("K01", "drop", key="ASB-99"), (1, 0, 1, 2, 0)),
        (Answer("K01", "drop"), (1, 0, 0, 3, 0)),
        (Answer("K01", "reject", (2, 3)), (3, 0, 1, 0, 0)),
    ],
)
def test_rule_k01_heeds_the_answer(answer, counts):
    assert log(*UNKNOWN, answers=(answer,)).counts == counts


def test_rule_k01_rejected_rows_count_as_not_known():
    found = log(*UNKNOWN, answers=(Answer("K01", "reject"),))
    assert [row["category"] for row in found.rows.values()][:3] == ["Not known"] * 3


def test_rule_k01_rows_without_a_code_wait():
    found = log(",", "Noise,")
    assert [one.message for one in found.rule("K01")] == ["1 row without a type of incident."]
    assert found.rows[3]["category"] == "Anti-social behaviour"


def test_rule_k01_unknown_cameras_are_named_and_their_rows_counted():
    rows = (CCTV, "1,14/01/2026,21:16,C14; C15,Disorder,", "2,14/01/2026,22:16,C99,Disorder,")
    found = read(*rows, cameras=frozenset({"C14"}))
    (named,) = found.rule("K01")
    assert named.message == "2 rows name a camera that is not known (C14; C15)."
    assert read(*rows).rule("K01")[0].message == "1 row names a camera that is not known (C99)."
    assert (found.counts, found.rows[2]["camera_ids"]) == ((2, 0, 0, 0, 0), "C14;C15")


def test_rule_k02_the_closing_code_counts():
    found = log("Burglary,ASB - Noise", "Noise,ASB - Noise")
    (said,) = found.rule("K02")
    assert said.message == "1 row closed as another type than opened; the closing code counts."
    assert (found.rows[2]["category"], found.rows[2]["opening_code"]) == (
        "Anti-social behaviour", "Burglary",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ("Domestic,Domestic incident", "domestic"),
        ("Noise,ASB - Noise,HOME,Y", "domestic"),
        ("Assault,Sexual assault", "sexual"),
        ("Concern,Child protection", "child"),
        ("Concern,Mental health", "mental_health"),
        ("Hate incident,ASB - Noise", "hate"),
    ],
)
def test_rule_k03_sensitive_rows_are_counted_and_never_mapped(row: str, kind: str):
    found = log(row)
    (said,) = found.rule("K03")
    assert said.message == (
        "1 row is domestic or otherwise sensitive: counted, and never put on a map."
    )
    assert (found.rows[2]["sensitive_class"], found.counts) == (kind, (0, 1, 0, 0, 0))


@pytest.mark.parametrize("code", ["CSE concern", "Modern slavery", "County lines"])
def test_rule_k03_exploitation_is_refused_and_kept_nowhere(code: str):
    found = log(f"Concern,{code},SECRET PLACE", "Noise,ASB - Noise")
    (said,) = found.rule("K03")
    assert (said.message, said.value) == ("1 row marked as exploitation was not loaded.", "")
    assert "SECRET PLACE" not in repr((found.rows, found.found.staged.to_pylist()))
    assert found.counts == (1, 0, 0, 0, 1)


def test_rule_k03_a_domestic_noise_of_the_council_is_no_domestic_incident():
    found = read(CASE, "S1,14/03/2026,Noise - domestic,53.81,-3.05")
    assert (found.rows[2]["sensitive_class"], found.rule("K03")) == ("", [])
    assert found.rows[2]["setting"] == "dwelling"


@pytest.mark.parametrize(
    ("row", "origin"),
    [
        ("Drugs,Directed patrol - drugs,QUAY,N,101", "police"),
        ("Noise,ASB - Noise,QUAY,N,Officer", "police"),
        ("Noise,ASB - Noise,QUAY,N,CCTV operator", "cctv"),
        ("Noise,ASB - Noise,QUAY,N,999", "public"),
        ("Noise,ASB - Noise,QUAY,N,BID radio", "partner"),
        ("Noise,ASB - Noise,QUAY,N,", "unknown"),
    ],
)
def test_rule_k04_police_work_is_marked_by_code_or_source(row: str, origin: str):
    found = log(row)
    assert found.rows[2]["origin"] == origin
    assert [one.rows for one in found.rule("K04")] == ([1] if origin == "police" else [])
