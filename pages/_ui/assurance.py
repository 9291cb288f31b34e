"""What do readers need to know before they rely on a figure?"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Final, NamedTuple

import streamlit as st

from geo.harm import CCHI_NATIONAL
from geo.provenance import METHOD_VERSION
from pages._ui.words import escape_markdown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pages._ui.page import Page


class Method(NamedTuple):
    """One method in plain English, with what it cannot do."""

    name: str
    how: str
    limits: str


PURPOSE: Final = (
    "Hexbeat gives a community safety partnership one agreed picture of where reports persist and"
    " what changed, and says how sure it is. It is about **places, never people**. It shows what is"
    " in the data. It does not predict who will offend, and it does not decide where anybody goes:"
    " people do, and write down why."
)

METHODS: Final = (
    Method(
        "Counting in hexagons",
        "The area is divided into equal hexagons (H3), about 320 metres from centre to centre."
        " Every hexagon with at least a tenth of its ground inside the boundary takes part,"
        " including those without a report. A report near the edge, whose own hexagon is not"
        " among them, counts in the nearest one, and the page says how many did. The ward of a"
        " report is always worked out from its point.",
        "A hexagon is not a street. Reports without a location are counted for the force, and are"
        " on no map. Reports outside the boundary are kept, and counted for no place here.",
    ),
    Method(
        "Missing months",
        "A month without data is left out of every figure. It is hatched on maps and charts, and"
        " trends skip it. It is never counted as zero.",
        "A month can be there and yet be incomplete. Months with less than half of the usual"
        " number are named on the Data page.",
    ),
    Method(
        "Hot hexagons",
        "Each hexagon is added up with its neighbours and compared with all others"
        " (Getis-Ord Gi*). “Confident” and “probable” come from an exact calculation of what"
        " chance alone would do, with an allowance for looking at many hexagons at once (false"
        " discovery rate of 5% and 20%).",
        "People who live, work or visit there are not counted, so town centres are always high."
        " Where many places are hot, each one is harder to tell from chance.",
    ),
    Method(
        "Persistent places and hotspots",
        "A hexagon that is hot in at least four of five months seen is persistent. Hotspots are"
        " grown from the busiest of these, at most nine hexagons each, starting from last month's"
        " hotspots so that names stay. Hot hexagons beside one are its growing edge. A new hotspot"
        " was hot in one or two of the last 12 months, a developing one in three to five, a"
        " persistent one in six or more.",
        "The border of a hotspot is a rule, not a wall. Look at the streets around it. “Also hot"
        " on larger hexagons” says whether the place depends on the grid.",
    ),
    Method(
        "Names",
        "A hotspot is named after the street or square with the most reports. Kinds of place, such"
        " as “Parking Area”, never name one. The analyst can give a name that people say; the"
        " former name is kept.",
        "In open data the name is of the nearest map point, which may be round the corner.",
    ),
    Method(
        "What changed, and the words for it",
        "The latest three months are compared with the same months of the year before, and only"
        " months seen in both years count. “Almost certainly” means at least 95% sure, “very"
        " likely” 80%, “may be” 70%, and a change of at least five reports and a fifth."
        " Everything else is “within normal variation”. Below a handful of reports it says “too"
        " few to say”, without a number.",
        "Nothing is compared month on month. More reports can mean more trust, a campaign or a new"
        " way of recording. Where many places are compared, some look unusual by chance; the page"
        " says how many.",
    ),
    Method(
        "Did it work, and did it move?",
        "The treated hexagons are compared with hexagons further away that were as busy before, in"
        " the same months of the year, and the hexagons next door with those around the"
        " comparison (weighted displacement difference). How much the months wander gives the"
        " likely range. “Worked” needs a fall of a fifth or more that chance would bring in fewer"
        " than one of twenty tests, and a delivered dose. Place, outcome and comparison are chosen"
        " before the start; what changes later is printed beside the verdict.",
        "It is consistent with an effect, never proof of one: something else may have changed at"
        " the same time. Whether a problem moved is only asked where the place improved, and often"
        " the honest answer is “cannot tell yet”. A move further than next door may be missed.",
    ),
    Method(
        "Trend",
        "The trend of a hotspot is of its own counts over the months seen, with the range that the"
        " data allow. The patterns of hexagons (new, intensifying, sporadic and so on) follow the"
        " published rules of emerging hot spot analysis. They can be shown as ArcGIS Pro names"
        " them.",
        "The ArcGIS setting calls change too often: about 18% of hexagons in a world where nothing"
        " changes. A pattern compares a hexagon with the rest: “diminishing” may mean overtaken.",
    ),
    Method(
        "Repeat reports and estimated incidents",
        "Reports of one type, at most 100 metres and 60 minutes apart, are taken as one incident,"
        " within three hours of the first; what a source links comes first. Where incidents are"
        " counted, a group counts once, at the place, month and type of its first report that"
        " counts. Nothing is deleted, and the analyst can say that reports are separate.",
        "It is an estimate: two incidents in one street within the hour look like one. Data that"
        " give the month only cannot tell, and then no number is shown. Use the same count"
        " throughout a comparison.",
    ),
    Method(
        "Which reports count",
        "Usually all of them. The analyst can leave out what CCTV or police work found, and what"
        " was at a dwelling. Eligible demand is what people and partners report in public places."
        " Whatever is left out is printed beside the figures. Domestic and other sensitive reports"
        " are never on the map.",
        "Open data do not say who reported: only drugs and possession of weapons are taken as found"
        " by police work. Where nobody recorded the setting of a report, it counts.",
    ),
    Method(
        "Harm (indicative)",
        f"Each type is weighted by days of imprisonment ({CCHI_NATIONAL.name},"
        f" {CCHI_NATIONAL.version}). It shows where serious types weigh more than their number.",
        "Open data name 14 broad types, so a weight is an average of very different offences."
        " Reports of anti-social behaviour weigh nothing. Never use harm alone.",
    ),
    Method(
        "Busy places of each patch",
        "For each patch, the three hexagons that are most often among its three busiest of a"
        " month. Most patches have no hotspot, and their teams need to know where to go too.",
        "They are not hotspots: somewhere is always the busiest.",
    ),
)

TRAPS: Final = (
    (
        "A hotspot is where recorded reports cluster, not where people are dangerous. Recording"
        " follows patrols and reporting habits."
    ),
    "“No reports” is not “no problem”. Some people and places report less.",
    (
        "In open data, points are moved to the nearest map point. Do not name addresses, and do not"
        " look for hours, repeat calls or smaller hexagons."
    ),
    "Without the words of certainty, higher or lower in count could be chance.",
    (
        "The newest one or two months may still be incomplete, and published months are revised"
        " without notice."
    ),
    "A month that a force did not supply looks like a fall. Check the months before any trend.",
    (
        "Recording rules changed over the years, and map points were redrawn in July 2022. Hexagons"
        " before and after a break are not compared."
    ),
    "Anti-social behaviour counts reports received, not separate incidents.",
)

FAIRNESS: Final = (
    (
        "Stop and search is never loaded. Nor are names, suspects, victims or any description of a"
        " person."
    ),
    (
        "Small counts are hidden from roles outside the police, in tables, tooltips and downloads"
        " alike."
    ),
    "Places leave the list when they are no longer hot.",
    "Every load and every new name is written to an audit log. A change in the log is noticed.",
    "Nothing is sent to another server. Maps, fonts and charts come from this one.",
)

ACCESSIBILITY: Final = (
    "Hexbeat aims to meet WCAG 2.2, level AA. Every map has the same rows as a list and as a table"
    " below it, every chart has its finding in words, and no meaning is carried by colour alone."
    " Pages work with a keyboard and at 320 pixels. Known limits: single hexagons cannot be reached"
    " by keyboard, use the list or the table; large tables are drawn on a canvas, download them as"
    " CSV to read them with other tools."
)

SOURCES: Final = (
    (
        "Reports from data.police.uk contain public sector information licensed under the Open"
        " Government Licence v3.0."
    ),
    (
        "British boundaries contain OS data © Crown copyright and database right, and National"
        " Statistics data © Crown copyright and database right."
    ),
    "Street lines, where an area has them from OpenStreetMap: © OpenStreetMap contributors, ODbL.",
    (
        "Leaflet (BSD 2-Clause), H3 (Apache 2.0), Streamlit (Apache 2.0), folium (MIT), Source Sans"
        " (OFL 1.1)."
    ),
    "The sample town is invented: no place, report or name in it is real.",
)


def bullets(lines: Sequence[str]) -> str:
    """Return lines of our own as a Markdown list."""
    return "\n".join(f"- {line}" for line in lines)


def show_version(page: Page) -> None:
    """Show which Hexbeat, which methods and which data made the figures."""
    words = f"Hexbeat {_installed()}, methods version {METHOD_VERSION}"
    if page.status is not None:
        words = f"{words}, dataset version {page.status.dataset_version}"
    st.caption(escape_markdown(f"{words}."))


def _installed() -> str:
    try:
        return version("hexbeat")
    except PackageNotFoundError:
        return "(not installed)"
