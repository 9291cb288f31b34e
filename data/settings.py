"""Where does Hexbeat keep its state, and which limits has the partnership set?

The only module that reads the environment.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, get_args

from geo.errors import GeoError

if TYPE_CHECKING:
    from collections.abc import Mapping

Marking = Literal["OFFICIAL", "OFFICIAL-SENSITIVE"]
Stale = Literal["fresh", "amber", "red"]

MARKINGS: Final[tuple[Marking, ...]] = get_args(Marking)
DEFAULT_HOME: Final = Path("var")
POLICE_API: Final = "https://data.police.uk/api"
PREFIX: Final = "HEXBEAT_"
SMALLEST_THRESHOLD: Final = 3
"""Below it, "fewer than" would name the count: "fewer than 2", where zeros show, is 1."""
SMALLEST_MEMORY_MB: Final = 64


class SettingsError(GeoError):
    """A setting holds what it must not."""


@dataclass(frozen=True)
class Retention:
    """How long things are kept before their deletion is proposed; agreed by both data controllers.

    Attributes
    ----------
    uploads_days
        Raw uploads; an import removes its own right away.
    staged_days
        What was read of a file, kept beside the data so that it can be judged anew.
    rows_months
        Incident rows, in whole months back from this one; a source may have a limit of its own.
    cctv_months
        CCTV logs.
    cells_years, snapshots_years, records_years, audit_years
        Figures by hexagon and month, published snapshots, operational records, the audit log.
    """

    uploads_days: int = 30
    staged_days: int = 30
    rows_months: int = 36
    cctv_months: int = 24
    cells_years: int = 10
    snapshots_years: int = 6
    records_years: int = 6
    audit_years: int = 6

    def __post_init__(self) -> None:
        for limit in fields(self):
            if getattr(self, limit.name) < 1:
                message = f"The limit {limit.name} is {getattr(self, limit.name)}."
                raise SettingsError(
                    message, f"Set {PREFIX}RETAIN_{limit.name.upper()} to 1 or more."
                )


@dataclass(frozen=True)
class Settings:
    """What a deployment may choose; read once at start.

    Attributes
    ----------
    home
        Folder of all runtime state: lake, store, areas, exports.
    tile_url
        Address of map tiles of one's own. None: no tiles, no request leaves the machine, since a
        tile address tells its owner which place is being looked at.
    stale_open_days, stale_own_days, stale_red_days
        Older than this, the age of open data (published about two months late) or of one's own
        data is shown in amber; beyond the last, in red.
    memory_limit_mb
        Memory that the counting engine may use before it spills to disk.
    marking
        Protective marking of pages, prints and file names.
    small_number_partner, small_number_public
        Counts from 1 up to below these are hidden from partners, and from elected members,
        business partners and the public.
    now
        A fixed time for tests and replays; None is the real time.
    police_api
        Address of the public police service, asked only when the analyst downloads months.
    retention
        How long things are kept.
    """

    home: Path = DEFAULT_HOME
    tile_url: str | None = None
    stale_open_days: int = 75
    stale_own_days: int = 45
    stale_red_days: int = 90
    memory_limit_mb: int = 512
    marking: Marking = "OFFICIAL"
    small_number_partner: int = 5
    small_number_public: int = 10
    now: datetime | None = None
    police_api: str = POLICE_API
    retention: Retention = Retention()

    def __post_init__(self) -> None:
        if self.marking not in MARKINGS:
            message = f"There is no marking {self.marking!r}."
            raise SettingsError(message, f"Choose one of: {', '.join(MARKINGS)}.")
        amber = (self.stale_open_days, self.stale_own_days)
        if not all(0 < days <= self.stale_red_days for days in amber):
            message = f"Ages of {amber} days turn amber, but {self.stale_red_days} days turn red."
            raise SettingsError(message, "Set the ages for amber above 0 and not above red.")
        if not SMALLEST_THRESHOLD <= self.small_number_partner <= self.small_number_public:
            found = f"{self.small_number_partner} and {self.small_number_public}"
            message = f"Small numbers for partners and for the public are {found}."
            raise SettingsError(message, "Use 3 or more, and for the public no less than partners.")
        if self.memory_limit_mb < SMALLEST_MEMORY_MB:
            message = f"The memory limit is {self.memory_limit_mb} MB; it needs 64 MB or more."
            raise SettingsError(message, f"Raise {PREFIX}MEMORY_MB.")
        if self.now is not None and self.now.tzinfo is None:
            message = f"The fixed time {self.now.isoformat()} has no time zone."
            raise SettingsError(message, f"Write {PREFIX}NOW like 2022-08-01T09:00:00Z.")
        if not self.police_api.startswith(("https://", "http://")):
            message = f"The police service has no web address {self.police_api!r}."
            raise SettingsError(message, f"Write {PREFIX}POLICE_API like {POLICE_API}.")

    @property
    def areas_path(self) -> Path:
        """Folder of the area packs."""
        return self.home / "areas"

    @property
    def lake_path(self) -> Path:
        """Folder of the incident data set."""
        return self.home / "lake"

    @property
    def store_path(self) -> Path:
        """File of the operational records."""
        return self.home / "store.sqlite"

    @property
    def downloads_path(self) -> Path:
        """Folder of months that were downloaded, and wait for the rest."""
        return self.home / "downloads"

    @property
    def exports_path(self) -> Path:
        """Folder of files written for people."""
        return self.home / "exports"

    @property
    def snapshots_path(self) -> Path:
        """Folder of the published snapshots."""
        return self.home / "snapshots"

    @property
    def staged_path(self) -> Path:
        """Folder of what was read of each file, kept beside the data for a while."""
        return self.lake_path / "staged"

    def stale(self, age_days: int, *, open_data: bool) -> Stale:
        """Return how old data of this age look: fresh, amber or red.

        Examples
        --------
        >>> Settings().stale(82, open_data=True)
        'amber'
        """
        if age_days > self.stale_red_days:
            return "red"
        amber = self.stale_open_days if open_data else self.stale_own_days
        return "amber" if age_days > amber else "fresh"


def read_settings(home: Path | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """Return the settings of this deployment.

    Parameters
    ----------
    home
        Folder of runtime state; None takes ``HEXBEAT_HOME``, else ``var`` in the working folder.
    environ
        Variables to read; None takes those of the process.

    Raises
    ------
    SettingsError
        When a variable does not hold what it must.
    """
    found = os.environ if environ is None else environ
    usual = Settings()
    return Settings(
        home=(home or Path(_text(found, "HOME") or DEFAULT_HOME)).expanduser().absolute(),
        tile_url=_text(found, "TILE_URL"),
        stale_open_days=_whole(found, "STALE_OPEN_DAYS", usual.stale_open_days),
        stale_own_days=_whole(found, "STALE_OWN_DAYS", usual.stale_own_days),
        stale_red_days=_whole(found, "STALE_RED_DAYS", usual.stale_red_days),
        memory_limit_mb=_whole(found, "MEMORY_MB", usual.memory_limit_mb),
        marking=_marking(found),
        small_number_partner=_whole(found, "SMALL_NUMBER_PARTNER", usual.small_number_partner),
        small_number_public=_whole(found, "SMALL_NUMBER_PUBLIC", usual.small_number_public),
        now=_moment(found),
        police_api=_text(found, "POLICE_API") or POLICE_API,
        retention=_retention(found),
    )


def _text(environ: Mapping[str, str], name: str) -> str | None:
    return environ.get(PREFIX + name, "").strip() or None


def _whole(environ: Mapping[str, str], name: str, usual: int) -> int:
    text = _text(environ, name)
    if text is None:
        return usual
    if not text.isdecimal():
        message = f"{PREFIX}{name} must be a whole number; found {text!r}."
        raise SettingsError(message, f"Write it like {usual}, or leave it out.")
    return int(text)


def _retention(environ: Mapping[str, str]) -> Retention:
    usual = Retention()
    found = {
        limit.name: _whole(environ, f"RETAIN_{limit.name.upper()}", getattr(usual, limit.name))
        for limit in fields(Retention)
    }
    return Retention(**found)


def _marking(environ: Mapping[str, str]) -> Marking:
    text = (_text(environ, "MARKING") or MARKINGS[0]).upper()
    for marking in MARKINGS:
        if marking == text:
            return marking
    message = f"There is no marking {text!r}."
    raise SettingsError(message, f"Set {PREFIX}MARKING to one of: {', '.join(MARKINGS)}.")


def _moment(environ: Mapping[str, str]) -> datetime | None:
    text = _text(environ, "NOW")
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        message = f"{PREFIX}NOW must be a time with its zone; found {text!r}."
        raise SettingsError(message, "Write it like 2022-08-01T09:00:00Z.") from error
    return moment.astimezone(UTC) if moment.tzinfo else moment
