"""How serious are the reports of a place, by a published scale of harm?

Weights are averages over the unlike offences of a category. On open data the harm map is all but a
map of violence, so it is indicative, and is never shown or used alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from geo.errors import SchemaError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

    from geo.autocorrelation import Floats

ASB: Final = "Anti-social behaviour"
VIOLENCE: Final = "Violence and sexual offences"
VIOLENCE_WEIGHTS: Final = (10.0, 194.0, 365.0)
"""Days for violence without injury, the average of the category, and violence with injury."""

PROXY_CAVEAT: Final = "Sentences and severity points are a proxy, not what victims went through."


@dataclass(frozen=True)
class HarmScheme:
    """A scale of harm: one weight a category, with its source.

    Attributes
    ----------
    name, version, source
        Printed with every score.
    unit
        What a weight counts: "days" or "points".
    weights
        Category and weight of at least 0, in alphabetical order.
    indicative
        Whether the weights average over unlike offences.

    Raises
    ------
    SchemaError
        From ``__post_init__``: a category twice or out of order, or a weight that is negative or
        not a number.
    """

    name: str
    version: str
    source: str
    unit: Literal["days", "points"]
    weights: tuple[tuple[str, float], ...]
    indicative: bool = True

    def __post_init__(self) -> None:
        names = [category for category, _ in self.weights]
        if names != sorted(set(names)):
            message = f"The categories of {self.name} must be distinct and in alphabetical order."
            raise SchemaError(message, "Sort them, and give each one weight.")
        wrong = [(category, w) for category, w in self.weights if not 0 <= w < float("inf")]
        if wrong:
            message = f"A weight must be a number of at least 0; {wrong[0][0]!r} has {wrong[0][1]}."
            raise SchemaError(message, "Correct the table of weights.")

    def with_weight(self, category: str, weight: float) -> HarmScheme:
        """Return the scheme with one weight set or replaced.

        Examples
        --------
        >>> dict(CCHI_NATIONAL.with_weight("Robbery", 400.0).weights)["Robbery"]
        400.0
        """
        weights = dict(self.weights) | {category: weight}
        return replace(self, weights=tuple(sorted(weights.items())))


CCHI_NATIONAL: Final = HarmScheme(
    name="Cambridge Crime Harm Index, category averages",
    version="2026, national mix of 2024/25",
    source=(
        "Third-party averages of the median days per Home Office subgroup in the Cambridge Crime "
        "Harm Index of 2026, weighted by the crimes recorded in England and Wales in 2024/25. Not "
        "a Cambridge product; not checked against the official workbook."
    ),
    unit="days",
    weights=(
        ("Bicycle theft", 2.0),
        ("Burglary", 244.68),
        ("Criminal damage and arson", 11.18),
        ("Drugs", 3.66),
        ("Other crime", 10.0),
        ("Other theft", 2.0),
        ("Possession of weapons", 273.75),
        ("Public order", 7.5),
        ("Robbery", 365.0),
        ("Shoplifting", 1.0),
        ("Theft from the person", 2.0),
        ("Vehicle crime", 5.0),
        ("Violence and sexual offences", 194.21),
    ),
)
"""Default: days of the sentence at which a court starts for a first offender."""

CSS_APPROXIMATE: Final = HarmScheme(
    name="ONS Crime Severity Score, category averages",
    version="approximate",
    source=(
        "Third-party averages of the offence weights of the Office for National Statistics, from "
        "sentences passed. Not checked against the published tool."
    ),
    unit="points",
    weights=(
        ("Bicycle theft", 15.18),
        ("Burglary", 355.76),
        ("Criminal damage and arson", 14.5),
        ("Drugs", 172.06),
        ("Other crime", 60.93),
        ("Other theft", 36.81),
        ("Possession of weapons", 53.04),
        ("Public order", 6.81),
        ("Robbery", 799.63),
        ("Shoplifting", 11.86),
        ("Theft from the person", 80.41),
        ("Vehicle crime", 58.98),
        ("Violence and sexual offences", 192.4),
    ),
)
"""Second opinion: call a place robust only if it is at the top under both schemes."""


@dataclass(frozen=True, eq=False)
class Harm:
    """Harm of counts, with what was left out of it.

    Attributes
    ----------
    values
        Harm in ``scheme.unit``, of the shape of the counts without their last axis.
    scheme
        The weights that were used.
    left_out
        Categories that add nothing, in the order given: anti-social behaviour unless it was given a
        weight, and any unknown ones that were to be reported.
    caveats
        What to print beside the figure.
    """

    values: Floats
    scheme: HarmScheme
    left_out: tuple[str, ...]
    caveats: tuple[str, ...]


def harm_values(
    counts: ArrayLike,
    categories: Sequence[str],
    scheme: HarmScheme = CCHI_NATIONAL,
    *,
    asb_weight: float | None = None,
    unknown: Literal["raise", "report"] = "raise",
) -> Harm:
    """Return the harm of counts by category.

    Parameters
    ----------
    counts
        Reports, shape (..., K).
    categories
        Names of the last axis, K of them.
    asb_weight
        Weight of anti-social behaviour. None leaves it out of crime harm, unless the scheme holds
        it: it is no notifiable crime, and no published scheme gives it a weight.
    unknown
        What to do with a category that the scheme does not hold: refuse, or leave it out and
        say so.

    Raises
    ------
    SchemaError
        If names and counts differ in number, or a category is unknown and ``unknown`` is "raise".
    """
    table = np.asarray(counts, dtype=np.float64)
    if not table.ndim or table.shape[-1] != len(categories):
        message = f"The last axis of {table.shape} must be the {len(categories)} categories."
        raise SchemaError(message, "Take counts and categories from the same cube.")
    used = scheme if asb_weight is None else scheme.with_weight(ASB, asb_weight)
    weight = dict(used.weights)
    left_out = tuple(name for name in categories if name not in weight)
    strangers = tuple(name for name in left_out if name != ASB)
    if strangers and unknown == "raise":
        message = f"{used.name} has no weight for {len(strangers)} categories: {strangers[0]!r}."
        raise SchemaError(message, "Add their weights to the scheme, or leave these reports out.")
    values = table @ np.array([weight.get(name, 0.0) for name in categories])
    return Harm(np.asarray(values), used, left_out, _caveats(used, left_out, strangers))


def _caveats(
    scheme: HarmScheme, left_out: tuple[str, ...], strangers: tuple[str, ...]
) -> tuple[str, ...]:
    """Return what to print beside a harm figure."""
    lines = [f"Harm in {scheme.unit}: {scheme.name} ({scheme.version}).", PROXY_CAVEAT]
    if scheme.indicative:
        lines.append(
            "Indicative: one weight stands for all offences of a category, from minor to grave."
        )
    if ASB in left_out:
        lines.append("Anti-social behaviour is not added: no published scheme gives it a weight.")
    if strangers:
        lines.append(f"Left out, having no weight in this scheme: {', '.join(strangers)}.")
    return tuple(lines)


def violence_sensitivity(
    counts: ArrayLike,
    categories: Sequence[str],
    scheme: HarmScheme = CCHI_NATIONAL,
    *,
    violence_weights: Sequence[float] = VIOLENCE_WEIGHTS,
    asb_weight: float | None = None,
) -> tuple[tuple[float, Floats], ...]:
    """Return each weight tried for violence, with the harm that it gives.

    Parameters are those of `harm_values`; unknown categories are refused. Show the spread: one
    weight for every violent offence says nothing of any one of them.
    """
    return tuple(
        (
            weight,
            harm_values(
                counts, categories, scheme.with_weight(VIOLENCE, weight), asb_weight=asb_weight
            ).values,
        )
        for weight in violence_weights
    )
