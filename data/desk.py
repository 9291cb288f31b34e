"""What is known when files are read: the present, the area, agreements, and former answers?"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from data.interpretation.context import Answer, Context
from data.profiles.known import recognised
from data.profiles.model import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    import numpy as np

    from data.interpretation.context import Locator
    from data.profiles.model import Profile
    from geo.area import StudyArea


def _no_logs(_references: Sequence[str]) -> Mapping[str, np.datetime64]:
    return {}


def _fitted(profile: Profile, headings: Sequence[str]) -> Profile | None:
    """Return a profile with its headings as a file spells them; None where one is absent."""
    spelt = {plain(heading): heading for heading in reversed(headings)}
    named = {name: spelt.get(plain(heading), "") for name, heading in profile.columns.items()}
    return replace(profile, columns=MappingProxyType(named)) if all(named.values()) else None


@dataclass(frozen=True, eq=False)
class Desk:
    """Everything that reading a file hangs on besides the file.

    Attributes
    ----------
    now
        The present, with its time zone.
    area
        Whose outline tells whether a place is likely.
    cut_to
        Id of the area that the files were cut to; empty: they hold all that a provider has.
    mapping
        How the files are to be read, where a person has said so for this import; ``sheet`` which
        sheet of a workbook.
    saved
        Mappings that people made before.
    sources
        Settings by source and provider; see ``data.store.sources``.
    answers
        What people decided about a batch, by its id.
    retired
        Month before which nothing of a source and provider may come back.
    log_times, cameras, uprns, postcodes
        See ``data.interpretation.context.Context``.
    """

    now: datetime
    area: StudyArea | None = None
    mapping: Profile | None = None
    sheet: str | None = None
    saved: tuple[Profile, ...] = ()
    sources: Mapping[tuple[str, str], Mapping[str, Any]] = field(
        default_factory=lambda: MappingProxyType({})
    )
    answers: Mapping[str, tuple[Answer, ...]] = field(default_factory=lambda: MappingProxyType({}))
    retired: Mapping[tuple[str, str], str] = field(default_factory=lambda: MappingProxyType({}))
    log_times: Callable[[Sequence[str]], Mapping[str, np.datetime64]] = _no_logs
    cameras: frozenset[str] | None = None
    uprns: Locator | None = None
    postcodes: Locator | None = None
    cut_to: str = ""

    def profile_for(self, headings: Sequence[str]) -> Profile | None:
        """Return how a file with these headings is read; None where nobody knows."""
        if self.mapping is not None:
            return _fitted(self.mapping, headings)
        fitting = (_fitted(profile, headings) for profile in self.saved)
        return next((profile for profile in fitting if profile is not None), recognised(headings))

    def with_answers(self, answers: Mapping[str, tuple[Answer, ...]]) -> Desk:
        """Return the desk with other former answers."""
        return replace(self, answers=answers)

    def heading_score(self, cells: Sequence[str]) -> int:
        """Return how many cells of a row are headings that a person has named."""
        named = [self.mapping] if self.mapping is not None else self.saved
        found = {plain(cell) for cell in cells if cell}
        return max(
            (
                len(found & {plain(heading) for heading in profile.columns.values()})
                for profile in named
            ),
            default=0,
        )

    def register_answers(self, batch_id: str) -> dict[str, str]:
        """Return what people decided about a register's batch: the verdict by rule."""
        return {answer.code: answer.verdict for answer in self.answers.get(batch_id, ())}

    def context(self, profile: Profile, batch_id: str) -> Context:
        """Return what the interpretation of a batch hangs on."""
        settings = self.sources.get((profile.source, profile.provider), {})
        return Context(
            now=self.now,
            area=self.area,
            answers=self.answers.get(batch_id, ()),
            settings={"clock": settings.get("clock"), **dict(settings.get("answers", {}))},
            log_times=self.log_times,
            cameras=self.cameras,
            uprns=self.uprns,
            postcodes=self.postcodes,
        )

    def agreement(self, profile: Profile) -> str:
        """Return the sharing agreement of a profile's source, "" where none was given."""
        settings = self.sources.get((profile.source, profile.provider), {})
        return str(settings.get("agreement_ref") or "")
