"""What do screens and commands show of the register of interventions?

Frozen, complete and already worded: pages only lay these out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from data.intervention_spec import InterventionSpec

Stage = Literal["planned", "running", "ended", "closed", "cancelled"]


@dataclass(frozen=True)
class VersionView:
    """One version of an intervention: when it was given, by whom, and why."""

    version: int
    when: str
    """ "3 May 2026, 10:05"."""
    given_by: str
    role: str
    reason: str
    changed: str
    """What differs from the version before, of what is to be chosen before the start: "comparison".
    Empty where nothing of it does."""
    spec: InterventionSpec


@dataclass(frozen=True)
class InterventionView:
    """One intervention, ready to be laid out."""

    intervention_id: str
    area_id: str
    version: int
    spec: InterventionSpec
    stage: Stage
    stage_words: str
    """ "Running since 1 May 2026"."""
    place_words: str
    """Streets of the treated hexagons: "Quay Street and Pier Road"."""
    next_review: str
    """Day of the next review in words; empty where none is left."""
    late_changes: tuple[str, ...]
    """What was chosen or changed after the start, one sentence each."""
    changed_after_results: bool
    needs_reason: bool
    """Whether a change of what is to be chosen before the start needs a reason by now."""
    versions: tuple[VersionView, ...]
    """Oldest first."""
