"""How do months come in from the public police service, when the analyst asks for them?

Rules
-----
- The outline of one area is sent, widened a little, and a point inside it where the name of its
  police force is not known yet. Reports outside the area are dropped as they come.
- A download holds one area only. Months that are held already of that force are therefore left as
  they are, and nothing is asked where another area counts on reports of the same force: these
  months would be no data there.
- Each month is kept in a file as soon as it is whole; what is kept is not asked for again. All of
  them are then loaded in one import.
- A month that the service does not offer, or of which it has no report of the force, is "no data",
  never zero. Reports without a location are not asked for: the service gives those of a whole force
  only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal

from data.access import Permission, Principal, authorise
from data.download.faults import NotOfferedError, ServiceError
from data.download.month_files import MonthFiles, one_at_a_time
from data.download.outline import sent_outlines
from data.download.street_rows import (
    TRANSPORT_POLICE,
    count_rows,
    rows_inside,
    street_csv,
    street_row,
    without_providers,
)
from data.errors import DataError, NothingLoadedError
from data.jobs.counts import area_reports
from data.jobs.imports import import_files
from data.jobs.wording import list_words, plural
from geo.errors import SchemaError
from geo.periods import month_index, month_range, month_words, months_before
from geo.schema import POLICE_UK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapely.geometry import Polygon

    from data.download.police import PoliceService
    from data.download.street_rows import Crime, Row
    from data.import_views import ImportReport
    from data.lake import Partition
    from data.workspace import Workspace
    from geo.area import StudyArea

Progress = Callable[[str, int, int], None]
"""Called with a sentence, how much is done, and of how much."""
Held = Mapping[tuple[str, str], "Partition"]
"""What is held of the police service's data, by provider and month."""
Status = Literal["fetched", "resumed", "held", "not offered", "empty", "failed"]

LONGEST_MONTHS: Final = 120
OFFERED_MONTHS: Final = 36
"""How many months the service usually offers."""
PUBLISHED_AFTER_MONTHS: Final = 2
GIVE_UP_AFTER: Final = 3
"""So many months without an answer in a row, and the rest is not asked for."""
_AGAIN: Final = "Run it again to fetch the rest."
NO_LOCATION_WORDS: Final = (
    "Reports without a location are not among them: the service gives those of a whole force only."
)


@dataclass(frozen=True)
class PoliceMonths:
    """Which months of which area are wanted.

    ``force`` is the police force as its files name it; empty: found out.

    Raises
    ------
    SchemaError
        From ``__post_init__``: months that do not read YYYY-MM, end before they start, or are more
        than 120.
    """

    area_id: str
    first: str
    last: str
    force: str = ""

    def __post_init__(self) -> None:
        span = month_index(self.last) - month_index(self.first) + 1
        if not 1 <= span <= LONGEST_MONTHS:
            message = (
                f"From 1 to {LONGEST_MONTHS} months can be asked for; found {self.first} to"
                f" {self.last}."
            )
            raise SchemaError(message, "Choose an earlier start, or a later end.")

    @property
    def months(self) -> tuple[str, ...]:
        """Every month that is wanted."""
        return month_range(self.first, self.last)


@dataclass(frozen=True)
class MonthOutcome:
    """What became of one month, as a status and as a sentence; ``rows`` were fetched of it."""

    month: str
    status: Status
    words: str
    rows: int = 0


@dataclass(frozen=True, eq=False)
class DownloadReport:
    """What became of every month that was wanted, and of every row of the import."""

    area_id: str
    force: str
    host: str
    months: tuple[MonthOutcome, ...]
    requests_made: int
    import_report: ImportReport | None
    """None where nothing new came."""

    def months_that(self, *statuses: Status) -> tuple[str, ...]:
        """Return the months with one of the statuses."""
        return tuple(one.month for one in self.months if one.status in statuses)


def download_police(
    ws: Workspace,
    principal: Principal,
    wanted: PoliceMonths,
    *,
    progress: Progress | None = None,
    service: PoliceService | None = None,
) -> DownloadReport:
    """Fetch months from the public police service, load them, and return what became of each.

    Parameters
    ----------
    wanted
        Which months of which area.
    progress
        Called with a sentence, how much is done, and of how much.
    service
        Whom to ask; None asks the service at the address of the settings.

    Raises
    ------
    AccessError
        Where the role may not load files.
    ServiceError
        Where the service does not say which force it is, or gives no answer for any month.
    GeoError
        Where another download of the area is at work, another area counts on the same force, or
        what came could not be loaded; the months fetched are kept then.
    """
    authorise(principal, Permission.IMPORT)
    area, say = ws.area(wanted.area_id), progress or _say_nothing
    with (
        one_at_a_time(ws.settings.downloads_path, area.area_id),
        service or _service(ws) as asked,
    ):
        asking = {**asdict(wanted), "asked": asked.host, "sent": "outline of the area"}
        _record(ws, principal, "download_police", area, asking)
        force = wanted.force or _held_force(ws, area) or _force_of(asked, area)
        _check_other_areas(ws, area, force)
        files = MonthFiles.of(ws.settings.downloads_path / area.area_id, f"{area.version} {force}")
        months = _Fetch(asked, area, force, files, _held(ws)).months(wanted.months, say)
        counts: dict[str, int] = Counter(one.status for one in months)
        ended = {**counts, "requests": asked.requests_made}
        _record(ws, principal, "download_police_ended", area, ended)
        _check_any_came(months)
        loaded = _load(ws, principal, area.area_id, force, files, say)
    return DownloadReport(area.area_id, force, asked.host, months, asked.requests_made, loaded)


def _check_any_came(months: Sequence[MonthOutcome]) -> None:
    """Let a download pass unless no month came, and all of those asked for failed."""
    failed = [one for one in months if one.status == "failed"]
    if failed and len(failed) == len(months):
        message = f"{month_words(failed[0].month)}: {failed[0].words}"
        raise ServiceError(message, "Or load the archive ZIP from data.police.uk by hand.")


def likely_months(ws: Workspace) -> tuple[str, ...]:
    """Return the months that the service is likely to offer today, latest first."""
    last = months_before(ws.clock.now().strftime("%Y-%m"), PUBLISHED_AFTER_MONTHS)
    return month_range(months_before(last, OFFERED_MONTHS - 1), last)[::-1]


def summary_words(report: DownloadReport) -> str:
    """Return in two sentences what came, and what did not."""
    new = report.months_that("fetched", "resumed")
    rows = sum(one.rows for one in report.months if one.month in new)
    came = f"{plural(rows, 'report')} of {plural(len(new), 'month')} came from {report.host}."
    failed = report.months_that("failed")
    rest = f" {plural(len(failed), 'month')} did not: run it again to fetch the rest."
    return came + (rest if failed else "")


class _Fetch:
    """One run: what is asked of whom, and what became of each month so far."""

    def __init__(
        self, service: PoliceService, area: StudyArea, force: str, files: MonthFiles, held: Held
    ) -> None:
        self._service = service
        self._area = area
        self._force = force
        self._files = files
        self._held = held
        self._silent = 0

    @cached_property
    def _offered(self) -> frozenset[str]:
        return self._service.months()

    @cached_property
    def _outlines(self) -> tuple[Polygon, ...]:
        return sent_outlines(self._area.boundary, self._area.crs_m)

    def months(self, wanted: Sequence[str], say: Progress) -> tuple[MonthOutcome, ...]:
        """Fetch what is missing, month by month, and return what became of each."""
        outcomes = []
        for done, month in enumerate(wanted):
            say(f"Fetching {month_words(month)}", done, len(wanted))
            outcomes.append(self._month(month))
        say("Fetching the months", len(wanted), len(wanted))
        return tuple(outcomes)

    def _month(self, month: str) -> MonthOutcome:
        held = self._held.get((self._force, month))
        if held is not None:
            words = f"Held already, from {held.raw_name}: left as it is."
            return MonthOutcome(month, "held", words)
        if month in self._files.months():
            return MonthOutcome(month, "resumed", "Fetched by an earlier run.", self._rows(month))
        if self._silent >= GIVE_UP_AFTER:
            words = f"Not asked for: no answer for {GIVE_UP_AFTER} months in a row. {_AGAIN}"
            return MonthOutcome(month, "failed", words)
        try:
            return self._asked_for(month)
        except NotOfferedError:
            return self._not_offered(month)
        except ServiceError as fault:
            self._silent += 1
            return MonthOutcome(month, "failed", f"{fault.message} {_AGAIN}")

    def _asked_for(self, month: str) -> MonthOutcome:
        if month not in self._offered:
            return self._not_offered(month)
        crimes = self._service.crimes(self._outlines, month)
        self._silent = 0
        rows = self._inside(crimes)
        if not any(row["Reported by"] == self._force for row in rows):
            words = f"No report of {self._force} came: this is no data, not zero."
            return MonthOutcome(month, "empty", words)
        self._files.write(month, street_csv(rows))
        return MonthOutcome(month, "fetched", f"{plural(len(rows), 'report')} fetched.", len(rows))

    def _inside(self, crimes: Sequence[Crime]) -> list[Row]:
        try:
            rows = [street_row(crime, self._force) for crime in crimes]
            return rows_inside(rows, self._area.boundary)
        except (KeyError, TypeError, AttributeError, ValueError) as fault:
            message = f"{self._service.host} gave crimes that are not as its documentation says."
            raise ServiceError(message) from fault

    def _not_offered(self, month: str) -> MonthOutcome:
        words = f"Not offered by {self._service.host}: this is no data, not zero."
        return MonthOutcome(month, "not offered", words)

    def _rows(self, month: str) -> int:
        return count_rows(self._files.read(month))


def _load(
    ws: Workspace,
    principal: Principal,
    area_id: str,
    force: str,
    files: MonthFiles,
    progress: Progress,
) -> ImportReport | None:
    """Load every month that waits in one import; its file is removed once it is loaded."""
    held = _held(ws)
    uploads = [
        (f"{month}-download-street.csv", _unheld(files.read(month), month, held))
        for month in files.months()
        if (force, month) not in held
    ]
    report = None
    try:
        if uploads:
            report = import_files(ws, principal, uploads, area_id, progress=progress, cut=True)
    except NothingLoadedError:
        files.remove()
        raise
    files.remove()
    return report


def _unheld(content: bytes, month: str, held: Held) -> bytes:
    """Return a month's file without providers of which that month is held for every area."""
    return without_providers(content, {provider for provider, when in held if when == month})


def _held(ws: Workspace) -> Held:
    """Return what is held of the police service's data, by provider and month."""
    partitions = ws.lake.manifest().partitions
    return {key[1:]: part for key, part in partitions.items() if key[0] == POLICE_UK}


def _held_force(ws: Workspace, area: StudyArea) -> str:
    """Return the one police force that supplied the area's reports; empty where it is not one."""
    forces = _forces(ws, area.area_id) - {TRANSPORT_POLICE}
    return forces.pop() if len(forces) == 1 else ""


def _forces(ws: Workspace, area_id: str) -> set[str]:
    main = area_reports(ws, area_id).main_providers
    return {provider for source, provider in main if source == POLICE_UK}


def _force_of(service: PoliceService, area: StudyArea) -> str:
    inside = area.boundary.representative_point()
    return service.force_name(inside.x, inside.y)


def _check_other_areas(ws: Workspace, area: StudyArea, force: str) -> None:
    """Let no download pass that would leave another area without data of these months."""
    others = [
        other.name
        for other in ws.areas()
        if other.area_id != area.area_id and force in _forces(ws, other.area_id)
    ]
    if others:
        message = (
            f"Reports of {force} also count for {list_words(others)}: with a download for"
            f" {area.name} alone, these months would be no data there."
        )
        raise DataError(message, "Load the archive ZIP by hand: it holds the whole force.")


def _service(ws: Workspace) -> PoliceService:
    from data.download.police import PoliceService  # noqa: PLC0415 - only where one calls out

    return PoliceService(ws.settings.police_api)


def _record(
    ws: Workspace, principal: Principal, action: str, area: StudyArea, detail: Mapping[str, object]
) -> None:
    ws.store.record(principal, action, area.area_id, detail, ws.clock.now())


def _say_nothing(sentence: str, done: int, of: int) -> None:
    """Tell nobody."""
