"""What does the public police service offer, and what does it answer?

Notes
-----
- 503 means that an outline is too complex or holds more than 10,000 crimes. It is never asked again
  as it was: the outline is cut into quarters. Exactly 10,000 crimes are taken for a cut-off answer.
- Requests by GET longer than 4,094 characters are refused, so that long ones go by POST.
- At most 15 requests a second are allowed: 429 says when to come again.
- Other faults (no connection, 429, 500, 502, 504, an answer that is cut off) are asked again with
  growing pauses, up to `TRIES` times.

References
----------
https://data.police.uk/docs/ : crimes-street, crimes-street-dates, locate-neighbourhood, forces,
API call limits.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import MaxRetryError, ProtocolError
from urllib3.util.retry import Retry

from data.download.faults import NotOfferedError, ServiceError, TooMuchError
from data.download.outline import poly_text, quarters

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Self

    from shapely.geometry import Polygon
    from urllib3.response import BaseHTTPResponse

    from data.download.street_rows import Crime

TRIES: Final = 5
BACKOFF_S: Final = 1.0
TIMEOUTS_S: Final = (10.0, 60.0)
"""For a connection, and between two parts of an answer."""
LONGEST_PAUSE_S: Final = 60.0
LONGEST_GET: Final = 4094
TRUNCATED: Final = 10_000
DEEPEST: Final = 6
"""How often an outline is cut into quarters at most."""

_OK, _NOT_FOUND, _TOO_MUCH = 200, 404, 503
_ASK_AGAIN: Final = frozenset({429, 500, 502, 504})
_HINT: Final = "Try again later, or load the archive ZIP from data.police.uk by hand."


class _Patience(Retry):
    """Pauses as the service wishes where it asks for fewer requests, but never for hours."""

    RETRY_AFTER_STATUS_CODES = frozenset({429})

    def get_retry_after(self, response: BaseHTTPResponse) -> float | None:
        """Return how many seconds the service wants to be left alone, None where it is silent."""
        wished = super().get_retry_after(response)
        return None if wished is None else min(wished, LONGEST_PAUSE_S)


class PoliceService:
    """The public police service at one address; ``requests_made`` counts every request sent.

    Parameters
    ----------
    address
        Such as ``https://data.police.uk/api``.
    tries
        How often the same is asked at most.
    backoff_s
        The first pause before asking again, in seconds; each further one is twice as long.
    """

    def __init__(self, address: str, *, tries: int = TRIES, backoff_s: float = BACKOFF_S) -> None:
        self.requests_made = 0
        self._address = address.rstrip("/")
        self._tries = tries
        self._patience = _Patience(
            total=tries - 1,
            backoff_factor=backoff_s,
            status_forcelist=_ASK_AGAIN,
            allowed_methods={"GET", "POST"},
            raise_on_status=False,
        )
        self._session = requests.Session()
        self._session.headers["User-Agent"] = "Hexbeat"
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(max_retries=self._patience))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    @property
    def host(self) -> str:
        """Whom the requests go to."""
        return urlsplit(self._address).netloc

    def months(self) -> frozenset[str]:
        """Return the months that the service offers.

        Raises
        ------
        ServiceError
            Where it gives no answer that can be read.
        """
        answer = self._list("crimes-street-dates", {})
        months = frozenset(item["date"] for item in answer if isinstance(item.get("date"), str))
        if not months:
            raise self._unread()
        return months

    def force_name(self, lon: float, lat: float) -> str:
        """Return which police force a place (WGS 84) belongs to, as its files name it.

        Raises
        ------
        ServiceError
            Where the service knows no force there, or gives no answer that can be read.
        """
        found = self._ask("locate-neighbourhood", {"q": f"{lat:.6f},{lon:.6f}"})
        force = found.get("force") if isinstance(found, dict) else None
        names = {item.get("id"): item.get("name") for item in self._list("forces", {})}
        name = names.get(force)
        if not isinstance(name, str) or not name:
            raise self._unread()
        return html.unescape(name)

    def crimes(self, outlines: Sequence[Polygon], month: str) -> list[Crime]:
        """Return the crimes of a month inside outlines (WGS 84 lon/lat), each once, by their id.

        Raises
        ------
        NotOfferedError
            Where the service does not have the month.
        ServiceError
            Where it gives no answer that can be read, or the smallest part is still too much.
        """
        found: dict[int, Crime] = {}
        pending = [(outline, 0) for outline in reversed(outlines)]
        while pending:
            outline, depth = pending.pop()
            try:
                answer = self._street(outline, month)
            except TooMuchError as fault:
                if depth == DEEPEST:
                    message = f"{self.host} calls even the smallest part of the area too much."
                    raise ServiceError(message, _HINT) from fault
                pending += [(part, depth + 1) for part in reversed(quarters(outline))]
            else:
                found.update((crime["id"], crime) for crime in answer)
        return [found[number] for number in sorted(found)]

    def _street(self, outline: Polygon, month: str) -> list[Crime]:
        asked = {"date": month, "poly": poly_text(outline)}
        crimes = self._list("crimes-street/all-crime", asked)
        if len(crimes) >= TRUNCATED:
            raise TooMuchError(self.host)
        if any(type(c.get("id")) is not int or c.get("month") != month for c in crimes):
            raise self._unread()
        return crimes

    def _list(self, path: str, asked: Mapping[str, str]) -> list[dict[str, Any]]:
        answer = self._ask(path, asked)
        if not isinstance(answer, list) or not all(isinstance(item, dict) for item in answer):
            raise self._unread()
        return answer

    def _ask(self, path: str, asked: Mapping[str, str]) -> Any:  # noqa: ANN401 - any JSON
        """Return what the service answers; an answer that is cut off is asked for again."""
        patience: Retry = self._patience
        while True:
            response = self._send(path, asked)
            try:
                self._check(response.status_code)
                return response.json()
            except (requests.RequestException, RecursionError):
                patience = self._once_more(patience, path)
            finally:
                response.close()

    def _once_more(self, patience: Retry, path: str) -> Retry:
        """Pause before the next try, and return what patience is left."""
        try:
            left = patience.increment("GET", path, error=ProtocolError("The answer was cut off."))
        except MaxRetryError:
            message = f"{self.host} cut its answer off {self._tries} times."
            raise ServiceError(message, _HINT) from None
        left.sleep()
        return left

    def _send(self, path: str, asked: Mapping[str, str]) -> requests.Response:
        url = f"{self._address}/{path}"
        options: dict[str, Any] = {
            "timeout": TIMEOUTS_S, "stream": True, "allow_redirects": False,
        }  # fmt: skip
        try:
            address = requests.Request("GET", url, params=asked).prepare().url or ""
            if len(address) > LONGEST_GET:
                response = self._session.post(url, data=asked, **options)
            else:
                response = self._session.get(url, params=asked, **options)
        except requests.RequestException as fault:
            self.requests_made += self._tries
            message = f"No answer from {self.host} after {self._tries} tries."
            raise ServiceError(message, _HINT) from fault
        self.requests_made += 1 + len(response.raw.retries.history)
        return response

    def _check(self, status: int) -> None:
        if status == _OK:
            return
        if status == _NOT_FOUND:
            raise NotOfferedError(self.host)
        if status == _TOO_MUCH:
            raise TooMuchError(self.host)
        again = f" after {self._tries} tries" if status in _ASK_AGAIN else ""
        message = f"No answer from {self.host}{again}: it reported fault {status}."
        raise ServiceError(message, _HINT)

    def _unread(self) -> ServiceError:
        message = f"{self.host} gave an answer that is not as its documentation says."
        return ServiceError(message, _HINT)
