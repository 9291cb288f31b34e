"""Does what people decide about held rows take effect, stand in the audit log, and come undone?"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import select

from data.access import AccessError, Principal, Role
from data.errors import DataError
from data.interpretation.context import Answer
from data.jobs import answers as job
from data.jobs.imports import import_files
from data.store.models import AuditEntry
from tests.places import ANALYST, add_town, workspace
from tests.tables import CASE, CCTV, LOG, NOW

CASES = (
    CASE,
    "S1,14/03/2026,Graffiti,53.00,-5.02",
    "S2,15/03/2026,Graffiti,53.00,5.02",
    "S3,16/03/2062,Graffiti,53.00,-5.02",
    "S4,17/03/2026,Zumba,53.00,-5.02",
    "S5,18/03/2026,Zumba,53.00,-5.02",
)


@pytest.fixture
def ws(tmp_path):
    ws = workspace(tmp_path / "home", NOW)
    add_town(ws, tmp_path / "files")
    yield ws
    ws.close()


def load(ws, *lines: str, name: str = "cases.csv") -> str:
    content = "\n".join([*lines, ""]).encode()
    return import_files(ws, ANALYST, [(name, content)], "quaytown").files[0].batch_id


def references(ws) -> list[str]:
    return sorted(ws.engine.read_rows(["source_ref"])["source_ref"])


def counts(view) -> list[int]:
    found = dict(view.counts)
    return [found[name] for name in ("kept", "fixed", "held", "dropped", "refused")]


def answer(ws, batch: str, *said: Answer):
    return job.answer(ws, ANALYST, batch, said)


@pytest.mark.parametrize(
    ("said", "then", "held"),
    [
        (Answer("G03", "accept"), [1, 1, 3, 0, 0], ["S1", "S2"]),
        (Answer("G03", "reject"), [2, 0, 3, 0, 0], ["S1", "S2"]),
        (Answer("G03", "drop"), [1, 0, 3, 1, 0], ["S1"]),
        (Answer("T03", "accept"), [1, 1, 3, 0, 0], ["S1", "S3"]),
        (Answer("T03", "set", (4,), "", "t_reported", "2026-03-16"), [2, 0, 3, 0, 0], ["S1", "S3"]),
        (Answer("K01", "set", key="Zumba", value="Noise"), [3, 0, 2, 0, 0], ["S1", "S4", "S5"]),
        (Answer("K01", "drop", key="Zumba"), [1, 0, 2, 2, 0], ["S1"]),
        (Answer("K01", "reject", (5,)), [2, 0, 3, 0, 0], ["S1", "S4"]),
    ],
)
def test_an_answer_takes_effect_and_comes_undone(ws, said, then, held):
    batch = load(ws, *CASES)
    version = ws.lake.version
    view = answer(ws, batch, said)
    assert (counts(view), references(ws)) == (then, held)
    assert view.answers == (job.answer_words(said),)
    undone = job.undo(ws, ANALYST, batch, 0)
    assert (counts(undone), references(ws)) == ([1, 0, 4, 0, 0], ["S1"])
    assert (ws.lake.version, undone.answers) == (version, ())


def test_an_answer_is_refused_when_another_process_answered_meanwhile(ws, monkeypatch):
    batch = load(ws, *CASES)
    desk_for, first = job.desk_for, Answer("G03", "accept")

    def other_first(*arguments, **options):
        with ws.lake.writing(NOW) as writer:
            writer.put_batch(replace(writer.batches[batch], answers=(first,)), None)
            writer.commit()
        return desk_for(*arguments, **options)

    monkeypatch.setattr(job, "desk_for", other_first)
    with pytest.raises(DataError, match="meanwhile"):
        answer(ws, batch, Answer("T03", "accept"))
    assert ws.lake.manifest().batches[batch].answers == (first,)


def test_answers_stand_in_the_audit_log_with_what_they_changed(ws):
    batch = load(ws, *CASES)
    answer(ws, batch, Answer("G03", "accept"))
    job.undo(ws, ANALYST, batch, 0)
    with ws.store.read() as session:
        found = session.scalars(select(AuditEntry).where(AuditEntry.subject == batch)).all()
    entries = {one.action: json.loads(one.detail) for one in found}
    given = entries["answer_held"]
    assert given["answers"] == ["A lost minus sign: the proposal was taken for all rows."]
    assert (given["before"]["held"], given["after"]["held"]) == (4, 3)
    assert (entries["undo_answer"]["after"]["held"], ws.store.verify_chain()) == (4, True)


def test_answers_hold_when_the_file_comes_again(ws):
    batch = load(ws, *CASES)
    view = answer(ws, batch, Answer("G03", "accept"), Answer("K01", "drop"))
    version = ws.lake.version
    assert load(ws, *CASES, name="again.csv") == batch
    (again,) = job.batches(ws, ANALYST)
    assert (again.counts, ws.lake.version, references(ws)) == (view.counts, version, ["S1", "S2"])


def test_a_code_that_was_set_is_known_in_the_next_file_until_it_is_taken_back(ws):
    batch = load(ws, *CASES)
    answer(ws, batch, Answer("K01", "set", key="Zumba", value="Noise"))
    load(ws, CASE, "S9,14/04/2026,Zumba,53.00,-5.02", name="april.csv")
    assert references(ws) == ["S1", "S4", "S5", "S9"]
    job.undo(ws, ANALYST, batch, 0)
    assert references(ws) == ["S1", "S9"]
    later = load(ws, CASE, "S10,15/04/2026,Zumba,53.00,-5.02", name="more.csv")
    assert {one.batch_id: one.counts["held"] for one in job.batches(ws, ANALYST)}[later] == 1


def test_a_recorder_on_gmt_is_remembered_and_taken_back(ws):
    batch = load(ws, CCTV, "1,10/07/2026,20:10,C1,Disorder,", name="log.csv")
    answer(ws, batch, Answer("T08", "accept"))
    load(ws, CCTV, "2,11/07/2026,20:10,C1,Disorder,", name="next.csv")
    hours = ws.engine.read_rows(["source_ref", "time_from"]).set_index("source_ref")["time_from"]
    assert [hours["1"].hour, hours["2"].hour] == [20, 20]
    job.undo(ws, ANALYST, batch, 0)
    assert references(ws) == ["2"]
    answer(ws, batch, Answer("T08", "reject"))
    hours = ws.engine.read_rows(["source_ref", "time_from"]).set_index("source_ref")["time_from"]
    assert hours["1"].hour == 19


@pytest.mark.parametrize(
    "said",
    [
        Answer("X99", "accept"),
        Answer("T04", "accept"),
        Answer("G09", "reject"),
        Answer("K01", "accept"),
        Answer("K01", "set", value="Noise"),
        Answer("T03", "set", (4,), column="t_reported", value=" "),
        Answer("T03", "set", (4,), column="shoe", value="2026-03-16"),
        Answer("T03", "set", column="t_reported", value="2026-03-16"),
        Answer("T01", "set", (4,), column="t_reported", value="MRS A PLUM"),
        Answer("K01", "set", key="z.quilter@example.org", value="Noise"),
    ],
)
def test_an_answer_is_refused_when_it_changes_nothing_or_names_a_person(ws, said):
    batch = load(ws, *CASES)
    with pytest.raises(DataError) as refused:
        answer(ws, batch, said)
    assert refused.value.hint
    assert job.batches(ws, ANALYST)[0].answers == ()


def test_answers_are_refused_when_the_columns_are_gone(ws):
    batch = load(ws, *CASES)
    ws.lake.staged_path(batch).unlink()
    assert not job.batches(ws, ANALYST)[0].can_answer
    with pytest.raises(DataError, match="no longer kept"):
        answer(ws, batch, Answer("K01", "set", key="Zumba", value="Noise"))
    later = load(ws, CASE, "S9,14/04/2026,Zumba,53.00,-5.02", name="april.csv")
    assert {one.batch_id: one.counts["held"] for one in job.batches(ws, ANALYST)}[later] == 1


def test_answers_are_refused_to_other_roles_and_for_unknown_loads(ws):
    batch = load(ws, *CASES)
    with pytest.raises(AccessError):
        job.answer(ws, Principal("Max", Role.MEMBER), batch, [Answer("G03", "accept")])
    with pytest.raises(DataError, match="no such load"):
        answer(ws, "nothing", Answer("G03", "accept"))
    with pytest.raises(DataError, match="no such answer"):
        job.undo(ws, ANALYST, batch, 0)


def test_rows_may_wait_for_a_stated_reason_until_their_number_changes(ws):
    batch = load(ws, *CASES)
    (blocker,) = job.blockers(ws, ANALYST)
    assert blocker.startswith("4 rows of cases.csv wait for an answer.")
    with pytest.raises(DataError, match="stated reason"):
        job.accept_waiting(ws, ANALYST, batch, " ")
    with pytest.raises(DataError, match="personal data"):
        job.accept_waiting(ws, ANALYST, batch, "Asked Mrs Quilter")
    view = job.accept_waiting(ws, ANALYST, batch, "Asked the council")
    assert (view.accepted, job.blockers(ws, ANALYST)) == ("Asked the council", ())
    answer(ws, batch, Answer("G03", "accept"))
    assert len(job.blockers(ws, ANALYST)) == 1


def test_an_older_load_that_is_answered_replaces_no_row_of_a_later_one(ws):
    first = load(ws, f"{LOG}", "L1,14/03/2062 21:14,ASB - Noise,,,QUAY",
                 "L2,14/03/2026 21:14,ASB - Noise,,,QUAY",
                 "L3,15/03/2026 21:14,ASB - Noise,,,QUAY", name="old.csv")  # fmt: skip
    load(ws, LOG, "L1,14/03/2026 21:14,Burglary,,,PIER", name="new.csv")
    answer(ws, first, Answer("T03", "accept"))
    rows = ws.engine.read_rows(["source_ref", "place"]).set_index("source_ref")["place"]
    assert rows.to_dict() == {"L1": "PIER", "L2": "QUAY", "L3": "QUAY"}


def test_rows_without_reference_of_a_later_load_stay_when_an_older_one_is_answered(ws):
    same = ",14/03/2026 21:14,ASB - Noise,,,QUAY"
    first = load(ws, LOG, same, ",15/03/2062 21:14,ASB - Noise,,,QUAY", ",16/03/2026,Robbery,,,Q",
                 name="old.csv")  # fmt: skip
    load(ws, LOG, same, name="new.csv")
    answer(ws, first, Answer("T03", "accept"))
    answer(ws, first, Answer("G04", "drop", (2, 3, 4)))
    assert ws.engine.read_rows(["place"])["place"].tolist() == ["QUAY"]


def test_a_column_is_read_month_first_once_that_is_agreed(ws):
    days = [f"S{n},{n:02d}/12/2026,Graffiti,53.00,-5.02" for n in (3, 4, 5)]
    batch = load(ws, CASE, *days)
    assert references(ws) == []
    assert counts(answer(ws, batch, Answer("T01", "accept"))) == [3, 0, 0, 0, 0]
    months = ws.engine.read_rows(["month"])["month"]
    assert sorted(months) == ["2026-03", "2026-04", "2026-05"]
    assert counts(job.undo(ws, ANALYST, batch, 0)) == [0, 0, 3, 0, 0]


def test_two_answers_given_at_once_both_stand(ws):
    batch = load(ws, *CASES)
    said = (Answer("G03", "accept"), Answer("T03", "accept"))
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda one: answer(ws, batch, one), said))
    [view] = job.batches(ws, ANALYST)
    assert set(view.answers) == {job.answer_words(one) for one in said}
    assert counts(view) == [1, 2, 2, 0, 0]


def test_what_an_answer_changed_is_told(ws):
    batch = load(ws, *CASES)
    [before] = job.batches(ws, ANALYST)
    after = answer(ws, batch, Answer("G03", "accept"))
    told = "1 more row of cases.csv now counts; 3 rows of this file still wait."
    assert job.change_words(before, after) == told
    told = "1 row of cases.csv no longer counts; 4 rows of this file still wait."
    assert job.change_words(after, before) == told
    told = "As many rows of cases.csv count as before; 4 rows of this file still wait."
    assert job.change_words(before, before) == told


def test_title_of_the_data_says_whether_anything_waits(ws):
    batch = load(ws, *CASES)
    title = job.data_title(ws, ANALYST, job.batches(ws, ANALYST))
    assert title == "4 rows of 1 file wait for your answer"
    assert job.blockers(ws, ANALYST)[0].startswith("4 rows of cases.csv wait for an answer")
    job.accept_waiting(ws, ANALYST, batch, "The council will say")
    title = job.data_title(ws, ANALYST, job.batches(ws, ANALYST))
    assert title == "Every row is accounted for; 4 rows stay out for a stated reason"
    assert job.blockers(ws, ANALYST) == ()


def test_unknown_code_is_left_as_it_is_or_out_by_its_name(ws):
    batch = load(ws, *CASES)
    assert counts(answer(ws, batch, Answer("K01", "reject", key="Zumba"))) == [3, 0, 2, 0, 0]
