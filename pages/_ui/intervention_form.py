"""How is an intervention registered before it starts, edited after, and its verdict recorded?

What is chosen lives in the session under the keys below, so that map, hotspots, names and file
choose one and the same place.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from data.access import Permission
from data.intervention_spec import (
    AGENCY_WORDS,
    KIND_WORDS,
    LEVEL_WORDS,
    LONGEST_TEXT,
    LONGEST_TITLE,
    TARGET_WORDS,
    Design,
    InterventionSpec,
)
from data.jobs import interventions as register_job
from data.jobs import place_files, result_words, review_dates
from geo.errors import GeoError
from geo.verdict import EFFECT_WORDS
from pages._ui import cached, errors, look, params, verdicts, zones
from pages._ui.words import escape_markdown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from data.displacement_views import DisplacementView
    from data.intervention_views import InterventionView
    from data.views import HotspotResult
    from pages._ui.page import LoadedArea, Page

_CELLS: Final = "iv-cells"
_FILLED: Final = "iv-filled"
_FAULT: Final = "iv-fault"
_DAY: Final = "DD/MM/YYYY"
_REVIEWS: Final = ("First", "Second", "Third")
_FIXED: Final = (
    "Fixed before the start: place, start, end, outcome, comparison and review dates. After the"
    " start a change of these needs a reason, which is kept and shown beside the verdict."
)
_LONGEST_LESSON: Final = 120
_AGAIN: Final = "Carry on, and review it again"
_CLOSE: Final = "Close it"


def show(page: Page, here: LoadedArea, known: InterventionView | None) -> None:
    """Show the form of an intervention, or of a new one."""
    with errors.explained():
        hotspots = cached.hotspots(here, params.params_of_address(cached.coverage(here)))
    _fill(here, known, hotspots)
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    ):
        look.title("Register an intervention" if known is None else "Change an intervention")
        back = (known.intervention_id,) if known else ()
        st.button(
            "Leave without saving",
            icon=":material/arrow_back:",
            key="leave",
            on_click=verdicts.open_one if known else verdicts.open_list,
            args=back,
        )
    st.markdown(_FIXED)
    left, right = st.columns([10, 11], gap="large")
    with left:
        _show_place(here, hotspots)
    with right:
        _show_what(new=known is None)
        _show_measure(here)
        _show_dose(known)
        _show_save(page, here, known)


def show_record(
    page: Page, here: LoadedArea, known: InterventionView, result: DisplacementView
) -> None:
    """Offer to record what a meeting makes of a result, with what was learnt."""
    if not page.may(Permission.PLAN):
        return
    with st.popover("Record the verdict", type="primary"), st.form("record", border=False):
        options = list(EFFECT_WORDS)
        said = st.selectbox(
            "Verdict of the meeting",
            options,
            index=options.index(result.verdict),
            format_func=EFFECT_WORDS.__getitem__,
            key="record-verdict",
        )
        lesson = st.text_input(
            "What was learnt, without names",
            max_chars=_LONGEST_LESSON,
            key="record-lesson",
        )
        then = st.selectbox("Afterwards", [_AGAIN, _CLOSE], key="record-then")
        following = st.date_input(
            "Next review",
            value=review_dates.usual_reviews(review_dates.next_month(here.workspace))[1],
            format=_DAY,
            key="record-next",
        )
        if st.form_submit_button("Save the verdict", type="primary"):
            reason = f"Verdict of the meeting: {EFFECT_WORDS[said]}. {lesson or ''}".strip()
            spec = (
                replace(known.spec, status="closed")
                if then == _CLOSE
                else replace(known.spec, review_dates=(*known.spec.review_dates, following))
            )
            _edit(here, known, spec, reason)


def _fill(here: LoadedArea, known: InterventionView | None, hotspots: HotspotResult) -> None:
    """Put what is known into the form, once for each version that is opened."""
    place = st.query_params.get(verdicts.PLACE, "")
    opened = f"{known.intervention_id}-{known.version}" if known else f"new-{place}"
    if st.session_state.get(_FILLED) == (here.area.area_id, opened) and _CELLS in st.session_state:
        return
    st.session_state[_FILLED] = (here.area.area_id, opened)
    st.session_state.pop(_FAULT, None)
    if known is not None:
        values, names = _values(known.spec), _names(hotspots)
        for key in (_CELLS, "iv-controls"):
            values[key] = [cell for cell in values[key] if cell in names]
        st.session_state.update(values)
        return
    start = review_dates.next_month(here.workspace)
    spot = next((one for one in hotspots.hotspots if one.hotspot_id == place), None)
    cells = spot.cells if spot else ()
    st.session_state.update(_blank(start) | {_CELLS: list(cells)})


def _values(spec: InterventionSpec) -> dict[str, Any]:
    chosen = spec.design.control_cells
    known = spec.review_dates[-len(_REVIEWS) :]
    usual = review_dates.usual_reviews(spec.start)
    reviews = dict(zip(_REVIEWS, usual, strict=True)) | dict(zip(_REVIEWS, known, strict=False))
    return {
        _CELLS: list(spec.treated_cells),
        "iv-title": spec.title,
        "iv-kind": spec.kind,
        "iv-level": spec.prevention_level,
        "iv-target": spec.target,
        "iv-lead": spec.lead_agency,
        "iv-post": spec.lead_post,
        "iv-partners": "\n".join(spec.partners),
        "iv-mechanism": spec.mechanism,
        "iv-start": spec.start,
        "iv-ends": spec.end is not None,
        "iv-end": spec.end or spec.start,
        "iv-types": list(spec.categories),
        "iv-lens": spec.lens,
        "iv-rings": spec.design.rings,
        "iv-gap": spec.design.gap_ring,
        "iv-own": chosen is not None,
        "iv-controls": list(chosen or ()),
        "iv-planned": spec.planned_dose,
        "iv-delivered": spec.delivered_dose,
        "iv-unit": spec.dose_unit,
        "iv-reason": "",
        "iv-fall": 30,
        "iv-reviews": len(known),
        **{f"iv-review-{name}": day for name, day in reviews.items()},
    }


def _blank(start: date) -> dict[str, Any]:
    """Return an empty form with the usual choices and days of review."""
    reviews = review_dates.usual_reviews(start)
    return {
        "iv-title": "",
        "iv-kind": "joint_patrol",
        "iv-level": "secondary",
        "iv-target": "location",
        "iv-lead": "joint",
        "iv-post": "",
        "iv-partners": "",
        "iv-mechanism": "",
        "iv-start": start,
        "iv-ends": False,
        "iv-end": start,
        "iv-types": [],
        "iv-lens": "reports",
        "iv-rings": 1,
        "iv-gap": False,
        "iv-own": False,
        "iv-controls": [],
        "iv-planned": "",
        "iv-delivered": None,
        "iv-unit": "hours",
        "iv-reason": "",
        "iv-fall": 30,
        "iv-reviews": len(_REVIEWS),
        **{f"iv-review-{name}": day for name, day in zip(_REVIEWS, reviews, strict=True)},
    }


def _show_place(here: LoadedArea, hotspots: HotspotResult) -> None:
    look.header("Where: click the hexagons, or choose them below")
    zones.show_picker(here, hotspots, st.session_state[_CELLS], _toggle)
    names = _names(hotspots)
    st.multiselect(
        "Hexagons of the place",
        list(names),
        format_func=lambda cell: names.get(cell, "A hexagon outside the area"),
        key=_CELLS,
        placeholder="Choose by street",
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        spots = {spot.hotspot_id: spot for spot in hotspots.hotspots}
        picked = st.selectbox(
            "A hotspot",
            list(spots),
            format_func=lambda key: spots[key].name,
            index=None,
            placeholder="Choose a hotspot",
            key="iv-spot",
            width="stretch",
        )
        cells = spots[picked].cells if picked else ()
        st.button(
            "Add its hexagons",
            key="iv-add-spot",
            disabled=not cells,
            on_click=_add,
            args=(cells,),
        )
    file = st.file_uploader(
        "Or a file with its boundary", type=list(place_files.KINDS), key="iv-file"
    )
    if file is not None:
        st.button(
            "Take the hexagons of the file",
            key="iv-take-file",
            on_click=_take_file,
            args=(here, file.name, file.getvalue()),
        )
    _show_fault()


def _show_what(*, new: bool) -> None:
    look.header("What, when and who")
    st.text_input(
        "Title",
        key="iv-title",
        max_chars=LONGEST_TITLE,
        placeholder="Evening patrols, Quay Street",
        help="What is done and where, as people say it; never the name of a person.",
    )
    first, second, third = st.columns([3, 4, 2], gap="small")
    first.selectbox("Kind", list(KIND_WORDS), format_func=KIND_WORDS.__getitem__, key="iv-kind")
    second.selectbox(
        "Prevention", list(LEVEL_WORDS), format_func=LEVEL_WORDS.__getitem__, key="iv-level"
    )
    third.selectbox(
        "Aimed at", list(TARGET_WORDS), format_func=TARGET_WORDS.__getitem__, key="iv-target"
    )
    first, second, third = st.columns(3, gap="small")
    moved = _usual_reviews if new else None
    first.date_input("Start", key="iv-start", format=_DAY, on_change=moved)
    with second:
        if st.toggle("It has an end", key="iv-ends"):
            st.date_input("Last day", key="iv-end", format=_DAY)
    third.selectbox(
        "Lead agency", list(AGENCY_WORDS), format_func=AGENCY_WORDS.__getitem__, key="iv-lead"
    )
    first, second = st.columns(2, gap="small")
    first.text_input("Lead, by post", key="iv-post", max_chars=80, help="A post, never a name.")
    second.text_area(
        "Partners by post, one a line", key="iv-partners", height=68, max_chars=LONGEST_TEXT
    )
    st.text_area(
        "How it should work", key="iv-mechanism", height=68, max_chars=LONGEST_TEXT,
        placeholder="More eyes on the street between 20:00 and midnight",
    )  # fmt: skip


def _show_measure(here: LoadedArea) -> None:
    look.header("How it will be judged")
    first, second = st.columns([2, 1], gap="small")
    first.multiselect(
        "Outcome: types of report",
        list(cached.categories(here)),
        key="iv-types",
        placeholder="All types",
    )
    second.selectbox(
        "Counted", list(params.LENSES), format_func=params.LENSES.__getitem__, key="iv-lens"
    )
    _show_what_if(here)
    first, second = st.columns([1, 2], gap="small", vertical_alignment="bottom")
    first.selectbox(
        "Next door means",
        [1, 2],
        format_func={1: "One ring of hexagons", 2: "Two rings"}.__getitem__,
        key="iv-rings",
    )
    with second:
        st.toggle("Leave out one ring between", key="iv-gap", help="For approximate locations.")
        st.toggle("Choose the comparison by hand", key="iv-own")
    if st.session_state["iv-own"]:
        hotspots = cached.hotspots(here, params.params_of_address(cached.coverage(here)))
        names = _names(hotspots)
        st.multiselect(
            "Comparison hexagons",
            list(names),
            format_func=lambda cell: names.get(cell, "A hexagon outside the area"),
            key="iv-controls",
            placeholder="As busy as the place, and at least three hexagons away",
        )
    first, *others = st.columns([1, *(1 for _ in _REVIEWS)], gap="small")
    first.selectbox(
        "Reviews",
        range(len(_REVIEWS) + 1),
        format_func=("None", "One", "Two", "Three").__getitem__,
        key="iv-reviews",
    )
    asked = _REVIEWS[: st.session_state["iv-reviews"]]
    for column, name in zip(others, asked, strict=False):
        column.date_input(f"{name} review", key=f"iv-review-{name}", format=_DAY)


def _show_what_if(here: LoadedArea) -> None:
    """Say how long it takes until an effect could be seen, while that can still be changed."""
    cells = tuple(st.session_state[_CELLS])
    if not cells:
        st.info("Choose the place, and this says how long it takes to see an effect.")
        return
    fall = st.slider("A fall of so many per cent is hoped for", 10, 60, step=5, key="iv-fall")
    try:
        told = cached.what_if(here, cells, fall, tuple(st.session_state["iv-types"]))
    except GeoError as fault:
        errors.show(fault)
        return
    words = f"**{escape_markdown(told.sentence)}**"
    st.info(" ".join([words, *(escape_markdown(one) for one in told.caveats)]))


def _show_dose(known: InterventionView | None) -> None:
    look.header("How much is done")
    first, second, third = st.columns([2, 1, 1], gap="small")
    first.text_input("Planned", key="iv-planned", max_chars=80, placeholder="120 hours")
    second.number_input(
        "Delivered so far",
        min_value=0.0,
        key="iv-delivered",
        format="%g",
        placeholder="Not known" if known else "Not yet",
        help="0 means that it was never delivered; then nothing can be said to have worked.",
    )
    third.text_input("Unit", key="iv-unit", max_chars=40)


def _show_save(page: Page, here: LoadedArea, known: InterventionView | None) -> None:
    del page
    if known is not None and known.needs_reason:
        st.text_input(
            "Reason, where something fixed before the start changes",
            key="iv-reason",
            max_chars=200,
        )
    label = "Register it" if known is None else "Save the change"
    if not st.button(label, type="primary", key="iv-save"):
        return
    try:
        spec = _spec({str(key): value for key, value in st.session_state.items()}, known)
        if known is None:
            saved = register_job.add(here.workspace, here.principal, here.area.area_id, spec)
        else:
            saved = register_job.edit(
                here.workspace,
                here.principal,
                here.area.area_id,
                known.intervention_id,
                spec,
                reason=st.session_state.get("iv-reason") or "",
            )
    except GeoError as fault:
        errors.show(fault)
        return
    st.session_state.pop(_FILLED, None)
    verdicts.open_saved(saved.intervention_id)
    st.rerun()


def _spec(form: Mapping[str, Any], known: InterventionView | None) -> InterventionSpec:
    """Return what the form says."""
    controls = tuple(form["iv-controls"]) if form["iv-own"] and form["iv-controls"] else None
    kept = known.spec.review_dates[: -len(_REVIEWS)] if known else ()
    days = [form[f"iv-review-{name}"] for name in _REVIEWS[: form["iv-reviews"]]]
    return InterventionSpec(
        title=(form["iv-title"] or "").strip(),
        kind=form["iv-kind"],
        treated_cells=tuple(form[_CELLS]),
        start=form["iv-start"],
        end=form["iv-end"] if form["iv-ends"] else None,
        prevention_level=form["iv-level"],
        target=form["iv-target"],
        lead_agency=form["iv-lead"],
        lead_post=(form["iv-post"] or "").strip(),
        partners=tuple(filter(None, (line.strip() for line in form["iv-partners"].splitlines()))),
        mechanism=(form["iv-mechanism"] or "").strip(),
        categories=tuple(form["iv-types"]),
        lens=form["iv-lens"],
        design=Design(form["iv-rings"], gap_ring=form["iv-gap"], control_cells=controls),
        review_dates=(*kept, *days),
        planned_dose=(form["iv-planned"] or "").strip(),
        delivered_dose=form["iv-delivered"],
        dose_unit=(form["iv-unit"] or "").strip(),
        status=known.spec.status if known else "open",
    )


def _edit(here: LoadedArea, known: InterventionView, spec: InterventionSpec, reason: str) -> None:
    try:
        register_job.edit(
            here.workspace,
            here.principal,
            here.area.area_id,
            known.intervention_id,
            spec,
            reason=reason,
        )
    except GeoError as fault:
        errors.show(fault)
        return
    st.rerun()


def _names(hotspots: HotspotResult) -> dict[str, str]:
    """Return what each hexagon is called; those of one street are numbered."""
    frame = hotspots.cells
    return dict(
        zip(
            frame["cell"],
            result_words.numbered(frame["place"].tolist(), frame["ward"].tolist()),
            strict=True,
        )
    )


def _toggle(cell: str) -> None:
    chosen = list(st.session_state.get(_CELLS, []))
    st.session_state[_CELLS] = (
        [one for one in chosen if one != cell] if cell in chosen else [*chosen, cell]
    )


def _add(cells: tuple[str, ...]) -> None:
    chosen = list(st.session_state.get(_CELLS, []))
    st.session_state[_CELLS] = list(dict.fromkeys([*chosen, *cells]))


def _take_file(here: LoadedArea, name: str, content: bytes) -> None:
    """Take the hexagons inside a boundary; a fault is shown where the file is."""
    st.session_state.pop(_FAULT, None)
    try:
        cells = place_files.cells_of_boundary(
            here.workspace, here.principal, here.area.area_id, name, content
        )
    except GeoError as fault:
        st.session_state[_FAULT] = fault
        return
    st.session_state[_CELLS] = list(cells)


def _show_fault() -> None:
    fault = st.session_state.get(_FAULT)
    if fault is not None:
        errors.show(fault)


def _usual_reviews() -> None:
    """Set the usual days of review after the start was changed."""
    start = st.session_state.get("iv-start")
    if isinstance(start, date):
        days = review_dates.usual_reviews(start)
        for name, day in zip(_REVIEWS, days, strict=True):
            st.session_state[f"iv-review-{name}"] = day
