"""Can figures be published and opened again in the browser, and never while something blocks?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from streamlit.testing.v1 import AppTest

from data.access import Role
from data.jobs.wording import escape_markdown
from geo.periods import month_range
from tests.places import MIDDLE, add_town, steady, store, workspace

if TYPE_CHECKING:
    from collections.abc import Callable

    Opened = Callable[..., AppTest]

PAGE = Path(__file__).with_name("publishing_page.py")
BLOCK = "3 rows are *held*: accept them with a reason, or put them right."


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("publishing")
    ws = workspace(folder / "home")
    add_town(ws, folder / "files")
    store(ws, steady(month_range("2022-07", "2024-06"), hot=(MIDDLE,)))
    ws.close()
    return folder / "home"


@pytest.fixture
def opened(made: Path) -> Opened:
    """Return a function that opens the page, for a role, with what blocks."""

    def opening(*blockers: str, role: Role = Role.ANALYST, snapshot: str = "") -> AppTest:
        app = AppTest.from_file(str(PAGE), default_timeout=30)
        app.session_state["home"], app.session_state["role"] = made, role
        app.session_state["blockers"] = blockers
        if snapshot:
            app.query_params["snapshot"] = snapshot
        return run(app)

    return opening


def run(app: AppTest) -> AppTest:
    app.run()
    assert not app.exception, app.exception[0].value
    return app


def button(app: AppTest, label: str):
    return next(one for one in app.button if one.label.startswith(label))


def publish(app: AppTest, title: str) -> AppTest:
    app.text_input(key="publish-title").set_value(title)
    button(app, "Publish a snapshot").click()
    return run(app)


def texts(app: AppTest) -> str:
    return "\n".join(one.value for one in app.markdown).replace("\\", "")


def test_nothing_can_be_published_while_something_blocks(opened: Opened) -> None:
    app = opened(BLOCK)
    assert escape_markdown(BLOCK) in app.warning[0].value
    assert button(app, "Publish a snapshot").disabled
    assert app.text_input(key="publish-title").disabled


def test_published_snapshot_is_listed_and_opens(opened: Opened) -> None:
    app = opened()
    assert app.text_input(key="publish-title").value == "Tactical assessment, June 2024"
    app = publish(app, "June *2024*")
    assert app.info[0].value == r"Published: June \*2024\*."
    assert "15 August 2024, 10:00 by Ada" in texts(app)
    button(app, r"Open June \*2024\*").click()
    app = run(app)
    assert app.title[0].value == r"June \*2024\*"
    hotspots, how = (table.value for table in app.table)
    assert list(hotspots["Hotspot"]) == ["Quay Street"]
    assert list(hotspots["Reports"]) == ["1,104"]
    assert "Data version" in list(how["What"])
    assert app.get("download_button")
    button(app, "Back to all data").click()
    assert button(run(app), r"Open June \*2024\*")


def test_title_that_cannot_be_used_is_explained(opened: Opened) -> None:
    app = publish(opened(), "  ")
    assert "1 to 80 characters" in app.error[0].value


def test_reader_opens_but_does_not_publish(opened: Opened) -> None:
    publish(opened(), "For readers")
    app = opened(role=Role.CHAIR)
    assert not [one for one in app.button if one.label.startswith("Publish")]
    button(app, "Open For readers").click()
    app = run(app)
    assert app.title[0].value == "For readers"
    assert not app.get("download_button")


def test_snapshot_that_is_not_there_is_explained(opened: Opened) -> None:
    app = opened(snapshot="nothing")
    assert app.title[0].value == "This snapshot cannot be shown"
    assert "There is no such snapshot" in app.error[0].value
