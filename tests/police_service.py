"""A local server that behaves, and misbehaves, like the public police service."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import shapely
from shapely.geometry import Polygon

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_GET = 4094
MOST = 10_000


def crime(number: int, lon: float, lat: float, month: str = "2024-05", **changes: object) -> dict:
    """Return a burglary as the service gives it, with changes."""
    return {
        "category": "burglary",
        "location_type": "Force",
        "location": {
            "latitude": f"{lat:.6f}",
            "longitude": f"{lon:.6f}",
            "street": {"id": 7, "name": "On or near Quay Street"},
        },
        "context": "",
        "outcome_status": {"category": "Under investigation", "date": month},
        "persistent_id": f"{number:064x}",
        "id": number,
        "location_subtype": "",
        "month": month,
    } | changes


@dataclass
class Police:
    """What the service holds, how it misbehaves, and what it was asked.

    ``faults`` are used up by requests for crimes: a status, or "cut", "short", "page" or "hang"
    (an answer that does not come while the service runs); those of
    ``broken`` months never end. Requests are noted as method, path and parameters.
    """

    address: str = ""
    crimes: list[dict] = field(default_factory=list)
    offered: tuple[str, ...] = tuple(f"2024-0{n}" for n in range(1, 7))
    most: int = MOST
    truncates: bool = False
    faults: list[int | str] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    missing: set[str] = field(default_factory=set)
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    ended: threading.Event = field(default_factory=threading.Event)

    def months_asked(self) -> list[str]:
        """Return the month of each request for crimes, in order."""
        return [given["date"] for _, path, given in self.asked if "all-crime" in path]

    def answer(self, path: str, given: dict[str, str]) -> tuple[int | str, Any]:
        """Return a status, or how the answer is spoilt, and the answer."""
        if path == "/api/crimes-street-dates":
            return 200, [{"date": month, "stop-and-search": []} for month in self.offered]
        if path == "/api/locate-neighbourhood":
            return 200, {"force": "coast", "neighbourhood": "C1"}
        if path == "/api/forces":
            return 200, [{"id": "coast", "name": "Coast &amp; Quay Police"}]
        return self._crimes(given)

    def _crimes(self, given: dict[str, str]) -> tuple[int | str, Any]:
        if given["date"] in self.broken:
            return 500, None
        if given["date"] in self.missing:
            return 404, None
        corners = [pair.split(",") for pair in given["poly"].split(":")]
        outline = Polygon([(float(lon), float(lat)) for lat, lon in corners])
        found = [c for c in self.crimes if c["month"] == given["date"] and _inside(c, outline)]
        if self.faults:
            return self.faults.pop(0), found
        if len(found) > self.most and not self.truncates:
            return 503, None
        return 200, found[: self.most]


def _inside(one: dict, outline: Polygon) -> bool:
    place = one["location"]
    return shapely.intersects_xy(outline, float(place["longitude"]), float(place["latitude"]))


@contextmanager
def serving() -> Iterator[Police]:
    """Start the service on this machine, and stop it afterwards."""
    police = Police()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            url = urlsplit(self.path)
            address = f"{police.address.removesuffix('/api')}{self.path}"
            self._reply("GET", url.path, url.query, long=len(address) > LONGEST_GET)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            self._reply("POST", self.path, body)

        def _reply(self, method: str, path: str, query: str, *, long: bool = False) -> None:
            given = {name: values[0] for name, values in parse_qs(query).items()}
            police.asked.append((method, path, given))
            police.agents.add(self.headers["User-Agent"])
            status, answer = (400, None) if long else police.answer(path, given)
            if status == "hang":
                police.ended.wait()
                return
            body = json.dumps(answer).encode()
            if status == "page":
                body = b"<html>Down for maintenance</html>"
            if status == "short":
                body = body[: len(body) // 2]
            self.send_response(status if isinstance(status, int) else 200)
            if status == 429:
                self.send_header("Retry-After", "0")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: len(body) // 2] if status == "cut" else body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    police.address = f"http://127.0.0.1:{server.server_port}/api"
    try:
        yield police
    finally:
        police.ended.set()
        server.shutdown()
        thread.join()
        server.server_close()
