"""Which faults of a service on the internet are expected?"""

from __future__ import annotations

from data.errors import DataError


class ServiceError(DataError):
    """A service gave no answer, or one that cannot be used."""


class TooMuchError(ServiceError):
    """A service calls what was asked too much: its fault 503, or an answer that is cut off."""

    def __init__(self, host: str) -> None:
        message = f"{host} is too busy, or was asked for too much (fault 503)."
        super().__init__(message, "Try again later.")


class NotOfferedError(ServiceError):
    """A service does not have what was asked for: its fault 404."""

    def __init__(self, host: str) -> None:
        message = f"{host} does not have what was asked for (fault 404)."
        super().__init__(message, "Load the archive ZIP from data.police.uk by hand.")
