"""How are the verdict of an intervention and the figures behind it said?

Every sentence is made from the figures that stand beside it. An effect is "consistent with" what
was done, and no title says more than its picture.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from data.jobs.wording import list_words, number_words, percent, plural, sentence_case
from geo.periods import month_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from data.displacement_views import DisplacementView, PartView, VerdictView, ZoneKey
    from data.jobs.zone_cells import Zone, ZoneCellView
    from geo.verdict import EffectKey, PlaceKey

SUBJECTS: Final[dict[ZoneKey, str]] = {
    "treated": "Treated streets",
    "buffer": "Next door",
    "control": "Comparison",
    "control_buffer": "Around the comparison",
}
ZONES: Final[dict[ZoneKey, str]] = {
    "treated": "Treated",
    "buffer": "Next door",
    "control": "Comparison",
    "control_buffer": "Around it",
}
MINUS: Final = "\N{MINUS SIGN}"
NOT_TOLD: Final = "not told"
_HEADLINES: Final[dict[EffectKey, str]] = {
    "worked": "It worked here",
    "some_effect": "Some effect here",
    "no_clear_effect": "No clear effect",
    "backfired": "It backfired: more reports than expected",
    "too_early": "Too early to say whether it worked, or moved",
    "not_delivered": "Not delivered, so there is nothing to judge",
}
_PLACES: Final[dict[PlaceKey, str]] = {
    "moved_nearby": ", and some of it probably moved next door",
    "nearby_improved": ", and nearby streets improved too",
    "no_sign": ", and there is no sign that it moved",
    "cannot_tell": "; we cannot tell yet whether it moved",
}
_UNTESTED: Final = "We cannot tell yet whether it worked, or moved"
_LISTED: Final[dict[EffectKey, str]] = {
    "worked": "worked",
    "some_effect": "had some effect",
    "no_clear_effect": "had no clear effect",
    "backfired": "backfired",
    "too_early": "too early to say",
    "not_delivered": "not delivered",
}
_LONGEST_TITLE: Final = 78


class Line(NamedTuple):
    """A subject, and what is said of it."""

    subject: str
    words: str


class FigureRow(NamedTuple):
    """A zone with its figures as text."""

    zone: str
    before: str
    after: str
    expected: str
    difference: str
    likely: str


def headline(result: DisplacementView) -> str:
    """Return the verdict and the place verdict as one sentence, without a full stop."""
    if result.verdict == "no_clear_effect":
        return _unclear(result) if result.tested else _UNTESTED
    words = _HEADLINES[result.verdict]
    if result.verdict in {"worked", "some_effect"}:
        words += _PLACES[result.displacement_verdict]
    return words


def list_title(found: Sequence[VerdictView]) -> str:
    """Return what a list of interventions says: how many are due, and what they say."""
    if not found:
        return "No intervention is registered yet"
    due = [one for one in found if one.review_due]
    if not due:
        worked = sum(one.verdict == "worked" for one in found)
        of_all = plural_words(len(found), "intervention")
        tail = f"; {number_words(worked)} of {of_all} worked" if worked else ""
        return f"No result is due now{tail}"
    start = f"{sentence_case(plural_words(len(due), 'result'))} {_verb(len(due))} due"
    title = f"{start}: {list_words(_tallies(due))}"
    return title if len(title) <= _LONGEST_TITLE else start


def due_words(found: Sequence[VerdictView]) -> str:
    """Return when the next result comes, where none is due."""
    dated = [one for one in found if one.next_review]
    if not dated:
        return "No review date is left. Set one, so that a result comes back here when it is due."
    following = dated[-1]
    return f"The next review is of {following.title}, on {following.next_review}."


def figure_lines(result: DisplacementView, next_review: str) -> tuple[Line, ...]:
    """Return at most three lines for the verdict card."""
    review = Line("Next review", next_review or "none is set")
    if result.verdict == "not_delivered":
        return (Line("Delivered", f"{_dose(result)} “Worked” cannot be recorded."),)
    if not result.tested or result.wdd.local.estimate is None:
        could = result.power_sentence or "there was nothing to test."
        return (
            Line(SUBJECTS["treated"], result.sentence),
            Line("What we could have seen", could.removeprefix("We could have seen ")),
            review,
        )
    local, around, both = result.wdd.local, result.wdd.displacement, result.wdd.total
    lines = [Line(SUBJECTS["treated"], _figures(result, "treated", local))]
    if around.estimate is None:
        lines.append(Line(SUBJECTS["buffer"], around.reason or result.displacement_sentence))
    else:
        lines.append(Line(SUBJECTS["buffer"], _nearby(result, around)))
    if both.estimate is not None:
        lines.append(Line("Both together", _both(both)))
    return tuple(lines)


def side_lines(result: DisplacementView, next_review: str) -> tuple[Line, ...]:
    """Return what stands at the right of the verdict card."""
    could = result.power_sentence.removeprefix("We could have seen ") or "nothing was tested"
    return (
        Line("Delivered", _dose(result)),
        Line("We could have seen", could),
        Line("Next review", next_review or "none is set"),
    )


def figure_rows(result: DisplacementView) -> tuple[FigureRow, ...]:
    """Return the zones with before, after, expected, difference and range."""
    parts = {"treated": result.wdd.local, "buffer": result.wdd.displacement}
    rows = []
    for zone in result.zones:
        part = parts.get(zone.key)
        told = part is not None and part.estimate is not None and zone.after is not None
        rows.append(
            FigureRow(
                ZONES[zone.key],
                _count(zone.before),
                _count(zone.after),
                f"{zone.after - part.estimate:,.0f}" if told else "",  # type: ignore[operator,union-attr]
                change_words(part.estimate) if told else "",  # type: ignore[union-attr,arg-type]
                range_words(part) if told and part is not None else "",
            )
        )
    return tuple(rows)


def technical_words(result: DisplacementView) -> str:
    """Return the paragraph for those who know the tests by name."""
    total, alpha = result.wdd.total, result.alpha
    said = [f"Compared: {result.compared_words or result.reason}."]
    if total.estimate is not None and total.se is not None:
        said.append(
            f"Weighted displacement difference {_signed(total.estimate)} (standard error"
            f" {total.se:,.0f}; ranges hold {1 - alpha:.0%} of the time)."
        )
    if result.phi is not None:
        said.append(f"Overdispersion {result.phi:.2f}.")
    undefined = f"undefined: {result.wdq_reason}".rstrip(".: ")
    quotient = undefined if result.wdq is None else f"{result.wdq:.2f}".replace("-", MINUS)
    said.append(f"Displacement quotient {quotient}.")
    if result.irr is not None and result.irr_low is not None and result.irr_high is not None:
        said.append(
            f"Ratio of changes {result.irr:.2f} ({result.irr_low:.2f} to {result.irr_high:.2f})."
        )
    if result.harm is not None and result.harm.total.estimate is not None:
        said.append(f"In harm: {_signed(result.harm.total.estimate)} days.")
    if result.trend_differs is not None:
        differs = "went apart" if result.trend_differs else "went alike"
        said.append(f"Before the start treated and comparison {differs}.")
    said += [result.placebo_sentence, result.guard_sentence]
    return " ".join(sentence for sentence in said if sentence)


def map_title(cells: Sequence[ZoneCellView]) -> str:
    """Return what the map of zones shows, true of the numbers on it."""
    parts = (
        _went(cells, "treated", "treated hexagon"),
        _went(cells, "nearby", "neighbour"),
    )
    told = "; ".join(filter(None, parts))
    return f"Where: {told}" if told else "Where: the places that are compared"


def series_title(result: DisplacementView) -> str:
    """Return what the three panels show, true of the months in them."""
    after = [
        one
        for one in result.series
        if one.compared == "after" and one.treated is not None and one.low is not None
    ]
    below = sum(1 for one in after if (one.treated or 0) < (one.low or 0))
    above = sum(1 for one in after if (one.treated or 0) > (one.high or 0))
    if not after:
        return "When: month by month"
    if not below and not above:
        return "When: treated stayed in its expected range in every month since the start"
    n, side = (below, "below") if below >= above else (above, "above")
    share = f"all {number_words(n)}" if n == len(after) else f"{n} of {len(after)}"
    return f"When: treated was {side} its expected range in {share} months since the start"


def saved_title(result: DisplacementView) -> str:
    """Return what has added up since the start."""
    last = result.saved[-1]
    so_far = change_words(-last.saved)
    return f"So far: {so_far} {result.unit} in the treated streets, up to {month_words(last.month)}"


def change_words(estimate: float) -> str:
    """Return a difference in words.

    Examples
    --------
    >>> change_words(-129.3), change_words(7), change_words(0.2)
    ('129 fewer', '7 more', 'as many')
    """
    n = round(estimate)
    return "as many" if n == 0 else f"{abs(n):,} {'more' if n > 0 else 'fewer'}"


def range_words(part: PartView) -> str:
    """Return a likely range in words, the smaller change first.

    Examples
    --------
    >>> from data.displacement_views import PartView
    >>> range_words(PartView(-129, 35, -187, -71, 0.01))
    '71 to 187 fewer'
    >>> range_words(PartView(-68, 47, -145, 9, 0.1))
    '145 fewer to 9 more'
    """
    if part.ci_low is None or part.ci_high is None:
        return ""
    low, high = round(part.ci_low), round(part.ci_high)
    if high <= 0:
        return f"{-high:,} to {-low:,} fewer"
    if low >= 0:
        return f"{low:,} to {high:,} more"
    return f"{-low:,} fewer to {high:,} more"


def plural_words(n: int, noun: str) -> str:
    """Return a small number as a word with its noun: "one result"."""
    return f"{number_words(n)} {noun}{'' if n == 1 else 's'}"


def cell_tip(one: ZoneCellView, subject: str) -> tuple[str, ...]:
    """Return the lines of a hexagon's tooltip."""
    if one.few:
        return one.place, f"{subject}: fewer than 5 reports before and after"
    if one.before is None or one.after is None:
        return one.place, subject
    told = f"{subject}: {one.before:,} before, {one.after:,} after"
    if one.difference is None:
        return one.place, told
    return one.place, f"{told}, {change_words(one.difference)} than expected".replace(
        "as many than", "as many as"
    )


def _unclear(result: DisplacementView) -> str:
    """Return why a tested effect is not clear: chance, or a rise too small to be called one."""
    low = result.wdd.local.ci_low
    if low is not None and low > 0:
        return f"No clear effect: {result.unit} rose, but by less than a fifth"
    return "No clear effect: the change could be chance"


def _against(result: DisplacementView, key: ZoneKey, part: PartView) -> str:
    after = result.zone(key).after or 0
    return f"{after:,} {result.unit}, {after - (part.estimate or 0.0):,.0f} expected."


def _figures(result: DisplacementView, key: ZoneKey, part: PartView) -> str:
    change = f"{change_words(part.estimate or 0.0)} (likely range {range_words(part)})"
    return f"{_against(result, key, part)} That is {change}."


def _nearby(result: DisplacementView, part: PartView) -> str:
    """Return the figures next door, and what they mean."""
    sentence = result.displacement_sentence
    if result.displacement_verdict == "moved_nearby":
        share = sentence.split(". ", 1)[-1].replace("nearby.", "there.")
        return f"{_against(result, 'buffer', part)} {share}"
    if result.verdict not in {"worked", "some_effect"}:
        only = "A move is only judged where treated streets improved."
        return f"{_figures(result, 'buffer', part)} {only}"
    meaning = {
        "no_sign": "No sign that the problem moved there.",
        "nearby_improved": "It improved too.",
    }.get(result.displacement_verdict, sentence.split(". ")[-1])
    return f"{_figures(result, 'buffer', part)} {meaning}"


def _both(part: PartView) -> str:
    if part.ci_low is not None and part.ci_high is not None and part.ci_low < 0 < part.ci_high:
        change = "fall" if (part.estimate or 0) < 0 else "rise"
        return (
            f"{change_words(part.estimate or 0)}, but the likely range runs from"
            f" {range_words(part)}, so an overall {change} is not certain."
        )
    return f"{change_words(part.estimate or 0)} (likely range {range_words(part)})."


def _dose(result: DisplacementView) -> str:
    spec = result.spec
    if spec.delivered_dose is None:
        return "nobody has said what was delivered."
    told = f"{spec.delivered_dose:,g} {spec.dose_unit}"
    return f"{told}; planned: {spec.planned_dose}." if spec.planned_dose else f"{told}."


def _went(cells: Sequence[ZoneCellView], zone: Zone, noun: str) -> str:
    """Return how many hexagons of a zone fell or rose: "every treated hexagon fell"."""
    told = [one.difference for one in cells if one.zone == zone and one.difference is not None]
    if not told:
        return ""
    fell, rose = sum(n < 0 for n in told), sum(n > 0 for n in told)
    n, verb = (fell, "fell") if fell >= rose else (rose, "rose")
    return f"every {noun} {verb}" if n == len(told) else f"{n} of {plural(len(told), noun)} {verb}"


def _tallies(found: Sequence[VerdictView]) -> list[str]:
    seen: dict[EffectKey, int] = {}
    for one in found:
        seen[one.verdict] = seen.get(one.verdict, 0) + 1
    return [_tally(n, key) for key, n in seen.items()]


def _tally(n: int, key: EffectKey) -> str:
    be = {"too_early": f"{'is' if n == 1 else 'are'} ", "not_delivered": _was(n)}.get(key, "")
    return f"{number_words(n)} {be}{_LISTED[key]}"


def _was(n: int) -> str:
    return "was " if n == 1 else "were "


def _verb(n: int) -> str:
    return "is" if n == 1 else "are"


def _count(n: int | None) -> str:
    return NOT_TOLD if n is None else f"{n:,}"


def _signed(n: float) -> str:
    rounded = round(n)
    return f"{MINUS if rounded < 0 else '+' if rounded > 0 else ''}{abs(rounded):,}"


def type_rows(result: DisplacementView) -> tuple[tuple[str, str, str, str, str], ...]:
    """Return each type of report: before, after, difference with range here, and next door."""
    rows = []
    for one in result.types:
        here = _part_words(one.local) or "too few to say"
        rows.append(
            (one.category, f"{one.before:,}", f"{one.after:,}", here, _part_words(one.displacement))
        )
    return tuple(rows)


def _part_words(part: PartView | None) -> str:
    if part is None or part.estimate is None:
        return ""
    return f"{change_words(part.estimate)} ({range_words(part)})"


def ring_rows(result: DisplacementView) -> tuple[tuple[str, str, str, str], ...]:
    """Return each ring: hexagons, before, after, and the change with its range."""
    rows = []
    for ring in result.rings:
        told = ring.ratio is not None and ring.ci_low is not None and ring.ci_high is not None
        change = (
            f"{percent(ring.ratio or 0)} of expected ({percent(ring.ci_low or 0)} to"
            f" {percent(ring.ci_high or 0)})"
            if told
            else ring.reason
        )
        where = f"{ring.label} ({plural(len(ring.cells), 'hexagon')})"
        rows.append((where, _count(ring.before), _count(ring.after), change))
    return tuple(rows)


def numbered(places: Sequence[str], wards: Sequence[str]) -> list[str]:
    """Return names of hexagons that are told apart: those of one street and ward are numbered.

    Examples
    --------
    >>> numbered(["Quay Street", "Quay Street", "Pier Road"], ["West", "West", "West"])
    ['Quay Street, West (1)', 'Quay Street, West (2)', 'Pier Road, West']
    """
    names = [
        f"{place}, {ward}" if ward else place for place, ward in zip(places, wards, strict=True)
    ]
    many = {name for name, n in Counter(names).items() if n > 1}
    seen: dict[str, int] = {}
    told = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        told.append(f"{name} ({seen[name]})" if name in many else name)
    return told
