// What Blazor cannot do without a script of the page: a drag over a chart, a scroll position, values under the pointer, the theme, the clipboard.
// Nothing here changes data. Style is set by the CSSOM, which the Content-Security-Policy allows; attributes named style are not.
'use strict';
const fraction = (value, from, size) => Math.min(1, Math.max(0, size > 0 ? (value - from) / size : 0));
const send = (target, name, detail) => target.dispatchEvent(Object.assign(new CustomEvent(name, { bubbles: true }), { values: detail }));

// A drag over [data-brush] becomes the event "brush" with the fractions of the area.
let drag = null;
const corners = (area, event) => {
  const box = area.getBoundingClientRect();
  return { x: fraction(event.clientX, box.left, box.width), y: fraction(event.clientY, box.top, box.height) };
};
addEventListener('pointerdown', event => {
  const area = event.button === 0 && event.target.closest('[data-brush]');
  if (!area || event.target.closest('a')) return;
  drag = { area, from: corners(area, event), rect: document.createElementNS('http://www.w3.org/2000/svg', 'rect') };
  drag.rect.setAttribute('class', 'brushed');
});
addEventListener('pointermove', event => {
  if (!drag) return;
  const to = corners(drag.area, event), svg = drag.area.closest('svg') ?? drag.area;
  const flat = drag.area.dataset.brush === 'x';
  const percent = (a, b) => [`${Math.min(a, b) * 100}%`, `${Math.abs(a - b) * 100}%`];
  const [[x, width], [y, height]] = [percent(drag.from.x, to.x), flat ? ['0', '100%'] : percent(drag.from.y, to.y)];
  for (const [name, value] of Object.entries({ x, y, width, height })) drag.rect.setAttribute(name, value);
  if (!drag.rect.isConnected) svg.append(drag.rect);
});
addEventListener('pointerup', event => {
  if (!drag) return;
  const { area, from, rect } = drag, to = corners(area, event);
  rect.remove();
  drag = null;
  if (Math.abs(to.x - from.x) * area.getBoundingClientRect().width < 4) return;
  send(area, 'brush', { x0: Math.min(from.x, to.x), x1: Math.max(from.x, to.x), y0: Math.min(from.y, to.y), y1: Math.max(from.y, to.y) });
});
addEventListener('keydown', event => { if (event.key === 'Escape' && drag) { drag.rect.remove(); drag = null; } });

// The scroll position of [data-window], once a frame, as the event "windowscroll".
let waiting = false;
addEventListener('scroll', event => {
  const view = event.target.closest?.('[data-window]');
  if (!view || waiting) return;
  waiting = true;
  requestAnimationFrame(() => { waiting = false; send(view, 'windowscroll', { top: view.scrollTop, height: view.clientHeight }); });
}, true);

// Values under the pointer: read from the paths of the chart, so that the server is not asked.
const pointsOf = path => (path.points && path.d0 === path.getAttribute('d') ? path.points
  : (path.d0 = path.getAttribute('d'), path.points = [...path.d0.matchAll(/[ML]([\d.-]+) ([\d.-]+)/g)].map(found => [+found[1], +found[2]])));
const unitOf = (unit, value) => unit === 's' ? (value < 1e-3 ? `${(value * 1e6).toPrecision(3)} µs` : value < 1 ? `${(value * 1e3).toPrecision(3)} ms` : `${value.toPrecision(3)} s`)
  : unit === 'B' ? (value < 1024 ? `${value.toFixed(0)} B` : value < 1048576 ? `${(value / 1024).toPrecision(3)} KiB` : `${(value / 1048576).toPrecision(4)} MiB`)
  : unit === '%' ? `${(value * 100).toPrecision(3)} %` : `${Math.abs(value) >= 1000 ? value.toFixed(0) : +value.toPrecision(3)}${unit ? ` ${unit}` : ''}`;
addEventListener('pointermove', event => {
  const chart = event.target.closest?.('[data-chart]');
  for (const other of document.querySelectorAll('.readout')) if (!chart || other.parentElement !== chart) other.hidden = true;
  if (!chart) return;
  const area = chart.querySelector('[data-area]'), readout = chart.querySelector('.readout'), box = area.getBoundingClientRect();
  const at = fraction(event.clientX, box.left, box.width);
  const time = new Date(+chart.dataset.from + at * (chart.dataset.to - chart.dataset.from)), lines = [];
  for (const path of area.querySelectorAll('path[data-name]')) {
    const nearest = pointsOf(path).reduce((best, point) => (!best || Math.abs(point[0] - at * 1000) < Math.abs(best[0] - at * 1000) ? point : best), null);
    if (nearest && Math.abs(nearest[0] - at * 1000) < 30) lines.push(`${path.dataset.name}: ${unitOf(chart.dataset.unit, (100 - nearest[1]) / 100 * chart.dataset.max)}`);
  }
  readout.hidden = lines.length === 0;
  readout.textContent = [`${time.toISOString().slice(11, 19)} UTC`, ...lines].join('\n');
  const frame = chart.getBoundingClientRect();
  readout.style.whiteSpace = 'pre';
  readout.style.left = `${Math.min(event.clientX - frame.left + 14, frame.width - readout.offsetWidth)}px`;
  readout.style.top = `${event.clientY - frame.top + 14}px`;
});

addEventListener('click', event => {
  if (event.target.closest('[data-theme-switch]')) {
    const root = document.documentElement, isDark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
    localStorage.setItem('console.theme', root.dataset.theme = isDark ? 'light' : 'dark');
  }
  const copied = event.target.closest('[data-copy]');
  if (copied) navigator.clipboard?.writeText(copied.dataset.copy);
});

Blazor.start().then(() => {
  for (const name of ['brush', 'windowscroll']) Blazor.registerCustomEventType(name, { createEventArgs: event => event.values });
  const settle = () => {
    const root = document.documentElement, chosen = localStorage.getItem('console.theme');
    root.dataset.ready = 'true';
    if (chosen) root.dataset.theme = chosen;
  };
  settle();
  // A link that is clicked before the circuit is there merges the next page into this one, and its root has no such attributes.
  Blazor.addEventListener('enhancedload', settle);
});
