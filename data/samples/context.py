"""What is known of the sample town: priorities, dated events, its police station?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from data.samples import names
from geo.area import ContextEvent, SinkLocation
from geo.periods import month_words, months_before

if TYPE_CHECKING:
    from data.samples.spec import TownSpec

PRIORITIES: Final = (
    "Anti-social behaviour",
    "Violence in public places",
    "Burglary",
    "Street drinking and begging",
    "Fly-tipping",
)
CCTV_UPGRADE_BEFORE_END: Final = 20
"""The cameras were renewed so many months before the last month."""

_CARNIVAL: Final = "07"
_LIGHTS: Final = ("09", "10")
_REVIEW_MONTH: Final = "05"
_REVIEW_AGE: Final = 12


def boundary_change(spec: TownSpec) -> str:
    """Return the month from which the new wards hold: the latest May at least a year before.

    Examples
    --------
    >>> from data.samples.spec import TownSpec
    >>> boundary_change(TownSpec(end="2026-08")), boundary_change(TownSpec(end="2026-04"))
    ('2025-05', '2024-05')
    """
    latest = months_before(spec.end, _REVIEW_AGE)
    year = int(latest[:4]) if latest[5:] >= _REVIEW_MONTH else int(latest[:4]) - 1
    return f"{year:04d}-{_REVIEW_MONTH}"


def wards_vintage(spec: TownSpec) -> str:
    """Return since when the wards are so, in words.

    Examples
    --------
    >>> from data.samples.spec import TownSpec
    >>> wards_vintage(TownSpec(end="2026-08"))
    'from May 2025'
    """
    return f"from {month_words(boundary_change(spec))}"


def cctv_upgrade(spec: TownSpec) -> str:
    """Return the month from which more is found by CCTV."""
    return months_before(spec.end, CCTV_UPGRADE_BEFORE_END)


def events(spec: TownSpec) -> tuple[ContextEvent, ...]:
    """Return the dated events of the town's months, in order."""
    source = f"{names.COUNCIL}, invented"
    found = [
        ContextEvent(
            cctv_upgrade(spec), None, "system", "Cameras renewed in the centre", "CCTV",
            "up: more found by CCTV, not more happening", source,
        ),
        ContextEvent(
            boundary_change(spec), None, "geography", "New ward boundaries", "wards",
            "ward figures before and after are not alike", source,
        ),
    ]  # fmt: skip
    for year in sorted({p[:4] for p in spec.periods}):
        carnival, lights = f"{year}-{_CARNIVAL}", [f"{year}-{m}" for m in _LIGHTS]
        if carnival in spec.periods:
            found.append(
                ContextEvent(
                    carnival, None, "event", "Carnival week", "all", "more visitors", source
                )
            )
        if lights[0] in spec.periods:
            found.append(
                ContextEvent(
                    lights[0], lights[1], "event", "Harbour Lights season", "all", "", source
                )
            )
    return tuple(sorted(found, key=lambda event: (event.start, event.title)))


def police_station(lon: float, lat: float) -> SinkLocation:
    """Return the police station as a known default location."""
    return SinkLocation(f"{names.TOWN} police station", lon, lat, 30.0)
