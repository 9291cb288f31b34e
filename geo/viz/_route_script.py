"""Which script draws routes side by side, stops that do not touch, and names that stay clear?

`ROUTE_SCRIPT` defines `hexbeat.routes(group, payload)`. Everything is laid out in pixels of the
frame and again whenever the map has moved: where crews share a street their lines are shifted
sideways, discs that would touch are moved apart with a line to where they belong, letters stand on
the longest leg, and names come last. All text from the data is inserted as text.
"""

from typing import Final

ROUTE_SCRIPT: Final = r"""
(function () {
  'use strict';
  const sheet = document.createElement('style');
  sheet.textContent = `
    .hb-routes{position:absolute;left:0;top:0;width:1px;height:1px;overflow:visible;fill:none;
      stroke-linejoin:round;stroke-linecap:butt}
    .hb-stop,.hb-crew,.hb-base{background:none;border:0}
    .hb-stop span,.hb-crew span,.hb-base span{box-sizing:border-box;display:block;height:100%;
      text-align:center;font-family:inherit;font-weight:700;white-space:nowrap}
    .hb-stop-v span{border:3px solid #0b0c0c;border-radius:50%;background:#fff;color:#0b0c0c;
      font-size:18px;line-height:26px;letter-spacing:-.02em}
    .hb-stop-e span{border:2px solid #0b0c0c;border-radius:50%;background:#fff}
    .hb-crew span{border:2px solid #fff;color:#fff;font-size:18px;line-height:24px}
    .hb-base span{border:2px solid #fff;background:#0b0c0c;color:#fff;font-size:18px;
      line-height:26px}
    @media(max-width:479px){.hb-stop-v span{font-size:16px;line-height:22px;border-width:2.5px}
      .hb-crew span,.hb-base span{font-size:16px;line-height:20px}}`;
  document.head.appendChild(sheet);
})();

hexbeat.routes = function (group, payload) {
  'use strict';
  const SIDE = 5, GAP = 3, LINE = 4.6, HOME_LINE = 2.8, HALO = 2.6, LEAST_LEADER = 9;
  const SHARES = [0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8, 0.1, 0.9, 0.05, 0.95];
  const SVG = 'http://www.w3.org/2000/svg', narrow = hexbeat.narrow();
  const DISC = narrow ? 27 : 32, TAG = narrow ? 24 : 28, QUIET = 14;
  const MINUS = '<svg viewBox="0 0 32 32" aria-hidden="true"><circle cx="16" cy="16" r="13"'
    + ' fill="#fff" fill-opacity=".88" stroke="#0b0c0c" stroke-width="2.6" stroke-dasharray="4.2'
    + ' 3.2"/><path d="M10.5 16h11" stroke="#0b0c0c" stroke-width="3.2"/></svg>';
  const routes = payload.routes.map(([letter, colour, dash, legs, tip]) =>
    ({letter, colour, dash, legs: hexbeat.rings(legs), tip}));
  const shared = crewsOfSegments();

  function keyOf(a, b) {
    const ends = [a, b].map(at => at.map(side => Math.round(side * 1e5)).join());
    return ends.sort().join(' ');
  }
  // Which crews use a segment of street, in either direction.
  function crewsOfSegments() {
    const users = new Map();
    routes.forEach((route, i) => route.legs.forEach(leg => leg.slice(1).forEach(function (to, n) {
      const key = keyOf(leg[n], to), known = users.get(key) || [];
      if (!known.includes(i)) users.set(key, [...known, i]);
    })));
    return users;
  }

  function said(texts) {
    const box = document.createElement('div');
    texts.forEach(function (text, i) {
      const line = document.createElement(i === 0 && texts.length > 1 ? 'b' : 'div');
      box.appendChild(line).textContent = text;
    });
    return box;
  }
  function pane(map, name, level) {
    const known = map.getPane(name) || map.createPane(name);
    known.style.zIndex = level;
    known.style.pointerEvents = 'none';
    known.classList.add('leaflet-zoom-hide');
    return name;
  }
  const touches = (a, b) => a.left < b.right && a.right > b.left && a.top < b.bottom
    && a.bottom > b.top;
  const around = (at, x, y) => ({left: at.x - x, right: at.x + x, top: at.y - y, bottom: at.y + y});

  // The leg in pixels, shifted sideways where other crews use the same street.
  function shifted(leg, crew, project) {
    const ends = leg.map(project), parts = [];
    for (let i = 1; i < ends.length; i++) {
      const a = ends[i - 1], b = ends[i], long = a.distanceTo(b);
      if (long < 0.1) continue;
      const users = shared.get(keyOf(leg[i - 1], leg[i]));
      const turn = a.x < b.x || (a.x === b.x && a.y < b.y) ? 1 : -1;
      const off = (users.indexOf(crew) - (users.length - 1) / 2) * SIDE * turn;
      const by = L.point(-(b.y - a.y) / long * off, (b.x - a.x) / long * off);
      parts.push({a: a.add(by), b: b.add(by)});
    }
    return parts.flatMap(function (part, i) {
      const next = parts[i + 1];
      const corner = next && crossing(part, next);
      if (corner) next.a = corner;
      return [part.a, corner || part.b];
    });
  }
  // Where two shifted parts meet, so that a corner stays one.
  function crossing(one, two) {
    const r = one.b.subtract(one.a), s = two.b.subtract(two.a), across = r.x * s.y - r.y * s.x;
    if (Math.abs(across) < 0.2 * Math.hypot(r.x, r.y) * Math.hypot(s.x, s.y)) return null;
    const q = two.a.subtract(one.a), t = (q.x * s.y - q.y * s.x) / across;
    const at = one.a.add(r.multiplyBy(t));
    return at.distanceTo(one.b) < 3 * SIDE * Math.max(2, routes.length / 2) ? at : null;
  }

  function drawn(svg, points, colour, width, dash) {
    const path = document.createElementNS(SVG, 'path');
    const steps = points.map((at, i) => (i ? 'L' : 'M') + at.x.toFixed(1) + ' ' + at.y.toFixed(1));
    path.setAttribute('d', steps.join(''));
    path.setAttribute('stroke', colour);
    path.setAttribute('stroke-width', width);
    if (dash) path.setAttribute('stroke-dasharray', dash);
    svg.appendChild(path);
    return path;
  }
  function drawRoutes(svg, project) {
    const slim = narrow ? 0.75 : 1;
    routes.forEach(function (route, i) {
      const legs = route.legs.map(leg => shifted(leg, i, project));
      route.drawn = legs;
      const width = n => slim * (n === 0 || n === legs.length - 1 ? HOME_LINE : LINE);
      legs.forEach((leg, n) => drawn(svg, leg, payload.paper, width(n) + 2 * HALO * slim));
      legs.forEach(function (leg, n) {
        drawn(svg, leg, route.colour, width(n), route.dash).dataset.crew = route.letter;
      });
    });
  }

  function icon(kind, inner, wide, high) {
    return L.divIcon({className: kind, html: inner, iconSize: [wide, high]});
  }
  function text(words, ground) {
    const part = document.createElement('span');
    part.textContent = words;
    if (ground) part.style.background = ground;
    return part;
  }
  function mark(at, look, tip, level, on) {
    const one = L.marker(at, {...on, keyboard: false, zIndexOffset: level, icon: look});
    return one.bindTooltip(said(tip), {className: 'hb-tip', direction: 'top', offset: [0, -12]});
  }
  function stopIcon(kind, number) {
    if (kind === 'x') return icon('hb-stop hb-stop-x', MINUS, DISC, DISC);
    if (kind === 'e') return icon('hb-stop hb-stop-e', text(''), QUIET, QUIET);
    return icon('hb-stop hb-stop-v', text(number), DISC, DISC);
  }
  function allMarks(map) {
    const on = {pane: pane(map, 'hexbeat-marks', 620)};
    const bases = payload.bases.map(function ([lat, lon, words, tip]) {
      const wide = 20 + 10 * words.length;
      return {at: [lat, lon], x: wide / 2, y: 15,
        mark: mark([lat, lon], icon('hb-base', text(words), wide, 30), tip, 300, on)};
    });
    const stops = payload.stops.map(function ([lat, lon, number, kind, name, tip]) {
      const size = kind === 'e' ? QUIET : DISC;
      return {at: [lat, lon], kind, name, number, r: size / 2, firm: kind === 'e',
        mark: mark([lat, lon], stopIcon(kind, number), tip, kind === 'e' ? 0 : 400, on)};
    });
    const tags = routes.filter(route => route.legs.length).map(route => ({route,
      mark: mark(route.legs[0][0], icon('hb-crew', text(route.letter, route.colour), TAG, TAG),
        route.tip, 500, on)}));
    return {bases, stops, tags};
  }

  // Boxes of bases that would touch stand one above the other.
  function partBases(bases) {
    [...bases].sort((a, b) => a.from.y - b.from.y).forEach(function (one, i, all) {
      all.slice(0, i).forEach(function (two) {
        if (Math.abs(one.from.x - two.from.x) >= one.x + two.x + GAP) return;
        const lack = one.y + two.y + GAP - (one.from.y - two.from.y);
        if (lack > 0) one.from = one.from.add([0, lack]);
      });
    });
  }

  // Discs that would touch move apart, each as little as can be.
  function moveApart(stops, bases) {
    const free = stops.filter(one => !one.firm);
    free.forEach((one, i) => { one.to = one.from.add([0.01 * (i % 7), 0.01 * (i % 5)]); });
    for (let round = 0; round < 80; round++) {
      let moved = false;
      free.forEach(function (one, i) {
        free.slice(i + 1).forEach(function (two) {
          const apart = two.to.subtract(one.to), long = Math.hypot(apart.x, apart.y) || 0.01;
          const lack = one.r + two.r + GAP - long;
          if (lack <= 0) return;
          const push = apart.multiplyBy(lack / long / 2);
          one.to = one.to.subtract(push);
          two.to = two.to.add(push);
          moved = true;
        });
        bases.forEach(function (base) {
          const dx = one.to.x - base.from.x, dy = one.to.y - base.from.y;
          const lackX = base.x + one.r + GAP - Math.abs(dx);
          const lackY = base.y + one.r + GAP - Math.abs(dy);
          if (lackX <= 0 || lackY <= 0) return;
          one.to = lackX < lackY ? one.to.add([dx < 0 ? -lackX : lackX, 0])
            : one.to.add([0, dy < 0 ? -lackY : lackY]);
          moved = true;
        });
      });
      if (!moved) break;
    }
  }

  // A letter stands on the longest leg that is not the way from or to base, clear of other marks.
  function tagPlace(route, project, taken, frame) {
    const long = leg => leg.reduce((sum, at, i) => sum + (i ? at.distanceTo(leg[i - 1]) : 0), 0);
    const some = legs => legs.filter(leg => leg.length > 1);   // a visit after a visit has no leg
    const all = some(route.drawn), inner = some(route.drawn.slice(1, -1));
    const legs = inner.sort((a, b) => long(b) - long(a));
    const tries = [...legs, ...all].flatMap(leg =>
      SHARES.map(share => along(leg, share * long(leg))));
    const free = tries.find(function (at) {
      const to = project(at), box = around(to, TAG / 2 + 2, TAG / 2 + 2);
      return box.left > 0 && box.top > 0 && box.right < frame.x && box.bottom < frame.y
        && !taken.some(two => touches(box, two));
    });
    return free || null;
  }
  function along(leg, far) {
    for (let i = 1; i < leg.length; i++) {
      const step = leg[i].distanceTo(leg[i - 1]);
      if (step >= far && step > 0) {
        return leg[i - 1].add(leg[i].subtract(leg[i - 1]).multiplyBy(far / step));
      }
      far -= step;
    }
    return leg[leg.length - 1];
  }

  function nameParts(map, stops) {
    const parent = map.getPane('hexbeat-labels');
    stops.filter(one => one.kind !== 'e').forEach(function (one) {
      one.part = document.createElement('div');
      one.part.className = 'hb-label hb-place';
      one.part.appendChild(document.createElement('span')).textContent = one.name;
      parent.appendChild(one.part);
    });
  }
  function crossed(box, lines) {
    return lines.filter(at => at.x > box.left && at.x < box.right && at.y > box.top
      && at.y < box.bottom).length;
  }
  // Points along every line, a few pixels apart.
  function pointsOf(map) {
    return routes.flatMap(route => (route.drawn || []).flatMap(leg => leg.flatMap(function (to, i) {
      if (!i) return [];
      const from = leg[i - 1], steps = Math.min(400, Math.ceil(to.distanceTo(from) / 6));
      const part = n => from.add(to.subtract(from).multiplyBy(n / steps));
      return Array.from({length: steps}, (_, n) => map.layerPointToContainerPoint(part(n)));
    })));
  }
  function layNames(map, stops, taken, frame, lines) {
    const home = map.getContainer().getBoundingClientRect();
    map.getContainer().querySelectorAll('.leaflet-control').forEach(function (part) {
      const box = part.getBoundingClientRect();
      taken.push({left: box.left - home.left, right: box.right - home.left,
        top: box.top - home.top, bottom: box.bottom - home.top});
    });
    return stops.filter(one => one.part).map(function (one) {
      const span = one.part.firstChild, x = span.offsetWidth / 2 + 1, y = span.offsetHeight / 2;
      const down = one.r + y, side = one.r + x + 3;
      const tries = [[0, down], [0, -down], [side, 0], [-side, 0], [x * 0.6, down + 2],
        [-x * 0.6, down + 2], [x * 0.6, -down - 2], [-x * 0.6, -down - 2]]
        .map(by => one.to.add(by)).filter(function (to) {
          const box = around(to, x, y);
          return box.left > 2 && box.right < frame.x - 2 && box.top > 2 && box.bottom < frame.y - 2
            && !taken.some(two => touches(box, two));
        });
      // Of the free places the one with least line under it.
      const under = tries.map(to => crossed(around(to, x, y - 3), lines));
      const fits = tries[under.indexOf(Math.min(...under))];
      one.part.style.visibility = fits ? '' : 'hidden';
      if (!fits) return null;
      taken.push(around(fits, x, y));
      L.DomUtil.setPosition(one.part, map.containerPointToLayerPoint(fits));
      return around(fits, x, y);
    }).filter(Boolean);
  }

  function keepLaidOut(map) {
    const lines = pane(map, 'hexbeat-routes', 520), svg = document.createElementNS(SVG, 'svg');
    svg.setAttribute('class', 'hb-routes');
    map.getPane(lines).appendChild(svg);
    const {bases, stops, tags} = allMarks(map);
    const marks = L.layerGroup([...bases, ...stops, ...tags].map(one => one.mark)).addTo(map);
    nameParts(map, stops);
    let kept = [];
    function lay() {
      const frame = map.getSize();
      if (!frame.x || !frame.y) return;
      svg.replaceChildren();
      drawRoutes(svg, at => map.latLngToLayerPoint(at));
      [...bases, ...stops].forEach(one => { one.from = map.latLngToContainerPoint(one.at); });
      partBases(bases);
      moveApart(stops, bases);
      bases.forEach(one => one.mark.setLatLng(map.containerPointToLatLng(one.from)));
      const taken = bases.map(one => around(one.from, one.x + 2, one.y + 2));
      stops.forEach(function (one) {
        if (one.firm) return;
        const long = one.to.distanceTo(one.from);
        if (long > LEAST_LEADER) {
          const ends = [one.to, one.from].map(at => map.containerPointToLayerPoint(at));
          drawn(svg, ends, payload.paper, 5);
          drawn(svg, ends, payload.ink, 2);
        }
        one.mark.setLatLng(long > 0.5 ? map.containerPointToLatLng(one.to) : one.at);
        taken.push(around(one.to, one.r + 1, one.r + 1));
      });
      const seen = at => map.layerPointToContainerPoint(at);
      tags.forEach(function (one) {
        if (!one.route.drawn.some(leg => leg.length > 1)) return;
        const at = tagPlace(one.route, seen, taken, frame);
        one.mark.setOpacity(at ? 1 : 0);   // no free place: the chart beside the map names it
        if (!at) return;
        one.mark.setLatLng(map.layerPointToLatLng(at));
        taken.push(around(seen(at), TAG / 2 + 1, TAG / 2 + 1));
      });
      const marked = [...taken];
      kept = [...marked, ...layNames(map, stops, taken, frame, pointsOf(map))];
      hexbeat.labels.avoid(() => kept);
    }
    map.on('moveend resize', lay);
    document.fonts.ready.then(lay);
    lay();
    return function () {
      map.off('moveend resize', lay);
      stops.forEach(one => one.part && one.part.remove());
      marks.remove();
      svg.remove();
      hexbeat.labels.avoid(() => []);
    };
  }

  group.once('add', function () {
    const map = group._map;
    hexbeat.focus(payload.focus);
    const forget = keepLaidOut(map);
    group.once('remove', forget);
  });
};
"""
