"""Placeholder?"""

from __future__ import annotations


def show(*args: object) -> None:
    """Show it."""
    del args
