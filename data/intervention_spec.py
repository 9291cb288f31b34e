"""What is an intervention: what is done where and when, and how will it be judged?"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from datetime import date
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

import h3
import pyarrow as pa

from data.errors import DataError
from data.profiles.personal import personal_values
from data.views import LENSES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo.schema import Lens

Kind = Literal[
    "hotspot_patrol", "joint_patrol", "cctv_install", "cctv_move", "cctv_staffing", "lighting",
    "alleygate", "pspo", "closure", "dispersal", "injunction", "licensing", "cleansing",
    "outreach", "events", "comms", "other",
]  # fmt: skip
PreventionLevel = Literal["primary", "secondary", "tertiary"]
Target = Literal["victim", "offender", "location"]
Agency = Literal["police", "council", "bid", "housing", "health", "joint"]
Status = Literal["open", "closed", "cancelled"]

KIND_WORDS: Final[dict[Kind, str]] = {
    "hotspot_patrol": "Hotspot patrol",
    "joint_patrol": "Joint patrol",
    "cctv_install": "New cameras",
    "cctv_move": "Cameras moved",
    "cctv_staffing": "Cameras watched for longer",
    "lighting": "Street lighting",
    "alleygate": "Alley gates",
    "pspo": "Public spaces protection order",
    "closure": "Closure order",
    "dispersal": "Dispersal order",
    "injunction": "Injunction",
    "licensing": "Licensing",
    "cleansing": "Cleansing",
    "outreach": "Outreach",
    "events": "Activities and events",
    "comms": "Communications",
    "other": "Other",
}
LEVEL_WORDS: Final[dict[PreventionLevel, str]] = {
    "primary": "Primary: before a problem starts",
    "secondary": "Secondary: where there is a risk",
    "tertiary": "Tertiary: where the problem is",
}
TARGET_WORDS: Final[dict[Target, str]] = {
    "victim": "Victims",
    "offender": "Offenders",
    "location": "The location",
}
AGENCY_WORDS: Final[dict[Agency, str]] = {
    "police": "Police",
    "council": "Council",
    "bid": "Business improvement district",
    "housing": "Housing",
    "health": "Health",
    "joint": "Joint team",
}
RESOLUTION: Final = 9
"""Resolution of treated cells: snapped map points are no finer."""
LONGEST_TITLE: Final = 80
LONGEST_TEXT: Final = 400
MOST_CELLS: Final = 100
_PIECE: Final = 200

CHOSEN_BEFORE: Final[dict[str, str]] = {
    "treated_cells": "place",
    "start": "start",
    "end": "end",
    "categories": "outcome measure",
    "lens": "outcome measure",
    "design": "comparison",
    "review_dates": "review dates",
}
"""Fields that are to be chosen before the start, and what each is called."""


@dataclass(frozen=True)
class Design:
    """With which cells the treated ones are compared.

    Attributes
    ----------
    rings
        1 or 2 rings of cells around the treated ones are looked at for a move.
    gap_ring
        Whether one ring in between counts for neither, for snapped locations.
    control_cells
        Cells that people chose as the comparison; None leaves it to the method.
    """

    rings: int = 1
    gap_ring: bool = False
    control_cells: tuple[str, ...] | None = None


@dataclass(frozen=True)
class InterventionSpec:
    """An intervention as it is planned, and what was delivered of it.

    Attributes
    ----------
    title
        As people say it, without names of persons.
    kind, prevention_level, target
        Closed lists of the partnership's register.
    treated_cells
        H3 cells as text, sorted when built.
    start, end
        First day, and last day; None while it has no end.
    lead_agency, lead_post, partners
        Who leads, and the posts that take part: "Council, neighbourhood wardens".
    mechanism
        How it is expected to work.
    categories, lens
        The outcome measure: types of report (none means all), and what is counted.
    design, review_dates
        How and when it will be judged.
    planned_dose
        Such as "120 hours" or "three visits a week".
    delivered_dose, dose_unit
        What was delivered; None while nobody has said. 0 is "never delivered".
    """

    title: str
    kind: Kind
    treated_cells: tuple[str, ...]
    start: date
    end: date | None = None
    prevention_level: PreventionLevel = "secondary"
    target: Target = "location"
    lead_agency: Agency = "joint"
    lead_post: str = ""
    partners: tuple[str, ...] = ()
    mechanism: str = ""
    categories: tuple[str, ...] = ()
    lens: Lens = "reports"
    design: Design = field(default_factory=Design)
    review_dates: tuple[date, ...] = ()
    planned_dose: str = ""
    delivered_dose: float | None = None
    dose_unit: str = "hours"
    status: Status = "open"

    def __post_init__(self) -> None:
        for name in ("treated_cells", "categories", "review_dates"):
            object.__setattr__(self, name, tuple(sorted(set(getattr(self, name)))))
        if self.design.control_cells is not None:
            cells = tuple(sorted(set(self.design.control_cells)))
            design = Design(self.design.rings, self.design.gap_ring, cells)
            object.__setattr__(self, "design", design)
        _check_words(self)
        _check_choices(self)
        _check_place(self)
        _check_dates(self)

    @property
    def start_month(self) -> str:
        """First month whose figures it may have changed, ``YYYY-MM``."""
        return f"{self.start:%Y-%m}"

    @property
    def end_month(self) -> str | None:
        """Month of its last day; None while it has no end."""
        return None if self.end is None else f"{self.end:%Y-%m}"

    @property
    def kind_words(self) -> str:
        """What is done."""
        return KIND_WORDS[self.kind]

    @property
    def outcome_words(self) -> str:
        """What is measured: "reports of Anti-social behaviour and Noise"."""
        unit = {"estimated": "estimated incidents", "harm": "harm"}.get(self.lens, "reports")
        if not self.categories:
            return f"{unit} of all types"
        *first, last = self.categories
        return f"{unit} of {', '.join(first)} and {last}" if first else f"{unit} of {last}"

    @property
    def dose_words(self) -> str:
        """What was planned and delivered."""
        planned = f"Planned: {self.planned_dose}." if self.planned_dose else "No dose was planned."
        if self.delivered_dose is None:
            return f"{planned} Nobody has said what was delivered."
        return f"{planned} Delivered: {self.delivered_dose:g} {self.dose_unit}."


def content_of(spec: InterventionSpec) -> dict[str, Any]:
    """Return the intervention as plain values that JSON can hold."""
    content = asdict(spec)
    content["start"] = spec.start.isoformat()
    content["end"] = None if spec.end is None else spec.end.isoformat()
    content["review_dates"] = [day.isoformat() for day in spec.review_dates]
    for name in ("treated_cells", "categories", "partners"):
        content[name] = list(content[name])
    chosen = spec.design.control_cells
    content["design"]["control_cells"] = None if chosen is None else list(chosen)
    return content


def spec_of(content: Mapping[str, Any]) -> InterventionSpec:
    """Return the intervention that `content_of` made into plain values."""
    known = {f.name for f in fields(InterventionSpec)}
    values = {name: value for name, value in content.items() if name in known}
    design = dict(content["design"])
    chosen = design["control_cells"]
    design["control_cells"] = None if chosen is None else tuple(chosen)
    end = content["end"]
    values |= {
        "start": date.fromisoformat(content["start"]),
        "end": None if end is None else date.fromisoformat(end),
        "review_dates": tuple(date.fromisoformat(day) for day in content["review_dates"]),
        "design": Design(**design),
        "partners": tuple(content["partners"]),
    }
    return InterventionSpec(**values)


def refuse_personal(*texts: str) -> None:
    """Let texts pass that hold nothing about a person.

    Raises
    ------
    DataError
        When one looks as if it did; it is not repeated.
    """
    pieces = [text[at : at + _PIECE] for text in texts for at in range(0, len(text), _PIECE // 2)]
    if personal_values(pa.array(pieces, pa.string()))[0].any():
        message = "A text looks like personal data, which is never stored."
        raise DataError(message, "Write posts, not names, and nothing about a person.")


def _check_words(spec: InterventionSpec) -> None:
    title = spec.title
    if not 0 < len(title.strip()) <= LONGEST_TITLE or not title.isprintable():
        message = f"A title has 1 to {LONGEST_TITLE} characters; found {len(title.strip())}."
        raise DataError(message, "Say what is done and where: “Evening patrols, Quay Street”.")
    texts = (spec.lead_post, *spec.partners, spec.mechanism, spec.planned_dose, spec.dose_unit)
    longest = max(len(text) for text in texts)
    if longest > LONGEST_TEXT:
        message = f"A text has at most {LONGEST_TEXT} characters; found {longest}."
        raise DataError(message, "Say it in a sentence or two.")
    refuse_personal(title, *texts)


def _check_choices(spec: InterventionSpec) -> None:
    choices: tuple[tuple[str, str, tuple[str, ...]], ...] = (
        ("kind", spec.kind, get_args(Kind)),
        ("prevention level", spec.prevention_level, get_args(PreventionLevel)),
        ("target", spec.target, get_args(Target)),
        ("lead agency", spec.lead_agency, get_args(Agency)),
        ("status", spec.status, get_args(Status)),
        ("lens", spec.lens, LENSES),
    )
    for what, found, allowed in choices:
        if found not in allowed:
            message = f"There is no {what} {found!r}."
            raise DataError(message, f"Choose one of: {', '.join(allowed)}.")
    if spec.design.rings not in (1, 2):
        message = f"One or two rings of cells are looked at for a move; found {spec.design.rings}."
        raise DataError(message, "One ring is usual.")
    if spec.delivered_dose is not None and not 0 <= spec.delivered_dose < float("inf"):
        message = f"A delivered dose is 0 or more; found {spec.delivered_dose}."
        raise DataError(message, "Write 0 if nothing was delivered.")


def _check_place(spec: InterventionSpec) -> None:
    if not 0 < len(spec.treated_cells) <= MOST_CELLS:
        message = f"A place has 1 to {MOST_CELLS} hexagons; found {len(spec.treated_cells)}."
        raise DataError(message, "Choose hexagons on the map, a hotspot, or a file of cells.")
    chosen = spec.design.control_cells
    for what, cells in (("treated", spec.treated_cells), ("comparison", chosen or ())):
        wrong = [c for c in cells if not h3.is_valid_cell(c) or h3.get_resolution(c) != RESOLUTION]
        if wrong:
            message = f"{len(wrong)} {what} cells are no hexagons of resolution {RESOLUTION}."
            raise DataError(message, "Choose them on the map of this area.")
    both = sorted(set(spec.treated_cells) & set(chosen or ()))
    if both or chosen == ():
        found = f"{len(both)} are treated too" if both else "found none"
        message = f"Comparison cells must be others than the treated ones; {found}."
        raise DataError(message, "Choose others, or leave the choice to the method.")


def _check_dates(spec: InterventionSpec) -> None:
    if spec.end is not None and spec.end < spec.start:
        message = (
            f"An intervention must not end before it starts; found {spec.start.isoformat()} to"
            f" {spec.end.isoformat()}."
        )
        raise DataError(message, "Correct the start or the end.")
    early = [day for day in spec.review_dates if day <= spec.start]
    if early:
        message = f"Results are reviewed after the start; found {early[0].isoformat()}."
        raise DataError(message, "Usual are 28 days, three months and six months after it.")
