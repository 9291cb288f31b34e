"""How do coordinates and words travel to the browser: compactly, and without ending the script?

`FRAME_SCRIPT` in `geo.viz._frame_script` reads what is written here.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import ArrayLike, NDArray

PRECISION: Final = 1e5
"""Coordinates are whole numbers of 1e-5 degrees: about a metre."""

_TEMPLATE_MARK: Final = re.compile(r"\{(?=[{%#])")


def encode_integers(numbers: ArrayLike) -> str:
    """Return whole numbers as printable characters, five bits each, as in encoded polylines.

    Parameters
    ----------
    numbers
        Integers between -2**29 and 2**29, any shape; they are taken in order.

    References
    ----------
    Encoded Polyline Algorithm Format, developers.google.com/maps (public description).

    Examples
    --------
    >>> encode_integers([3850000, -12020000])
    '_p~iF~ps|U'
    """
    whole = np.asarray(numbers, dtype=np.int64).ravel()
    zigzag = np.where(whole < 0, ~(whole << 1), whole << 1)
    chunks = (zigzag[:, None] >> np.arange(0, 30, 5)) & 31
    places = np.arange(6)
    last = np.where(chunks > 0, places, 0).max(axis=1, initial=0)
    letters = chunks + 63 + 32 * (places < last[:, None])
    kept: NDArray[np.uint8] = letters.astype(np.uint8)[places <= last[:, None]]
    return kept.tobytes().decode("ascii")


def encode_geometries(geometries: Iterable[Mapping[str, Any]]) -> str:
    """Return all rings of GeoJSON polygons (WGS 84) in the encoding of the hexagons."""
    numbers: list[NDArray[np.int64]] = []
    for geometry in geometries:
        kind, parts = geometry["type"], geometry["coordinates"]
        for ring in (ring for part in ([parts] if kind == "Polygon" else parts) for ring in part):
            corners = np.rint(np.asarray(ring, dtype=np.float64)[:-1, 1::-1] * PRECISION)
            steps = corners.astype(np.int64)
            steps[1:] -= steps[:-1].copy()
            numbers += [np.array([len(steps)]), steps.ravel()]
    return encode_integers(np.concatenate(numbers)) if numbers else ""


def script_json(value: object) -> str:
    r"""Return JSON that may stand inside a script, and inside a template.

    No markup, quote or line separator in a text can end the script. Folium compiles a rendered
    script once more as a Jinja template, so that "{{", "{%" and "{#" in a text must not stay.

    Examples
    --------
    >>> script_json({"place": "</script>'&"})
    '{"place":"\\u003c/script\\u003e\\u0027\\u0026"}'
    """
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    for character in "<>&'":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return _TEMPLATE_MARK.sub(r"\\u007b", text)
