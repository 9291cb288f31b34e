"""Which interventions does the sample town's register hold?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final

from data.intervention_spec import InterventionSpec
from geo.periods import months_before

if TYPE_CHECKING:
    from data.intervention_spec import Agency, Kind, PreventionLevel, Target
    from data.samples.interventions import Done
    from data.samples.spec import InterventionEffect
    from data.samples.town import Town


@dataclass(frozen=True)
class _Story:
    """What is written of an intervention, whatever came of it."""

    title: str
    kind: Kind
    level: PreventionLevel
    target: Target
    agency: Agency
    post: str
    partners: tuple[str, ...]
    mechanism: str
    planned: str
    delivered: float
    unit: str = "hours"


_STORIES: Final[dict[InterventionEffect, _Story]] = {
    "moved": _Story(
        "Evening patrols",
        "hotspot_patrol",
        "tertiary",
        "location",
        "police",
        "Neighbourhood sergeant",
        ("Council, enforcement officers",),
        "Visible visits of 15 minutes at the busiest hours make offending harder.",
        "520 hours",
        486.0,
    ),
    "spread": _Story(
        "Better lighting and a youth worker",
        "lighting",
        "secondary",
        "location",
        "council",
        "Head of public protection",
        ("Police, neighbourhood team", "Council, youth service"),
        "Lit paths and somewhere to go leave fewer dark corners and fewer bored evenings.",
        "60 lamps, 300 hours of outreach",
        288.0,
    ),
    "nothing": _Story(
        "Posters and leaflets",
        "comms",
        "primary",
        "victim",
        "joint",
        "Community safety officer",
        ("Police, crime prevention officer",),
        "Residents who lock up and report early are harder targets.",
        "4,000 leaflets",
        4000.0,
        "leaflets",
    ),
    "not_delivered": _Story(
        "Joint weekend patrols",
        "joint_patrol",
        "tertiary",
        "offender",
        "joint",
        "Neighbourhood inspector",
        ("Council, wardens",),
        "Police and wardens together at weekends calm late disorder.",
        "240 hours",
        0.0,
    ),
}


def planned(town: Town) -> tuple[tuple[InterventionSpec, datetime], ...]:
    """Return each intervention as the register holds it, and when it was chosen.

    Each was chosen a month before its start, with reviews after 28 days, three, six and 12 months.
    """
    return tuple(_planned(done) for done in town.rates.interventions)


def _planned(done: Done) -> tuple[InterventionSpec, datetime]:
    story = _STORIES[done.effect]
    start = date.fromisoformat(f"{done.start}-01")
    later = [months_before(done.start, -months) for months in (3, 6, 12)]
    reviews = [start + timedelta(days=28), *(date.fromisoformat(f"{m}-01") for m in later)]
    spec = InterventionSpec(
        title=f"{story.title}, {done.place}",
        kind=story.kind,
        treated_cells=done.cells,
        start=start,
        prevention_level=story.level,
        target=story.target,
        lead_agency=story.agency,
        lead_post=story.post,
        partners=story.partners,
        mechanism=story.mechanism,
        review_dates=tuple(reviews),
        planned_dose=story.planned,
        delivered_dose=story.delivered,
        dose_unit=story.unit,
    )
    chosen = date.fromisoformat(f"{months_before(done.start, 1)}-01")
    return spec, datetime(chosen.year, chosen.month, chosen.day, 9, tzinfo=UTC)
