"""Which style sheet does the map's frame use?"""

from __future__ import annotations

from string import Template
from typing import TYPE_CHECKING, Final

from geo.viz.tokens import MAP_CHOSEN, MAP_INK, MAP_PAPER, palette

if TYPE_CHECKING:
    from geo.viz.tokens import Theme

_FONTS: Final = "'Hexbeat Sans','Source Sans','Source Sans 3','Segoe UI',Arial,sans-serif"

_FACE: Final = Template(
    "@font-face{font-family:'Hexbeat Sans';src:url('$url') format('woff2');"
    "font-weight:200 900;font-display:swap}\n"
)

_SHEET: Final = Template("""\
#map_div{position:fixed!important;inset:0;width:auto!important;height:auto!important}
.leaflet-container{background:$sea;font-family:$fonts}
.leaflet-container:focus-visible{outline:4px solid $focus;outline-offset:-4px;\
box-shadow:inset 0 0 0 6px $focus_edge}
.leaflet-bar a:focus-visible{outline:3px solid $focus_edge;box-shadow:inset 0 0 0 4px $focus}
.leaflet-bar a,.leaflet-touch .leaflet-bar a{width:44px;height:44px;line-height:42px;\
font-size:26px;color:$ink}
.leaflet-bar a.leaflet-disabled{color:$edge}
.leaflet-control-attribution,.leaflet-control-scale-line{font:14px/1.3 $fonts!important;\
color:$ink!important;background:rgba(255,255,255,.85)!important}
.leaflet-control-attribution{padding:1px 6px!important}
.hb-label{position:absolute;left:0;top:0;width:0;height:0;font-family:$fonts}
.hb-label span{position:absolute;left:0;top:0;translate:-50% -50%;white-space:nowrap;color:$ink}
.hb-ward span{padding:0 5px;border-radius:3px;background:rgba(255,255,255,.78);\
font-size:18px;font-weight:500;line-height:22px}
.hb-street span{padding:0 4px;border-radius:3px;background:rgba(255,255,255,.66);\
font-size:18px;font-weight:500;line-height:20px}
.hb-call span{padding:4px 8px;border-radius:4px;color:$call;font-size:19px;font-weight:500;\
line-height:24px;pointer-events:auto;cursor:pointer}
.hb-call b{display:inline-block;min-width:20px;margin-right:6px;text-align:right}
.hb-call span:hover{text-decoration:underline 1px;text-underline-offset:.2em}
.hb-call.hb-on span{padding:5px 12px;background:$chosen;color:$on_chosen;font-weight:700}
.hb-pin span{box-sizing:border-box;min-width:30px;height:30px;padding:0 4px;border-radius:15px;\
border:2px solid $ink;background:$paper;font-size:18px;font-weight:700;line-height:26px;\
text-align:center;pointer-events:auto;cursor:pointer}
.hb-dot span{box-sizing:border-box;width:13px;height:13px;border-radius:50%;\
border:2px solid $ink;background:$paper}
.hb-dot.hb-on span{width:17px;height:17px;background:$pin;border-color:$paper}
.hb-pin.hb-on{z-index:2}
.hb-pin.hb-on span{background:$pin;border-color:$paper;color:$paper;outline:2px solid $pin}
.hb-num span{font-size:20px;font-weight:700;line-height:22px;\
text-shadow:0 0 2px $paper,0 0 3px $paper,0 0 4px $paper,0 0 5px $paper}
.hb-lines{position:absolute;left:0;top:0;width:1px;height:1px;overflow:visible}
.hb-lines path{fill:none;stroke:$call;stroke-width:1.4;filter:$line_edge}
.hb-lines path.hb-on{stroke:$chosen;stroke-width:3.5}
.leaflet-tooltip.hb-tip{width:max-content;max-width:min(22rem,70vw);white-space:normal;\
padding:6px 10px;border:1px solid $ink;border-radius:4px;box-shadow:none;\
background:$paper;color:$ink;font:500 18px/1.35 $fonts}
.hb-tip b{display:block;font-weight:700}
@media(max-width:479px){
.hb-ward span,.hb-street span{padding:0 3px;font-size:16px;line-height:18px}
.hb-pin span{min-width:26px;height:26px;font-size:16px;line-height:22px}
.hb-dot span{width:7px;height:7px;border-width:1.5px}
.leaflet-tooltip.hb-tip{font-size:16px}
}
""")


def map_style(theme: Theme, font_url: str | None) -> str:
    """Return the style sheet of a map frame.

    Parameters
    ----------
    theme
        Sea, hotspot names and leader lines follow the theme; land and its text stay light.
    font_url
        Address of the page's font (woff2), relative to the frame; None for the system's fonts.
    """
    colours = palette(theme)
    dark = theme == "dark"
    sheet = _SHEET.substitute(
        fonts=_FONTS,
        sea=colours.sea,
        focus=colours.focus,
        focus_edge=colours.focus_edge,
        ink=MAP_INK,
        edge=colours.border,
        paper=MAP_PAPER,
        pin=MAP_CHOSEN,
        call=colours.ink,
        line_edge=f"drop-shadow(0 0 1px {MAP_INK})" if dark else "none",
        chosen=colours.data_line if dark else colours.primary,
        on_chosen=MAP_INK if dark else MAP_PAPER,
    )
    return (_FACE.substitute(url=font_url) if font_url else "") + sheet
