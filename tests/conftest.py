"""Fixtures that several test modules share."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tests.places import add_town, workspace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from data.workspace import Workspace

settings.register_profile("hexbeat", deadline=None, derandomize=True)
settings.load_profile("hexbeat")

SHARED = Path(__file__).parents[2] / "shared"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the browser tests renew the picture of the README."""
    parser.addoption("--write-screenshot", action="store_true", help="renew docs/screenshot.png")


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of reference values and real files, which lies beside the checkout."""
    if not SHARED.is_dir():
        if os.environ.get("HEXBEAT_EXPECT_SHARED"):
            pytest.fail("The reference files beside the checkout are expected here, but absent.")
        pytest.skip("needs the reference files that lie beside the checkout in ../shared")
    return SHARED


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[Workspace]:
    """Give a workspace that knows the invented town, and holds nothing yet."""
    opened = workspace(tmp_path / "home")
    add_town(opened, tmp_path / "files")
    yield opened
    opened.close()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say it when the number of skipped tests is not the one that is expected here."""
    expected = os.environ.get("HEXBEAT_EXPECTED_SKIPS")
    skipped = len(terminalreporter.stats.get("skipped", []))
    if expected is not None and skipped != int(expected):
        terminalreporter.write_line(f"{skipped} tests were skipped; expected {expected}.", red=True)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Fail the run when the number of skipped tests is not the one that is expected here."""
    expected = os.environ.get("HEXBEAT_EXPECTED_SKIPS")
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if expected is None or reporter is None or hasattr(session.config, "workerinput"):
        return
    if len(reporter.stats.get("skipped", [])) != int(expected) and exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
