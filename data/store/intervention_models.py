"""What do the records of interventions and of their results hold?

Interventions are kept in versions, the latest of which counts; nothing is ever overwritten. The
tables themselves are made by ``data.store.migrations``; a test compares the two.
"""

from __future__ import annotations

from datetime import datetime  # noqa: TC003  (the mapper reads the annotations)
from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.store.models import Base, UtcText


class InterventionVersion(Base, kw_only=True):
    """One version of an intervention: what is done where, and how it will be judged."""

    __tablename__ = "interventions"
    __table_args__ = (UniqueConstraint("area_id", "intervention_id", "version"),)

    row_id: Mapped[int] = mapped_column(primary_key=True, init=False)
    area_id: Mapped[str]
    intervention_id: Mapped[str]
    version: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(UtcText)
    given_by: Mapped[str]
    role: Mapped[str]
    reason: Mapped[str]


class Evaluation(Base, kw_only=True):
    """When results of a version of an intervention were seen, and what they were."""

    __tablename__ = "evaluations"

    evaluation_id: Mapped[int] = mapped_column(primary_key=True, init=False)
    area_id: Mapped[str]
    intervention_id: Mapped[str]
    version: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcText)
    given_by: Mapped[str]
    role: Mapped[str]
    dataset_version: Mapped[str]
    verdict: Mapped[str]
    displacement_verdict: Mapped[str]
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)
