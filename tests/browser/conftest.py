"""A running server and a real browser.

Chromium is the system's. Without it the tests skip, saying what is needed; with ``CI=true`` they
fail instead.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[2]
PROJECTOR = {"width": 1920, "height": 1080}
PHONE = {"width": 360, "height": 740}
START_SECONDS = 60


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder, and keep them in one worker: they share a server."""
    for item in items:
        if Path(__file__).parent in Path(item.path).parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Return the system's Chromium; skip without it, or fail where CI promises one."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found:
        return found
    need = "The browser tests need Chromium; on Debian: apt-get install chromium."
    if os.environ.get("CI") == "true":
        pytest.fail(need)
    pytest.skip(need)


@pytest.fixture(scope="session")
def browser(chromium_path: str) -> Iterator[Browser]:
    """Yield headless Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()


@dataclass(frozen=True)
class Server:
    """A running server."""

    address: str
    home: Path


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(START_SECONDS * 10):
        if process.poll() is not None:
            pytest.fail(f"The server stopped with code {process.returncode} while starting.")
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"The server did not answer within {START_SECONDS} seconds.")


@pytest.fixture(scope="session")
def start_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Path], Server]]:
    """Yield a function that starts a fresh server on a home; all are stopped at the end."""
    running: list[subprocess.Popen[bytes]] = []

    def start(home: Path) -> Server:
        port = _free_port()
        log = tmp_path_factory.mktemp("server") / "log.txt"
        with log.open("wb") as out:
            process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "data.cli",
                    "--home",
                    str(home),
                    "serve",
                    "--port",
                    str(port),
                ],
                cwd=ROOT,
                env={
                    k: v for k, v in os.environ.items() if k not in {"DISPLAY", "WAYLAND_DISPLAY"}
                },
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        running.append(process)
        address = f"http://localhost:{port}"
        _wait(address, process)
        return Server(address, home)

    yield start
    for process in running:
        process.terminate()
        process.wait(timeout=20)


def _hexbeat(home: Path, *arguments: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "data.cli", "--home", str(home), *arguments], cwd=ROOT, check=True
    )


@pytest.fixture(scope="session")
def town_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home with the sample town loaded."""
    home = tmp_path_factory.mktemp("town")
    _hexbeat(home, "demo", "--no-serve")
    return home


@pytest.fixture(scope="session")
def real_home(tmp_path_factory: pytest.TempPathFactory, shared: Path) -> Path:
    """Return a home with 28 real months of one force, and one of its towns."""
    home = tmp_path_factory.mktemp("real")
    edges = shared / "data" / "boundaries"
    _hexbeat(
        home, "area", "add", "blackpool",
        "--boundary", str(edges / "lancashire_districts.geojson"),
        "--where", "objectid=E06000009",
        "--wards", str(edges / "blackpool_wards_2025_bsc.geojson"),
        "--wards-vintage", "from May 2023",
    )  # fmt: skip
    files = sorted((shared / "data" / "police_uk").glob("*-street.csv.gz"))
    _hexbeat(home, "import", *[str(f) for f in files], "--area", "blackpool")
    return home


@pytest.fixture(scope="session")
def town_server(start_server: Callable[[Path], Server], town_home: Path) -> Server:
    """Return a server of the sample town."""
    return start_server(town_home)


@pytest.fixture(scope="session")
def real_server(start_server: Callable[[Path], Server], real_home: Path) -> Server:
    """Return a server of the real town."""
    return start_server(real_home)


@dataclass
class Visitor:
    """One browser window, what it asked for, and what went wrong in it."""

    page: Page
    context: BrowserContext
    requests: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Visitor]]:
    """Yield a function that opens a new window, without cookies, of a given size."""
    contexts: list[BrowserContext] = []

    def open_window(size: dict[str, int] | None = None, **options: object) -> Visitor:
        context = browser.new_context(
            viewport=size or PROJECTOR, locale="en-GB", timezone_id="Europe/London", **options
        )
        contexts.append(context)
        visitor = Visitor(context.new_page(), context)
        visitor.page.set_default_timeout(30_000)
        visitor.page.on("request", lambda r: visitor.requests.append(r.url))
        visitor.page.on("websocket", lambda w: visitor.requests.append(w.url))
        visitor.page.on("pageerror", lambda e: visitor.faults.append(str(e)))
        return visitor

    yield open_window
    for context in contexts:
        context.close()
