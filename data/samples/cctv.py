"""What do the camera register, the fault log and the control room's log of the sample town say?

A register says less than is true: of some cameras it lacks the direction or the angle.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from data.samples.cameras import TURNING
from data.samples.context import cctv_upgrade
from data.samples.finds import STAFFED_HOURS, eyes
from data.samples.plane import metres_to_earth
from data.samples.reports import CCTV_SOURCE
from geo.periods import months_before
from geo.schema import CATEGORY, LAT, LON, PLACE, SOURCE, SOURCE_REF, SUBTYPE, TIME_FROM

if TYPE_CHECKING:
    from collections.abc import Iterator

    from data.samples.cameras import Role, TownCamera
    from data.samples.spec import TownSpec
    from data.samples.town import Town

Rows = list[list[str]]

CAMERA_HEADS: Final = (
    "Camera No", "Camera name", "Owner", "Type", "Mount", "Longitude", "Latitude", "Bearing",
    "Field of view", "Tele hfov", "Horizontal pixels", "Height", "Night range", "Timeshare",
    "Installed", "Removed", "Monitoring", "Monitored hours", "Status", "Task", "Purpose",
    "DPIA reference", "Review date", "Masking", "PA speaker",
)  # fmt: skip
FAULT_HEADS: Final = ("Camera No", "Fault from", "Fault to", "State", "Fault ref")
LOG_HEADS: Final = (
    "CCTV Ref", "Date", "Time", "Camera", "Incident Type", "Initiated By", "Police Log",
    "Police Attended", "Arrests", "Evidence", "Location", "Longitude", "Latitude",
)  # fmt: skip

_SHORT: Final = {
    "Street": "St", "Road": "Rd", "Avenue": "Ave", "Square": "Sq", "Terrace": "Tce",
    "Crescent": "Cres", "Gardens": "Gdns", "Drive": "Dr", "Lane": "Ln", "Place": "Pl",
}  # fmt: skip
_PURPOSES: Final[dict[Role, str]] = {
    "renewed": "Violence and disorder in the centre at night",
    "former": "Disorder in the centre; replaced by a digital camera",
    "bid": "Theft and disorder at shops",
    "ptz": "Disorder at a local centre",
    "fixed": "Safety on the way to station and seafront",
    "redeployable": "Fly-tipping and nuisance, for twelve weeks at a time",
    "quiet": "Placed after complaints that have ended",
    "anpr": "Number plates on the main road",
    "dummy": "Housing without a camera",
    "removed": "Nuisance that has ended",
}
_LOG_WORDS: Final = {"Violence and sexual offences": "Assault"}
_PIXELS: Final = {"multi_sensor": 15360, "dome": 7680, "ptz": 3840, "fixed": 1920}
"""Across the whole view of what looks all round at once."""
_FORMER_PIXELS: Final = 1280
_USUAL_PIXELS: Final = 1920
_EVERY: Final = 4
_FIRST_LOG: Final = 50_001
_ATTENDED, _ARREST, _ASKED, _GIVEN, _USED = 0.42, 0.09, 0.27, 0.86, 0.62


def camera_rows(town: Town) -> Rows:
    """Return the camera register, a row for each camera, by `CAMERA_HEADS`."""
    return [_camera_row(town.spec, k, one) for k, one in enumerate(town.watch.estate.cameras)]


def fault_rows(town: Town) -> Rows:
    """Return the fault log by `FAULT_HEADS`; a fault that is open has no end."""
    return [
        [
            one.camera_id,
            f"{one.start:%d/%m/%Y %H:%M}",
            f"{one.end:%d/%m/%Y %H:%M}" if one.end else "",
            one.state,
            one.reference,
        ]
        for one in town.watch.outages
    ]


def log_rows(town: Town) -> Rows:
    """Return the control room's log by `LOG_HEADS`: all that it found itself, and what came of it.

    Its rows are the reports of source ``cctv_log`` among the town's incidents. The extract of the
    police leaves out logs that the control room opened, so that nothing counts twice.
    """
    found = np.flatnonzero((town.incidents[SOURCE] == CCTV_SOURCE).to_numpy())
    rows = town.incidents.iloc[found]
    local = rows[TIME_FROM].dt.tz_convert(town.timezone).dt.tz_localize(None)
    seen = eyes(town.watch, town.reports.address[found], local.to_numpy())
    cameras = [one.camera_id for one in town.watch.estate.cameras]
    outputs = _outputs(town.spec, [moment.date() for moment in local])
    return [
        [
            row[SOURCE_REF],
            f"{moment:%d/%m/%Y}",
            f"{moment:%H:%M}",
            ";".join(cameras[k] for k in np.flatnonzero(seen[:, number])[:2]),
            row[SUBTYPE] or _LOG_WORDS.get(row[CATEGORY], row[CATEGORY]),
            "Operator",
            *next(outputs),
            row[PLACE],
            *("" if np.isnan(row[axis]) else f"{row[axis]:.7f}" for axis in (LON, LAT)),
        ]
        for number, (row, moment) in enumerate(zip(rows.to_dict("records"), local, strict=True))
    ]


def _outputs(spec: TownSpec, days: list[date]) -> Iterator[list[str]]:
    """Yield for each find the police log, whether they came, arrests, what became of the pictures.

    The same share at all times: an upgrade that finds more has more outputs, and no better ones.
    """
    rng = np.random.default_rng((spec.seed, 10))
    luck = rng.random((len(days), 5))
    found = enumerate(zip(days, luck.tolist(), strict=True))
    for number, (day, (came, arrested, asked, given, used)) in found:
        attended = came < _ATTENDED
        evidence = ""
        if asked < _ASKED:
            evidence = f"Requested {day + timedelta(days=1 + int(9 * asked / _ASKED)):%d/%m/%Y}"
            if given < _GIVEN:
                evidence += f"; provided {day + timedelta(days=12 + int(9 * given)):%d/%m/%Y}"
                evidence += "; used" if used < _USED else ""
            else:
                evidence += "; overwritten"
        arrest = attended and arrested < _ARREST / _ATTENDED
        log = f"MP-{day:%Y%m%d}-{_FIRST_LOG + number}" if attended else ""
        yield [log, "Y" if attended else "N", "1" if arrest else "0", evidence]


def _camera_row(spec: TownSpec, number: int, camera: TownCamera) -> list[str]:
    lon, lat = metres_to_earth(np.array([[camera.x_m, camera.y_m]]))[0]
    turns = camera.type in TURNING
    pixels = _PIXELS.get(camera.type, _USUAL_PIXELS)
    pixels = _FORMER_PIXELS if camera.role == "former" else pixels
    return [
        camera.camera_id,
        _name(camera),
        camera.owner,
        camera.type,
        camera.mount,
        f"{lon:.7f}",
        f"{lat:.7f}",
        "" if _unknown(camera, number, 1) or turns else f"{camera.bearing_deg:.0f}",
        _angle(camera, number),
        "4" if camera.type == "ptz" else "",
        str(pixels) if camera.type != "dummy" else "",
        f"{(8.0 if turns else 6.0) - (camera.mount == 'wall') * 3.5:g}",
        {"renewed": "80", "ptz": "50", "fixed": "30"}.get(camera.role, ""),
        "0.4" if camera.role == "renewed" and camera.type == "ptz" else "",
        f"{camera.live_from:%d/%m/%Y}",
        f"{camera.live_to:%d/%m/%Y}" if camera.live_to else "",
        "live" if camera.watched else "recorded",
        STAFFED_HOURS if camera.watched else "",
        "obscured" if camera.role == "quiet" and number % _EVERY == 0 else "working",
        "recognise" if camera.role == "renewed" else "detect",
        _purpose(spec, camera),
        f"DPIA-CCTV-{camera.live_from:%Y}-{1 + number % 7}" if number % 9 else "",
        _review(spec, camera, number),
        "yes" if camera.mount == "wall" else "no",
        "yes" if camera.role == "renewed" and number % _EVERY == 0 else "no",
    ]


def _name(camera: TownCamera) -> str:
    """Return the name that people say: "C14 Talbot Sq"."""
    words = camera.street.split()
    short = " ".join([*words[:-1], _SHORT.get(words[-1], words[-1])])
    return f"{camera.camera_id} {short}"


def _unknown(camera: TownCamera, number: int, turn: int) -> bool:
    """Return whether the register does not know a fact of a camera that does not turn."""
    still = camera.role in {"quiet", "redeployable", "fixed"} and camera.type not in TURNING
    return still and number % _EVERY == turn


def _angle(camera: TownCamera, number: int) -> str:
    if camera.role == "former":
        return "45"
    if camera.type == "ptz":
        return "60"
    return "" if _unknown(camera, number, 2) else f"{camera.fov_deg:g}"


def _purpose(spec: TownSpec, camera: TownCamera) -> str:
    words = _PURPOSES[camera.role]
    return f"{words}; renewed {cctv_upgrade(spec)}" if camera.role == "renewed" else words


def _review(spec: TownSpec, camera: TownCamera, number: int) -> str:
    """Return when the camera is to be reviewed; of quiet places, that has been due for long."""
    if camera.live_to:
        return ""
    months = 1 + number % 6 if camera.role == "quiet" else -(7 + number % 9)
    return f"{date.fromisoformat(f'{months_before(spec.end, months)}-14'):%d/%m/%Y}"
