"""What is true of a sample town, so that tests can ask whether Hexbeat finds it?"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from data.samples import names
from data.samples.addresses import RESOLUTION
from data.samples.context import boundary_change, cctv_upgrade
from data.samples.finds import CCTV_BEFORE_UPGRADE, STAFFED_HOURS, expected_with_finds
from data.samples.rates import STATION_SHARE
from data.samples.reports import BEYOND
from geo.schema import LAT, LON, PLACE

if TYPE_CHECKING:
    from pathlib import Path

    from data.samples.cameras import Estate
    from data.samples.finds import Watch
    from data.samples.geography import Geography
    from data.samples.interventions import Done
    from data.samples.planting import Place
    from data.samples.rates import Rates
    from data.samples.reports import Reports
    from data.samples.spec import TownSpec


@dataclass(frozen=True, eq=False)
class TownDrawn:
    """The parts of a town that its truth is read from."""

    geography: Geography
    watch: Watch
    rates: Rates
    reports: Reports


def tell_truth(spec: TownSpec, drawn: TownDrawn) -> dict[str, Any]:
    """Return the truth as plain values that JSON can hold.

    Returns
    -------
    dict
        ``places``: planted places, each with ``kind``, ``where``, ``name``, ``ratio``, ``cells``,
        ``active_from``, ``active_to``, ``surroundings_per_month`` and ``expected_per_month`` of
        its hottest cell. ``interventions``: each with ``effect``, ``place``, ``start``, the
        ``cells`` treated and ``beside``, and the factors that their rates were multiplied with
        from the start on. ``expected_per_month``: cell to mean located reports a month, for every
        cell that expects any. ``mean_per_cell`` of those. ``reports``: how many reports, and of
        how many incidents; without location; beyond the boundary. ``police_station``,
        ``wards``: the other effects. ``cctv_upgrade``: the ``month``, the cameras ``renewed``
        then, what they replaced, the ``cells`` with doors in their sight, and what truly came of
        it there: found by CCTV times ``found_ratio``, reported by the public times
        ``public_ratio``.
    """
    addresses = drawn.geography.addresses
    expected = expected_with_finds(spec, drawn.rates, addresses, drawn.watch)
    monthly = expected.sum(axis=2).mean(axis=1)
    cells = drawn.geography.addresses.cells
    station = drawn.rates.station_cell
    return {
        "town": names.TOWN,
        "seed": spec.seed,
        "size": spec.size,
        "first_month": spec.periods[0],
        "last_month": spec.end,
        "resolution": RESOLUTION,
        "places": [
            _place(place, dict(zip(cells, monthly, strict=True))) for place in drawn.rates.places
        ],
        "interventions": [_intervention(done) for done in drawn.rates.interventions],
        "mean_per_cell": round(float(monthly.mean()), 4),
        "expected_per_month": {c: round(float(n), 4) for c, n in zip(cells, monthly, strict=True)},
        "reports": _reports(drawn.reports),
        "police_station": {"cell": cells[station], "share_of_police_reports": STATION_SHARE},
        "wards": _wards(spec, drawn.geography),
        "cctv_upgrade": _cctv_upgrade(spec, drawn),
    }


def _cctv_upgrade(spec: TownSpec, drawn: TownDrawn) -> dict[str, Any]:
    """Return what the renewal of cameras did, and what it did not."""
    addresses = drawn.geography.addresses
    seen = np.unique(addresses.cell[drawn.watch.renewed])
    by_role = {role: _ids(drawn.watch.estate, role) for role in ("renewed", "former")}
    return {
        "month": cctv_upgrade(spec),
        "share_before": CCTV_BEFORE_UPGRADE,
        "found_ratio": 1 / CCTV_BEFORE_UPGRADE,
        "public_ratio": 1.0,
        "staffed_hours": STAFFED_HOURS,
        "cells": [addresses.cells[k] for k in seen],
        **by_role,
    }


def _ids(estate: Estate, role: str) -> list[str]:
    return [camera.camera_id for camera in estate.cameras if camera.role == role]


def write_truth(truth: dict[str, Any], path: Path) -> None:
    """Write the truth as JSON with sorted keys."""
    text = json.dumps(truth, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")


def _place(place: Place, monthly: dict[str, float]) -> dict[str, Any]:
    facts = asdict(place)
    active = facts.pop("active")
    facts["cells"] = list(place.cells)
    facts["active_from"], facts["active_to"] = active[0], active[-1]
    facts["surroundings_per_month"] = round(place.surroundings_per_month, 4)
    facts["expected_per_month"] = round(max(monthly[cell] for cell in place.cells), 4)
    return facts


def _intervention(done: Done) -> dict[str, Any]:
    facts = asdict(done)
    facts["cells"], facts["beside"] = list(done.cells), list(done.beside)
    facts["beside_factor"] = round(done.beside_factor, 4)
    return facts


def _reports(reports: Reports) -> dict[str, int]:
    frame = reports.incidents
    return {
        "reports": len(frame),
        "incidents": len(np.unique(reports.episode)),
        "no_location": int((frame[LON].isna() | frame[LAT].isna()).sum()),
        "outside_area": int((frame[PLACE] == BEYOND).sum()),
    }


def _wards(spec: TownSpec, geography: Geography) -> dict[str, Any]:
    """Return what the boundary change did."""
    before = dict(zip(*(geography.wards_before[c] for c in ("name", "geometry")), strict=True))
    after = dict(zip(*(geography.wards_after[c] for c in ("name", "geometry")), strict=True))
    same = sorted(n for n in before.keys() & after.keys() if before[n].equals(after[n]))
    return {
        "changed_from": boundary_change(spec),
        "before": len(before),
        "after": len(after),
        "unchanged": same,
        "gone": sorted(before.keys() - after.keys()),
        "new": sorted(after.keys() - before.keys()),
    }
