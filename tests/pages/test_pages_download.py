"""Can the analyst fetch months, and is it said what is sent and what came?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from data.access import Role
from data.jobs.downloads import DownloadReport, MonthOutcome, PoliceMonths
from geo.errors import GeoError
from tests.pages import fakes

if TYPE_CHECKING:
    from collections.abc import Callable

    from streamlit.testing.v1 import AppTest

    OpenApp = Callable[..., AppTest]

MONTHS = (
    MonthOutcome("2024-06", "fetched", "90 reports fetched.", 90),
    MonthOutcome("2024-07", "failed", "No answer from *x*. Run it again to fetch the rest."),
)


class Job:
    """A download that sends nothing, and notes what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[PoliceMonths] = []
        self.fault: GeoError | None = None

    def __call__(
        self,
        _ws: object,
        _principal: object,
        wanted: PoliceMonths,
        *,
        progress: Callable[..., None],
    ) -> DownloadReport:
        progress("Fetching June 2024", 0, 2)
        self.asked.append(wanted)
        if self.fault:
            raise self.fault
        loaded = fakes.import_report()
        return DownloadReport("sandport", "Sandshire Police", "data.police.uk", MONTHS, 4, loaded)


@pytest.fixture
def job(monkeypatch: pytest.MonkeyPatch) -> Job:
    fake = Job()
    monkeypatch.setattr("data.jobs.downloads.download_police", fake)
    return fake


def press(app: AppTest) -> AppTest:
    return next(one for one in app.button if one.label == "Fetch these months").click().run()


def texts(app: AppTest) -> str:
    return " ".join(one.value for one in app.markdown)


def test_nothing_is_sent_before_the_button_is_pressed(job: Job, open_app: OpenApp) -> None:
    app = open_app("import_data")
    assert job.asked == []
    assert "archive ZIP from data.police.uk, downloaded by hand" in texts(app)
    assert "sends the outline of Sandport and a point inside it to data.police.uk" in texts(app)
    assert not next(one for one in app.expander if one.label.startswith("Fetch")).proto.expanded


def test_chosen_months_are_fetched_and_told_one_by_one(job: Job, open_app: OpenApp) -> None:
    app = open_app("import_data")
    app.selectbox(key="download-from").set_value("2024-06").run()
    app = press(app)
    assert job.asked == [PoliceMonths("sandport", "2024-06", "2024-07")]
    assert list(app.table[0].value["Month"]) == ["June 2024", "July 2024"]
    assert app.table[0].value["What became of it"][1].startswith("No answer from \\*x\\*")
    assert "90 reports of 1 month came" in texts(app).replace("\\", "")
    assert "90 of 100 rows were loaded." in texts(app)
    assert any(one.value.startswith("Reports without a location") for one in app.caption)


def test_months_the_wrong_way_round_are_explained(job: Job, open_app: OpenApp) -> None:
    app = open_app("import_data")
    app.selectbox(key="download-to").set_value("2024-05").run()
    app = press(app)
    assert "From 1 to 120 months can be asked for" in app.error[0].value
    assert job.asked == []


def test_fault_of_a_download_is_explained(job: Job, open_app: OpenApp) -> None:
    job.fault = GeoError("No answer from data.police.uk.", "Try again later.")
    app = press(open_app("import_data"))
    assert app.error[0].value.startswith("**No answer from data\\.police\\.uk\\.** Try again later")


def test_role_that_may_not_load_cannot_fetch(open_app: OpenApp) -> None:
    app = open_app("import_data", role=Role.NPT)
    assert "Fetch these months" not in [one.label for one in app.button]
