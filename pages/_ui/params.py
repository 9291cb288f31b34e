"""What did the reader choose, and how does a link say it?

On Hotspots the filters are widgets bound to the address, so a copied link restores the view. The
page of one hotspot has no filters: its address says the same with names of its own, since Streamlit
drops from an address what a widget of another page is bound to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple, cast

import streamlit as st

from data.jobs.repeat_views import ANALYST_ONLY
from data.views import EVERYTHING, USUAL_RULE, CoverageView, HotspotParams
from geo.periods import month_words, months_before
from geo.schema import FINEST_RESOLUTION_OPEN_DATA, Lens
from pages._ui import eligible
from pages._ui.words import escape_markdown

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from data.views import Eligibility
    from geo.repeats import RepeatRule

ALL_TYPES: Final = "All types"
HOTSPOT: Final = "hotspot"
LENSES: Final[dict[Lens, str]] = {
    "reports": "Reports",
    "estimated": "Estimated incidents",
    "harm": "Harm (indicative)",
}
USUAL_RESOLUTION: Final = 9
RESOLUTIONS: Final = {8: "Larger (8)", 9: "Usual (9)", 10: "Smaller (10)"}

NOT_FINER: Final = (
    "Open data moves each report to the nearest of a few map points. Smaller hexagons would show"
    " those points, not places."
)

_COUNT, _TYPE, _PERIOD, _PATCH, _FIND = "count", "type", "period", "patch", "find"
_HEXAGONS, _PATTERNS, _LENS = "hexagons", "patterns", "lens"
_SPANS: Final = (24, 12)


@dataclass(frozen=True)
class Period:
    """A span of months to choose from, and what it is called."""

    label: str
    start: str
    to: str


@dataclass(frozen=True)
class Choice:
    """Everything that was chosen: what is counted, and which of it is listed."""

    params: HotspotParams
    period: Period
    patch: str | None
    find: str


def periods(coverage: CoverageView) -> tuple[Period, ...]:
    """Return the periods to choose from: long ones first, then every single month, newest first.

    Months without data are offered as well: to see that nothing is known is an answer.
    """
    months = [month for month, _ in coverage.months]
    seen = [month for month, observed in coverage.months if observed]
    if not seen:
        return ()
    known = months[: months.index(seen[-1]) + 1]
    long = [
        Period(
            f"{span} months to {month_words(seen[-1])}", months_before(seen[-1], span - 1), seen[-1]
        )
        for span in _SPANS
    ]
    return (*long, *(Period(month_words(m), m, m) for m in reversed(known)))


def choose(
    coverage: CoverageView,
    *,
    area_name: str,
    categories: Sequence[str],
    patches: Sequence[str],
    exact: bool,
    analyst: bool = False,
) -> Choice:
    """Show the filters in one row, and return what is chosen.

    Parameters
    ----------
    categories, patches
        Names to choose from.
    exact
        Whether the data hold exact locations, so that smaller hexagons may be chosen.
    analyst
        Whether the reader may choose which reports count, and when they are one incident.
    """
    offered = {period.label: period for period in periods(coverage)}
    everywhere = f"Whole of {area_name}"
    say_unknown({_TYPE: categories, _PERIOD: offered, _PATCH: patches})
    with st.container(horizontal=True, key="filters", vertical_alignment="bottom", gap="small"):
        lens = st.segmented_control(
            "Count",
            list(LENSES),
            format_func=LENSES.__getitem__,
            default="reports",
            required=True,
            key=_COUNT,
            bind="query-params",
        )
        kind = _select("Type", [ALL_TYPES, *categories], _TYPE, 280)
        period = offered[_select("Period", list(offered), _PERIOD, 285)]
        patch = _select("Patch", [everywhere, *patches], _PATCH, 250)
        find = st.text_input(
            "Find a street or place",
            placeholder="For example Church Street",
            key=_FIND,
            bind="query-params",
            width=260,
        )
        more = _more(exact=exact, analyst=analyst)
    if not analyst and eligible.asked():
        st.info(ANALYST_ONLY)
    params = HotspotParams(
        to=period.to,
        start=period.start,
        resolution=more.resolution,
        categories=() if kind == ALL_TYPES else (kind,),
        lens=lens,
        esri_compatible=more.esri,
        eligibility=more.eligibility,
        repeat_rule=more.rule,
    )
    return Choice(params, period, None if patch == everywhere else patch, (find or "").strip())


def clear(coverage: CoverageView, area_name: str) -> None:
    """Set every filter back; for a button's ``on_click``."""
    st.session_state.update(
        {
            _COUNT: "reports",
            _TYPE: ALL_TYPES,
            _PERIOD: periods(coverage)[0].label,
            _PATCH: f"Whole of {area_name}",
            _FIND: "",
            _HEXAGONS: USUAL_RESOLUTION,
            _PATTERNS: False,
        }
    )
    eligible.clear()


def show_reports() -> None:
    """Count reports; for a button's ``on_click``."""
    st.session_state[_COUNT] = "reports"


def show_long_period(coverage: CoverageView) -> None:
    """Choose the longest period; for a button's ``on_click``."""
    st.session_state[_PERIOD] = periods(coverage)[0].label


def chosen_hotspot() -> str | None:
    """Return the hotspot that the address names."""
    named = st.query_params.get(HOTSPOT)
    return named or None


def choose_hotspot(hotspot_id: str) -> None:
    """Name the hotspot in the address; for a button's ``on_click``."""
    st.query_params[HOTSPOT] = hotspot_id


def hotspot_query(hotspot_id: str, params: HotspotParams) -> dict[str, str]:
    """Return the address of the page of one hotspot."""
    query = {HOTSPOT: hotspot_id, "from": params.start or "", "to": params.to}
    query["categories"] = "|".join(params.categories)
    query["lens"] = "" if params.lens == "reports" else params.lens
    query["resolution"] = "" if params.resolution == USUAL_RESOLUTION else (str(params.resolution))
    query["patterns-as"] = "arcgis" if params.esri_compatible else ""
    told = {name: value for name, value in query.items() if value}
    return told | eligible.query(params)


def params_of_address(coverage: CoverageView) -> HotspotParams:
    """Return the parameters that the address of the page of one hotspot says.

    Raises
    ------
    GeoError
        Where the address says what cannot be: an unknown month, lens or resolution.
    """
    query = st.query_params
    usual = periods(coverage)[0]
    resolution = query.get("resolution", str(USUAL_RESOLUTION))
    eligibility, rule = eligible.of_address(query)
    return HotspotParams(
        to=query.get("to", usual.to),
        start=query.get("from"),
        resolution=int(resolution) if resolution.isdecimal() else 0,
        categories=tuple(filter(None, query.get("categories", "").split("|"))),
        lens=cast("Lens", query.get("lens", "reports")),
        esri_compatible=query.get("patterns-as") == "arcgis",
        eligibility=eligibility,
        repeat_rule=rule,
    )


def list_query(
    hotspot_id: str, params: HotspotParams, coverage: CoverageView
) -> dict[str, str | list[str]]:
    """Return the address of Hotspots with the same choice; a filter at its default is left out."""
    offered = periods(coverage)
    same = [p.label for p in offered[1:] if (p.start, p.to) == (params.start, params.to)]
    query = {HOTSPOT: hotspot_id, _PERIOD: "".join(same[:1]), _TYPE: "".join(params.categories)}
    query[_COUNT] = LENSES[params.lens] if params.lens != "reports" else ""
    usual = params.resolution == USUAL_RESOLUTION
    query[_HEXAGONS] = "" if usual else RESOLUTIONS[params.resolution]
    query[_PATTERNS] = "true" if params.esri_compatible else ""
    told: dict[str, str | list[str]] = {name: value for name, value in query.items() if value}
    return told | eligible.list_query(params)


def lens_query(lens: Lens) -> dict[str, str]:
    """Return the address of Hotspots under a lens."""
    return {_COUNT: LENSES[lens]} if lens != "reports" else {}


def choose_lens() -> Lens:
    """Show on Home what can be counted, and return what is chosen.

    Harm is not among it: its days cannot be told as more or fewer than the year before.
    """
    lenses: list[Lens] = ["reports", "estimated"]
    return st.segmented_control(
        "Count",
        lenses,
        format_func=LENSES.__getitem__,
        default="reports",
        required=True,
        key=_LENS,
        bind="query-params",
        label_visibility="collapsed",
    )


def _select(label: str, options: Sequence[str], key: str, width: int) -> str:
    chosen = st.selectbox(label, list(options), key=key, bind="query-params", width=width)
    return chosen or options[0]


def say_unknown(known: Mapping[str, Collection[str]]) -> None:
    """Say which part of a link cannot be shown: Streamlit drops it from the address unsaid."""
    for key, values in known.items():
        wanted = st.query_params.get(key)
        if wanted and wanted != ALL_TYPES and wanted not in values:
            st.info(
                f'The link asks for the {key} "{escape_markdown(wanted)}", which is not among these'
                " data. Everything else of the link is shown."
            )


class _More(NamedTuple):
    """The choices that few people need."""

    resolution: int
    esri: bool
    eligibility: Eligibility = EVERYTHING
    rule: RepeatRule = USUAL_RULE


def _more(*, exact: bool, analyst: bool) -> _More:
    """Show the choices that few people need; the button names what is not as usual."""
    resolution = st.session_state.get(_HEXAGONS, USUAL_RESOLUTION)
    changed = resolution != USUAL_RESOLUTION or st.session_state.get(_PATTERNS, False)
    changed = changed or (analyst and eligible.changed())
    with st.popover("More filters (on)" if changed else "More filters"):
        chosen = st.segmented_control(
            "Size of hexagons",
            [size for size in RESOLUTIONS if exact or size <= FINEST_RESOLUTION_OPEN_DATA],
            format_func=RESOLUTIONS.__getitem__,
            default=USUAL_RESOLUTION,
            required=True,
            key=_HEXAGONS,
            bind="query-params",
            help=None if exact else NOT_FINER,
        )
        esri = st.toggle(
            "Name patterns as ArcGIS Pro does",
            key=_PATTERNS,
            bind="query-params",
            help="The patterns of single hexagons, in the table. Hotspots stay the same.",
        )
        if analyst:
            return _More(chosen or USUAL_RESOLUTION, bool(esri), *eligible.choose())
    return _More(chosen or USUAL_RESOLUTION, bool(esri))
