"""Which script prepares the map's frame: fit, touch, accessible names, ground and panes?

`FRAME_SCRIPT` defines `hexbeat.start(map, config)` and the tools that the other scripts use. One
frame holds one map. All text from the data is inserted as text, never as markup.
"""

from typing import Final

FRAME_SCRIPT: Final = r"""
var hexbeat = (function () {
  'use strict';
  const PADDING = 10, CREDIT = 24;
  const PANES = {land: 210, streets: 420, wards: 450, outlines: 500, labels: 650};
  const hexbeat = {narrow: () => window.innerWidth < 480};

  // Integers as printable characters: five bits each, lowest first, sign in the lowest bit.
  hexbeat.integers = function (text) {
    const out = [];
    for (let at = 0; at < text.length;) {
      let value = 0, shift = 0, bits;
      do {
        bits = text.charCodeAt(at++) - 63;
        value |= (bits & 31) << shift;
        shift += 5;
      } while (bits & 32);
      out.push(value & 1 ? ~(value >> 1) : value >> 1);
    }
    return out;
  };

  // Rings of [latitude, longitude]: number of corners, the first corner, then differences.
  hexbeat.rings = function (text) {
    const whole = hexbeat.integers(text), out = [];
    for (let at = 0; at < whole.length;) {
      const ring = [];
      let lat = 0, lon = 0;
      for (let left = whole[at++]; left > 0; left--) {
        lat += whole[at++];
        lon += whole[at++];
        ring.push([lat / 1e5, lon / 1e5]);
      }
      out.push(ring);
    }
    return out;
  };

  function dress(map, config) {
    const box = map.getContainer(), style = document.createElement('style');
    style.textContent = config.css;
    document.head.appendChild(style);
    document.title = config.title;
    box.setAttribute('role', 'region');
    box.setAttribute('aria-label', config.title + '. ' + config.hint);
    if (window.frameElement) window.frameElement.title = config.title;
    document.querySelectorAll('meta[name=viewport]').forEach(function (meta) {
      meta.setAttribute('content', 'width=device-width, initial-scale=1');
    });
    const credit = document.createElement('span');
    credit.textContent = config.attribution;
    map.attributionControl.setPrefix(false).addAttribution(credit.innerHTML);
    L.control.scale({imperial: false, position: 'bottomleft'}).addTo(map);
  }

  function layGround(map, config) {
    Object.entries(PANES).forEach(function ([name, level]) {
      const pane = map.createPane('hexbeat-' + name);
      pane.style.zIndex = level;
      pane.style.pointerEvents = 'none';
    });
    map.getPane('hexbeat-streets').style.opacity = 0.6;   // over the hexagons, or none is seen
    map.getPane('hexbeat-labels').classList.add('leaflet-zoom-hide');
    const edge = hexbeat.rings(config.land), still = {interactive: false, smoothFactor: 0};
    L.polygon(edge, {...still, pane: 'hexbeat-land', stroke: false,
      fillColor: config.style.land, fillOpacity: 1}).addTo(map);
    L.polygon(hexbeat.rings(config.wards), {...still, pane: 'hexbeat-wards', fill: false,
      color: config.style.edge, weight: 1.2, opacity: 0.8}).addTo(map);
    L.polygon(edge, {...still, pane: 'hexbeat-wards', fill: false,
      color: config.style.edge, weight: 2.5}).addTo(map);
  }

  // Shows the whole target until the user moves the map; then only the size is followed.
  function keepView(map, bounds) {
    const area = L.latLngBounds(bounds);
    let target = area, key = '', moved = false, fitting = false;
    map.on('movestart', function () { if (!fitting) moved = true; });
    function fit() {
      const size = map.getSize();
      if (!size.x || !size.y) return;
      // On a phone the line of credits takes the whole width: the area ends above it.
      const before = L.point(PADDING, PADDING);
      const after = L.point(PADDING, hexbeat.narrow() ? CREDIT : PADDING);
      fitting = true;
      map.options.minZoom = 0;   // that of another size must not hold back this one
      map.fitBounds(target,
        {paddingTopLeft: before, paddingBottomRight: after, animate: false});
      map.setMinZoom(map.getBoundsZoom(area, false, before.add(after)) - 1);
      fitting = false;
    }
    new ResizeObserver(function () {
      map.invalidateSize({animate: false, pan: moved});
      if (!moved) fit();
    }).observe(map.getContainer());
    fit();
    return function focus(next) {
      const wanted = JSON.stringify(next);
      if (wanted === key) return;
      const first = key === '';
      key = wanted;
      if (first && !next) return;
      target = next ? L.latLngBounds(next) : area;
      moved = false;
      fit();
    };
  }

  // One finger scrolls the page; two move and zoom the map.
  function leaveOneFingerToThePage(map) {
    if (L.Browser.mobile || window.matchMedia('(pointer: coarse)').matches) map.dragging.disable();
  }

  hexbeat.start = function (map, config) {
    dress(map, config);
    layGround(map, config);
    leaveOneFingerToThePage(map);
    hexbeat.canvas = L.canvas({padding: 0.3});
    hexbeat.labels = hexbeat.keepLabels(map, config);
    hexbeat.focus = keepView(map, config.bounds);
    if (config.streets) hexbeat.streets(map, config);
  };

  return hexbeat;
})();
"""
