"""Which faults does Hexbeat expect, and what should the user do about each?"""

from __future__ import annotations


class GeoError(Exception):
    """An expected fault: what must hold, what was found, and what to do.

    Parameters
    ----------
    message
        What was found, how many, and the first one.
    hint
        What the user can do about it, as one sentence.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class SchemaError(GeoError):
    """A frame or file lacks a column, or a column holds what it must not."""


class GridError(GeoError):
    """Cells, resolution or study area do not fit together."""


class CrsError(GeoError):
    """A coordinate reference system is missing or unsuitable."""


class NotEnoughDataError(GeoError):
    """There is too little data for the figure that was asked for."""
