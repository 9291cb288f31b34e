"""What is agreed for each source: sharing agreement, retention, clock, answers given once?

Functions that write take the session of ``Store.change``, those that read that of ``Store.read``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, select

from data.store.import_models import SourceSettings
from data.store.migrations import StoreError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from data.access import Principal

CLOCKS: Final = ("local", "gmt")
"""Clocks that a source's times may follow."""
AGREEMENT_REF: Final = "agreement_ref"
RETENTION_MONTHS: Final = "retention_months"
CLOCK: Final = "clock"
ANSWERS: Final = "answers"
SETTING_NAMES: Final = (AGREEMENT_REF, RETENTION_MONTHS, CLOCK, ANSWERS)


def set_source(
    session: Session,
    principal: Principal,
    source: str,
    provider: str,
    settings: Mapping[str, Any],
    now: datetime,
) -> int:
    """Hold these settings for a source and provider, and return their version.

    Settings that are held already add no version.

    Parameters
    ----------
    settings
        All settings of the source: ``agreement_ref``, ``retention_months``, ``clock`` ("local" or
        "gmt") and ``answers``, each of which may be left out.

    Raises
    ------
    StoreError
        When a setting is unknown or cannot be used.
    """
    _check(settings)
    latest = _latest(session, source, provider)
    if latest is not None and latest.settings == dict(settings):
        return latest.version
    row = SourceSettings(
        source=source,
        provider=provider,
        version=(latest.version if latest else 0) + 1,
        settings=dict(settings),
        at=now,
        given_by=principal.name,
        role=principal.role.value,
    )
    session.add(row)
    session.flush()
    return row.version


def source_settings(session: Session, source: str, provider: str) -> dict[str, Any]:
    """Return the settings that hold for a source and provider; empty where none were given."""
    latest = _latest(session, source, provider)
    return dict(latest.settings) if latest else {}


def all_sources(session: Session) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the settings that hold, by source and provider."""
    rows = session.scalars(
        select(SourceSettings).order_by(
            SourceSettings.source, SourceSettings.provider, SourceSettings.version
        )
    )
    return {(row.source, row.provider): dict(row.settings) for row in rows}


def sources_version(session: Session) -> int:
    """Return how often settings were given: it changes with every change of them."""
    return int(session.scalar(select(func.count()).select_from(SourceSettings)) or 0)


def _latest(session: Session, source: str, provider: str) -> SourceSettings | None:
    wanted = select(SourceSettings).where(
        SourceSettings.source == source, SourceSettings.provider == provider
    )
    return session.scalars(wanted.order_by(SourceSettings.version.desc()).limit(1)).first()


def _check(settings: Mapping[str, Any]) -> None:
    unknown = sorted(set(settings) - set(SETTING_NAMES))
    if unknown:
        message = f"A source has no setting {unknown[0]!r}."
        raise StoreError(message, f"Use one of: {', '.join(SETTING_NAMES)}.")
    months = settings.get(RETENTION_MONTHS)
    if months is not None and (type(months) is not int or months < 1):
        message = f"A source is kept for a whole number of months; found {months!r}."
        raise StoreError(message, "Write 36 for three years.")
    clock = settings.get(CLOCK)
    if clock is not None and clock not in CLOCKS:
        message = f"A source's clock is local or gmt; found {clock!r}."
        raise StoreError(message, "Write local where its times change in spring and autumn.")
