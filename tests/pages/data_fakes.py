"""What the jobs of the Data page would return and were asked, for tests of the screen."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from data.access import Permission, Principal, authorise
from data.errors import DataError
from data.import_views import BatchView, FileOutcome, HeldGroup, ImportReport, RuleOutcome
from data.jobs import answers, hotspots, mappings, sinks, snapshots, sources
from data.jobs.answers import answer_words
from data.jobs.mappings import SavedMapping
from data.jobs.sinks import SinkView
from data.jobs.sources import SourceView
from data.readers.findings import HeldRow
from data.snapshots import FrozenSnapshot, SnapshotView
from tests.pages import fakes

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pytest

    from data.interpretation.context import Answer
    from data.profiles.model import Profile
    from data.rules import RowResult

SWAPPED = HeldGroup(
    code="G02", problem="Easting and northing swapped", question="Swap them?", key="", total=2,
    rows=(
        HeldRow(10, "G02", "Easting", "436180, 330860", "Swapped?", "330860, 436180"),
        HeldRow(11, "G02", "Easting", "<b>436_181</b>", "Swapped?", ""),
    ),
    can_accept=True, can_reject=True, field="easting,northing",
)  # fmt: skip
UNKNOWN_CODE = HeldGroup(
    code="K01", problem="A code that is not known", question="Which type is it?", key="ASB-99",
    total=1, rows=(HeldRow(18, "K01", "Code", "ASB-99", "Not known.", ""),),
    can_accept=False, can_reject=True, field="category",
)  # fmt: skip
NO_DATE = HeldGroup(
    code="T01", problem="Day and month in either order", question="This does not read as a date.",
    key="", total=1, rows=(HeldRow(5, "T01", "Date", "13/13/2026", "Not a date.", ""),),
    can_accept=False, can_reject=False, field="t_start",
)  # fmt: skip
TYPES = ("Anti-social behaviour", "Noise")
POINT = SinkView(
    "-2.00000,53.50000", "Police *Station*", 94, 0.02, "", counts_in_hotspots=True, ward="West"
)
SOURCE = SourceView("council", "Sandport Council", 28, "2024-05", "2024-06", "", None, "")
SNAPSHOT = SnapshotView(
    "snap-1", "sandport", "tactical", "June *2024*", datetime(2024, 8, 1, tzinfo=UTC),
    "1 August 2024, 10:00", "Ada", "Analyst", "d4t4s3t", ("2024-05", "2024-06"),
    "May to June 2024", 1,
)  # fmt: skip


def load(*groups: HeldGroup, **changes: object) -> BatchView:
    """Return a load in which groups of rows wait."""
    held = sum(group.total for group in groups)
    counts: dict[RowResult, int] = {
        "kept": 12, "fixed": 3, "held": held, "dropped": 1, "refused": 0,
    }  # fmt: skip
    usual = BatchView(
        "load-1", "storm_*.csv", "Police incident log", "1 November 2026, 09:00", counts, (), (),
        (), "", can_answer=True, agreement_ref="", groups=groups,
    )  # fmt: skip
    return replace(usual, **changes)


def rule(code: str, rows: int, result: RowResult, message: str) -> RuleOutcome:
    """Return what a rule found, first in row 9."""
    return RuleOutcome(
        code, "A problem", "Does this.", rows, result, message, "june.csv", 9, "Date_Time", "", ""
    )


def unknown_report(name: str = "housing.csv") -> ImportReport:
    """Return the report of a load whose only file nobody knows."""
    file = FileOutcome(
        name, "refused", "Nobody has said yet what the 5 columns of this table hold.",
        headings=("Opened on", "Kind of <case>", "Grid_East", "OS North"), personal=("Notes",),
    )  # fmt: skip
    return replace(
        fakes.import_report(), files=(file,), rows_read=0, rows_kept=0, rows_dropped=0,
        rows_refused=0, changed=False, refused=(), notes=(),
    )  # fmt: skip


class Desk:
    """What the fake jobs of the Data page answer, and what they were asked."""

    def __init__(self) -> None:
        self.loads: tuple[BatchView, ...] = ()
        self.answered: list[tuple[str, Answer]] = []
        self.undone: list[tuple[str, int]] = []
        self.reasons: list[tuple[str, str]] = []
        self.points: tuple[SinkView, ...] = ()
        self.said: list[tuple[str, str]] = []
        self.held_sources: tuple[SourceView, ...] = (SOURCE,)
        self.agreed: list[tuple[str, str, str, int | None]] = []
        self.mapped: list[Profile] = []
        self.published: list[str] = []
        self.fault: DataError | None = None

    def batches(self, _ws: object, principal: Principal) -> tuple[BatchView, ...]:
        authorise(principal, Permission.IMPORT)
        return self.loads

    def known_types(self, *_: object) -> tuple[str, ...]:
        return TYPES

    def answer(
        self, _ws: object, _principal: object, batch_id: str, answers: Sequence[Answer]
    ) -> BatchView:
        if self.fault:
            raise self.fault
        [one] = answers
        self.answered.append((batch_id, one))
        before = self.loads[0]
        groups = tuple(group for group in before.groups if group.code != one.code)
        after = load(*groups, answers=(*before.answers, answer_words(one)))
        counts = {**after.counts, "kept": before.counts["kept"] + 1}
        self.loads = (replace(after, counts=counts),)
        return self.loads[0]

    def undo(self, _ws: object, _principal: object, batch_id: str, at: int) -> BatchView:
        self.undone.append((batch_id, at))
        self.loads = (load(SWAPPED),)
        return self.loads[0]

    def accept_waiting(
        self, _ws: object, _principal: object, batch_id: str, reason: str
    ) -> BatchView:
        if not reason:
            message = "Rows may only wait for a stated reason."
            raise DataError(message, "Write why they can wait.")
        self.reasons.append((batch_id, reason))
        self.loads = (replace(self.loads[0], accepted=reason),)
        return self.loads[0]

    def sinks(self, *_: object) -> tuple[SinkView, ...]:
        return self.points

    def say(self, *args: object) -> None:
        self.said.append((str(args[3]), str(args[4])))
        self.points = tuple(replace(one, said=args[4]) for one in self.points)

    def sources(self, *_: object) -> tuple[SourceView, ...]:
        return self.held_sources

    def agree(self, *args: object, agreement_ref: str, retention_months: int | None) -> None:
        self.agreed.append((str(args[2]), str(args[3]), agreement_ref, retention_months))

    def saved_mappings(self, *_: object) -> tuple[SavedMapping, ...]:
        return tuple(
            SavedMapping(one.title, 1, one.provider, tuple(one.columns.items()))
            for one in self.mapped
        )

    def save_mapping(self, _ws: object, _principal: object, profile: Profile) -> Profile:
        self.mapped.append(profile)
        return profile

    def snapshots(self, *_: object) -> tuple[SnapshotView, ...]:
        return (SNAPSHOT,) if self.published else ()

    def publish(self, *_: object, title: str, blockers: Sequence[str]) -> SnapshotView:
        assert not blockers
        self.published.append(title)
        return SNAPSHOT

    def reopen(self, *_: object) -> FrozenSnapshot:
        result = fakes.result(fakes.HotspotParams(to=fakes.LAST))
        return FrozenSnapshot(
            SNAPSHOT, result, fakes.home(), fakes.coverage(), (("Data version", "d4t4s3t"),),
            ((1, "The *force* will tell us"),),
        )  # fmt: skip

    def latest_month(self, *_: object) -> str:
        return fakes.LAST


def install(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the Data page ask the desk instead of the jobs."""
    for module, names in {
        answers: ("batches", "known_types", "answer", "undo", "accept_waiting"),
        sinks: ("sinks", "say"),
        sources: ("sources", "agree"),
        mappings: ("saved_mappings", "save_mapping"),
        snapshots: ("snapshots", "publish", "reopen"),
        hotspots: ("latest_month",),
    }.items():
        for name in names:
            monkeypatch.setattr(module, name, getattr(desk, name))
