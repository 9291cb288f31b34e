"""Which reports count, and when several are one incident, as the analyst chooses it?

Everything is bound to the address, so that a copied link counts the same; whoever may not choose is
told so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

import streamlit as st

from data.views import ELIGIBLE_DEMAND, EVERYTHING, MOST_REPEAT, USUAL_RULE, Eligibility
from geo.errors import SchemaError
from geo.repeats import RepeatRule
from geo.schema import ORIGINS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from data.views import HotspotParams
    from geo.schema import Origin

ORIGIN_LABELS: Final[dict[Origin, str]] = {
    "public": "The public",
    "cctv": "CCTV",
    "police": "Police work",
    "partner": "A partner",
    "unknown": "Not known",
}
_ORIGINS, _DWELLINGS = "origins", "dwellings"
_METRES, _MINUTES, _HOURS = "metres", "minutes", "hours"
USUAL: Final[dict[str, object]] = {
    _ORIGINS: list(ORIGINS),
    _DWELLINGS: True,
    _METRES: round(USUAL_RULE.metres),
    _MINUTES: USUAL_RULE.minutes,
    _HOURS: round(USUAL_RULE.span_hours),
}
"""What each of the choices is when nobody has chosen."""

_ELIGIBLE, _REPEATS = "eligible", "repeats"
"""Names in the address of the page of one hotspot, which has no filters."""
_NO_DWELLINGS: Final = "not-at-home"


def changed() -> bool:
    """Return whether any choice is not as usual, or a link that has just come says so."""
    return any(
        st.session_state[key] not in (usual, []) if key in st.session_state else asked(key)
        for key, usual in USUAL.items()
    )


def asked(*keys: str) -> bool:
    """Return whether the address names one of the choices; it names only what is not as usual."""
    return any(key in st.query_params for key in keys or USUAL)


def choose() -> tuple[Eligibility, RepeatRule]:
    """Show the choices, and return what is chosen."""
    origins = st.pills(
        "Count what was reported or found by",
        list(ORIGINS),
        selection_mode="multi",
        default=list(ORIGINS),
        format_func=ORIGIN_LABELS.__getitem__,
        key=_ORIGINS,
        bind="query-params",
    )
    dwellings = st.toggle(
        "Count reports at dwellings", value=True, key=_DWELLINGS, bind="query-params"
    )
    st.button(
        "Count eligible demand only",
        on_click=_set,
        args=(ELIGIBLE_DEMAND,),
        help="What people and partners report in public places: what may drive patrols.",
    )
    st.markdown("Reports of one type are one incident when they are at most so far apart")
    with st.container(horizontal=True):
        metres = _number("Metres", _METRES, 0, MOST_REPEAT[0], 10)
        minutes = _number("Minutes", _MINUTES, 1, MOST_REPEAT[1], 5)
        hours = _number("Hours, first to last", _HOURS, 1, MOST_REPEAT[2], 1)
    chosen = tuple(origins) or ORIGINS
    return Eligibility(chosen, dwellings=dwellings), RepeatRule(metres, minutes, hours)


def clear() -> None:
    """Set every choice back; for a button's ``on_click``."""
    st.session_state.update({**USUAL, _ORIGINS: list(ORIGINS)})


def query(params: HotspotParams) -> dict[str, str]:
    """Return what the address of the page of one hotspot says of the choices."""
    chosen, rule = params.eligibility, params.repeat_rule
    told = {}
    if chosen != EVERYTHING:
        words = [*chosen.origins, *([] if chosen.dwellings else [_NO_DWELLINGS])]
        told[_ELIGIBLE] = "|".join(words)
    if rule != USUAL_RULE:
        told[_REPEATS] = f"{rule.metres:g}-{rule.minutes}-{rule.span_hours:g}"
    return told


def list_query(params: HotspotParams) -> dict[str, str | list[str]]:
    """Return what the address of Hotspots says of the choices; what is as usual is left out."""
    rule = params.repeat_rule
    chosen = {
        _ORIGINS: list(params.eligibility.origins),
        _DWELLINGS: params.eligibility.dwellings,
        _METRES: round(rule.metres),
        _MINUTES: rule.minutes,
        _HOURS: round(rule.span_hours),
    }
    return {key: _said(value) for key, value in chosen.items() if value != USUAL[key]}


def of_address(address: Mapping[str, str]) -> tuple[Eligibility, RepeatRule]:
    """Return the choices that the address of the page of one hotspot says.

    Raises
    ------
    GeoError
        Where it says what cannot be.
    """
    words = [word for word in address.get(_ELIGIBLE, "").split("|") if word]
    eligibility, rule = EVERYTHING, USUAL_RULE
    if words:
        origins = tuple(word for word in words if word != _NO_DWELLINGS)
        eligibility = Eligibility(
            cast("tuple[Origin, ...]", origins), dwellings=_NO_DWELLINGS not in words
        )
    if _REPEATS in address:
        rule = _rule(address[_REPEATS])
    return eligibility, rule


def _rule(text: str) -> RepeatRule:
    try:
        metres, minutes, hours = (float(part) for part in text.split("-"))
    except ValueError:
        message = f"The address says {text!r} of repeat reports; it should say 100-60-3."
        raise SchemaError(message, "Open the hotspot from the list again.") from None
    return RepeatRule(metres, round(minutes), hours)


def _said(value: object) -> str | list[str]:
    """Return a choice as Streamlit writes it into the address."""
    if isinstance(value, list):
        return [ORIGIN_LABELS[origin] for origin in value]
    return str(value).lower()


def _number(label: str, key: str, least: int, most: int, step: int) -> int:
    chosen = st.number_input(
        label,
        min_value=least,
        max_value=most,
        value=cast("int", USUAL[key]),
        step=step,
        key=key,
        bind="query-params",
        width=150,
    )
    return int(chosen)


def _set(eligibility: Eligibility) -> None:
    st.session_state[_ORIGINS] = list(eligibility.origins)
    st.session_state[_DWELLINGS] = eligibility.dwellings
