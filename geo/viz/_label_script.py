"""Which script lays out the names on a map, so that no two of them touch?

`LABEL_SCRIPT` defines `hexbeat.keepLabels(map, config)`. Hotspot names stand in a column beside
the town where there is room for all of them; otherwise they are numbered pins, or dots where pins
would touch. Ward names come second and move by 14 px at most, street names last. What would touch
is hidden until there is room. Positions are worked out in pixels of the frame; the elements live in
a pane, so that they move with the map while it is dragged.
"""

from typing import Final

LABEL_SCRIPT: Final = r"""
hexbeat.keepLabels = function (map, config) {
  'use strict';
  const GAP = 36, LEAD = 26, NUDGE = 14, TOUCH = 30, STREET_ZOOM = 15.5;
  const TICK = '\u2713';   // a place that has no rank
  const SVG = 'http://www.w3.org/2000/svg', pane = map.getPane('hexbeat-labels');
  const lines = document.createElementNS(SVG, 'svg');
  lines.setAttribute('class', 'hb-lines');
  pane.appendChild(lines);
  pane.setAttribute('aria-hidden', 'true');   // the same names are in the list beside the map
  const wards = config.names.map(([name, lat, lon]) => ({lat, lon, part: label('ward', name)}));
  let streets = [], marks = [], spans = [], pieces = [], others = () => [];

  function label(kind, text, on) {
    const part = document.createElement('div');
    part.className = 'hb-label hb-' + kind + (on ? ' hb-on' : '');
    part.appendChild(document.createElement('span')).textContent = text;
    pane.appendChild(part);
    return part;
  }
  function sizeOf(part) {
    if (!part.size) part.size = {x: part.firstChild.offsetWidth, y: part.firstChild.offsetHeight};
    return part.size;
  }
  function place(part, at) { L.DomUtil.setPosition(part, map.containerPointToLayerPoint(at)); }
  function around(at, size, pad) {
    const x = size.x / 2 + (pad || 0), y = size.y / 2;
    return {left: at.x - x, right: at.x + x, top: at.y - y, bottom: at.y + y};
  }
  function touches(a, b) {
    return a.left - 2 < b.right && a.right + 2 > b.left && a.top < b.bottom && a.bottom > b.top;
  }
  function within(box, frame) {
    return box.left >= 0 && box.top >= 0 && box.right <= frame.x && box.bottom <= frame.y;
  }
  function controls() {
    const home = map.getContainer().getBoundingClientRect();
    return Array.from(map.getContainer().querySelectorAll('.leaflet-control')).map(function (part) {
      const r = part.getBoundingClientRect();
      return {left: r.left - home.left, right: r.right - home.left,
        top: r.top - home.top, bottom: r.bottom - home.top};
    });
  }

  // Rows at least GAP apart and as near as can be to where they belong (isotonic least squares).
  function spread(rows, top, bottom) {
    const blocks = [];
    rows.forEach(function (row, i) {
      blocks.push({sum: row - i * GAP, count: 1});
      for (let b = blocks.length - 1; b > 0; b--) {
        const last = blocks[b], before = blocks[b - 1];
        if (before.sum / before.count <= last.sum / last.count) break;
        before.sum += last.sum;
        before.count += last.count;
        blocks.pop();
      }
    });
    const base = blocks.flatMap(block => Array(block.count).fill(block.sum / block.count));
    const highest = bottom - (rows.length - 1) * GAP;
    return base.map((row, i) => Math.max(top, Math.min(row, highest)) + i * GAP);
  }

  // The x where the town ends, in the rows from top to bottom.
  function townEdge(side, top, bottom) {
    const west = side < 0, limit = west ? Math.min : Math.max;
    return spans.reduce(function (edge, span) {
      const at = map.latLngToContainerPoint([span.lat, west ? span.west : span.east]);
      return at.y < top - GAP || at.y > bottom + GAP ? edge : limit(edge, at.x);
    }, west ? Infinity : -Infinity);
  }

  function columnBeside(shown, frame, taken) {
    const sizes = shown.map(one => sizeOf(one.mark.call));
    const rows = spread(shown.map(one => one.at.y), 24, frame.y - 48);
    for (const side of [-1, 1]) {
      const x = townEdge(side, rows[0], rows[rows.length - 1]) + side * LEAD;
      const boxes = rows.map((y, i) => around({x: x + side * sizes[i].x / 2, y}, sizes[i]));
      const free = boxes.every(box => within(box, frame) && !taken.some(t => touches(t, box)));
      if (Number.isFinite(x) && free) return {side, x, rows, boxes};
    }
    return null;
  }

  function leader(mark, from, to, side) {
    const path = document.createElementNS(SVG, 'path');
    const a = map.containerPointToLayerPoint(from), b = map.containerPointToLayerPoint(to);
    path.setAttribute('d', `M${a.x} ${a.y}h${-14 * side}L${b.x} ${b.y}`);
    path.setAttribute('class', mark.on ? 'hb-on' : '');
    lines.appendChild(path);
  }

  function show(part, at) { part.style.visibility = ''; place(part, at); pieces.push(part); }

  function layColumn(shown, column, taken) {
    shown.forEach(function ({mark, at}, i) {
      const end = L.point(column.x, column.rows[i]), size = sizeOf(mark.call);
      leader(mark, end, at, column.side);
      show(mark.call, L.point(end.x + column.side * size.x / 2, end.y));
      show(mark.dot, at);
      taken.push(column.boxes[i], around(at, {x: 44, y: 28}));
    });
  }

  function layPins(shown, taken) {
    shown.forEach(function ({mark, at}) {
      const near = shown.some(two => two.mark !== mark && two.at.distanceTo(at) < TOUCH);
      const part = near && !mark.on ? mark.dot : mark.pin;
      show(part, at);
      taken.push(around(at, sizeOf(part), near ? 8 : 2));
    });
  }

  function layMarks(frame, taken) {
    pieces.forEach(part => { part.style.visibility = 'hidden'; });
    pieces = [];
    lines.replaceChildren();
    const all = marks.map(mark => ({mark, at: map.latLngToContainerPoint([mark.lat, mark.lon])}));
    const seen = all.filter(({at}) => at.x > 0 && at.y > 0 && at.x < frame.x && at.y < frame.y);
    seen.sort((a, b) => a.at.y - b.at.y || a.mark.rank - b.mark.rank);
    const roomy = config.beside && seen.length > 0 && seen.length === all.length;
    const column = roomy && columnBeside(seen, frame, taken);
    if (column) layColumn(seen, column, taken); else layPins(seen, taken);
  }

  function layName(one, frame, taken, nudges) {
    const at = map.latLngToContainerPoint([one.lat, one.lon]), size = sizeOf(one.part);
    const spot = nudges.map(dy => at.add([0, dy])).find(function (to) {
      const box = around(to, one.turn ? {x: one.turn.x(size), y: one.turn.y(size)} : size);
      return within(box, frame) && !taken.some(t => touches(t, box)) && taken.push(box);
    });
    one.part.style.visibility = spot ? '' : 'hidden';
    if (spot) place(one.part, spot);
  }

  function lay() {
    const frame = map.getSize(), taken = [...controls(), ...others()], zoom = map.getZoom();
    if (!frame.x || !frame.y) return;
    layMarks(frame, taken);
    const quiet = hexbeat.narrow() && zoom < 12.5;
    const nudges = quiet ? [] : [0, -NUDGE, NUDGE];
    wards.forEach(one => layName(one, frame, taken, nudges));
    const view = map.getBounds();
    streets.forEach(one => {
      if (zoom < STREET_ZOOM || !view.contains([one.lat, one.lon])) {
        if (one.part) one.part.style.visibility = 'hidden';
        return;
      }
      if (!one.part) one.part = turned(label('street', one.name), one);
      layName(one, frame, taken, [0]);
    });
  }

  function turned(part, one) {
    const sin = Math.abs(Math.sin(one.angle)), cos = Math.abs(Math.cos(one.angle));
    one.turn = {x: s => s.x * cos + s.y * sin, y: s => s.x * sin + s.y * cos};
    part.firstChild.style.rotate = one.angle + 'rad';
    return part;
  }

  function remeasure() {
    pane.querySelectorAll('.hb-label').forEach(part => { part.size = null; });
    lay();
  }

  map.on('moveend resize', lay);
  document.fonts.ready.then(remeasure);
  document.querySelectorAll('link[rel=stylesheet]').forEach(
    link => link.addEventListener('load', remeasure));

  return {
    marks: function (next, townSpans) {
      marks.forEach(mark => [mark.call, mark.pin, mark.dot].forEach(part => part.remove()));
      marks = next;
      spans = townSpans;
      marks.forEach(function (mark) {
        mark.call = label('call', mark.name, mark.on);
        mark.call.firstChild.prepend(Object.assign(document.createElement('b'),
          {textContent: mark.rank || TICK}));
        mark.pin = label('pin', mark.rank || TICK, mark.on);
        mark.dot = label('dot', '', mark.on);
        [mark.call, mark.pin].forEach(part => part.addEventListener('click', mark.choose));
      });
      pieces = marks.flatMap(mark => [mark.call, mark.pin, mark.dot]);
      remeasure();
    },
    streets: function (next) { streets = next; lay(); },
    // Names keep clear of the boxes that the function returns, in pixels of the frame.
    avoid: function (boxes) { others = boxes; lay(); },
  };
};
"""
