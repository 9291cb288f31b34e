"""How is text from the data put on a page, and which words go with a figure?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from data.jobs.wording import escape_markdown

if TYPE_CHECKING:
    from data.views import AgeTag, ChangeView
    from geo.schema import ChangeKey

__all__ = ["AGE_TAGS", "CHIPS", "Chip", "difference_words", "escape_markdown"]

Colour = Literal["orange", "yellow", "gray", "blue"]


class Chip(NamedTuple):
    """A certainty word with the shape and the colour that carry the same meaning."""

    word: str
    icon: str
    colour: Colour


CHIPS: Final[dict[ChangeKey, Chip]] = {
    "up_strong": Chip("Almost certainly up", "keyboard_double_arrow_up", "orange"),
    "up_likely": Chip("Very likely up", "arrow_upward", "orange"),
    "up_watch": Chip("May be rising", "north_east", "yellow"),
    "normal": Chip("Within normal variation", "drag_handle", "gray"),
    "down_watch": Chip("May be falling", "south_east", "blue"),
    "down_likely": Chip("Very likely down", "arrow_downward", "blue"),
    "down_strong": Chip("Almost certainly down", "keyboard_double_arrow_down", "blue"),
    "too_few": Chip("Too few to say", "more_horiz", "gray"),
    "not_compared": Chip("Not compared", "remove", "gray"),
}

AGE_TAGS: Final[dict[AgeTag, str]] = {
    "new": "New",
    "developing": "Developing",
    "persistent": "Persistent",
}


def difference_words(change: ChangeView) -> str:
    """Return the one number of a card as Markdown: how many more or fewer than the year before.

    Examples
    --------
    >>> difference_words(ChangeView("up_strong", 1282, 922, 810, 1030, ""))
    '**360 more** than the year before'
    """
    if change.key == "too_few":
        return f"Too few {change.unit} to compare"
    if change.key == "not_compared":
        return "No same months of the year before"
    difference = change.n_now - change.n_before
    if difference == 0:
        return "**As many** as the year before"
    return f"**{abs(difference):,} {'more' if difference > 0 else 'fewer'}** than the year before"
