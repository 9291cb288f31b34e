"""Which colours does Hexbeat use, on screen, on maps and in charts?

One place for every colour value: the page's CSS variables, the map and the charts are written from
it. `LIGHT` and `DARK` hold the same names. The land under a map stays light in the dark theme, so
map classes and map text have one value for both.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final, Literal

Theme = Literal["light", "dark"]

MAP_CLASSES: Final = ("#ffffd4", "#fed98e", "#fe9929", "#d95f0e", "#993404")
"""YlOrBr in five classes, fewest reports first; ordered in lightness, so it prints in grey."""

TEXT_PX: Final = 18
"""Text in charts and on maps; attribution and scale alone are smaller."""

CLASS_OPACITY: Final = 0.92
"""Of hexagons; street lines are drawn over them, so that colours stay those of the legend."""

MAP_INK: Final = "#0b0c0c"
MAP_PAPER: Final = "#ffffff"
MAP_CHOSEN: Final = "#12436d"
MAP_EDGE: Final = "#3a4147"
"""The area's edge and the wards."""
MAP_LAND: Final = "#f7f7f4"
MAP_FEW: Final = "#c3c9ce"
MAP_HATCH: Final = "#7d878f"
MAP_HATCH_GROUND: Final = "#eef1f3"
ZONE_TREATED: Final = "#12436d"
ZONE_TREATED_FILL: Final = "#9dbfdc"
ZONE_NEARBY: Final = "#993404"
ZONE_NEARBY_HATCH: Final = "#cc6a14"
ZONE_NEARBY_GROUND: Final = "#fff7e6"
ZONE_COMPARISON: Final = "#505a5f"
"""Zones of an intervention, on the land that stays light in both themes."""
GAP_EDGE: Final = "#662506"
GAP_HATCH: Final = "#993404"
GAP_GROUND: Final = "#ffeccb"
SEEN: Final = "#12436d"
SEEN_FILL: Final = "#5f93c1"
NOT_WORKING: Final = "#505a5f"
QUIET_EDGE: Final = "#b1b4b6"
"""Coverage: a gap is brown, what cameras see is blue, and what does not work is grey."""
BUILDING: Final = "#dcd7cc"
STREET_EDGE: Final = "#c4bfb3"
"""Ground of maps on which something else than streets is read."""
STREET: Final = "#ffffff"
STREET_CASING: Final = "#8a8577"


@dataclass(frozen=True)
class Palette:
    """The colours of one theme, as ``#rrggbb``; each name says what it is used for."""

    ink: str
    soft: str
    """Last year's line and context bars."""
    ground: str
    surface: str
    chosen_row: str
    line: str
    """Rules; never the only sign of a control."""
    border: str
    """Borders of inputs."""
    grid: str
    primary: str
    """The main button and the chosen place; Streamlit writes white on it in both themes."""
    data_line: str
    """Links, this year's line, bars."""
    up: str
    up_ground: str
    up_bar: str
    watch: str
    watch_ground: str
    down: str
    down_ground: str
    normal: str
    normal_ground: str
    error: str
    error_ground: str
    focus: str
    focus_edge: str
    hatch: str
    """Stripes of "no data" in charts and legends."""
    hatch_ground: str
    few: str
    """Too few reports to show."""
    sea: str
    """Outside the area, on maps."""


LIGHT: Final = Palette(
    ink="#0b0c0c",
    soft="#59626a",
    ground="#ffffff",
    surface="#f2f4f6",
    chosen_row="#eef3f8",
    line="#b9c0c6",
    border="#87929b",
    grid="#dde2e6",
    primary="#12436d",
    data_line="#12436d",
    up="#7a3300",
    up_ground="#fde5d0",
    up_bar="#c05a00",
    watch="#5c4300",
    watch_ground="#fff1c2",
    down="#0f3a5f",
    down_ground="#dfebf6",
    normal="#3a4147",
    normal_ground="#f1f3f5",
    error="#8c1d10",
    error_ground="#fbe6e3",
    focus="#ffdd00",
    focus_edge="#0b0c0c",
    hatch=MAP_HATCH,
    hatch_ground=MAP_HATCH_GROUND,
    few=MAP_FEW,
    sea="#e4eaef",
)

DARK: Final = Palette(
    ink="#f3f5f7",
    soft="#aab4bd",
    ground="#10171e",
    surface="#1a242e",
    chosen_row="#1c2a38",
    line="#465462",
    border="#6b7986",
    grid="#33404c",
    primary="#2673b3",
    data_line="#8cc4f0",
    up="#ffc69c",
    up_ground="#4d2a10",
    up_bar="#ff9d57",
    watch="#ffe699",
    watch_ground="#463a0e",
    down="#b9dcf8",
    down_ground="#16344f",
    normal="#d3dae0",
    normal_ground="#222d38",
    error="#ffb9ae",
    error_ground="#4d1d17",
    focus="#ffdd00",
    focus_edge="#0b0c0c",
    hatch=MAP_HATCH,
    hatch_ground=MAP_HATCH_GROUND,
    few=MAP_FEW,
    sea="#2a3540",
)


def palette(theme: Theme) -> Palette:
    """Return the colours of the theme."""
    return DARK if theme == "dark" else LIGHT


def zone_lines(theme: Theme) -> tuple[str, str, str]:
    """Return the colours of treated, nearby and comparison lines in charts.

    Examples
    --------
    >>> zone_lines("light")
    ('#12436d', '#993404', '#59626a')
    """
    colours = palette(theme)
    nearby = colours.up_bar if theme == "dark" else ZONE_NEARBY
    return colours.data_line, nearby, colours.soft


def watch_colours(theme: Theme) -> tuple[str, str, str]:
    """Return the colours of what is recorded, of what is watched, and of the line above both.

    Examples
    --------
    >>> watch_colours("light")
    ('#c9dbea', '#12436d', '#12436d')
    """
    colours = palette(theme)
    recorded = colours.down_ground if theme == "dark" else "#c9dbea"
    return recorded, colours.data_line, colours.data_line


def css_variables(theme: Theme) -> str:
    """Return the theme's colours as CSS variables on ``:root``.

    A name such as ``up_bar`` becomes ``--hb-up-bar``; the map classes are ``--hb-class-1`` to
    ``--hb-class-5``.

    Examples
    --------
    >>> css_variables("light")[:20]
    ':root{--hb-ink:#0b0c'
    """
    chosen = palette(theme)
    pairs = [
        (field.name.replace("_", "-"), getattr(chosen, field.name)) for field in fields(chosen)
    ]
    pairs += [(f"class-{i}", colour) for i, colour in enumerate(MAP_CLASSES, start=1)]
    return ":root{" + "".join(f"--hb-{name}:{value};" for name, value in pairs) + "}"
