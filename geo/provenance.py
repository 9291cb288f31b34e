"""Where did a figure come from, so that it can be made again?"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

METHOD_VERSION = "1"
"""Raised whenever a change of method changes a figure."""


@dataclass(frozen=True)
class Provenance:
    """Dataset version, area version, parameters, method version and seed of one result."""

    dataset_version: str
    area_version: str
    parameters: tuple[tuple[str, str], ...]
    method_version: str = METHOD_VERSION
    seed: int = 0

    @property
    def fingerprint(self) -> str:
        """Twelve hexadecimal digits that change when any of the above does."""
        text = json.dumps(
            [
                self.dataset_version,
                self.area_version,
                [list(pair) for pair in self.parameters],
                self.method_version,
                self.seed,
            ],
            ensure_ascii=True,
        )
        return hashlib.sha256(text.encode()).hexdigest()[:12]


def provenance(
    dataset_version: str, area_version: str, parameters: Mapping[str, object], *, seed: int = 0
) -> Provenance:
    """Return the provenance of a result with its parameters in alphabetical order."""
    pairs = tuple((key, str(parameters[key])) for key in sorted(parameters))
    return Provenance(dataset_version, area_version, pairs, seed=seed)
