"""Do the hours of the week and near repeats come on the page, or the reason why not?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from data.views import HotspotParams
from tests.pages import fakes, timing_fakes

if TYPE_CHECKING:
    from collections.abc import Callable

    from streamlit.testing.v1 import AppTest

    OpenApp = Callable[..., AppTest]

ONE = {"hotspot": "spot-1"}
OPEN = "near-repeats"


@pytest.fixture
def times(town: fakes.Town, monkeypatch: pytest.MonkeyPatch) -> timing_fakes.Times:
    del town
    return timing_fakes.install(monkeypatch)


def captions(app: AppTest) -> str:
    return " ".join(one.value for one in app.caption)


def opened(app: AppTest) -> AppTest:
    app.session_state[OPEN] = True
    return app.run()


def test_week_is_shown_as_heading_chart_legend_and_table(
    times: timing_fakes.Times, open_app: OpenApp
) -> None:
    times.week = timing_fakes.WEEK
    app = open_app("hotspot", query=ONE)
    heading = next(one.value for one in app.header if "Busiest" in one.value)
    assert "Friday, 21\\:00 to 01\\:00" in heading
    assert len(app.get("vega_lite_chart")) == 3
    assert any("hb-class-5" in one.proto.body for one in app.get("html"))
    assert "1,932 reports, local time" in captions(app)
    table = next(one.value for one in app.table if "From" in one.value)
    assert table.shape == (24, 8)
    assert table.iloc[21].tolist() == ["21:00", *["21"] * 7]


def test_week_of_incidents_names_them_wherever_it_names_what_it_counts(
    times: timing_fakes.Times, open_app: OpenApp
) -> None:
    times.week = replace(timing_fakes.WEEK, unit="estimated incidents")
    app = open_app("hotspot", query=ONE)
    assert any("<b>Estimated incidents in each hour" in one.proto.body for one in app.get("html"))
    assert "Estimated incidents from each full hour to the next\\." in captions(app)
    spec = app.get("vega_lite_chart")[-1].proto.spec
    assert '"title": "Estimated incidents"' in spec
    assert '"title": "Reports"' not in spec


def test_week_is_asked_again_once_groups_or_default_locations_changed(
    times: timing_fakes.Times, town: fakes.Town, open_app: OpenApp
) -> None:
    times.week = timing_fakes.WEEK
    open_app("hotspot", query=ONE)
    town.renamed.append(("spot-1", "Pier"))
    open_app("hotspot", query=ONE)
    town.status = replace(town.status, ungrouped_version="other")
    open_app("hotspot", query=ONE)
    assert len(times.weeks_asked) == 3


def test_week_is_asked_for_the_hexagons_of_the_hotspot(
    times: timing_fakes.Times, open_app: OpenApp
) -> None:
    open_app("hotspot", query=ONE)
    params, cells = times.weeks_asked[0]
    assert cells == fakes.hotspot(1).cells
    assert params.to == fakes.LAST


def test_month_only_data_say_why_there_are_no_hours(
    times: timing_fakes.Times, open_app: OpenApp
) -> None:
    app = open_app("hotspot", query=ONE)
    assert times.weeks_asked
    assert "Hours of the week are not shown\\. These data give only the month" in captions(app)
    assert len(app.get("vega_lite_chart")) == 2


def test_role_with_small_numbers_sees_the_sentence_only(
    times: timing_fakes.Times, open_app: OpenApp
) -> None:
    times.week = timing_fakes.TOO_SMALL
    app = open_app("hotspot", query=ONE)
    assert any("Busiest" in one.value for one in app.header)
    assert "Single hours are not shown to your role" in captions(app)
    assert len(app.get("vega_lite_chart")) == 2


def test_near_repeats_are_not_computed_until_they_are_opened(
    times: timing_fakes.Times, open_app: OpenApp
) -> None:
    app = open_app("hotspots")
    assert times.near_asked == []
    opened(app)
    assert times.near_asked == [HotspotParams(fakes.LAST, times.near_asked[0].start)]


def test_near_repeats_are_a_sentence_and_a_table_by_type(
    times: timing_fakes.Times, open_app: OpenApp
) -> None:
    times.near = timing_fakes.NEAR
    app = opened(open_app("hotspots"))
    assert [one.value for one in app.subheader][-2:] == ["Burglary", "Vehicle crime"]
    assert any("is 2\\.3 times as likely" in one.value for one in app.markdown)
    table = next(one.value for one in app.dataframe if "Times chance" in one.value)
    assert table.iloc[0].tolist() == ["Same place", "0 to 7 days", "8", "3.5", "2.3", "1 in 1,000"]
    assert table.iloc[1]["Times chance"] == "None"
    assert "Not shown to your role" in captions(app)


def test_month_only_data_say_why_there_are_no_near_repeats(
    times: timing_fakes.Times, open_app: OpenApp
) -> None:
    app = opened(open_app("hotspots"))
    assert times.near_asked
    assert any("give only the month" in one.value for one in app.markdown)
