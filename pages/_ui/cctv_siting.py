"""How is it shown where more cameras would help most, and what became of requests?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import streamlit as st

from data.jobs import camera_files as files_job
from data.jobs.camera_siting import MOST_CAMERAS, SitingOptions
from data.jobs.camera_words import KIND_WORDS
from data.jobs.coverage_words import share_words
from geo.viz.cctv_map import CctvMapSpec, SitePoint, cctv_legend_html
from pages._ui import (
    cached_cctv,
    cctv_map,
    cctv_requests,
    cctv_sites,
    look,
    maps,
    results,
    said,
)
from pages._ui.errors import explained
from pages._ui.uploads import KINDS
from pages._ui.words import escape_markdown

if TYPE_CHECKING:
    from data.cctv_views import CoverageParams, CoverageView, RequestView, SitingView
    from pages._ui.page import LoadedArea, Page

_KINDS: Final = ("ptz", "redeployable", "fixed", "dome", "multi_sensor")
_SLIDER_TO: Final = 20
_WHEN: Final = "Demand is that of the whole week; cameras see as they do by day."
_SENSITIVE: Final = "sensitive-places"


def show(page: Page, here: LoadedArea, counts: CoverageParams) -> None:
    """Show the best places for more cameras, why others are refused, and the requests."""
    del page
    card = st.container(border=True, key="verdict")
    options = _choose()
    with explained():
        view = cached_cctv.siting(here, counts, options)
        quick = cached_cctv.siting(here, counts, replace(options, quick=True))
        covered = cached_cctv.coverage(here, counts)
        requests = cached_cctv.requests(here, counts)
    with card:
        _show_card(view, quick)
    said.show()
    left, right = st.columns([1.3, 1], gap="large")
    with left:
        _show_map(here, covered, view, requests)
    with right:
        _show_sites(view)
        _show_refused(here, view, may_edit=requests.may_edit)
        with st.expander("What to keep in mind"):
            st.markdown("\n".join(f"- {escape_markdown(words)}" for words in view.caveats))
            st.caption(escape_markdown(f"Fingerprint {view.provenance.fingerprint}"))
    cctv_requests.show(here, requests)


def _choose() -> SitingOptions:
    """Show how sites are looked for, and return it."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="siting"):
        k = st.slider(
            "How many more cameras",
            1,
            _SLIDER_TO,
            5,
            key="more",
            bind="query-params",
            persist_state="page",
            width=420,
        )
        kind = st.selectbox(
            "Of which kind",
            _KINDS,
            format_func=KIND_WORDS.__getitem__,
            key="kind-of-camera",
            bind="query-params",
            width=260,
        )
        away_m = st.number_input(
            "Away from sensitive places, metres",
            0,
            500,
            0,
            step=10,
            key="away",
            bind="query-params",
            width=320,
        )
        given, excluded = cctv_sites.choose()
    return SitingOptions(
        k=min(k, MOST_CAMERAS), given=given, excluded=excluded, kind=kind, away_m=float(away_m)
    )


def _show_card(view: SitingView, quick: SitingView) -> None:
    look.title(view.headline)
    told = []
    if view.seen_before is not None and view.seen_after is not None:
        now, then = share_words(view.seen_before), share_words(view.seen_after)
        told.append(f"**In view:** {now} of demand now, {then} with them.")
    told.append(f"**How good:** {escape_markdown(view.gap_words)}")
    if quick.seen_after is not None:
        told.append(f"Chosen one after the other: {share_words(quick.seen_after)}.")
    told.append(f"  \n**Compared:** {escape_markdown(view.candidate_words)} {_WHEN}")
    st.markdown(" ".join(told) if not view.no_data else escape_markdown(view.no_data))


def _show_map(
    here: LoadedArea, covered: CoverageView, view: SitingView, requests: RequestView
) -> None:
    sites = tuple(
        SitePoint(
            row.rank,
            row.lon,
            row.lat,
            row.view,
            (f"{row.rank}. {row.place}", f"{row.gain_words} comes into view"),
        )
        for row in view.sites
        if row.lon is not None and row.lat is not None
    )
    asked = tuple(
        SitePoint(
            place, row.lon, row.lat, None, (row.place, f"Request {row.request_id}"), kind="asked"
        )
        for place, row in enumerate(requests.rows, start=1)
        if row.lon is not None and row.lat is not None
    )
    title = f"Places for more cameras in {view.area_name}"
    cctv_map.draw(
        here,
        CctvMapSpec(
            replace(maps.area_of_map(here), title=title),
            cells=cctv_map.cells_of(covered),
            cameras=cctv_map.cameras_of(covered.cameras),
            sites=(*asked, *sites),
            focus=cctv_map.focus_on(view.sites),
        ),
        covered.cameras,
        key="siting-map",
    )
    with st.container(key="cctvkey"):
        st.html(
            cctv_legend_html(
                [
                    ("gap", "Gap: high demand, little in view"),
                    ("new", "What a new camera would see"),
                    ("watched", "Camera, watched"),
                    ("recorded", "Camera, recorded"),
                    ("not_working", "Not working"),
                ]
            )
        )
    st.caption("Numbers in circles: new places in order of gain. In dashed squares: requests.")
    if covered.cameras_withheld:
        st.info(covered.cameras_withheld, icon=":material/lock:")


def _show_sites(view: SitingView) -> None:
    look.header("Best places, by what each adds")
    if not view.sites:
        st.markdown(escape_markdown(view.no_data or "No place would bring more into view."))
        return
    rows = [(f"{row.rank}", row.place, row.gain_words, row.site_id) for row in view.sites]
    results.table(("No.", "Place", "Adds", "Site"), rows)


def _show_refused(here: LoadedArea, view: SitingView, *, may_edit: bool) -> None:
    look.header("Refused places")
    if view.refused:
        with st.expander(f"{len(view.refused):,} sites are refused, each with its reason"):
            rows = [(row.site_id, row.place, row.reason) for row in view.refused]
            results.table(("Site", "Place", "Why"), rows)
    else:
        st.markdown("No site is refused: no sensitive place is near, and none lies in a building.")
    if not may_edit:
        return
    with st.expander("Load places where no camera may look"):
        st.markdown("Schools, homes, places of worship or care: points with a radius, or outlines.")
        file = st.file_uploader("A file with headings", type=list(KINDS), key=_SENSITIVE)
        if st.button("Load the places", disabled=file is None, key="load-sensitive") and file:
            with said.trying():
                report = files_job.load_sensitive(
                    here.workspace,
                    here.principal,
                    here.area.area_id,
                    (file.name, file.getvalue()),
                )
                said.tell(report.words)
                st.rerun()
