"""How long does a map of 5,000 hexagons take to be drawn again after a filter, in a browser?"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from data.basemap import copy_leaflet

ROOT = Path(__file__).resolve().parents[1]
PORT = 8599
REDRAWS = 5
PAINTED = """(before) => {
  const frame = document.querySelector('iframe');
  const inside = frame && frame.contentDocument;
  if (!inside || frame.clientHeight === 0) return null;
  const canvas = inside.querySelector('canvas');
  const paths = inside.querySelectorAll('svg path');
  let mark = '';
  if (canvas) {
    const url = canvas.toDataURL();
    let sum = 0;
    for (let i = 0; i < url.length; i++) sum = (sum * 31 + url.charCodeAt(i)) | 0;
    mark = url.length > 20000 ? url.length + ':' + sum : '';
  }
  else if (paths.length > 4000)
    mark = [...paths].slice(0, 400).map(p => p.getAttribute('fill')).join();
  return mark && mark !== before ? mark : null;
}"""


def seconds_to_redraw(kind: str) -> float:
    """Return the median seconds from choosing a filter to the changed map, ``own`` or ``stock``."""
    copy_leaflet(ROOT / "benchmarks" / "static")
    server = subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "streamlit", "run", "benchmarks/redraw_app.py",
         f"--server.port={PORT}", "--server.headless=true"],
        cwd=ROOT,
        env={**os.environ, "HEXBEAT_BENCH_MAP": kind, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait()
        return _measure()
    finally:
        server.terminate()
        server.wait()


def _wait() -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"http://localhost:{PORT}/_stcore/health", timeout=1):
                return
        except OSError:
            time.sleep(0.1)


def _measure() -> float:
    chromium = shutil.which("chromium")
    if not chromium:
        raise SystemExit("The redraw is measured in Chromium; on Debian: apt-get install chromium.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1920, "height": 1080})
        page.goto(f"http://localhost:{PORT}")
        mark = _painted(page, "")
        seconds = []
        for i in range(REDRAWS + 1):
            start = time.perf_counter()
            page.get_by_text("BA"[i % 2], exact=True).click()
            mark = _painted(page, mark)
            seconds.append(time.perf_counter() - start)
        browser.close()
    return statistics.median(seconds[1:])


def _painted(page: Page, before: str) -> str:
    """Wait until the map shows something else than ``before``, and return a mark of it."""
    seen = page.wait_for_function(PAINTED, arg=before, timeout=120_000, polling=20)
    return str(seen.json_value())


def redraw_row() -> tuple[str, float, float, str]:
    """Return the row of the benchmark table."""
    return "map redraw, 5,000 cells", seconds_to_redraw("own"), seconds_to_redraw("stock"), "s"
