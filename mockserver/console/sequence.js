// The OAuth exchange as a sequence diagram, from the journal: who said what to whom, what was lost,
// and where the clock was moved.
import {byId, h, rebuild, replace, svg} from './dom.js';
import {clockJump, header, statusText, summary, tone} from './entry.js';
import {pathOf} from './decode.js';

const kMost = 60;
const kHead = 48;
const kNarrow = matchMedia('(max-width: 700px)');  // as in the style sheet
// Where the lanes stand. In the narrow one a label may be longer than its arrow; it stays in the picture.
const kWideLayout = {width: 860, first: 105, step: 217, head: 184, lanes: ["Customer's browser", 'Application', 'Authorization server', 'API']};
const kNarrowLayout = {width: 350, first: 44, step: 87, head: 80, lanes: ['Browser', 'Application', 'Auth server', 'API']};
const kLabelWidth = 7.3;  // of a character, about

// Which lanes an exchange runs between.
function lanesOf(entry) {
  if (entry.endpoint === 'authorize' || entry.endpoint === 'decision') return [0, 2];
  return [1, entry.endpoint === 'api' ? 3 : 2];
}

// The steps of the drawing: {kind: 'ask' | 'answer' | 'lost' | 'clock', from, to, text, tone, entry}. Pure.
export function stepsOf(entries) {
  const steps = [];
  entries.forEach((entry, at) => {
    const jump = at > 0 ? clockJump(entries[at - 1], entry) : '';
    if (jump) steps.push({kind: 'clock', text: jump, entry});
    const [from, to] = lanesOf(entry);
    const about = entry.endpoint === 'decision' ? 'decision' : summary(entry).split(' → ')[0];
    steps.push({kind: 'ask', from, to, text: `${entry.request.method} ${shortPath(entry)}`, note: about, tone: '', entry});
    if (entry.state === 'open') return;
    if (!entry.response || entry.state === 'aborted') {
      steps.push({kind: 'lost', from: to, to: from, text: entry.fault || 'no reply', tone: 'bad', entry});
      return;
    }
    steps.push({kind: 'answer', from: to, to: from, text: answerText(entry), tone: tone(entry), entry});
    const location = header(entry.response.headers, 'Location');
    if (to === 2 && from === 0 && location !== '') {
      const names = [...new URLSearchParams(location.split('?')[1] ?? '').keys()].join(', ');
      steps.push({kind: 'ask', from: 0, to: 1, text: `redirect with ${names}`, note: '', tone: 'guess', entry});
    }
  });
  return steps;
}

function shortPath(entry) {
  const path = pathOf(entry.path);
  return path.length > 24 ? `…${path.slice(-23)}` : path;
}

function answerText(entry) {
  const issued = [entry.facts.access_token, entry.facts.issued_refresh_token].filter(Boolean).join(' + ');
  const what = entry.error || (entry.endpoint === 'token' ? issued : entry.endpoint === 'decision' ? entry.facts.code ?? '' : '');
  return `${statusText(entry)} ${what}${entry.fault ? ` [${entry.fault}]` : ''}`.trim();
}

export class Sequence {
  // open(sequence): shows the exchange
  constructor(store, open) {
    this.store = store;
    this.open = open;
    this.grant = '';
    this.drawn = '';
    this.select = h('select', {id: 'grant', onchange: (event) => { this.grant = event.target.value; this.render(); }});
    this.count = h('p', {class: 'muted'});
    this.body = h('div', {});
    replace(byId('view-sequence'), h('h2', {class: 'visually-hidden'}, 'Sequence diagram'),
      h('div', {class: 'toolbar'}, h('label', {class: 'field'}, 'Show ', this.select), this.count), this.body);
    kNarrow.addEventListener('change', () => this.render());
  }

  entries() {
    const all = this.store.visible.filter((entry) => !['other', 'malformed'].includes(entry.endpoint));
    const chosen = this.grant === '' ? all : all.filter((entry, at) => entry.facts.grant === this.grant || this.leadsTo(all, at));
    return {total: chosen.length, shown: chosen.slice(-kMost)};
  }

  // An authorization page belongs to the grant of the decision that follows it.
  leadsTo(all, at) {
    if (all[at].endpoint !== 'authorize') return false;
    const next = all.slice(at + 1, at + 20).find((entry) => entry.facts.client_id === all[at].facts.client_id &&
      (entry.endpoint === 'authorize' || (entry.endpoint === 'decision' && entry.facts.grant)));
    return next?.facts.grant === this.grant;
  }

  // Drawn anew only when what it shows has changed: a list that is open and a place that was scrolled
  // to stay as they are.
  render() {
    const grants = [...new Set(this.store.entries.map((entry) => entry.facts.grant).filter(Boolean))].slice(-50);
    if (!grants.includes(this.grant)) this.grant = '';
    rebuild(this.select, h('option', {value: ''}, 'everything in the list'), grants.map((grant) => h('option', {value: grant}, grant)));
    this.select.value = this.grant;
    const {total, shown} = this.entries();
    const drawn = `${kNarrow.matches} ${total} ${shown.map((entry) => `${entry.sequence}${entry.state}`)}`;
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    this.count.textContent = total > shown.length ? `the last ${shown.length} of ${total} exchanges` : total === 1 ? '1 exchange' : `${total} exchanges`;
    rebuild(this.body, shown.length === 0 ? h('div', {class: 'empty'}, h('p', {}, 'Nothing to draw yet.'),
      h('p', {class: 'muted'}, 'Each request becomes an arrow here. The filter of the list holds here too.'))
      : h('div', {class: 'diagram', tabindex: '0', role: 'region', 'aria-label': 'Sequence diagram, scrollable'},
        draw(stepsOf(shown), kNarrow.matches ? kNarrowLayout : kWideLayout, this.open)));
  }
}

function draw(steps, layout, open) {
  const x = (lane) => layout.first + lane * layout.step;
  let y = kHead + 26;
  const drawn = steps.map((step) => {
    const at = y;
    y += step.kind === 'clock' ? 40 : step.kind === 'ask' && step.note ? 46 : 34;
    return step.kind === 'clock' ? clockBand(step, at, layout) : arrow(step, at, layout, open);
  });
  const height = y + 10;
  return svg('svg', {width: layout.width, height, viewBox: `0 0 ${layout.width} ${height}`, role: 'group', 'aria-label': 'Exchanges in order'},
    svg('defs', {}, ['plain', 'bad', 'ok', 'moved', 'guess'].map(arrowHead)),
    layout.lanes.map((name, lane) => [
      svg('line', {x1: x(lane), x2: x(lane), y1: kHead, y2: height, class: 'lane'}),
      svg('rect', {x: x(lane) - layout.head / 2, y: 8, width: layout.head, height: 32, rx: 6, class: 'lane-head'}),
      svg('text', {x: x(lane), y: 29, class: 'lane-name'}, name)]),
    drawn);
}

function arrow(step, y, layout, open) {
  const [x1, x2] = [step.from, step.to].map((lane) => layout.first + lane * layout.step);
  const sign = Math.sign(x2 - x1);
  const end = step.kind === 'lost' ? x1 + (x2 - x1) * 0.55 : x2 - sign * 3;
  const tone = step.tone || 'plain';
  const act = () => open(step.entry.sequence);
  // In the middle of its arrow, or as near to it as the picture's edge allows.
  const middle = (text) => {
    const half = Math.min(layout.width, text.length * kLabelWidth) / 2 + 4;
    return Math.min(Math.max((x1 + x2) / 2, half), layout.width - half);
  };
  // The visible words come first, for people who speak to their browser.
  const lanes = kWideLayout.lanes;
  const label = `${[step.text, step.note].filter(Boolean).join(' ')}, request ${step.entry.sequence}, ${lanes[step.from]} to ${lanes[step.to]}${step.kind === 'lost' ? ', lost' : ''}`;
  return svg('g', {class: `step ${step.kind} ${tone}`, role: 'button', tabindex: '0', 'aria-label': label, 'data-key': `${step.kind}-${step.tone}-${step.entry.sequence}`, onclick: act,
    onkeydown: (event) => { if (event.key === 'Enter' || event.key === ' ') { event.preventDefault(); act(); } }},
  svg('rect', {x: Math.min(x1, x2), y: y - 20, width: Math.abs(x2 - x1), height: step.note ? 38 : 26, class: 'hit'}),
  svg('line', {x1, x2: end, y1: y, y2: y, class: 'arrow', 'marker-end': step.kind === 'lost' ? null : `url(#head-${tone})`}),
  step.kind === 'lost' ? svg('text', {x: end, y: y + 5, class: 'cross'}, '✕') : null,
  svg('text', {x: middle(step.text), y: y - 7, class: 'label'}, step.text), ' ',
  step.note ? svg('text', {x: middle(step.note), y: y + 14, class: 'note'}, step.note) : null);
}

function arrowHead(tone) {
  return svg('marker', {id: `head-${tone}`, viewBox: '0 0 8 8', refX: 7, refY: 4, markerWidth: 8, markerHeight: 8, orient: 'auto'},
    svg('path', {d: 'M0 0L8 4L0 8z', class: `head ${tone}`}));
}

function clockBand(step, y, layout) {
  return svg('g', {class: 'clock-band'},
    svg('rect', {x: 12, y: y - 16, width: layout.width - 24, height: 24, rx: 12}),
    svg('text', {x: layout.width / 2, y: y + 1}, step.text));
}
