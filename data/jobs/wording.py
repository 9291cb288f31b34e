"""How are the figures of a hotspot said in plain English?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from geo.repeats import RepeatRule
    from geo.schema import Lens

NUMBERS: Final = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve",
)  # fmt: skip


UNITS: Final[dict[Lens, tuple[str, str]]] = {
    "reports": ("report", "reports"),
    "estimated": ("estimated incident", "estimated incidents"),
    "harm": ("day of harm", "days of harm"),
}
"""One and many of what a lens adds up."""
COUNT_UNITS: Final[dict[Lens, tuple[str, str]]] = {**UNITS, "harm": UNITS["reports"]}
"""One and many of what months, types and changes are counted in: harm is told beside reports."""

TENTH: Final = 0.1
HALF: Final = 0.5
EXACT_BELOW: Final = 100
TENS_BELOW: Final = 1000
"""Estimates are rounded to ten, and from here on to a hundred, so that nobody reads too much
into their last figure."""
_MARKDOWN: Final = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:&^=])")


def number_words(n: int) -> str:
    """Return small numbers as words, larger ones as figures.

    Examples
    --------
    >>> number_words(9), number_words(1250)
    ('nine', '1,250')
    """
    return NUMBERS[n] if n < len(NUMBERS) else f"{n:,}"


def sentence_case(text: str) -> str:
    """Return the text with a capital first letter."""
    return text[:1].upper() + text[1:]


def lower_first(text: str) -> str:
    """Return the text with a small first letter: "Anti-social behaviour" inside a sentence."""
    return text[:1].lower() + text[1:]


def list_words(words: Sequence[str]) -> str:
    """Return words as a list in a sentence.

    Examples
    --------
    >>> list_words(["Talbot", "Claremont", "Park"])
    'Talbot, Claremont and Park'
    """
    *first, last = words or ("",)
    return f"{', '.join(first)} and {last}" if first else last


def plural(n: int, word: str, words: str = "") -> str:
    """Return a count with its noun.

    Examples
    --------
    >>> plural(1, "report"), plural(1250, "report"), plural(2, "day of harm", "days of harm")
    ('1 report', '1,250 reports', '2 days of harm')
    """
    return f"{n:,} {word if n == 1 else words or word + 's'}"


def percent(share: float) -> str:
    """Return a share as a percentage: one decimal below 10 per cent, and no ".0".

    Examples
    --------
    >>> percent(0.117), percent(0.0166), percent(0.0802), percent(0.42)
    ('12%', '1.7%', '8%', '42%')
    """
    if round(share, 3) >= TENTH:
        return f"{share:.0%}"
    return f"{share:.1%}".replace(".0%", "%")


def headline(spots: int, share: float, cell_share: float, unit: str) -> str:
    """Return the finding above the list of hotspots.

    Examples
    --------
    >>> headline(9, 0.42, 0.08, "reports")
    'Nine hotspots hold 42% of reports on 8% of the hexagons'
    """
    if spots == 0:
        return "No hotspots in this period"
    verb = "holds" if spots == 1 else "hold"
    count = sentence_case(number_words(spots))
    return (
        f"{count} hotspot{'' if spots == 1 else 's'} {verb} {percent(share)} of {unit} on"
        f" {percent(cell_share)} of the hexagons"
    )


def hot_months(hot: int, observed: int) -> str:
    """Return how many of the months seen were hot.

    Examples
    --------
    >>> hot_months(22, 22), hot_months(20, 22)
    ('hot in all 22 months seen', 'hot in 20 of the 22 months seen')
    """
    if hot == observed:
        return f"hot in all {observed} months seen"
    return f"hot in {hot} of the {observed} months seen"


def why_here(
    *,
    amount: str,
    share: float,
    cell_share: float,
    when: str,
    places: Sequence[str],
    top_type: str | None,
) -> str:
    """Return one sentence that says why a hotspot is one.

    Examples
    --------
    >>> why_here(amount="7,106 reports", share=0.117, cell_share=0.017,
    ...          when="from July 2020 to June 2022", places=["Queen Street", "Talbot Square"],
    ...          top_type="Anti-social behaviour")
    "7,106 reports from July 2020 to June 2022, 12% of the area's on 1.7% of its hexagons, most on \
or near Queen Street and Talbot Square, and anti-social behaviour is the commonest type."
    """
    where = f", most on or near {list_words(list(places)[:3])}" if places else ""
    kind = f", and {lower_first(top_type)} is the commonest type" if top_type else ""
    return (
        f"{amount} {when}, {percent(share)} of the area's on {percent(cell_share)} of its"
        f" hexagons{where}{kind}."
    )


def escape_markdown(text: str) -> str:
    r"""Return the text so that Streamlit's Markdown shows it letter by letter.

    Line breaks become spaces, since a new line could open a heading or a list.

    Examples
    --------
    >>> print(escape_markdown("Queen *Street* [x](y)"))
    Queen \*Street\* \[x\]\(y\)
    """
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))


def repeats_words(reports: int, incidents: int) -> str:
    """Return how many reports come to how many incidents.

    Examples
    --------
    >>> repeats_words(3610, 2904)
    '3,610 reports, about 2,900 separate incidents (1.2 reports each)'
    >>> repeats_words(60, 9)
    '60 reports, about 9 separate incidents (6.7 reports each)'
    >>> repeats_words(1, 1)
    '1 report, about 1 separate incident (1.0 reports each)'
    """
    if not reports or not incidents:
        return "No reports in this period"
    rounded = incidents if incidents < EXACT_BELOW else round(incidents / 10) * 10
    if incidents >= TENS_BELOW:
        rounded = round(incidents / 100) * 100
    each = reports / incidents
    about = plural(rounded, "separate incident")
    return f"{plural(reports, 'report')}, about {about} ({each:.1f} reports each)"


def rule_words(rule: RepeatRule) -> str:
    """Return the rule for repeat reports as people say it.

    Examples
    --------
    >>> from geo.repeats import RepeatRule
    >>> rule_words(RepeatRule())
    'same type, at most 100 m and 60 min apart, within 3 h of the first'
    """
    return (
        f"same type, at most {rule.metres:,.0f} m and {rule.minutes} min apart, within"
        f" {rule.span_hours:g} h of the first"
    )


def types_words(types: Sequence[tuple[str, int]]) -> str:
    """Return what the types of a place, most reports first, come down to.

    Examples
    --------
    >>> types_words([("Shoplifting", 60), ("Burglary", 40)])
    'Most are shoplifting'
    >>> types_words([("Shoplifting", 40), ("Burglary", 35), ("Robbery", 25)])
    'The commonest type is shoplifting'
    """
    name, n = types[0]
    share = n / sum(count for _, count in types)
    return f"{'Most are' if share > HALF else 'The commonest type is'} {lower_first(name)}"
