// The list of requests: only the rows in view are in the page, so 10,000 scroll as 10 do.
import {byId, h} from './dom.js';
import {isRefused, statusText, summary, textOf, tone} from './entry.js';
import {pathOf} from './decode.js';
import {timeOf} from './time.js';

const kOverscan = 8;
const kRowHeight = 50;  // as in the style sheet

export class List {
  constructor(store, onSelect) {
    this.store = store;
    this.onSelect = onSelect;
    this.selected = 0;
    this.rows = new Map();  // entry -> its row in the page
    this.follows = true;    // stays at the newest until scrolled away
    this.box = byId('list');
    this.rail = h('div', {class: 'rail', role: 'presentation'});
    this.box.append(this.rail);
    this.box.addEventListener('scroll', () => this.onScroll());
    this.box.addEventListener('keydown', (event) => this.onKey(event));
    this.box.addEventListener('click', (event) => {
      const row = event.target.closest('[data-sequence]');
      if (row) this.select(Number(row.dataset.sequence), true);
    });
    byId('newer').addEventListener('click', () => { this.follows = true; this.render(); });
    new ResizeObserver(() => this.render()).observe(this.box);
  }

  get rowHeight() { return kRowHeight; }

  onScroll() {
    const distance = this.box.scrollHeight - this.box.clientHeight - this.box.scrollTop;
    this.follows = distance < this.rowHeight;
    this.renderRows();
  }

  select(sequence, open) {
    this.selected = sequence;
    if (sequence !== 0) this.reveal();
    this.renderRows();
    this.onSelect(sequence, open);
  }

  reveal() {
    const at = this.store.visible.findIndex((entry) => entry.sequence === this.selected);
    if (at < 0) return;
    const top = at * this.rowHeight;
    if (top < this.box.scrollTop) this.box.scrollTop = top;
    const bottom = top + this.rowHeight;
    if (bottom > this.box.scrollTop + this.box.clientHeight) this.box.scrollTop = bottom - this.box.clientHeight;
  }

  onKey(event) {
    const rows = this.store.visible;
    if (rows.length === 0) return;
    const page = Math.max(1, Math.floor(this.box.clientHeight / this.rowHeight) - 1);
    const now = rows.findIndex((entry) => entry.sequence === this.selected);
    const start = now < 0 ? rows.length : now;
    const to = {ArrowDown: now + 1, ArrowUp: start - 1, PageDown: now + page, PageUp: start - page,
      Home: 0, End: rows.length - 1}[event.key];
    if (to !== undefined) {
      this.select(rows[Math.min(Math.max(to, 0), rows.length - 1)].sequence, false);
      event.preventDefault();
    } else if (event.key === 'Enter' && now >= 0) {
      this.onSelect(this.selected, true);
      event.preventDefault();
    }
  }

  render() {
    const count = this.store.visible.length;
    this.rail.style.height = `${count * this.rowHeight}px`;
    if (this.follows) this.box.scrollTop = this.box.scrollHeight;
    this.renderRows();
  }

  renderRows() {
    const rows = this.store.visible;
    const height = this.rowHeight;
    const first = Math.max(0, Math.floor(this.box.scrollTop / height) - kOverscan);
    const last = Math.min(rows.length, Math.ceil((this.box.scrollTop + this.box.clientHeight) / height) + kOverscan);
    // A row stays the same element while its entry does, or a click could fall between two of them.
    const kept = new Map();
    for (let at = first; at < last; ++at) {
      const row = this.rows.get(rows[at]) ?? makeRow(rows[at]);
      row.style.transform = `translateY(${at * height}px)`;
        row.setAttribute('aria-setsize', rows.length);
      row.setAttribute('aria-posinset', at + 1);
      row.setAttribute('aria-selected', String(rows[at].sequence === this.selected));
      kept.set(rows[at], row);
    }
    for (const [entry, row] of this.rows) if (!kept.has(entry)) row.remove();
    this.rows = kept;
    const shown = [...kept.values()];
    // In order for screen readers; what is in its place already is not touched.
    shown.forEach((row, at) => { if (this.rail.children[at] !== row) this.rail.insertBefore(row, this.rail.children[at] ?? null); });
    const active = shown.some((row) => row.id === `row-${this.selected}`);
    if (active) this.box.setAttribute('aria-activedescendant', `row-${this.selected}`);
    else this.box.removeAttribute('aria-activedescendant');
    byId('newer').hidden = this.follows || rows.length === 0;
  }
}

function makeRow(entry) {
  const path = pathOf(textOf(entry.request.target)) || entry.path;
  const marks = [];
  if (entry.fault) marks.push(h('span', {class: 'mark fault'}, entry.fault));
  if (entry.findings.length > 0) {
    marks.push(h('span', {class: 'mark lint'}, `${entry.findings.length} lint`));
  }
  const said = isRefused(entry) && entry.error ? `${summary(entry)}: ${entry.error}` : summary(entry);
  return h('div', {class: `row ${tone(entry)}`, role: 'option', id: `row-${entry.sequence}`, 'data-sequence': entry.sequence},
    h('span', {class: 'status'}, statusText(entry)),
    h('span', {class: 'what'}, h('b', {}, entry.request.method), ' ', path), ' ',
    h('span', {class: 'when'}, timeOf(entry.virtual_time / 1e6)), ' ',
    h('span', {class: 'why'}, said), ' ',
    h('span', {class: 'marks'}, marks));
}
