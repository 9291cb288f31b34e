"""The same map of hexagons, made by Hexbeat's layer and by folium's GeoJson as documented."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import folium
import h3
from shapely.geometry import box, mapping

from geo.hexagons import encode_rings
from geo.viz.classes import class_characters, class_edges
from geo.viz.mapkit import HexCells, HexMapSpec, MapArea, OfflineMap, hotspot_map
from geo.viz.tokens import MAP_CLASSES, MAP_FEW

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray


def own_parts(
    cells: Sequence[str], counts: NDArray[np.int64]
) -> tuple[OfflineMap, folium.FeatureGroup]:
    """Return Hexbeat's base map and the group that varies."""
    edges = class_edges(counts)
    lat, lon = h3.cell_to_latlng(cells[len(cells) // 2])
    bounds = (lon - 0.2, lat - 0.15, lon + 0.2, lat + 0.15)
    area = MapArea(mapping(box(*bounds)), (), "Benchmark", "", bounds)
    tips = tuple((f"Street {i}", f"{n} reports") for i, n in enumerate(counts.tolist()))
    hexagons = HexCells(
        rings=encode_rings(list(cells)),
        classes=class_characters(counts.tolist(), edges),
        tips=tips,
        owners=(0,) * len(cells),
    )
    return hotspot_map(HexMapSpec(area, hexagons))


def own_map(cells: Sequence[str], counts: NDArray[np.int64]) -> str:
    """Return the HTML of Hexbeat's map."""
    base, group = own_parts(cells, counts)
    group.add_to(base)
    return str(base.get_root().render())


def stock_layer(cells: Sequence[str], counts: NDArray[np.int64]) -> folium.GeoJson:
    """Return folium's GeoJson of the hexagons, styled by class, with tooltips."""
    edges = class_edges(counts)

    def style(feature: dict[str, Any]) -> dict[str, Any]:
        n = feature["properties"]["n"]
        step = sum(n >= edge for edge in edges)
        colour = MAP_CLASSES[step - 1] if step else MAP_FEW
        return {"fillColor": colour, "fillOpacity": 0.9, "weight": 0.7, "color": "#fff"}

    features = [
        {
            "type": "Feature",
            "properties": {"place": f"Street {i}", "n": n},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[(lon, lat) for lat, lon in h3.cell_to_boundary(cell)]],
            },
        }
        for i, (cell, n) in enumerate(zip(cells, counts.tolist(), strict=True))
    ]
    collection = {"type": "FeatureCollection", "features": features}
    return folium.GeoJson(
        collection,
        style_function=style,
        tooltip=folium.GeoJsonTooltip(fields=["place", "n"]),
    )


def stock_map(cells: Sequence[str], counts: NDArray[np.int64]) -> str:
    """Return the HTML of folium's map."""
    base = folium.Map(location=h3.cell_to_latlng(cells[len(cells) // 2]), tiles=None)
    stock_layer(cells, counts).add_to(base)
    return str(base.get_root().render())
