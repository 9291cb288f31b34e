"""What the fake jobs answer about hours and near repeats."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from data.timing_views import NearRepeatRow, NearRepeatsView, NearRepeatTable, WeekView

if TYPE_CHECKING:
    import pytest

    from data.views import HotspotParams

MONTHS_ONLY: Final = "These data give only the month of a report, not the hour or the day."
BUSIEST: Final = "Busiest: Friday, 21:00 to 01:00, with 9% of the reports in 2% of the week"
WEEK: Final = WeekView(
    None, tuple(float(hour % 24) for hour in range(168)), BUSIEST, "1,932 reports, local time."
)
TOO_SMALL: Final = WeekView("Single hours are not shown to your role.", (), BUSIEST, "90 reports.")
NEAR: Final = NearRepeatsView(
    None,
    (
        NearRepeatTable(
            "Burglary",
            "After a burglary, another within 100 m in the next 7 days is 2.3 times as likely.",
            "1,642 reports of burglary compared.",
            (
                NearRepeatRow("Same place", "0 to 7 days", 8, 3.5, 2.3, "1 in 1,000"),
                NearRepeatRow("Same place", "8 to 14 days", 0, 0.0, None, "Nearly always"),
            ),
        ),
        NearRepeatTable("Vehicle crime", "Too few.", "", (), "Not shown to your role."),
    ),
)


class Times:
    """What the fake jobs answer, and what they were asked."""

    def __init__(self) -> None:
        self.week = WeekView(MONTHS_ONLY)
        self.near = NearRepeatsView(MONTHS_ONLY)
        self.weeks_asked: list[tuple[HotspotParams, tuple[str, ...]]] = []
        self.near_asked: list[HotspotParams] = []

    def hour_of_week(
        self,
        _ws: object,
        _principal: object,
        _area_id: str,
        params: HotspotParams,
        cells: tuple[str, ...],
    ) -> WeekView:
        self.weeks_asked.append((params, cells))
        return self.week

    def near_repeats(
        self, _ws: object, _principal: object, _area_id: str, params: HotspotParams
    ) -> NearRepeatsView:
        self.near_asked.append(params)
        return self.near


def install(monkeypatch: pytest.MonkeyPatch) -> Times:
    """Let the screens ask fake jobs, whose data have no time of day unless a test says so."""
    times = Times()
    for name in ("hour_of_week", "near_repeats"):
        monkeypatch.setattr(f"data.jobs.timing.{name}", getattr(times, name))
    return times
