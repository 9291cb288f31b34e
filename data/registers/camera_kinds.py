"""What is kept beside the cameras: where none may look, and who asked for another?

Neither is ever taken for another file, so neither is one of ``data.registers.catalogue.KINDS``.
"""

from __future__ import annotations

from typing import Final

from data.registers.catalogue import CAMERA
from data.registers.fields import RegisterField as Field
from data.registers.fields import RegisterKind

_POINT: Final = tuple(CAMERA.field(name) for name in ("lon", "lat", "easting", "northing"))

SENSITIVE_PLACE: Final = RegisterKind(
    "sensitive_place",
    "Places where no camera may look",
    (
        Field("place", required=True, headings=("name", "site", "site name")),
        Field("kind", "enum", headings=("type", "use"),
              allowed={"school": ("nursery", "college", "playground"),
                       "dwelling": ("home", "homes", "residential", "flats", "house"),
                       "worship": ("church", "mosque", "place of worship"),
                       "health": ("clinic", "hospital", "surgery", "treatment centre"),
                       "refuge": ("shelter", "hostel"), "other": ()}),
        *_POINT,
        Field("__wkt", "outline", headings=("wkt", "geometry", "outline", "boundary")),
        Field("radius_m", "number", least=1, most=500, headings=("radius",)),
        Field("why", headings=("grounds",)),
    ),
    needs=(("place",), ("lon", "easting", "__wkt")),
    marks=("place", "name", "site"),
    entry_key=("place",),
)  # fmt: skip

CAMERA_REQUEST: Final = RegisterKind(
    "camera_request",
    "Requests for cameras",
    (
        Field("request_id", "id", required=True, headings=("request", "reference")),
        Field("place", required=True, headings=("location", "street")),
        *_POINT,
        Field("asked_on", "date", headings=("date", "requested on")),
        Field("requested_by", headings=("requested by role",)),
        Field("purpose", long=True, headings=("reason for request", "pressing need")),
        Field("alternatives", long=True, headings=("alternatives considered",)),
        Field("dpia_ref", headings=("dpia", "dpia reference")),
        Field("privacy", "enum", headings=("privacy impact",),
              allowed={"low": (), "some": ("medium",), "high": ()}),
        Field("cost_gbp", "number", most=10_000_000, headings=("cost", "estimated cost")),
        Field("decision", "enum",
              allowed={"open": ("pending",), "agreed": ("approved",), "declined": ("refused",),
                       "deferred": ("put off",)}),
        Field("decided_on", "date", headings=("decision date",)),
        Field("reason", long=True, headings=("reason for decision",)),
    ),
    needs=(("request_id",), ("place",)),
    marks=("request",),
    entry_key=("request_id",),
    placed=True,
)  # fmt: skip
