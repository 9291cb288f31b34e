"""What must be said beside the figures of coverage?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from data.jobs.camera_words import place_notices
from data.jobs.coverage_parts import has_own
from data.jobs.coverage_words import (
    CLASSES_BY_WEEK,
    FEW_AT_HOUR,
    INDICATIVE,
    NO_BUILDINGS,
    SNAPPED,
)
from data.jobs.wording import plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.jobs.camera_estate import Registered
    from data.jobs.coverage_parts import Finding

_FACING: Final = (None, "fixed", "redeployable")
"""Types of which the direction matters."""


def caveats(found: Finding, refused: Sequence[str]) -> tuple[str, ...]:
    """Return what must be said; ``refused`` is what the role may not choose."""
    sight, demand = found.scene.sight, found.demand
    told = [*refused, sight.realm.caveat]
    told.append(NO_BUILDINGS if sight.area.buildings is None else "")
    told += _of_cameras(found)
    told.append(SNAPPED if demand.snapped else "")
    told += _of_the_hour(found)
    told += demand.caveats
    if found.rule.threshold is not None:
        told.append(f"For your role, counts of 1 to {found.rule.threshold - 1} are hidden.")
    told.append(INDICATIVE)
    return tuple(dict.fromkeys(one for one in told if one))


def _of_the_hour(found: Finding) -> list[str]:
    hour, weights = found.params.hour, found.demand.weights
    if hour is None:
        return []
    if weights is None or not has_own(weights, hour):
        return [CLASSES_BY_WEEK]
    own = float(weights[:, hour].sum())
    rests = f"Demand at this hour rests on about {plural(round(own), 'report')}."
    return [CLASSES_BY_WEEK, rests if own < FEW_AT_HOUR else ""]


def _of_cameras(found: Finding) -> list[str]:
    """Return what is assumed of how many cameras, and which are not counted."""
    sight, standing = found.scene.sight, found.scene.week.standing
    own = [sight.cameras[at] for at in np.flatnonzero(standing)]
    turned = sum(_faces_nowhere(one) for one in own)
    unsaid = sum(_nobody_said(one) for one in own)
    inside = int((sight.day.inside & standing).sum())
    notices = place_notices(sight.area, own, found.params.on)
    shared = sum(any("one spot" in words for words in notes) for notes in notices.values())
    lines = (
        (turned, "Which way {} look is not known: circles stand for them."),
        (unsaid, "Whether anybody watches {} is not stated: they are taken as recorded only."),
        (
            len(sight.left_out),
            "{} could not be drawn: no location, outside the area, or a value that cannot be.",
        ),
        (inside, "{} inside buildings see nothing."),
        (shared, "{} share a spot with another."),
    )
    return [words.format(plural(n, "camera")) for n, words in lines if n]


def _faces_nowhere(one: Registered) -> bool:
    content = one.content
    drawn = content.get("occlusion_polygon")
    return content.get("bearing_deg") is None and not drawn and content.get("type") in _FACING


def _nobody_said(one: Registered) -> bool:
    return not one.content.get("monitored_hours") and not one.content.get("monitored")
