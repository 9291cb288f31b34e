"""Which script draws the zones of an intervention: patterns, outlines and differences?

`ZONE_SCRIPT` defines `hexbeat.zones(group, payload)`. Patterns are small canvases: the canvas that
the hexagons are drawn on takes one wherever it takes a colour. The group holds hexagons only, as
in `geo.viz._hex_script`.
"""

from typing import Final

ZONE_SCRIPT: Final = r"""
hexbeat.zones = function (group, payload) {
  'use strict';
  const SIZE = 12, SLIM = 0.6, ROOM = 4;
  const words = hexbeat.integers(payload.tips), lines = payload.lines;

  function tile(ground, colour, width, paths, dot) {
    const canvas = document.createElement('canvas'), pen = canvas.getContext('2d');
    canvas.width = canvas.height = SIZE;
    pen.fillStyle = ground;
    pen.fillRect(0, 0, SIZE, SIZE);
    pen.strokeStyle = pen.fillStyle = colour;
    pen.lineWidth = width;
    paths.forEach(function ([x, y, x2, y2]) {
      pen.beginPath();
      pen.moveTo(x, y);
      pen.lineTo(x2, y2);
      pen.stroke();
    });
    dot.forEach(function ([x, y]) {
      pen.beginPath();
      pen.arc(x, y, width, 0, 7);
      pen.fill();
    });
    return pen.createPattern(canvas, 'repeat');
  }

  const RISING = [[-3, SIZE + 3, SIZE + 3, -3], [-3, 3, 3, -3],
    [SIZE - 3, SIZE + 3, SIZE + 3, SIZE - 3]];
  const FALLING = [[-3, -3, SIZE + 3, SIZE + 3], [SIZE - 3, -3, SIZE + 3, 3],
    [-3, SIZE - 3, 3, SIZE + 3]];

  function fills() {
    const c = payload.colours;
    return {
      t: c.treatedFill,
      n: tile(c.nearbyGround, c.nearbyHatch, 2.6, RISING, []),
      c: tile(c.paper, c.comparison, 1.5, [], [[3, 3], [9, 9]]),
      o: tile(c.paper, c.comparison, 1.6, [...RISING, ...FALLING], []),
      x: tile(c.treatedFill, c.treated, 1.4, [...RISING, ...FALLING], []),
      y: tile(c.nearbyGround, c.nearby, 1.4, [...RISING, ...FALLING], []),
      f: c.few,
    };
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

  function drawCells() {
    const fill = fills(), edge = payload.edges;
    return hexbeat.rings(payload.rings).map(function (ring, i) {
      const polygon = L.polygon(ring, {renderer: hexbeat.canvas, weight: 1.2,
        color: edge[payload.zones[i]], fillColor: fill[payload.fills[i]], fillOpacity: 0.88,
        smoothFactor: 0, noClip: true});
      polygon.hexbeat = i;
      polygon.feature = {type: 'Feature', properties: {cell: i}};
      return polygon.addTo(group);
    });
  }

  function outline(rings, colour, weight, dash) {
    return L.polygon(hexbeat.rings(rings), {pane: 'hexbeat-outlines', interactive: false,
      fill: false, color: colour, weight: weight * (hexbeat.narrow() ? SLIM : 1),
      dashArray: dash, smoothFactor: 0, lineJoin: 'round'});
  }

  // A white halo under each line, so that it is seen on every pattern.
  function drawOutlines(map) {
    const c = payload.colours;
    return L.layerGroup([
      outline(payload.around, c.paper, 6, null),
      outline(payload.around, c.nearby, 3, '9 6'),
      outline(payload.treated, c.paper, 9, null),
      outline(payload.treated, c.treated, 5, null),
    ]).addTo(map);
  }

  // Differences stand in their hexagons, as long as there is room for them.
  function keepNumbers(map, polygons) {
    const pane = map.getPane('hexbeat-labels');
    const numbers = polygons.flatMap(function (polygon, i) {
      if (!payload.numbers[i]) return [];
      const part = document.createElement('div');
      part.className = 'hb-label hb-num';
      part.appendChild(document.createElement('span')).textContent = payload.numbers[i];
      pane.appendChild(part);
      return [{part, polygon, at: polygon.getBounds().getCenter()}];
    });
    function fits({part, polygon}) {
      const box = polygon.getBounds(), east = map.latLngToContainerPoint(box.getNorthEast());
      const wide = east.x - map.latLngToContainerPoint(box.getSouthWest()).x;
      return part.firstChild.offsetWidth + ROOM <= wide;
    }
    function lay() {
      const shown = numbers.length > 0 && numbers.every(fits);
      numbers.forEach(function ({part, at}) {
        part.style.visibility = shown ? '' : 'hidden';
        L.DomUtil.setPosition(part, map.latLngToLayerPoint(at));
      });
    }
    function boxes() {
      return polygons.map(function (polygon) {
        const box = polygon.getBounds();
        const a = map.latLngToContainerPoint(box.getNorthWest());
        const b = map.latLngToContainerPoint(box.getSouthEast());
        return {left: a.x, right: b.x, top: a.y, bottom: b.y};
      });
    }
    map.on('moveend resize', lay);
    document.fonts.ready.then(lay);
    lay();
    hexbeat.labels.avoid(boxes);
    return function () {
      map.off('moveend resize', lay);
      numbers.forEach(({part}) => part.remove());
      hexbeat.labels.avoid(() => []);
    };
  }

  group.once('add', function () {
    const map = group._map, polygons = drawCells(), outlines = drawOutlines(map);
    group.bindTooltip(tip, {sticky: true, className: 'hb-tip'});
    hexbeat.focus(hexbeat.narrow() ? payload.near : payload.focus);
    const forget = keepNumbers(map, polygons);
    group.once('remove', function () {
      forget();
      outlines.remove();
      group.unbindTooltip().clearLayers();
    });
  });
};
"""
