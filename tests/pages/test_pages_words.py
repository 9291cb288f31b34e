"""Does text from the data stay text?"""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as some

from data.views import ChangeView
from pages._ui.words import CHIPS, difference_words, escape_markdown


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Queen's Street", "Queen's Street"),
        ("<script>x</script>", "\\<script\\>x\\</script\\>"),
        ("[x](javascript:y)", "\\[x\\]\\(javascript\\:y\\)"),
        ("# One\n- two", "\\# One \\- two"),
        (":red[x] $y$", "\\:red\\[x\\] \\$y\\$"),
    ],
)
def test_escape_keeps_markup_as_text(name: str, shown: str) -> None:
    assert escape_markdown(name) == shown


@given(some.text())
def test_escape_loses_no_visible_character(text: str) -> None:
    escaped = escape_markdown(text)
    assert "\n" not in escaped
    assert re.sub(r"\\(.)", r"\1", escaped) == " ".join(text.split())


def test_every_word_of_change_has_shape_and_colour() -> None:
    assert len({(chip.word, chip.icon) for chip in CHIPS.values()}) == len(CHIPS)
    assert {chip.colour for chip in CHIPS.values()} <= {"orange", "yellow", "gray", "blue"}


@pytest.mark.parametrize(
    ("now", "before", "words"),
    [
        (1282, 922, "**360 more** than the year before"),
        (4, 3000, "**2,996 fewer** than the year before"),
        (7, 7, "**As many** as the year before"),
    ],
)
def test_difference_is_one_number(now: int, before: int, words: str) -> None:
    assert difference_words(ChangeView("normal", now, before, 1, 2, "")) == words


@pytest.mark.parametrize("key", ["too_few", "not_compared"])
def test_difference_without_comparison_has_no_number(key: str) -> None:
    words = difference_words(ChangeView(key, 4, 1, None, None, ""))  # type: ignore[arg-type]
    assert not any(letter.isdigit() for letter in words)
