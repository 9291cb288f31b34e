"""Which script draws cameras, what they see, and what demand they leave out of view?

`CCTV_SCRIPT` defines `hexbeat.cctv(group, payload)` and `hexbeat.buildings(map, address)`. Classes
of hexagons are patterns and outlines, sight is plain blue, so that the two never mix. The group
holds hexagons only, as in `geo.viz._hex_script`; all text from the data is inserted as text.
"""

from typing import Final

CCTV_SCRIPT: Final = r"""
(function () {
  'use strict';
  const sheet = document.createElement('style');
  sheet.textContent = `
    .hb-place span{font-size:20px;font-weight:700;line-height:22px;
      text-shadow:0 0 2px #fff,0 0 3px #fff,0 0 4px #fff,0 0 5px #fff,0 0 6px #fff}
    .hb-camera,.hb-site{background:none;border:0}
    .hb-camera svg{display:block;width:100%;height:100%}
    .hb-site span{box-sizing:border-box;display:block;width:32px;height:32px;border-radius:50%;
      border:3px solid #0b0c0c;background:#fff;color:#0b0c0c;font:700 19px/26px Arial;
      text-align:center;font-family:inherit}
    .hb-site.hb-asked span{border-radius:4px;border-style:dashed}
    .hb-here svg{display:block}
    @media(max-width:479px){.hb-place span{font-size:16px;line-height:18px}}`;
  document.head.appendChild(sheet);
})();

hexbeat.buildings = function (map, config) {
  'use strict';
  const pane = map.createPane('hexbeat-buildings');
  pane.style.zIndex = 215;
  pane.style.pointerEvents = 'none';
  fetch(config.address).then(function (answer) {
    if (!answer.ok) throw new Error(answer.status + ' for ' + config.address);
    return answer.json();
  }).then(function (pack) {
    const canvas = L.canvas({pane: 'hexbeat-buildings', padding: 0.3});
    L.polygon(hexbeat.rings(pack.rings).map(ring => [ring]), {renderer: canvas, stroke: false,
      interactive: false, fillColor: config.colour, fillOpacity: 1, smoothFactor: 0.6}).addTo(map);
  }).catch(function (fault) {
    console.warn('The map is shown without buildings: ' + fault.message);
  });
};

hexbeat.cctv = function (group, payload) {
  'use strict';
  const SIZE = 12, SLIM = 0.6, FULL_ZOOM = 14, MARK = 24, SMALL_MARK = 20;
  const c = payload.colours, lines = payload.lines, words = hexbeat.integers(payload.tips);
  const svg = inner => '<svg viewBox="0 0 24 24" aria-hidden="true">' + inner + '</svg>';
  const MARKS = {
    w: svg('<circle cx="12" cy="12" r="10" fill="' + c.seen + '" stroke="#fff" stroke-width="2.5"/>'
      + '<circle cx="12" cy="12" r="3.4" fill="#fff"/>'),
    r: svg('<circle cx="12" cy="12" r="10.6" fill="#fff"/><circle cx="12" cy="12" r="8"'
      + ' fill="#fff" stroke="' + c.seen + '" stroke-width="4.2"/>'),
    x: svg('<rect x="2" y="2" width="20" height="20" fill="#fff" stroke="' + c.ink
      + '" stroke-width="2.6"/><path d="M6.5 6.5l11 11M17.5 6.5l-11 11" stroke="' + c.ink
      + '" stroke-width="2.8"/>'),
  };
  const HERE = '<svg width="52" height="52" viewBox="0 0 52 52" aria-hidden="true">'
    + '<circle cx="26" cy="26" r="20" fill="none" stroke="#0b0c0c" stroke-width="9"/>'
    + '<circle cx="26" cy="26" r="20" fill="none" stroke="#ffdd00" stroke-width="5"/></svg>';

  function tile(ground, colour, draw) {
    const canvas = document.createElement('canvas'), pen = canvas.getContext('2d');
    canvas.width = canvas.height = SIZE;
    pen.fillStyle = ground;
    pen.fillRect(0, 0, SIZE, SIZE);
    pen.strokeStyle = pen.fillStyle = colour;
    draw(pen);
    return pen.createPattern(canvas, 'repeat');
  }
  function hatch(pen) {
    pen.lineWidth = 2;
    [[-3, SIZE + 3, SIZE + 3, -3], [-3, 3, 3, -3], [SIZE - 3, SIZE + 3, SIZE + 3, SIZE - 3]]
      .forEach(function ([x, y, x2, y2]) {
        pen.beginPath();
        pen.moveTo(x, y);
        pen.lineTo(x2, y2);
        pen.stroke();
      });
  }
  function dots(pen) {
    [[3, 3], [9, 9]].forEach(function ([x, y]) {
      pen.beginPath();
      pen.arc(x, y, 1.5, 0, 7);
      pen.fill();
    });
  }

  function looks() {
    return {
      g: {fillColor: tile(c.gapGround, c.gapHatch, hatch), fillOpacity: 0.78, color: '#b98a66',
        weight: 0.7},
      h: {fillColor: c.seenFill, fillOpacity: 0.42, color: c.seen, weight: 2.5},
      r: {fillColor: tile('#ffffff', c.seen, dots), fillOpacity: 0.75, color: c.seen, weight: 1.5,
        dashArray: '4 3'},
      q: {fillColor: '#ffffff', fillOpacity: 0, color: c.quiet, weight: 0.6},
    };
  }

  function said(texts) {
    const box = document.createElement('div');
    texts.forEach(function (text, i) {
      const line = document.createElement(i === 0 && texts.length > 1 ? 'b' : 'div');
      box.appendChild(line).textContent = text;
    });
    return box;
  }
  function tip(polygon) {
    const first = polygon.hexbeat * payload.tipLines;
    return said(words.slice(first, first + payload.tipLines).map(i => lines[i]).filter(Boolean));
  }

  // Quiet hexagons first, so that no hairline is drawn over an outline that means something.
  function drawCells() {
    const look = looks(), rings = hexbeat.rings(payload.rings), order = 'qrhg';
    rings.map((ring, i) => [ring, i, payload.classes[i]])
      .sort((a, b) => order.indexOf(a[2]) - order.indexOf(b[2]))
      .forEach(function ([ring, i, letter]) {
        const polygon = L.polygon(ring, {renderer: hexbeat.canvas, smoothFactor: 0, noClip: true,
          ...look[letter]});
        polygon.hexbeat = i;
        polygon.feature = {type: 'Feature', properties: {cell: i}};
        polygon.addTo(group);
      });
  }

  function pane(map, name, level) {
    if (!map.getPane(name)) {
      map.createPane(name).style.zIndex = level;
      map.getPane(name).style.pointerEvents = 'none';
    }
    return name;
  }
  function still(rings, look) {
    return L.polygon(hexbeat.rings(rings), {interactive: false, smoothFactor: 0, lineJoin: 'round',
      ...look});
  }

  function drawLines(map) {
    const slim = hexbeat.narrow() ? SLIM : 1, out = [];
    if (payload.gaps) {
      const on = {pane: 'hexbeat-outlines', fill: false};
      out.push(still(payload.gaps, {...on, color: '#ffffff', weight: 6 * slim}),
        still(payload.gaps, {...on, color: c.gapEdge, weight: 3 * slim}));
    }
    const at = {pane: pane(map, 'hexbeat-sight', 510)};
    const sight = {
      w: {color: c.seen, weight: 1.6, fillColor: c.seen, fillOpacity: 0.42},
      r: {color: c.seen, weight: 2, fillColor: c.seen, fillOpacity: 0.12},
      x: {color: c.off, weight: 2, dashArray: '3 5', fill: false},
      n: {color: c.ink, weight: 2.5, dashArray: '8 5', fillColor: c.seen, fillOpacity: 0.3},
    };
    payload.views.forEach(([kind, rings]) => out.push(still(rings, {...at, ...sight[kind]})));
    return L.layerGroup(out).addTo(map);
  }

  function icon(kind, inner, size) {
    return L.divIcon({className: kind, html: inner, iconSize: [size, size]});
  }
  function numbered(number) {
    const part = document.createElement('span');
    part.textContent = number;
    return part;
  }

  // Cameras are told in the table too, so that they need no place in the order of the Tab key.
  function drawMarks(map) {
    const level = {x: 0, r: 100, w: 200}, on = {pane: pane(map, 'hexbeat-marks', 620)};
    const small = () => map.getZoom() < FULL_ZOOM ? SMALL_MARK : MARK;
    const cameras = payload.cameras.map(function ([lat, lon, state, texts]) {
      const mark = L.marker([lat, lon], {...on, keyboard: false, zIndexOffset: level[state],
        icon: icon('hb-camera', MARKS[state], small())});
      mark.state = state;
      return mark.bindTooltip(said(texts), {className: 'hb-tip', direction: 'top'});
    });
    const sites = payload.sites.map(function ([lat, lon, number, kind, texts]) {
      const mark = L.marker([lat, lon], {...on, keyboard: false, zIndexOffset: 400,
        icon: icon('hb-site' + (kind === 'asked' ? ' hb-asked' : ''), numbered(number), 32)});
      return mark.bindTooltip(said(texts), {className: 'hb-tip', direction: 'top'});
    });
    const here = payload.here ? [L.marker(payload.here, {...on, interactive: false,
      keyboard: false, zIndexOffset: -100, icon: icon('hb-here', HERE, 52)})] : [];
    const marks = L.layerGroup([...cameras, ...sites, ...here]).addTo(map);
    let size = small();
    function resize() {
      if (size === small()) return;
      size = small();
      cameras.forEach(mark => mark.setIcon(icon('hb-camera', MARKS[mark.state], size)));
    }
    map.on('zoomend', resize);
    return function () {
      map.off('zoomend', resize);
      marks.remove();
    };
  }

  // Names of places stay clear of marks and of each other: shifted up or down, or left out.
  function keepNames(map) {
    const parent = map.getPane('hexbeat-labels');
    const names = payload.names.map(function ([text, lat, lon]) {
      const part = document.createElement('div');
      part.className = 'hb-label hb-place';
      part.appendChild(document.createElement('span')).textContent = text;
      parent.appendChild(part);
      return {part, at: [lat, lon], box: null};
    });
    const spots = [...payload.cameras.map(one => [one[0], one[1]]),
      ...payload.sites.map(one => [one[0], one[1]])];
    const touches = (a, b) => a.left < b.right && a.right > b.left && a.top < b.bottom
      && a.bottom > b.top;
    const around = (at, x, y) => ({left: at.x - x, right: at.x + x, top: at.y - y,
      bottom: at.y + y});
    function lay() {
      const frame = map.getSize(), taken = [];
      const marks = spots.map(at => around(map.latLngToContainerPoint(at), 10, 10));
      names.forEach(function (one) {
        const span = one.part.firstChild, at = map.latLngToContainerPoint(one.at);
        const x = span.offsetWidth / 2 + 2, y = span.offsetHeight / 2;
        const fits = [0, -18, 18, -34, 34].map(dy => at.add([0, dy])).find(function (to) {
          const box = around(to, x, y);
          return box.left > 60 && box.right < frame.x && box.top > 0 && box.bottom < frame.y - 60
            && !marks.some(two => touches(box, two)) && !taken.some(two => touches(box, two));
        });
        one.box = fits ? around(fits, x, y) : null;
        if (fits) {
          taken.push(one.box);
          L.DomUtil.setPosition(one.part, map.containerPointToLayerPoint(fits));
        }
        one.part.style.visibility = fits ? '' : 'hidden';
      });
      hexbeat.labels.avoid(boxes);
    }
    function boxes() {
      const marks = spots.map(at => around(map.latLngToContainerPoint(at), 12, 12));
      return [...marks, ...names.map(one => one.box).filter(Boolean)];
    }
    map.on('moveend resize', lay);
    document.fonts.ready.then(lay);
    lay();
    return function () {
      map.off('moveend resize', lay);
      names.forEach(one => one.part.remove());
      hexbeat.labels.avoid(() => []);
    };
  }

  group.once('add', function () {
    const map = group._map;
    drawCells();
    const outlines = drawLines(map);
    group.bindTooltip(tip, {sticky: true, className: 'hb-tip'});
    hexbeat.focus(payload.focus);
    const forgetMarks = drawMarks(map), forgetNames = keepNames(map);
    group.once('remove', function () {
      forgetNames();
      forgetMarks();
      outlines.remove();
      group.unbindTooltip().clearLayers();
    });
  });
};
"""
