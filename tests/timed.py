"""Reports with a minute and an exact place, put into the town of `tests.places`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import h3
import pandas as pd

from data.ingest import append_incidents
from geo.schema import INCIDENT_COLUMNS
from tests.places import MIDDLE, NOW

if TYPE_CHECKING:
    from collections.abc import Iterable

    from data.workspace import Workspace

START = pd.Timestamp("2022-06-04T21:00", tz="UTC")


@dataclass(frozen=True)
class Call:
    """One report, so many minutes after 4 June 2022, 22:00 British time."""

    minute: int
    category: str = "Anti-social behaviour"
    cell: str = MIDDLE
    origin: str = "public"
    setting: str = "public"
    sensitive: str = ""
    ref: str = ""
    linked: str = ""
    precision: str = "minute"
    flags: str = ""


def store_calls(
    ws: Workspace,
    calls: Iterable[Call],
    *,
    source: str = "police_log",
    provider: str = "Coast Police",
) -> None:
    """Store calls at the centres of their cells, rows numbered from 2."""
    rows = []
    for call in calls:
        lat, lon = h3.cell_to_latlng(call.cell)
        at = START + timedelta(minutes=call.minute)
        rows.append(
            {
                "month": f"{at:%Y-%m}",
                "source_ref": call.ref,
                "category": call.category,
                "place": "Quay Street",
                "lon": round(lon, 6),
                "lat": round(lat, 6),
                "time_from": at,
                "time_to": at,
                "time_precision": call.precision,
                "location_precision": "exact",
                "origin": call.origin,
                "linked_ref": call.linked,
                "sensitive_class": call.sensitive,
                "setting": call.setting,
                "quality_flags": call.flags,
            }
        )
    frame = pd.DataFrame(rows).assign(source=source, provider=provider)
    frame = frame.assign(source_row=range(2, len(frame) + 2))
    frame = frame.reindex(columns=list(INCIDENT_COLUMNS), fill_value="")
    append_incidents(ws.lake, frame, source=source, provider=provider, file_name="calls", now=NOW)
