"""Invented days of patrol for tests: any size, drawn from a seed."""

from __future__ import annotations

import numpy as np

from geo.patrol import Block, Crew, Group, PatrolRules, Place, Problem, Travel

KINDS = (
    (("police",), (1.0, 0.6, 0.2)),
    (("council",), (0.0, 0.8, 0.7)),
    (("council", "police"), (1.0, 0.9, 0.6)),
)
"""Agencies, and how well they fit violence, anti-social behaviour, environment."""
GROUPS = (
    Group("violence", "Violence", 0.5, "discount"),
    Group("asb", "Anti-social behaviour", 0.3),
    Group("environment", "Environment", 0.2),
)


def day(n_places=6, n_crews=3, seed=0, *, shift_min=240.0, rules=None, **more):
    """Return a day with three groups of problems and as many blocks as the shift holds."""
    random = np.random.default_rng(seed)
    rules = rules or PatrolRules(iterations=400)
    xy = random.uniform(0, [4_000, 2_500], (n_places, 2))
    bases = random.uniform(1_000, 2_000, (n_crews, 2))
    blocks = _blocks(600.0, shift_min)
    harm = (
        random.gamma(0.8, 1.0, (n_places, 1, 1)) * random.dirichlet((1, 1, 1), n_places)[..., None]
    )
    demand = harm * random.uniform(0.3, 1.0, (n_places, 3, len(blocks)))
    places = tuple(
        Place(
            f"p{i}", f"Place {i}", *xy[i], f"w{i % 3}", tuple(map(tuple, demand[i].tolist())),
            cctv=round(float(random.uniform()), 2), police_only=i % 7 == 5,
            floor=int(i % 5 == 4), fifth=1 + i % 5,
        )
        for i in range(n_places)
    )  # fmt: skip
    crews = tuple(
        Crew(
            f"c{k}", f"Crew {k}", KINDS[k % 3][0], *bases[k], 600.0, 600.0 + shift_min,
            KINDS[k % 3][1], mode="vehicle" if k % 2 else "walk",
            breaks=((700.0, 730.0),) if k % 4 == 3 else (),
        )
        for k in range(n_crews)
    )  # fmt: skip
    return Problem(GROUPS, places, crews, blocks, table(xy, bases), rules, **more)


def table(xy, bases):
    """Return whole minutes of travel by straight line."""
    at = np.vstack([xy, bases])
    metres = 1.35 * np.hypot(*(at[:, None] - at[None]).transpose(2, 0, 1))
    walk, drive = np.ceil(metres / 75), np.ceil(metres / 350) + 3
    np.fill_diagonal(drive, 0)
    return Travel(walk, drive)


def _blocks(start, shift_min):
    """Return blocks of about 2 hours 40 minutes with 40 minutes between."""
    n = max(1, round((shift_min + 40) / 160))
    length = (shift_min - 40 * (n - 1)) / n
    return tuple(
        Block(start + i * (length + 40), start + i * (length + 40) + length) for i in range(n)
    )
