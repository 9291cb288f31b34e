"""Which script draws the hexagons, the hotspot outlines and the street lines?

`HEX_SCRIPT` defines `hexbeat.hexes(group, payload)` and `hexbeat.streets(map, config)`. The group
holds hexagons only: a tooltip that is bound to a group fails at every hover once the group holds
another group. Outlines are in a group of their own and go when the hexagons go.
"""

from typing import Final

HEX_SCRIPT: Final = r"""
hexbeat.hexes = function (group, payload) {
  'use strict';
  const NO_DATA = '6', owners = hexbeat.integers(payload.owners);
  const words = hexbeat.integers(payload.tips), lines = payload.lines;

  function hatch() {
    const tile = document.createElement('canvas'), pen = tile.getContext('2d');
    tile.width = tile.height = 8;
    pen.fillStyle = payload.hatch[0];
    pen.fillRect(0, 0, 8, 8);
    pen.strokeStyle = payload.hatch[1];
    pen.lineWidth = 1.6;
    [[-2, 6, 6, -2], [2, 10, 10, 2]].forEach(function ([x, y, x2, y2]) {
      pen.beginPath();
      pen.moveTo(x, y);
      pen.lineTo(x2, y2);
      pen.stroke();
    });
    return pen.createPattern(tile, 'repeat');
  }

  function tip(polygon) {
    const box = document.createElement('div'), first = polygon.hexbeat * payload.tipLines;
    const said = words.slice(first, first + payload.tipLines).map(i => lines[i]).filter(Boolean);
    said.forEach(function (text, i) {
      const line = document.createElement(i === 0 && said.length > 1 ? 'b' : 'div');
      box.appendChild(line).textContent = text;
    });
    return box;
  }

  function drawHexagons() {
    const pattern = hatch();
    return hexbeat.rings(payload.rings).map(function (ring, i) {
      const letter = payload.classes[i];
      const polygon = L.polygon(ring, {renderer: hexbeat.canvas, weight: 0.7, color: payload.seam,
        fillColor: letter === NO_DATA ? pattern : payload.colours[+letter],
        fillOpacity: payload.opacity, smoothFactor: 0, noClip: true});
      polygon.hexbeat = i;
      polygon.feature = {type: 'Feature', properties: {cell: i, hotspot: owners[i] || null}};
      return polygon.addTo(group);
    });
  }

  function outline(spot, colour, weight) {
    const slim = hexbeat.narrow() ? 0.6 : 1;
    return L.polygon(hexbeat.rings(spot.outline), {pane: 'hexbeat-outlines', interactive: false,
      fill: false, color: colour, weight: weight * slim, smoothFactor: 0, lineJoin: 'round'});
  }

  // White casings first, so that no casing covers a neighbour's line; the chosen hotspot last.
  function drawOutlines(map) {
    const chosen = payload.spots.filter(spot => spot.on), rest = payload.spots.filter(s => !s.on);
    return L.layerGroup([
      ...rest.map(spot => outline(spot, payload.paper, 5)),
      ...rest.map(spot => outline(spot, payload.ink, 2.6)),
      ...chosen.map(spot => outline(spot, payload.paper, 10)),
      ...chosen.map(spot => outline(spot, payload.chosen, 6)),
    ]).addTo(map);
  }

  function townSpans(polygons) {
    return polygons.map(function (polygon) {
      const box = polygon.getBounds();
      return {lat: box.getCenter().lat, west: box.getWest(), east: box.getEast()};
    });
  }

  // A click on a name counts as a click on the hotspot's hexagon nearest to its dot.
  function chooser(spot, polygons) {
    return function () {
      const dot = L.latLng(spot.lat, spot.lon);
      const own = polygons.filter(polygon => owners[polygon.hexbeat] === spot.rank);
      const far = polygon => polygon.getBounds().getCenter().distanceTo(dot);
      own.sort((a, b) => far(a) - far(b)).slice(0, 1).forEach(
        polygon => polygon.fire('click', {latlng: dot}, true));
    };
  }

  group.once('add', function () {
    const map = group._map, polygons = drawHexagons(), outlines = drawOutlines(map);
    group.bindTooltip(tip, {sticky: true, className: 'hb-tip'});
    // A number that never comes twice, in a new object: else a second click on the same hexagon
    // looks like the first one and is not reported.
    group.on('click', function ({propagatedFrom: polygon}) {
      const properties = {...polygon.feature.properties, click: Date.now()};
      polygon.feature = {type: 'Feature', properties};
    });
    const marks = payload.spots.map(spot => ({...spot, choose: chooser(spot, polygons)}));
    hexbeat.labels.marks(marks, townSpans(polygons));
    hexbeat.focus(payload.focus);
    group.once('remove', function () {
      outlines.remove();
      group.unbindTooltip().clearLayers();
      hexbeat.labels.marks([], []);
    });
  });
};

hexbeat.streets = function (map, config) {
  'use strict';
  // Width in pixels at zoom 15 and the zoom from which a class is drawn: minor, middle, main.
  const CLASSES = [[3.4, 14], [4.6, 13.3], [6.4, 12.8]], CASED = 13.5;

  function line(numbers) {
    const out = [];
    for (let at = 0, lat = 0, lon = 0; at + 1 < numbers.length; at += 2) {
      lat += numbers[at];
      lon += numbers[at + 1];
      out.push([lat / 1e5, lon / 1e5]);
    }
    return out;
  }

  function draw(pack) {
    const canvas = L.canvas({pane: 'hexbeat-streets', padding: 0.3}), kinds = CLASSES.map(() => []);
    pack.lines.forEach(([kind, numbers]) => {
      kinds[Math.max(0, Math.min(kind, CLASSES.length - 1))].push(line(numbers));
    });
    const layers = [[config.style.casing, 1.6], [config.style.street, 0]].flatMap(
      ([colour, extra]) => kinds.map((paths, kind) => ({kind, extra, path: L.polyline(paths,
        {renderer: canvas, interactive: false, color: colour, smoothFactor: 0.5}).addTo(map)})));
    function widen() {
      const zoom = map.getZoom(), scale = Math.min(2.2, Math.pow(2, (zoom - 15) * 0.7));
      layers.forEach(function ({kind, extra, path}) {
        const [width, from] = CLASSES[kind];
        const shown = zoom >= Math.max(from, extra ? CASED : 0);
        path.setStyle({weight: Math.max(0.8, width * scale) + extra, opacity: +shown});
      });
    }
    map.on('zoomend', widen);
    widen();
    hexbeat.labels.streets((pack.labels || []).map(([name, lat, lon, turn]) => (
      {name, lat: lat / 1e5, lon: lon / 1e5, angle: -(turn || 0) * Math.PI / 180})));
  }

  fetch(config.streets).then(function (answer) {
    if (!answer.ok) throw new Error(answer.status + ' for ' + config.streets);
    return answer.json();
  }).then(draw).catch(function (fault) {
    console.warn('The map is shown without street lines: ' + fault.message);
  });
};
"""
